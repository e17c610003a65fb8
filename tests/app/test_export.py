"""`export` and `publish`: what other programs get, line by line, and the copy for a site."""

import csv
import io
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from db.analyses import store_analysis
from db.articles import store_article
from db.reference import store_reference
from db.schema import open_database
from dpawatch.progress import Silent
from dpawatch.run import group_cases, recorded_run
from ingest.models import Article
from nlp.gazetteer import load_laws, load_regulators
from nlp.models import Action, Analysis, Company, Provision, Regulator

NOW = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
QUOTE = "The authority acted against them."
TEXT = f"{'Nobody needs to read this sentence of the press. ' * 30}\n\n\n{QUOTE}"
SPAN = (TEXT.index(QUOTE), len(TEXT))
FORMULAS = ("=1+1", "+1", "-1", "@sum(a1)", "\tx")


def make_action(regulator, status, *respondents, **changes):
    fields = {
        "regulator": regulator, "respondents": respondents, "provisions": ("GDPR:5", "GDPR:32"), "sanctions": ("fine",),
        "violations": ("security",), "amount": None, "currency": None, "amount_eur": None, "fx_rate": None, "fx_date": None,
        "status": status, "decision_date": None, "background": False, "evidence": (SPAN,), "confidence": 0.9,
    }  # fmt: skip
    return Action(**fields | changes)


FINE = {"amount": Decimal(5000), "currency": "GBP", "amount_eur": Decimal("5900.50")}
ACTIONS = {
    "fined": make_action("gb-ico", "decided", "Acme", "Bolt & Co.", decision_date="2024-03-01", **FINE),
    "annulled": make_action("gb-ico", "annulled", "Acme", decision_date="2024-04", **FINE),
    "investigated": make_action("fr-cnil", "investigation", "Corp", sanctions=("investigation",)),
    "unnamed": make_action("es-aepd", "decided", decision_date="2023"),
    "unknown": make_action(None, "decided", "Dune"),
    "warned": make_action("de-hmbbfdi", "decided", "Echo", sanctions=("reprimand",), provisions=()),
}


def regroup(db):
    with recorded_run(db, "cases", Silent(), lambda: NOW) as run:
        group_cases(run)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("export") / "working.db"
    db = open_database(path)
    store_reference(db, load_regulators(), load_laws())
    for (key, action), title in zip(ACTIONS.items(), [*FORMULAS, 'Commas, "quotes"\nand lines'], strict=True):
        url = f"https://news.example/{key}?a=b"
        article = Article(
            id=f"id-{key}", url=url, title=title, text=TEXT, lang="en", fetched=NOW, published=NOW, publisher="Example News",
            content_hash=key,
        )  # fmt: skip
        store_article(db, article)
        names = tuple(Company(n.lower().replace(" ", "-"), n, "respondent", (SPAN,)) for n in action.respondents)
        analysis = Analysis(
            id=None, lang="en", is_enforcement=True, relevance=0.9, amounts=(), sanctions=(), dates=(), companies=names,
            regulators=tuple(Regulator(r, r, (SPAN,)) for r in [action.regulator] if r),
            provisions=(Provision("GDPR:32", "violated", (SPAN,)),), actions=(action,), pipeline="rules-1",
        )  # fmt: skip
        assert store_analysis(db, f"id-{key}", TEXT, analysis, NOW)
    regroup(db)
    db.close()
    return path


@pytest.fixture
def export(dpawatch, path):
    """Return a function that exports and gives stdout."""

    def run(*words):
        done = dpawatch("export", *words, db=path)
        assert done.exit_code == 0, done.stderr
        return done.stdout

    return run


def read_lines(text):
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("what", ["cases", "actions", "articles"])
def test_csv_and_json_lines_have_the_same_rows_and_keys(export, what):
    head, *table = csv.reader(io.StringIO(export("--what", what)))
    rows = read_lines(export("--format", "jsonl", "--what", what))
    assert all(list(row) == head for row in rows)
    assert [cells[0] for cells in table] == [row["id"] for row in rows]
    assert {len(cells) for cells in table} == {len(head)}


