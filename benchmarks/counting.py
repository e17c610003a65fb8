"""What is right and what is missed in one analysis, and the figures that add up from many.

An analysis is the JSON of the contract; an expectation is the `gold` of a line of benchmarks/gold. What counts as found
is what the scorer of the public corpora counts for news: the actions that a text tells must be found (recall), an earlier
matter told in passing may be found (it counts for precision only), and two names are one company when they are equal, or
one holds the other, without legal form, case and punctuation. Three things are more exact here, because this gold says
more: provisions of all laws count, a provision that the text merely cites may be found, and roles are measured.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

Json = dict[str, Any]
Measure = Literal["recall", "precision", "right"]
Counts = Counter[tuple[str, Measure, bool]]

_PUNCTUATION = re.compile(r"[’'\"“”.,()]")
_LEGAL_FORMS = re.compile(
    r"\b(the|ltd|limited|llc|inc|incorporated|corp|corporation|plc|gmbh|ag|sa|sas|sau|slu|sl|spa|srl|bv|nv|ab|as|asa|aps|oy"
    r"|oyj|sarl|kft|zrt|doo|dd|ad|ead|eood|co|company|group|sp z oo|sro)\b"
)
_SHORTEST_PART = 4


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was expected (recall), or found (precision), or to be said (right), and whether it is as it should be."""

    field: str
    measure: Measure
    hit: bool
    expected: object
    found: object


@dataclass(frozen=True, slots=True)
class Figure:
    """How well a field is read: F1 of what was expected and what was found, or the share that is right where there is no more."""

    recall: float | None
    precision: float | None
    share: float | None
    total: int

    @property
    def value(self) -> float:
        """Return the one number the field is judged by."""
        if self.share is not None:
            return self.share
        recall, precision = self.recall or 0.0, self.precision or 0.0
        return 2 * recall * precision / (recall + precision) if recall + precision else 0.0


def normalize_name(name: str) -> str:
    """Return a name in lower case, without punctuation and legal form."""
    return " ".join(_LEGAL_FORMS.sub("", _PUNCTUATION.sub("", name.lower())).split())


def same_company(one: str, other: str) -> bool:
    """Say whether two names are one company: equal, or one within the other by whole words, of four letters at least."""
    short, long = sorted((normalize_name(one), normalize_name(other)), key=len)
    if not short:
        return False
    return short == long or (len(short) >= _SHORTEST_PART and f" {short} " in f" {long} ")


def compare_analysis(gold: Json, analysis: Json) -> Iterator[Check]:
    """Yield every check of one text, in the order of the fields."""
    told, found = gold["actions"], analysis["actions"]
    main = [action for action in told if not action["background"]]
    named = analysis["is_enforcement"]
    yield Check("is_enforcement", "right", named == gold["is_enforcement"], gold["is_enforcement"], named)
    if not gold["is_enforcement"]:
        yield Check("negatives", "right", not named, False, named)
    for field, values in ACTION_FIELDS.items():
        yield from _compare_sets(field, values(main), values(told), values(found), EQUALITY.get(field, _equal))
    yield from _compare_provisions(gold, main, analysis)
    yield from _compare_roles(gold, analysis)
    for action in main:
        if len(main) == 1:
            states = [a["status"] for a in found]
            yield Check("status", "right", action["status"] in states, action["status"], states)
        yield Check("whole_action", "right", any(_is_whole(action, a) for a in found), action, found)


def _equal(one: object, other: object) -> bool:
    return one == other


def _regulators(actions: Iterable[Json]) -> list[Any]:
    return _unique(a["regulator"] for a in actions if a["regulator"])


def _respondents(actions: Iterable[Json]) -> list[Any]:
    return _unique(name for a in actions for name in a["respondents"])


def _sanctions(actions: Iterable[Json]) -> list[Any]:
    return _unique(kind for a in actions for kind in a["sanctions"] if kind != "other")


