"""Figures on public corpora, which are no part of this repository: measured where they lie, kept in public.json."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nlp.pipeline import pipeline_version

PUBLIC = Path(__file__).with_name("public.json")
_LINE = re.compile(r"(?P<name>\S+)\s+(?P<value>[01]\.\d+) \((?P<counted>[^)]*)\)")
_SIZE = re.compile(r"(?P<corpus>\w+)\.docs (?P<texts>\d+) ")


def measure_public(scorer: Path) -> dict[str, Any]:
    """Return the scorer's figures for `dpawatch analyze`, with the day and the pipeline version; this takes minutes."""
    command = [str(Path(sys.executable).with_name("dpawatch")), "analyze", "--jsonl"]
    run = subprocess.run(
        [sys.executable, str(scorer), "--", *command], stdout=subprocess.PIPE, text=True, check=True, timeout=3600
    )
    return {
        "measured": datetime.now(UTC).date().isoformat(),
        "pipeline": pipeline_version(),
        **parse_scores(run.stdout),
    }


def parse_scores(output: str) -> dict[str, Any]:
    """Return the figures that a scorer printed, each with what was counted, and the number of texts of each corpus."""
    texts = {m["corpus"]: int(m["texts"]) for m in map(_SIZE.match, output.splitlines()) if m}
    found = [m for m in map(_LINE.match, output.splitlines()) if m]
    return {
        "texts": texts,
        "figures": {m["name"]: {"value": float(m["value"]), "counted": m["counted"]} for m in found},
    }


def load_public() -> dict[str, Any] | None:
    """Return the figures kept, or None when none were measured yet."""
    if not PUBLIC.exists():
        return None
    public: dict[str, Any] = json.loads(PUBLIC.read_text(encoding="utf-8"))
    return public