def test_lists_are_joined_in_csv_and_arrays_in_json(export):
    (row,) = [r for r in csv.DictReader(io.StringIO(export())) if r["id"] == "gb-ico-2024-acme"]
    assert row["respondents"] == "Acme; Bolt & Co."
    assert row["provisions"] == "GDPR:32; GDPR:5"
    assert row["events"] == "2024-03-01 decided; 2024-04 annulled"
    assert row["documents"] == "https://news.example/annulled?a=b; https://news.example/fined?a=b"
    assert row["quotes"] == f"{QUOTE}; {QUOTE}"
    assert (row["amount"], row["amount_eur"]) == ("5000", "5900.5")
    (case,) = [c for c in read_lines(export("--format", "jsonl")) if c["id"] == "gb-ico-2024-acme"]
    assert case["respondents"] == ["Acme", "Bolt & Co."]
    assert case["amount"] == 5000
    assert [event["quote"] for event in case["events"]] == [QUOTE, QUOTE]
    assert case["slug"] is None or isinstance(case["slug"], str)


def test_no_cell_is_a_formula(export):
    rows = list(csv.DictReader(io.StringIO(export("--what", "articles"))))
    titles = {row["id"].removeprefix("id-"): row["title"] for row in rows}
    assert [titles[key] for key in ACTIONS] == [*[f"'{t}" for t in FORMULAS], 'Commas, "quotes"\nand lines']
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t"))]
    stored = {row["title"] for row in read_lines(export("--what", "articles", "--format", "jsonl"))}
    assert set(FORMULAS) <= stored


@pytest.mark.parametrize("form", ["csv", "jsonl", "ftm"])
@pytest.mark.parametrize("what", ["cases", "actions", "articles"])
def test_no_text_of_the_press_gets_out(export, form, what):
    if form != "ftm" or what == "cases":
        said = export("--format", form, "--what", what)
        assert "Nobody needs to read" not in said
        assert QUOTE in said


@pytest.fixture
def entities(export):
    return read_lines(export("--format", "ftm"))


def by_schema(entities, schema):
    return {entity["id"]: entity["properties"] for entity in entities if entity["schema"] == schema}


def test_every_entity_is_valid_and_comes_once(entities):
    from followthemoney import ValueEntity, model

    assert len({entity["id"] for entity in entities}) == len(entities)
    for entity in entities:
        schema = model.get(entity["schema"])
        schema.validate(entity)
        assert all(entity["properties"].get(name) for name in schema.required), entity
        strict = ValueEntity.from_dict(entity, cleaned=False)
        assert strict.to_dict()["properties"] == entity["properties"]


def test_every_reference_leads_to_an_entity_of_the_schema_it_must_have(entities):
    from followthemoney import model

    schemata = {entity["id"]: model.get(entity["schema"]) for entity in entities}
    count = 0
    for entity in entities:
        for name, values in entity["properties"].items():
            prop = model.get(entity["schema"]).get(name)
            if prop.type.name == "entity":
                assert all(schemata[value].is_a(prop.range) for value in values), (entity, name)
                count += len(values)
    assert count > 20


def test_the_command_ftm_validate_accepts_every_entity(path):
    """The line of the manual, with the real command."""
    ftm = Path(sys.executable).with_name("ftm")
    script = f"{sys.executable} -m dpawatch export --db {path} --format ftm | tee {path}.sent | {ftm} validate > {path}.valid"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    sent, valid = (
        [(e["id"], e["schema"], e["properties"]) for e in read_lines(Path(f"{path}.{end}").read_text())]
        for end in ("sent", "valid")
    )
    assert valid == sent
    assert len(sent) > 20


