from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from datasette.app import Datasette
from sqlite_utils import Database

from db.schema import open_database
from db.summaries import refresh_summaries

Get = Callable[[str], Any]

TEXT = "Préface 🦊. Le 21 janvier 2019, la CNIL a prononcé une sanction. Google fera appel. L’Oréal et C&A attendent."
QUOTE = "Le 21 janvier 2019, la CNIL a prononcé une sanction."
APPEAL = "Google fera appel."
MARKUP = '<script>alert("x")</script><img src=x onerror=alert(1)>'
RIGHT_TO_LEFT = "شركة \u202e<b>gnp</b>"
HOSTILE_TEXT = f"\ue000{MARKUP}\ue001 clearviewish {RIGHT_TO_LEFT} 'quote' \"double\" ; drop table cases; --"
LONG = "Endless " * 1250
BAD_URL = "javascript:alert(document.cookie)"


def metadata() -> dict[str, Any]:
    """Return the packaged metadata, read anew."""
    return json.loads((files("dpawatch") / "datasette-metadata.json").read_text(encoding="utf-8"))


def span(text: str, part: str) -> tuple[int, int]:
    """Return where part stands in text, in code points."""
    return text.index(part), text.index(part) + len(part)


def fill(db: Database) -> None:
    """Insert a case with everything, one of hostile values, one of nulls, and what they refer to."""
    regulators = [
        ("fr-cnil", "French authority", "Commission nationale", "CNIL", "FR", "dpa", "https://cnil.example"),
        ("gb-ico", MARKUP, RIGHT_TO_LEFT, None, "GB", "dpa", BAD_URL),
    ]
    db["regulators"].insert_all(
        dict(zip(("id", "name", "native_name", "abbreviation", "country", "kind", "website"), row, strict=True))
        for row in regulators
    )
    db["laws"].insert_all(
        [{"id": "GDPR", "name": "General Data Protection Regulation"}, {"id": "ePrivacy", "name": MARKUP}]
    )
    db["provisions"].insert_all(
        [
            {"id": "GDPR:6", "law": "GDPR", "title": "Lawfulness of processing", "url": "https://law.example/6"},
            {"id": "GDPR:12", "law": "GDPR", "article": "12", "title": "Transparent information", "url": None},
            {"id": "GDPR:12(1)", "law": "GDPR", "title": None, "url": None},
            {"id": "ePrivacy:5(3)", "law": "ePrivacy", "title": MARKUP, "url": BAD_URL},
        ]
    )
    db["companies"].insert_all(
        [
            {"id": "google", "name": "Google"},
            {"id": "l-oreal", "name": "L'Oréal"},
            {"id": "evil", "name": MARKUP + RIGHT_TO_LEFT},
        ]
    )
    db["sources"].insert_all(
        [
            {"id": "fr-cnil-news", "publisher": MARKUP, "format": "feed", "kind": "regulator", "failures": 0},
            {
                "id": "bad",
                "publisher": "bad",
                "homepage": MARKUP,
                "format": "feed",
                "url": BAD_URL,
                "failures": 3,
                "last_error": MARKUP,
            },
        ],
        alter=False,
    )
    db["runs"].insert(
        {"command": "run", "started": "2026-01-02T03:00:00Z", "finished": "2026-01-02T03:04:00Z", "outcome": "done"}
    )
    articles = {
        "good": ("https://cnil.example/google", "La CNIL sanctionne Google", TEXT, "fr-cnil", "2019-01-21T10:00:00Z"),
        "appeal": ("https://press.example/appeal", "Google appeals", TEXT, "Press", "2019-01-23T10:00:00Z"),
        "hostile": (BAD_URL, MARKUP + RIGHT_TO_LEFT, HOSTILE_TEXT, MARKUP, "no date at all"),
        "long": ("https://press.example/long", LONG, LONG, "Press", None),
    }
    for key, (url, title, text, publisher, published) in articles.items():
        db["articles"].insert(
            {
                "id": key, "url": url, "title": title, "published": published, "fetched": "2026-01-02T03:00:00Z", "lang": "fr",
                "source": None, "publisher": publisher, "text": text, "content_hash": key, "is_enforcement": 1, "relevance": 0.9,
            }
        )  # fmt: skip
    db["near_duplicates"].insert({"article": "appeal", "copy_of": "good", "similarity": 0.93})
    cases = [
        ("fr-cnil-2019-google", "fr-cnil", "CNIL fines Google USD 50,000,000 (2019, under appeal)", "Google", "appealed",
         "2019-01-21", 50000000, "USD", 44000000.5, "2019-01-21T10:00:00Z", "2019-01-23T10:00:00Z", 2),
        ("hostile", "gb-ico", MARKUP + RIGHT_TO_LEFT, MARKUP, "decided", "<b>soon</b>", 1.5, MARKUP, 1.5, "x", "y", 1),
        ("long", None, LONG, LONG, "decided", None, None, None, None, None, None, 1),
        ("nulls", None, "Something happened", "", "investigation", None, None, None, None, None, None, 0),
        ("oreal", "fr-cnil", "L’Oréal warned", "L’Oréal; C&A", "decided", "2020-05", None, None, None, "2020-05-01", "2020-05-01", 1),
        ("pending", "fr-cnil", "CNIL investigates", "", "proposed", None, None, None, None, "2018-01-01", "2018-01-01", 0),
    ]  # fmt: skip
    columns = (
        "id", "regulator", "title", "respondents", "status", "decided", "amount", "currency", "amount_eur", "first_seen",
        "last_seen", "articles",
    )  # fmt: skip
    db["cases"].insert_all(dict(zip(columns, row, strict=True)) | {"regulator_names": "CNIL"} for row in cases)
    rate = {"fx_rate": 1.1364, "fx_date": "2019-01-21", "amount_before": 80000000}
    db["cases"].update("fr-cnil-2019-google", rate)
    missing = {"decided_missing": "none", "respondents_missing": "anonymised", "amount_missing": "none"}
    db["cases"].update("nulls", missing)
    db["case_articles"].insert_all(
        [
            {"case_id": "fr-cnil-2019-google", "article": "good"}, {"case_id": "fr-cnil-2019-google", "article": "appeal"},
            {"case_id": "hostile", "article": "hostile"}, {"case_id": "long", "article": "long"},
        ]
    )  # fmt: skip
    actions = [
        ("good-1", "good", "fr-cnil", "decided", "2019-01-21", QUOTE, "fr-cnil-2019-google"),
        ("appeal-1", "appeal", "fr-cnil", "appealed", None, APPEAL, "fr-cnil-2019-google"),
        ("hostile-1", "hostile", "gb-ico", "decided", MARKUP, HOSTILE_TEXT, "hostile"),
        ("long-1", "long", None, "decided", None, None, "long"),
    ]
    for action, article, regulator, status, decided, quote, case in actions:
        text = articles[article][2]
        start, end = span(text, quote) if quote else (None, None)
        paid = {
            "amount": 50000000,
            "currency": "USD",
            "amount_eur": 44000000.5,
            "fx_rate": 1.1364,
            "fx_date": "2019-01-21",
        }
        db["actions"].insert(
            {
                "id": action, "article": article, "position": 1, "regulator": regulator, "status": status,
                "decision_date": decided, "background": 0, "confidence": 0.93, "evidence_start": start, "evidence_end": end,
                "pipeline": "test", **(paid if action == "good-1" else {}),
            }
        )  # fmt: skip
        db["case_actions"].insert({"case_id": case, "action": action})
        event = {"id": f"{action}-{status}", "case_id": case, "date": decided, "kind": status, "article": article}
        event |= {"date_origin": decided and "stated", "action": action, "told_by": 3 if action == "good-1" else 1}
        db["case_events"].insert(event | {"start": start, "end": end})
        if quote:
            db["action_evidence"].insert({"action": action, "start": start, "end": end})
        db["action_sanctions"].insert({"action": action, "sanction": "fine"})
    db["case_events"].insert_all(
        {"id": f"oreal-{kind}", "case_id": "oreal", "date": date, "kind": kind, "article": "long"}
        for kind, date in (("complaint", "2019-11-05"), ("decided", "2020-05-08"))
    )
    db["action_violations"].insert_all(
        [{"action": "good-1", "violation": "legal-basis"}, {"action": "hostile-1", "violation": MARKUP}]
    )
    db["case_violations"].insert_all(
        [{"case_id": "fr-cnil-2019-google", "violation": "legal-basis"}, {"case_id": "hostile", "violation": MARKUP}]
    )
    rival = {"field": "amount", "value": "USD 50000000", "other_value": "USD 60000000", "other_action": "appeal-1"}
    db["case_contradictions"].insert({"case_id": "fr-cnil-2019-google", "action": "good-1", **rival})
    made = {"entity": "case", "cause_kind": "article", "cause": "good", "changed": "2026-01-02T03:04:00Z"}
    db["history"].insert_all([{**made, "entity_id": case[0], "field": "id", "new": case[0]} for case in cases])
    db["history"].insert(
        {"entity": "case", "entity_id": "fr-cnil-2019-google", "field": "status", "old": "decided", "new": "appealed",
         "changed": "2026-02-03T04:05:00Z", "cause_kind": "article", "cause": "appeal"}
    )  # fmt: skip
    db["history"].insert(
        {"entity": "case", "entity_id": "hostile", "field": MARKUP, "old": MARKUP, "new": LONG, "changed": MARKUP,
         "cause_kind": MARKUP, "cause": RIGHT_TO_LEFT}
    )  # fmt: skip
    db["case_redirects"].insert(
        {"old_id": "fr-cnil-2019-unknown", "case_id": "fr-cnil-2019-google", "why": "renamed", "made": "x"}
    )
    db["case_companies"].insert_all(
        [{"case_id": "fr-cnil-2019-google", "company": "google"}, {"case_id": "hostile", "company": "evil"},
         {"case_id": "oreal", "company": "l-oreal"}]
    )  # fmt: skip
    db["case_provisions"].insert_all(
        [
            {"case_id": "fr-cnil-2019-google", "provision": "GDPR:12", "role": "violated"},
            {"case_id": "fr-cnil-2019-google", "provision": "GDPR:6", "role": "violated"},
            {"case_id": "oreal", "provision": "GDPR:12(1)", "role": "cited"},
            {"case_id": "hostile", "provision": "ePrivacy:5(3)", "role": MARKUP},
        ]
    )
    db["case_sanctions"].insert_all(
        [{"case_id": "fr-cnil-2019-google", "sanction": "fine"}, {"case_id": "oreal", "sanction": "warning"},
         {"case_id": "hostile", "sanction": MARKUP}]
    )  # fmt: skip


