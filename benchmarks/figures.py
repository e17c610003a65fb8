"""Figures: what benchmarks measure, each beside its bar, printed as it comes and kept for one table of all of them."""

from __future__ import annotations

import json
import os
import platform
import re
from dataclasses import asdict, dataclass
from pathlib import Path

# the file to which figures are appended, when it is set
KEPT_IN = "DPAWATCH_FIGURES"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value with what was asked of it; `beside` tells the two sides of a ratio."""

    name: str
    value: float
    unit: str = ""
    least: float | None = None
    most: float | None = None
    beside: str = ""

    @property
    def bar(self) -> str:
        """What was asked of it, in words; empty when nothing was."""
        if self.least is not None:
            return f"at least {self.least:,g}"
        return "" if self.most is None else f"at most {self.most:,g}"

    @property
    def holds(self) -> bool:
        """Whether it is what was asked of it."""
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)

    def format_value(self) -> str:
        """Return the value in as many digits as tell something."""
        digits = 0 if abs(self.value) >= 1000 or self.value == int(self.value) else 1 if abs(self.value) >= 100 else 2
        return f"{self.value:,.{digits}f} {self.unit}".strip()


def note(*figures: Figure) -> bool:
    """Print figures with their verdicts, keep them for the table, and return whether all hold."""
    for figure in figures:
        bar = f" ({figure.bar}) {'ok' if figure.holds else 'MISSED'}" if figure.bar else ""
        print(f"{figure.name}: {figure.format_value()}{bar}{'; ' if figure.beside else ''}{figure.beside}", flush=True)
        if file := os.environ.get(KEPT_IN):
            with Path(file).open("a", encoding="utf-8") as kept:
                kept.write(json.dumps(asdict(figure)) + "\n")
    return all(figure.holds for figure in figures)


def describe_machine() -> str:
    """Return what figures depend on: cores, their kind and Python."""
    info = Path("/proc/cpuinfo")
    kinds = re.findall(r"^model name\s*: (.+)$", info.read_text() if info.exists() else "", re.MULTILINE)
    return f"{os.cpu_count()} cores ({kinds[0] if kinds else platform.machine()}), Python {platform.python_version()}"


def load_kept(file: Path) -> list[Figure]:
    """Return the figures that were kept in a file; raises OSError."""
    return [Figure(**json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines()]