def test_a_case_becomes_a_proceeding_with_its_parties_and_proofs(entities):
    case = by_schema(entities, "CourtCase")["dpawatch-case-gb-ico-2024-acme"]
    assert case["status"] == ["annulled"]
    assert case["court"] == ["Information Commissioner's Office"]
    assert case["country"] == ["gb"]
    assert case["closeDate"] == ["2024-04"]
    assert case["summary"] == ["GBP 5000 (EUR 5900.5)"]
    assert case["proof"] == ["dpawatch-article-id-annulled", "dpawatch-article-id-fined"]
    parties = by_schema(entities, "CourtCaseParty").values()
    roles = {(p["party"][0], p["role"][0]) for p in parties if p["case"] == ["dpawatch-case-gb-ico-2024-acme"]}
    bolt = next(i for i, company in by_schema(entities, "Company").items() if company["name"] == ["Bolt & Co."])
    assert bolt.removeprefix("dpawatch-company-").isalnum()  # FtM takes no "&" in an id
    assert roles == {
        ("dpawatch-regulator-gb-ico", "authority"), ("dpawatch-company-acme", "respondent"), (bolt, "respondent"),
    }  # fmt: skip
    proof = by_schema(entities, "Documentation")["dpawatch-documentation-gb-ico-2024-acme-id-fined"]
    assert proof["summary"] == [QUOTE]
    assert proof["sourceUrl"] == ["https://news.example/fined?a=b"]
    article = by_schema(entities, "Article")["dpawatch-article-id-fined"]
    assert (article["publisher"], article["language"]) == (["Example News"], ["eng"])
    assert article["retrievedAt"] == ["2024-05-01T12:00"]


def test_a_group_owns_its_companies_and_no_public_body():
    from dpawatch.ftm import _company

    known = {
        "id": "acme-es",
        "name": "Acme España",
        "aliases": ["Acme España", "Acme ES"],
        "parent": "acme",
        "country": "ES",
    }
    company, ownership = (e.to_dict() for e in _company({**known, "kind": "company", "wikidata": "Q95"}))
    assert (company["schema"], ownership["schema"]) == ("Company", "Ownership")
    assert company["properties"] == {
        "name": ["Acme España"], "alias": ["Acme ES"], "country": ["es"], "wikidataId": ["Q95"],
        "parent": ["dpawatch-company-acme"],
    }  # fmt: skip
    assert ownership["properties"]["owner"] == ["dpawatch-company-acme"]
    assert ownership["properties"]["asset"] == ["dpawatch-company-acme-es"]
    assert [e.schema.name for e in _company({**known, "kind": "public-body"})] == ["PublicBody"]


def test_only_what_was_imposed_on_somebody_is_a_sanction(entities):
    sanctions = by_schema(entities, "Sanction")
    assert {s["recordId"][0] for s in sanctions.values()} == {
        "gb-ico-2024-acme", "unknown-2024-dune", "de-hmbbfdi-2024-echo",
    }  # fmt: skip
    annulled = sanctions["dpawatch-sanction-gb-ico-2024-acme"]
    assert annulled["entity"][0] == "dpawatch-company-acme"
    assert annulled["startDate"] == ["2024-03-01"]
    assert annulled["endDate"] == ["2024-04"]
    assert annulled["authority"] == ["Information Commissioner's Office"]
    assert annulled["program"] == ["GDPR"]
    assert annulled["provisions"] == ["GDPR:32"]
    assert annulled["reason"] == ["security"]
    assert annulled["summary"] == ["fine"]


def test_nobody_is_a_person(entities):
    from followthemoney import model

    assert {e["schema"] for e in entities} <= {
        "PublicBody", "Company", "Organization", "Ownership", "Article", "CourtCase", "CourtCaseParty", "Sanction",
        "Documentation",
    }  # fmt: skip
    assert not [e for e in entities if model.get(e["schema"]).is_a("Person")]


