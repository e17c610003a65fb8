"""How a case is cited: one line of text, and an entry for BibTeX."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from dpawatch.wording import format_day, machine_date

# What TeX would take for a command. The letters themselves are UTF-8, as biber and today's BibTeX read them.
_TEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", '"': r"\textquotedbl{}",
}  # fmt: skip
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Citation:
    """A case as one line of text and as an entry of BibTeX."""

    plain: str
    bibtex: str


def cite(case: dict[str, Any], address: str, today: date) -> Citation:
    """Return how a case is cited that was read at `address` on the day `today`.

    Args:
        case: `id`, `title`, `decided`, and `regulator` with `name` (or None), as `load_case` returns them.
    """
    authority = _line((case.get("regulator") or {}).get("name")) or "Unknown authority"
    title = _line(case.get("title"))
    decided = case.get("decided") if machine_date(case.get("decided")) else None
    when = format_day(decided) or "no date"
    read = format_day(today.isoformat())
    plain = f"{authority}: {title}. {when}. dpawatch, {address} (retrieved {read})."
    fields = {
        "author": f"{{{_escape(authority)}}}",
        "title": f"{{{_escape(title)}}}",
        "date": decided[:10] if decided else None,
        "year": decided[:4] if decided else None,
        "publisher": "dpawatch",
        "url": re.sub(r"[{}\\\s]", lambda found: f"%{ord(found[0]):02X}", address),
        "urldate": today.isoformat(),
        "note": f"Retrieved {read}",
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return Citation(plain, "\n".join([f"@misc{{{_key(case['id'])},", *lines, "}", ""]))


def _line(value: object) -> str:
    """Return value as one line without control characters, cut where it gets too long to be a title."""
    text = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", " ", str(value or "")).split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"


def _escape(text: str) -> str:
    return "".join(_TEX.get(character, character) for character in text)


def _key(case_id: str) -> str:
    return "dpawatch-" + (re.sub(r"[^A-Za-z0-9-]+", "-", case_id).strip("-")[:120] or "case")
