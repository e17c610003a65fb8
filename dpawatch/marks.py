"""What was read of a text as marks in it: places that do not overlap, each of one kind, with what was read there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from nlp.models import Analysis, Span

# Control characters move a terminal's cursor, and marks of direction turn a line around: both are shown, not obeyed.
_CONTROLS: dict[int, str] = {code: chr(0x2400 + code) for code in range(32) if chr(code) not in "\n\t"} | {
    0x7F: "\u2421"
}
_UNSHOWN = (*range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xD800, 0xE000))
_VISIBLE = str.maketrans(_CONTROLS | dict.fromkeys(_UNSHOWN, "\ufffd"))


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of mark, by the name of the legend: its colour on a page, and what click calls one for a terminal."""

    name: str
    paper: str
    terminal: str


REGULATOR = Kind("regulator", "#bcd7f7", "bright_blue")
RESPONDENT = Kind("respondent", "#ffc9a3", "bright_red")
COMPLAINANT = Kind("complainant", "#c9ecc4", "bright_green")
MENTIONED = Kind("mentioned", "#dfe3e8", "white")
VIOLATED = Kind("provision violated", "#f9bccb", "bright_magenta")
CITED = Kind("provision cited", "#e6d9f7", "magenta")
SANCTION = Kind("sanction", "#ffe08a", "bright_yellow")
AMOUNT = Kind("amount", "#b2e5dd", "bright_cyan")
KINDS = (REGULATOR, RESPONDENT, COMPLAINANT, MENTIONED, VIOLATED, CITED, SANCTION, AMOUNT)

_OF_ROLE = {"respondent": RESPONDENT, "complainant": COMPLAINANT, "violated": VIOLATED, "alleged": VIOLATED}


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the text, its kind, and what was read there in the contract's own ids ("violated GDPR:6")."""

    start: int
    end: int
    kind: Kind
    label: str


def make_visible(text: str) -> str:
    """Return text with a sign in the place of every control character but tab and new line; offsets stay as they were."""
    return text.replace("\r\n", " \n").translate(_VISIBLE)


def format_money(amount: Decimal, currency: str) -> str:
    """Return a sum as "60,000 EUR", exact."""
    whole = amount == amount.to_integral_value()
    return f"{int(amount):,} {currency}" if whole else f"{amount:,f} {currency}"


def find_marks(text: str, analysis: Analysis) -> list[Mark]:
    """Return the marks of a text, in order. Of two that overlap, the longer stays.

    The words of a sanction give way: they may be half a sentence around the name and the sum ("fined Example SAS EUR 60,000"),
    and the longest part that is left of them is marked. Several readings of one place, as of "Articles 12 to 14",
    are one mark.
    """
    ids: dict[tuple[Span, Kind, str], dict[str, None]] = {}
    for span, kind, word, identity in _readings(analysis):
        ids.setdefault((span, kind, word), {})[identity] = None
    marks = [
        Mark(*span, kind, " ".join(filter(None, (word, ", ".join(found))))) for (span, kind, word), found in ids.items()
    ]
    names = _keep_longest([m for m in marks if m.kind is not SANCTION])
    phrases = _keep_longest([m for m in marks if m.kind is SANCTION])
    free = (part for phrase in phrases if (part := _longest_part(text, phrase, names)))
    return sorted([*names, *free], key=lambda m: m.start)


def _readings(analysis: Analysis) -> Iterator[tuple[Span, Kind, str, str]]:
    """Yield each place with its kind, the word for it, and the id that was read."""
    for regulator in analysis.regulators:
        yield from ((span, REGULATOR, "regulator", regulator.id) for span in regulator.spans)
    for company in analysis.companies:
        yield from ((span, _OF_ROLE.get(company.role, MENTIONED), company.role, "") for span in company.spans)
    for provision in analysis.provisions:
        yield from ((s, _OF_ROLE.get(provision.role, CITED), provision.role, provision.id) for s in provision.spans)
    for amount in analysis.amounts:
        yield from ((span, AMOUNT, "", format_money(amount.amount, amount.currency)) for span in amount.spans)
    for sanction in analysis.sanctions:
        yield from ((span, SANCTION, "sanction", sanction.id) for span in sanction.spans)


def _keep_longest(marks: list[Mark]) -> list[Mark]:
    """Return the marks without those that overlap a longer one, in order."""
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda m: (m.start, -m.end)):
        if not kept or kept[-1].end <= mark.start:
            kept.append(mark)
        elif mark.end - mark.start > kept[-1].end - kept[-1].start:
            kept[-1] = mark
    return kept


def _longest_part(text: str, phrase: Mark, names: list[Mark]) -> Mark | None:
    """Return what is left of a phrase between the names in it: the longest part, without the space around it, or None."""
    inside = [m for m in names if m.start < phrase.end and phrase.start < m.end]
    starts, ends = [phrase.start, *(m.end for m in inside)], [*(m.start for m in inside), phrase.end]
    parts = [(s, e) for s, e in zip(starts, ends, strict=True) if text[s:e].strip()]
    if not parts:
        return None
    start, end = max(parts, key=lambda p: p[1] - p[0])
    start += len(text[start:end]) - len(text[start:end].lstrip())
    return replace(phrase, start=start, end=start + len(text[start:end].rstrip()))
