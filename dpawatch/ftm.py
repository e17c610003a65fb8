"""FollowTheMoney: cases with their parties and articles as entities that the library accepts, each by a stable id.

A case is a CourtCase, the schema for a matter before an authority or a court, with a CourtCaseParty for the regulator and
each respondent; what was imposed in it is a Sanction; articles are Articles, and a Documentation holds the quotes by which
one proves a case. docs/export.md has the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from hashlib import sha1
from typing import Any

from followthemoney import ValueEntity
from sqlite_utils import Database

from db.export import export_rows
from db.parties import case_companies, case_documents, case_regulators

Row = dict[str, Any]

DATASET = "dpawatch"
_LONGEST = 500  # characters of a name or title
# what FtM takes for the id of an entity that others refer to
_ID = re.compile(r"[0-9a-zA-Z]([0-9a-zA-Z.-]*[0-9a-zA-Z])?")
_SCHEMA_OF_KIND = {"public-body": "PublicBody", "organisation": "Organization"}
_PENDING = {"investigation", "proposed"}
# what is no measure: that a case began, may lead to one, or ended without
_NOTHING_IMPOSED = {"investigation", "intent-to-fine", "case-closed", "fine-annulled", "fine-reduced"}
_ENDS = {"closed", "annulled", "upheld"}


def _cut(line: str) -> str:
    """Return a line no longer than FollowTheMoney takes names."""
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def list_entities(db: Database, since: str | None = None) -> Iterator[ValueEntity]:
    """Yield the entities of all cases; with `since` of those that an article of then or later reports.

    Regulators, companies and articles come once, before the cases that refer to them. Every entity is valid.
    """
    regulators = {}
    for row in case_regulators(db, since):
        regulators[row["id"]] = row
        yield _regulator(row)
    for row in case_companies(db, since):
        yield from _company(row)
    for row in case_documents(db, since):
        yield _article(row)
    for row in export_rows(db, "cases", since):
        yield from _case(row, regulators.get(row["regulator"]))


def identify(kind: str, *keys: str) -> str:
    """Return the id of an entity: "dpawatch-case-fr-cnil-2021-clearview-ai"; keys that FtM does not take are hashed."""
    key = "-".join(keys)
    return f"{DATASET}-{kind}-{key if _ID.fullmatch(key) else sha1(key.encode()).hexdigest()}"  # noqa: S324


def _make(schema: str, entity_id: str, **values: Any) -> ValueEntity:
    """Return a valid entity of the values that its schema takes; others, as an address that is none, are left out."""
    entity = ValueEntity.from_dict({"id": entity_id, "schema": schema, "datasets": [DATASET]})
    for name, value in values.items():
        entity.add(name, value)
    if "name" in entity.schema.required and not entity.has("name"):
        entity.add("name", entity_id)  # what is called by signs alone has no name in FtM
    entity.schema.validate({"properties": entity.properties})
    return entity


def _regulator(row: Row) -> ValueEntity:
    names = {"name": row["name"], "alias": row["native_name"], "abbreviation": row["abbreviation"]}
    country = {"country": row["country"], "website": row["website"]}
    return _make("PublicBody", identify("regulator", row["id"]), **names, **country, topics="gov")


def _company(row: Row) -> Iterator[ValueEntity]:
    """Yield a company, and that a group owns it where its group is known."""
    company, schema = identify("company", row["id"]), _SCHEMA_OF_KIND.get(row.get("kind") or "", "Company")
    parent = row.get("parent") or ""
    owner = identify("company", parent) if parent else None
    names = {"name": row["name"], "alias": [alias for alias in row["aliases"] if alias != row["name"]]}
    known = {"country": row.get("country"), "wikidataId": row.get("wikidata"), "parent": owner}
    yield _make(schema, company, **names, **known)
    if owner and schema == "Company":  # nothing else can be owned
        yield _make("Ownership", identify("ownership", parent, row["id"]), owner=owner, asset=company, role="group")


def _article(row: Row) -> ValueEntity:
    said = {
        "title": _cut(row["title"]),
        "sourceUrl": row["url"],
        "publisher": row["publisher"],
        "language": row["lang"],
    }
    times = {"publishedAt": row["published"], "retrievedAt": row["fetched"]}
    return _make("Article", identify("article", row["id"]), **said, **times)


def _case(row: Row, regulator: Row | None) -> Iterator[ValueEntity]:
    case = identify("case", row["id"])
    origin = _origin(row)
    authority = regulator["name"] if regulator else None
    country = regulator["country"] if regulator else None
    yield _make(
        "CourtCase",
        case,
        name=_cut(row["title"]),
        type="data protection",
        category=[*row["sanctions"], *row["violations"]],
        status=row["status"],
        court=authority,
        country=country,
        fileDate=_dates(row, {"complaint", "investigation"}),
        closeDate=_dates(row, _ENDS) if row["status"] in _ENDS else None,
        summary=_describe_amount(row),
        program=_laws(row),
        modifiedAt=row["last_seen"],
        **origin,
    )
    if regulator:
        yield _party(row, "authority", identify("regulator", regulator["id"]))
    for company in row["companies"]:
        yield _party(row, "respondent", identify("company", company))
    if row["companies"] and row["status"] not in _PENDING and set(row["sanctions"]) - _NOTHING_IMPOSED:
        yield _sanction(row, authority, country, origin)
    for document in row["documents"]:
        yield _documentation(row, document)


def _party(row: Row, role: str, party: str) -> ValueEntity:
    entity_id = identify("party", row["id"], role, party.removeprefix(f"{DATASET}-"))
    return _make("CourtCaseParty", entity_id, case=identify("case", row["id"]), party=party, role=role)


def _sanction(row: Row, authority: str | None, country: str | None, origin: Row) -> ValueEntity:
    return _make(
        "Sanction",
        identify("sanction", row["id"]),
        entity=[identify("company", company) for company in row["companies"]],
        authority=authority,
        country=country,
        program=_laws(row),
        provisions=row["violated"] or row["provisions"],
        status=row["status"],
        reason=row["violations"],
        startDate=row["decided"],
        endDate=_dates(row, {"annulled"}) if row["status"] == "annulled" else None,
        summary=[sanction for sanction in row["sanctions"] if sanction not in _NOTHING_IMPOSED],
        description=[_cut(row["title"]), _describe_amount(row)],
        recordId=row["id"],
        modifiedAt=row["last_seen"],
        **origin,
    )


def _documentation(row: Row, document: Row) -> ValueEntity:
    article = document["article"]
    return _make(
        "Documentation",
        identify("documentation", row["id"], article),
        document=identify("article", article),
        entity=identify("case", row["id"]),
        role="background" if document["kind"] == "background" else "report",
        summary=document["quotes"],
        date=document["published"],
        sourceUrl=document["url"],
        publisher=document["publisher"],
    )


def _origin(row: Row) -> Row:
    """Return where what a case says comes from."""
    documents = row["documents"]
    return {
        "sourceUrl": [document["url"] for document in documents],
        "publisher": [document["publisher"] for document in documents],
        "proof": [identify("article", document["article"]) for document in documents],
    }


def _dates(row: Row, kinds: Iterable[str]) -> list[str]:
    return sorted({event["date"] for event in row["events"] if event["date"] and event["kind"] in kinds})


def _laws(row: Row) -> list[str]:
    return sorted({provision.partition(":")[0] for provision in row["provisions"]})


def _describe_amount(row: Row) -> str | None:
    """Return a case's sum as text, which is all that FtM has room for: "EUR 50000000", "USD 5000000000 (EUR 4444444444.44)"."""
    if row["amount"] is None or not row["currency"]:
        return None
    euro = f" (EUR {row['amount_eur']})" if row["amount_eur"] is not None and row["currency"] != "EUR" else ""
    return f"{row['currency']} {row['amount']}{euro}"
