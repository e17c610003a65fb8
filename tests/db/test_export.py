"""Exported rows: the columns of the table, what is linked as lists, and of the press no more than the public copy shows."""

from datetime import UTC, datetime

import pytest

from db.analyses import store_analysis
from db.articles import store_article
from db.excerpts import MAX_CHARACTERS
from db.export import export_rows, list_keys
from db.parties import case_companies, case_documents, case_regulators
from db.public import PRIVATE
from db.sources import ensure_import_source
from dpawatch.progress import Silent
from dpawatch.run import group_cases, recorded_run
from nlp.models import Provision

FIRST = "The CNIL fined Acme and Bolt 5,000 euros for a breach of Article 32."
SECOND = "Acme said that it would appeal. " * 40
TEXT = f"An ordinary beginning of no interest.\n\n\n{FIRST} {SECOND}"
AT = TEXT.index(FIRST)
EVIDENCE = ((AT, AT + len(FIRST)), (AT + len(FIRST) + 1, len(TEXT)))

NOW = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)


def regroup(db):
    with recorded_run(db, "cases", Silent(), lambda: NOW) as run:
        group_cases(run)


@pytest.fixture
def filled(db, make_article, make_action, make_analysis, now):
    ensure_import_source(db, "open", "open")
    db.execute("update sources set reuse = 'open'")
    action = make_action(
        "fr-cnil",
        "Acme",
        "Bolt",
        amount=5000,
        provisions=("GDPR:32", "GDPR:5"),
        violations=("security",),
        evidence=EVIDENCE,
    )
    analysis = make_analysis(
        action, provisions=(Provision("GDPR:32", "violated", ((0, 4),)), Provision("GDPR:5", "cited", ((0, 4),)))
    )
    for key, source, published in (("press", None, "2024-03-01"), ("open", "open", "2024-04-01")):
        article = make_article(
            key, text=TEXT, source=source, published=now.fromisoformat(f"{published}T00:00:00+00:00")
        )
        store_article(db, article)
        store_analysis(db, article.id, TEXT, analysis, now)
    db.execute("insert into article_sources values ('id-open', 'open', 'u', '2024')")
    late = make_article("late", published=now.fromisoformat("2025-01-01T00:00:00+00:00"))
    store_article(db, late)
    store_analysis(db, late.id, late.text, make_analysis(make_action("gb-ico", "Corp")), now)
    regroup(db)
    return db


@pytest.mark.parametrize("what", ["cases", "actions", "articles"])
def test_keys_are_the_columns_of_the_table_and_those_of_its_links(filled, what):
    rows = list(export_rows(filled, what))
    assert {tuple(row) for row in rows} == {tuple(list_keys(filled, what))}
    assert set(filled[what].columns_dict) - set(PRIVATE.get(what, ())) <= set(rows[0])
    assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)


def test_a_case_has_its_parties_provisions_events_and_quotes(filled):
    case = next(row for row in export_rows(filled, "cases") if row["regulator"] == "fr-cnil")
    assert case["respondents"] == ["Acme", "Bolt"]
    assert case["companies"] == ["acme", "bolt"]
    assert (case["provisions"], case["violated"]) == (["GDPR:32", "GDPR:5"], ["GDPR:32"])
    assert (case["sanctions"], case["violations"]) == (["fine"], ["security"])
    assert {(event["kind"], event["quote"]) for event in case["events"]} == {("decided", FIRST)}
    assert [document["article"] for document in case["documents"]] == ["id-press", "id-open"]
    press, whole = (document["quotes"] for document in case["documents"])
    assert whole == [FIRST, SECOND.strip() + " "]
    assert press[0] == FIRST
    assert SECOND.startswith(press[1])
    assert sum(map(len, press)) <= MAX_CHARACTERS
    assert case["quotes"] == [*press, *whole]


def test_an_action_has_its_article_and_quotes(filled):
    action = next(row for row in export_rows(filled, "actions") if row["article"] == "id-press")
    assert action["url"] == "https://news.example/press"
    assert action["respondents"] == ["Acme", "Bolt"]
    assert action["cases"] == ["fr-cnil-2024-acme"]
    article = next(row for row in export_rows(filled, "articles") if row["id"] == "id-press")
    assert article["text"][action["evidence_start"] : action["evidence_end"]] == action["quotes"][0] == FIRST


def test_articles_of_the_press_are_excerpts(filled):
    rows = {row["id"]: row for row in export_rows(filled, "articles")}
    assert (rows["id-open"]["text"], rows["id-open"]["excerpt"]) == (TEXT, 0)
    assert rows["id-press"]["excerpt"] == 1
    assert rows["id-press"]["text"].startswith(FIRST)
    assert len(rows["id-press"]["text"]) <= MAX_CHARACTERS
    assert rows["id-open"]["sources"] == ["open"]


@pytest.mark.parametrize(
    ("since", "articles", "cases"),
    [
        (None, {"id-press", "id-open", "id-late"}, 2),
        ("2024", {"id-press", "id-open", "id-late"}, 2),
        ("2024-03-02", {"id-open", "id-late"}, 2),
        ("2024-05", {"id-late"}, 1),
        ("2025-01-01T00:00:01Z", set(), 0),
    ],
)
def test_since_leaves_out_what_was_reported_before(filled, since, articles, cases):
    assert {row["id"] for row in export_rows(filled, "articles", since)} == articles
    assert {row["article"] for row in export_rows(filled, "actions", since)} == articles
    assert len(list(export_rows(filled, "cases", since))) == cases


def test_parties_are_those_of_the_cases(filled):
    assert [row["id"] for row in case_regulators(filled)] == ["fr-cnil", "gb-ico"]
    assert [row["id"] for row in case_companies(filled)] == ["acme", "bolt", "corp"]
    assert [row["id"] for row in case_documents(filled)] == ["id-late", "id-open", "id-press"]
    assert [row["id"] for row in case_regulators(filled, "2025")] == ["gb-ico"]
    assert [row["id"] for row in case_companies(filled, "2025")] == ["corp"]
    assert [row["id"] for row in case_documents(filled, "2025")] == ["id-late"]


def test_groups_come_with_their_companies(filled):
    if "parent" not in filled["companies"].columns_dict:
        filled.execute("alter table companies add column parent text references companies(id)")
    filled.execute("insert into companies (id, name) values ('group', 'Group'), ('top', 'Top'), ('other', 'Other')")
    filled.execute("update companies set parent = 'group' where id = 'corp'")
    filled.execute("update companies set parent = 'top' where id = 'group'")
    assert [row["id"] for row in case_companies(filled, "2025")] == ["corp", "group", "top"]