@pytest.fixture(scope="session")
def database_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database called anything but dpawatch."""
    path = tmp_path_factory.mktemp("site") / "privacy.db"
    db = open_database(path)
    with db.conn:
        fill(db)
    refresh_summaries(db)
    db.close()
    return path


def _client(datasette: Datasette) -> Iterator[Get]:
    yield lambda path: asyncio.run(datasette.client.get(path))
    for database in datasette.databases.values():
        database.close()
    datasette.executor.shutdown()


@pytest.fixture(scope="session")
def get(database_path: Path) -> Iterator[Get]:
    """Return a function that asks the site for a path."""
    yield from _client(Datasette([str(database_path)], settings={"sql_time_limit_ms": 5000}))


@pytest.fixture
def get_from(request: pytest.FixtureRequest) -> Callable[..., Get]:
    """Return a function that starts another Datasette and returns its `get`."""

    def start(files: list[Path], **options: Any) -> Get:
        client = _client(Datasette([str(file) for file in files], **options))
        request.addfinalizer(lambda: [None for _ in client] and None)
        return next(client)

    return start


@pytest.fixture(scope="session")
def soup(get: Get) -> Callable[[str], BeautifulSoup]:
    """Return a function that asks for a page, insists on a 200 and parses it."""

    def ask(path: str) -> BeautifulSoup:
        answer = get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[-600:]}"
        return BeautifulSoup(answer.text, "html.parser")

    return ask


@pytest.fixture(scope="session")
def packaged() -> dict[str, Any]:
    return metadata()


@pytest.fixture(scope="session")
def changed_copy(database_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return a function that copies the database, changes the copy with a statement and returns where it is."""

    def make(sql: str) -> Path:
        path = tmp_path_factory.mktemp("changed") / "changed.db"
        path.write_bytes(database_path.read_bytes())
        db = Database(path)
        with db.conn:
            db.execute(sql)
        db.close()
        return path

    return make
