"""The digest: what became known or changed since a time, as a newsletter in Markdown, HTML or plain text.

It depends on the database and the time alone, so that the same week written twice is the same text.
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from sqlite_utils import Database

from db.news import News, find_news, read_case
from db.values import iso_time
from dpawatch.news_text import describe_case
from dpawatch.wording import country_name, format_count, format_day, format_whole_money, provision_key

Format = Literal["md", "html", "txt"]
Row = dict[str, Any]

_MOST_CITED = 10
_WIDTH = 78
# what does not stand is no money that anybody must pay
_NO_SUM = ("annulled", "proposed", "investigation")
_MARKS = re.compile(r"([\\`*_\[\]<>#|~&!])")
_LIST_MARKS = re.compile(r"^(\d*)([-+.)=])")


class _Verbatim(str):
    "Text that is Markdown already"

    __slots__ = ()


def write_digest(db: Database, since: datetime, form: Format, site: str | None = None) -> str:
    """Return the newsletter of what became known or changed since a time; `site` is the address of the site, for links."""
    news = find_news(db, since)
    cases = {item.case_id: read_case(db, item.case_id, item.article) for item in news}
    countries = _group_by_country(news, cases, site)
    return (
        _make_environment(form)
        .get_template(f"digest.{form}")
        .render(since=format_day(iso_time(since)[:10]), countries=countries, **_sum_up(news, cases))
    )


def _group_by_country(news: Sequence[News], cases: dict[str, Row], site: str | None) -> list[tuple[str, list[Row]]]:
    """Return the countries by name, those without one last, each with its cases: new ones first, then by sum."""
    grouped: dict[str, list[News]] = defaultdict(list)
    for item in news:
        grouped[country_name(cases[item.case_id]["country"])].append(item)

    def order(item: News) -> tuple[bool, float, str]:
        return bool(item.changes), -(cases[item.case_id]["amount_eur"] or 0), item.case_id

    return [
        (
            name or "No regulator named",
            [describe_case(cases[i.case_id], i.changes, site) for i in sorted(items, key=order)],
        )
        for name, items in sorted(grouped.items(), key=lambda pair: (not pair[0], pair[0]))
    ]


def _sum_up(news: Sequence[News], cases: dict[str, Row]) -> Row:
    new = [cases[item.case_id] for item in news if not item.changes]
    sums = [case for case in new if case["amount"] is not None and case["status"] not in _NO_SUM]
    known = [case["amount_eur"] for case in sums if case["amount_eur"] is not None]
    cited = Counter(provision for case in cases.values() for provision in case["provisions"])
    ranked = sorted(cited, key=lambda provision: (-cited[provision], provision_key(provision)))[:_MOST_CITED]
    return {
        "new": len(new),
        "changed": len(news) - len(new),
        "fines": len(sums),
        "sum": format_whole_money(sum(known), "EUR"),
        "unconverted": len(sums) - len(known),
        "contradicted": sum(bool(case["contradictions"]) for case in cases.values()),
        "cited": [(provision, format_count(cited[provision], "case")) for provision in ranked],
    }


def _make_environment(form: Format) -> Environment:
    environment = Environment(
        loader=PackageLoader("dpawatch"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=escape_markdown if form == "md" else None,
    )
    environment.filters |= {"address": _write_address, "count": format_count, "wrapped": _wrap}
    return environment


def escape_markdown(value: object) -> object:
    """Return a text as Markdown shows it, letter by letter; what is no text stays."""
    if not isinstance(value, str) or isinstance(value, _Verbatim):
        return value
    return _LIST_MARKS.sub(r"\1\\\2", _MARKS.sub(r"\\\1", value))


def _write_address(url: str) -> _Verbatim:
    """Return an address as it stands between the angle brackets of a link."""
    for mark in "\\<>":
        url = url.replace(mark, f"%{ord(mark):02X}")
    return _Verbatim(re.sub(r"&(?=#?\w+;)", r"\&", url))


def _wrap(text: str, indent: str = "") -> str:
    return textwrap.fill(
        text, _WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