def _amounts(actions: Iterable[Json]) -> list[Any]:
    return _unique((a["amount"], a["currency"]) for a in actions if a["amount"])


def _unique(values: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


ACTION_FIELDS: dict[str, Callable[[Iterable[Json]], list[Any]]] = {
    "regulator": _regulators,
    "respondents": _respondents,
    "sanctions": _sanctions,
    "amount": _amounts,
}
EQUALITY: dict[str, Callable[[Any, Any], bool]] = {"respondents": same_company}


def _compare_sets(
    field: str,
    needed: Collection[Any],
    allowed: Collection[Any],
    found: Collection[Any],
    same: Callable[[Any, Any], bool] = _equal,
) -> Iterator[Check]:
    """Yield a check of recall for each value needed, and one of precision for each value found, which must be allowed."""
    for value in needed:
        yield Check(field, "recall", any(same(value, f) for f in found), value, list(found))
    for value in found:
        yield Check(field, "precision", any(same(value, a) for a in allowed), list(allowed), value)


def _compare_provisions(gold: Json, main: list[Json], analysis: Json) -> Iterator[Check]:
    """Yield the checks of what is cited at all and, where a measure is told, of what is said to be breached.

    The gold keeps no roles of provisions that are not breached: one that is merely alleged counts as cited, and to read
    a breach as an allegation is no miss of it.
    """
    breached = _unique(p for a in main for p in a["provisions"])
    earlier = _unique(p for a in gold["actions"] for p in a["provisions"])
    cited = _unique([*breached, *gold["cited"]])
    found = [p["id"] for p in analysis["provisions"]]
    yield from _compare_sets("provisions", cited, [*cited, *earlier], found)
    if not gold["actions"]:
        return
    violated = [p["id"] for p in analysis["provisions"] if p["role"] == "violated"]
    stated = [p["id"] for p in analysis["provisions"] if p["role"] in ("violated", "alleged")]
    for check in _compare_sets("violated", breached, earlier, stated):
        if check.measure == "recall" or check.found in violated:
            yield check


def _compare_roles(gold: Json, analysis: Json) -> Iterator[Check]:
    """Yield the checks of those who complained, and of the organisations that merely occur, as may those of earlier matters."""
    earlier = _respondents(action for action in gold["actions"] if action["background"])
    for field, roles, allowed in (
        ("complainants", ("complainant",), []),
        ("mentioned", ("mentioned", "processor"), earlier),
    ):
        found = [c["name"] for c in analysis["companies"] if c["role"] in roles]
        yield from _compare_sets(field, gold[field], [*gold[field], *allowed], found, same_company)


def _is_whole(told: Json, found: Json) -> bool:
    """Say whether an action has the regulator, one of the respondents, the amount and one of the sanctions that are told."""
    return bool(
        (not told["regulator"] or told["regulator"] == found["regulator"])
        and (
            not told["respondents"]
            or any(same_company(x, y) for x in told["respondents"] for y in found["respondents"])
        )
        and (not told["amount"] or told["amount"] == found["amount"])
        and (not told["sanctions"] or told["sanctions"] == ["other"] or {*told["sanctions"]} & {*found["sanctions"]})
    )


def count_checks(checks: Iterable[Check]) -> Counts:
    """Return how many checks hit and missed, by field and measure."""
    return Counter((c.field, c.measure, c.hit) for c in checks)


def figures_of(counts: Counts) -> dict[str, Figure]:
    """Return the figure of every field that was checked, in the order in which the fields came."""
    return {field: _figure(counts, field) for field in dict.fromkeys(field for field, _, _ in counts)}


def _figure(counts: Counts, field: str) -> Figure:
    def share(measure: Measure) -> float | None:
        hits, misses = counts[field, measure, True], counts[field, measure, False]
        return hits / (hits + misses) if hits + misses else None

    needed = sum(n for (name, measure, _), n in counts.items() if name == field and measure != "precision")
    return Figure(share("recall"), share("precision"), share("right"), needed)