def test_ftm_is_of_cases_only(dpawatch, path):
    done = dpawatch("export", "--format", "ftm", "--what", "actions", db=path)
    assert done.exit_code == 2
    assert done.stderr.startswith("Error: --format ftm is of cases, not of actions")


@pytest.mark.parametrize("since", ["yesterday", "2024-13", "2024-02-30", "24", ""])
def test_since_is_a_date(dpawatch, path, since):
    done = dpawatch("export", "--since", since, db=path)
    assert done.exit_code == 2
    assert "is no date; write it as 2024-05-01, 2024-05 or 2024" in done.stderr


def test_a_file_is_replaced_when_all_is_written(export, dpawatch, path, tmp_path, monkeypatch):
    out = tmp_path / "cases.csv"
    assert export("-o", str(out)) == ""
    before = out.read_text()
    assert before == export()
    import db.export

    monkeypatch.setattr(db.export, "_CASE_EVENTS", "select from nothing")
    done = dpawatch("export", "-o", str(out), db=path)
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: the database: ")
    assert out.read_text() == before
    assert [file.name for file in tmp_path.iterdir()] == ["cases.csv"]


def test_a_database_is_not_replaced(dpawatch, path):
    before = path.read_bytes()
    done = dpawatch("export", "-o", str(path), db=path)
    assert done.exit_code == 2
    assert "is a database, which an export does not replace" in done.stderr
    assert path.read_bytes() == before


def test_what_is_no_file_is_written_to(export, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE, text=True) as reader:
        export("--format", "jsonl", "-o", str(pipe))
        assert len(read_lines(reader.communicate(timeout=10)[0])) == 5
    assert pipe.is_fifo()


@pytest.mark.parametrize("form", ["csv", "jsonl", "ftm"])
def test_a_pipe_that_is_closed_early_is_no_error_to_show(path, form):
    script = f"{sys.executable} -m dpawatch export --db {path} --format {form} | head -c 10"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert len(done.stdout) == 10


def test_a_missing_database_is_named(dpawatch, tmp_path):
    for command in (["export"], ["publish", str(tmp_path / "out.db")]):
        done = dpawatch(*command, db=tmp_path / "none.db")
        assert done.exit_code == 2
        assert "no such database" in done.stderr


def test_publish_says_what_the_copy_holds(dpawatch, path, tmp_path):
    out = tmp_path / "public.db"
    done = dpawatch("publish", str(out), db=path)
    assert done.exit_code == 0
    assert done.stdout.startswith(f"{out}: 6 articles (6 cut to excerpts), 5 cases, ")
    with closing(sqlite3.connect(out)) as db:
        assert {text for (text,) in db.execute("select text from articles")} == {QUOTE}
    assert dpawatch("publish", str(out), db=path).exit_code == 0


def test_a_copy_is_exported_like_the_database(dpawatch, export, path, tmp_path):
    out = tmp_path / "public.db"
    assert dpawatch("publish", str(out), db=path).exit_code == 0
    for form in ("csv", "jsonl", "ftm"):
        assert dpawatch("export", "--format", form, db=out).stdout == export("--format", form)


@pytest.mark.parametrize("command", ["run", "tag", "cases", "status"])
def test_a_copy_takes_no_changes(dpawatch, path, tmp_path, command):
    out = tmp_path / "public.db"
    assert dpawatch("publish", str(out), db=path).exit_code == 0
    done = dpawatch(command, db=out)
    assert done.exit_code == 2
    assert "is a public copy, which only shows; give the database it was published from" in done.stderr


def test_a_publish_that_fails_needs_a_person(dpawatch, path, tmp_path, monkeypatch):
    import db.publish

    monkeypatch.setattr(db.publish, "_copying", lambda *_: "select from nothing")
    done = dpawatch("publish", str(tmp_path / "public.db"), db=path)
    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1
    assert "cannot be published" in done.stderr
    assert list(tmp_path.iterdir()) == []
