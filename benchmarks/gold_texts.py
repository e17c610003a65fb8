"""The project's own gold: texts in our own words, each with what must be read from it, one file a language."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

GOLD = Path(__file__).parent / "gold"


@dataclass(frozen=True, slots=True)
class GoldText:
    """One text; `gold` is what a lawyer reads in it, `phenomenon` why it is here."""

    id: str
    lang: str
    title: str | None
    text: str
    gold: dict[str, Any]
    phenomenon: str
    invented: bool = False


def load_gold(folder: Path = GOLD) -> list[GoldText]:
    """Return all texts, by language and number."""
    files = sorted(folder.glob("*.jsonl"))
    return [GoldText(**json.loads(line)) for path in files for line in path.read_text(encoding="utf-8").splitlines()]
