"""What is told of a case in alerts and digests: plain pieces of text, whatever stands in titles and articles."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from db.news import Change
from dpawatch.wording import (
    country_name,
    format_claim,
    format_day,
    format_money,
    label,
    list_measures,
    path_part,
    provision_key,
    web_link,
)

Row = dict[str, Any]

LONGEST_TITLE, LONGEST_QUOTE, _LONGEST_NAME = 200, 500, 300
_ELLIPSIS = "…"
_MOST_PROVISIONS = 12
# what turns the direction of text around, and so can make it say something else
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SUMS = ("amount", "amount_before")


def make_plain(text: object, longest: int = _LONGEST_NAME) -> str:
    """Return text on one line, without control characters, cut at the end of a word where it is too long."""
    plain = "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Co", "Zl", "Zp") else c for c in str(text or ""))
    line = " ".join(_DIRECTIONS.sub("", plain).split())
    if len(line) <= longest:
        return line
    cut = line[: longest - 1]
    return (cut[: cut.rfind(" ")] if " " in cut[longest // 2 :] else cut).rstrip() + _ELLIPSIS


def describe_case(case: Row, changes: Sequence[Change] = (), site: str | None = None) -> Row:
    """Return what is told of a case that db.news.read_case gave, each piece as a reader's words; "" for what is not known.

    `facts` are pairs of a name and its words; `link` is the article quoted, `page` the case's on the site.
    """
    amount = format_money(case["amount"], case["currency"])
    euro = format_money(case["amount_eur"], "EUR")
    status = label(case["status"], "status")
    regulator = case["abbreviation"] or case["regulator_name"]
    place = country_name(case["country"])
    full = case["regulator_name"] if case["regulator_name"] != regulator else None
    facts = {
        "Regulator": make_plain(f"{regulator} ({', '.join(filter(None, (full, place)))})") if regulator else "",
        "Respondent": make_plain(case["respondents"]) or label(case["respondents_missing"], "missing"),
        "Amount": f"{amount} ({euro})" if euro and case["currency"] != "EUR" else amount,
        "Measures": ", ".join(list_measures(case)),
        "Provisions": _list_some(sorted(case["provisions"], key=provision_key)),
        "Status": f"{status}, {format_day(case['decided'])}" if case["decided"] else status,
    }
    return {
        "title": make_plain(case["title"], LONGEST_TITLE),
        "facts": [(name, words) for name, words in facts.items() if words],
        "changes": [describe_change(change, case["currency"]) for change in changes],
        "contradictions": [_describe_contradiction(row) for row in case["contradictions"]],
        "quote": make_plain(case["quote"], LONGEST_QUOTE),
        "publisher": make_plain(case["publisher"]),
        "published": format_day((case["published"] or "")[:10]),
        "link": web_link(case["url"]) or "",
        "page": f"{site}/case/{path_part(case['id'])}" if site else "",
    }


def _list_some(provisions: Sequence[str]) -> str:
    more = len(provisions) - _MOST_PROVISIONS
    return ", ".join(provisions[:_MOST_PROVISIONS]) + (f" and {more} more" if more > 0 else "")


def describe_change(change: Change, currency: str | None) -> str:
    """Return what became of a field: "amount: EUR 50,000,000, was EUR 20,000,000"."""
    old, new = (_describe_value(change.field, value, currency) for value in (change.old, change.new))
    return f"{label(change.field, 'field').replace('_', ' ')}: {new}, was {old}"


def _describe_value(field: str, value: Any, currency: str | None) -> str:
    if value is None:
        return "not stated"
    if field in _SUMS:
        return format_money(value, currency)
    return label(value, "status") if field == "status" else format_day(value)


def _describe_contradiction(row: Row) -> str:
    own, other = (make_plain(format_claim(row[key])) for key in ("value", "other_value"))
    by, against = (make_plain(row[key]) or "one article" for key in ("publisher", "other_publisher"))
    return f"{label(row['field'], 'field')}: {own} says {by}, {other} says {against}"
