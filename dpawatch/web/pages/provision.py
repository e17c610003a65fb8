"""A provision, or a whole law: its official heading, what is below it, and the cases under all of that."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from dpawatch.web.database import fetch_rows
from dpawatch.web.filters import CaseFilter
from dpawatch.web.pages.answers import make_view
from dpawatch.web.pages.listing import MOST_BESIDE, count_beside, load_listing
from dpawatch.web.pages.moved import Moved
from dpawatch.wording import provision_key

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.database import Database

Row = dict[str, Any]

_PROVISION = """
select provisions.id, provisions.article, provisions.title, provisions.url, laws.id as law, laws.name as law_name,
    laws.jurisdiction, laws.url as law_url
from provisions join laws on laws.id = provisions.law where provisions.id = :id
"""
_LAW = """
select id, null as article, name as title, url, id as law, name as law_name, jurisdiction, url as law_url
from laws where id = :id
"""
_SPELT = """
select id from provisions where id = :id collate nocase union all select id from laws where id = :id collate nocase limit 1
"""
# The nearest of them that has a page.
_ABOVE = """
select id from provisions where id in (select value from json_each(:around)) order by length(id) desc limit 1
"""
# With the cases of what is below each of them in turn.
_BELOW = """
select provisions.id, title, cases from provisions join case_totals on kind = 'provision' and key = provisions.id and year = ''
where provisions.law = :law and provisions.id <> :id
"""
_APPLYING = f"""
select regulator as id, name, cases from provision_regulators join regulators on regulators.id = regulator
where provision = :id order by cases desc, id limit {MOST_BESIDE}
"""  # noqa: S608 (a constant)


async def load_provision(database: Database, provision_id: str) -> Row | Moved | None:
    """Return a provision or a law as a document, where another spelling of its id leads, or None."""

    async def ask(sql: str, **params: str) -> list[Row]:
        return await fetch_rows(database, sql, {"id": provision_id} | params)

    found = await ask(_PROVISION) or await ask(_LAW)
    if not found:
        spelt = await ask(_SPELT)
        return Moved(spelt[0]["id"]) if spelt else None
    provision = found[0]
    below = [row for row in await ask(_BELOW, law=provision["law"]) if is_below(row["id"], provision_id)]
    around = await ask(_ABOVE, around=json.dumps(_list_around(provision_id)))
    case_filter = CaseFilter(provision=provision_id)
    return provision | {
        "above": around[0]["id"] if around else provision["law"] if provision["law"] != provision_id else None,
        "below": sorted(below, key=lambda row: provision_key(row["id"])),
        "regulators": await _list_regulators(database, case_filter) if provision["article"] else [],
        **await load_listing(database, case_filter),
    }


async def _list_regulators(database: Database, case_filter: CaseFilter) -> list[Row]:
    """Return who applies a provision most; not asked of a law, which nearly every regulator applies."""
    found = await fetch_rows(database, _APPLYING, {"id": case_filter.provision})
    # of an upgraded database nothing is summed yet
    return found or await count_beside(database, case_filter, "regulators")


def is_below(provision: str, above: str) -> bool:
    """Tell whether a provision is a part of another: GDPR:5(1)(f) of GDPR:5(1), of GDPR:5 and of GDPR, but not of GDPR:5(1)(e)."""
    return provision.startswith((f"{above}(", f"{above}.", f"{above}:"))


def _list_around(provision: str) -> list[str]:
    """Return the provisions that this one is a part of: GDPR:5(1) and GDPR:5 of GDPR:5(1)(f)."""
    return [provision[: mark.start()] for mark in re.finditer(r"[(.]", provision)]


show_provision = make_view("provision", load_provision)
