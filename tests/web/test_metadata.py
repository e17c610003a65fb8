"""The metadata: every column of the real schema is described, every saved query answers."""

import json
import sqlite3

import pytest

from db.schema import open_database

EXAMPLES = {
    "year": "2019", "country": "FR", "company": "l'oréal", "provision": "gdpr:12", "law": "gdpr", "measure": "warning",
    "regulator": "fr-cnil", "case_id": "fr-cnil-2019-google", "at_least": "1", "violation": "legal-basis", "language": "fr",
    "publisher": "bad", "article": "appeal", "date": "2026-03-01", "field": "amount",
}  # fmt: skip
NASTY = ['"', "*", "AND", "'; drop table cases; --", "%", "\x00", "🦊", "x" * 5000, "{a} : b"]


@pytest.fixture(scope="module")
def schema():
    db = open_database(":memory:")
    yield {
        name: {"columns": {c.name for c in db[name].columns}, "indexed": indexed(db, name)}
        for name in (*db.table_names(), *db.view_names())
    }
    db.close()


def indexed(db, table):
    if table in db.view_names():
        return set()
    return {index.columns[0] for index in db[table].indexes} | set(db[table].pks[:1])


def block(packaged):
    return packaged["databases"]["dpawatch"]


def queries():
    from dpawatch.web.metadata import saved_queries

    return list(saved_queries())


def test_every_table_and_column_is_described_and_no_other(packaged, schema):
    described = {
        name: set(t.get("columns", {})) for name, t in block(packaged)["tables"].items() if not t.get("hidden")
    }
    hidden = {name for name, t in block(packaged)["tables"].items() if t.get("hidden")}
    assert described == {name: t["columns"] for name, t in schema.items() if name not in hidden}
    assert hidden == {name for name in schema if "_fts" in name or name.startswith("_")}


def test_every_table_has_a_title_and_a_description(packaged):
    shown = [t for t in block(packaged)["tables"].values() if not t.get("hidden")]
    assert all(t["title"] and t["description"].endswith(".") for t in shown)
    assert all(text.endswith(".") for t in shown for text in t["columns"].values())


def test_facets_sorts_and_units_name_columns_and_facets_are_indexed(packaged, schema):
    for name, table in block(packaged)["tables"].items():
        named = {table.get(key) for key in ("sort", "sort_desc", "label_column")} | set(table.get("units", ()))
        assert named - {None} <= schema[name]["columns"]
        if name != "regulators":  # a reference of some hundred rows
            assert set(table.get("facets", ())) <= schema[name]["indexed"], name


def test_the_table_of_cases_counts_facets_only_when_asked(get):
    """Of 200,000 cases even one with an index takes as long as the rest of the page."""
    assert get("/privacy/cases.json").json()["facet_results"] == {}
    (facet,) = get("/privacy/cases.json?_facet=status").json()["facet_results"].values()
    assert {row["value"]: row["count"] for row in facet["results"]}["decided"] == 3


@pytest.mark.parametrize("name", queries())
def test_saved_queries_have_titles_sentences_and_parameters(packaged, name):
    query = block(packaged)["queries"][name]
    assert query["title"]
    assert query["description"].endswith(".")
    assert "Give " in query["description"]


@pytest.mark.parametrize("name", queries())
def test_saved_queries_answer_without_and_with_parameters(get, packaged, name):
    import re

    parameters = set(re.findall(r":(\w+)", block(packaged)["queries"][name]["sql"].replace("':'", "")))
    assert parameters <= EXAMPLES.keys()
    assert get(f"/privacy/{name}").status_code == 200
    assert get(f"/privacy/{name}.json?_shape=array").json(), "finds something without parameters"
    filled = "&".join(f"{parameter}={EXAMPLES[parameter]}" for parameter in parameters)
    assert get(f"/privacy/{name}.json?_shape=array&{filled}").json(), f"finds something for {filled}"
    assert get(f"/privacy/{name}.csv?{filled}").status_code == 200


@pytest.mark.parametrize("value", NASTY, ids=range(len(NASTY)))
@pytest.mark.parametrize("name", queries())
def test_no_parameter_is_an_error(get, packaged, name, value):
    import re
    from urllib.parse import quote

    parameters = set(re.findall(r":(\w+)", block(packaged)["queries"][name]["sql"].replace("':'", "")))
    filled = "&".join(f"{parameter}={quote(value)}" for parameter in parameters)
    assert get(f"/privacy/{name}.json?{filled}").status_code == 200


@pytest.mark.parametrize(
    ("query", "values", "cases"),
    [
        ("cases-of-company", "company=goo", set()),  # whole words only
        ("cases-of-company", "company=GOOGLE", {"fr-cnil-2019-google"}),
        ("cases-of-company", "company=C%26A", {"oreal"}),
        ("cases-citing-provision", "provision=GDPR:12", {"fr-cnil-2019-google", "oreal"}),
        ("cases-citing-provision", "provision=gdpr:12(1)", {"oreal"}),
        ("cases-citing-provision", "provision=GDPR:1", set()),
        ("cases-citing-provision", "provision=GDPR", {"fr-cnil-2019-google", "oreal"}),
        ("largest-fines", "year=2019", {"fr-cnil-2019-google"}),
        ("largest-fines", "year=1999", set()),
        ("orders-without-a-fine", "", {"oreal"}),
        ("pending-cases", "", {"nulls", "pending"}),
        ("pending-cases", "country=fr", {"pending"}),
        ("cases-citing-provision", "provision=eprivacy", {"hostile"}),
        ("orders-without-a-fine", "measure=warning", {"oreal"}),
        ("orders-without-a-fine", "measure=fine", set()),
        ("appealed-reduced-annulled", "", {"fr-cnil-2019-google"}),
    ],
)
def test_saved_queries_find_what_they_say(get, query, values, cases):
    rows = get(f"/privacy/{query}.json?_shape=array&{values}").json()
    assert {row["case_id"] for row in rows} == cases


@pytest.mark.parametrize(
    ("query", "key", "value"),
    [
        ("fines-by-regulator-and-year?country=fr", ("regulator", "year"), {"fr-cnil/2019": 44000000.5}),
        ("companies-with-most-cases?at_least=2", ("id",), {}),
        ("companies-with-most-cases", ("id",), {"google": 44000000.5, "evil": 1.5, "l-oreal": 0}),
        ("fines-by-month?country=FR", ("month",), {"2019-01": 44000000.5}),
        ("measures-by-year?measure=warning", ("measure", "year"), {"warning/2020": 0}),
        ("violations-by-year?violation=legal-basis", ("violation", "year"), {"legal-basis/2019": 44000000.5}),
    ],
)
def test_sums_are_those_of_the_cases(get, query, key, value):
    path, _, asked = query.partition("?")
    rows = get(f"/privacy/{path}.json?_shape=array&{asked}").json()
    found = {"/".join(row[part] for part in key): row["total_eur"] for row in rows}
    assert {k: v for k, v in found.items() if v or k in value} == value


def test_the_time_to_a_decision_is_counted_in_days(get):
    rows = get("/privacy/how-long-it-takes.json?_shape=array&regulator=fr-cnil").json()
    assert [(row["year"], row["cases"], row["median_days"]) for row in rows] == [("", 1, 185), ("2020", 1, 185)]


def test_provisions_are_counted_with_what_is_below_them(get):
    rows = get("/privacy/most-cited-provisions.json?_shape=array&law=GDPR").json()
    assert {row["provision"]: (row["cases"], row["breached"]) for row in rows} == {
        "GDPR:12": (2, 1), "GDPR:6": (1, 1), "GDPR:12(1)": (1, 0),
    }  # fmt: skip


@pytest.mark.parametrize("name", queries())
def test_saved_queries_state_their_parameters_in_order(packaged, name):
    import re

    query = block(packaged)["queries"][name]
    assert query["params"] == list(dict.fromkeys(re.findall(r":(\w+)", query["sql"].replace("':'", ""))))


@pytest.mark.parametrize(
    ("article", "found"),
    [
        ("", {("good", "appeal")}),
        ("good", {("good", "appeal")}),  # the original
        ("appeal", {("good", "appeal")}),  # a copy
        ("https://press.example/appeal", {("good", "appeal")}),
        ("long", set()),  # has none
    ],
)
def test_copies_are_found_from_each_of_them(get, article, found):
    rows = get(f"/privacy/copies-of-one-text.json?_shape=array&article={article}").json()
    assert {(row["original"], row["article"]) for row in rows} == found


@pytest.mark.parametrize(
    ("date", "status"),
    [
        ("", "appealed"),
        ("2026-02-03", "appealed"),
        ("2026-02-02", "decided"),
        ("2026-02-03T04:00:00Z", "decided"),
        ("2026-01", "decided"),
    ],
)
def test_the_table_is_shown_as_it_was_on_a_date(get, date, status):
    rows = {row["case_id"]: row for row in get(f"/privacy/cases-on-a-date.json?_shape=array&date={date}").json()}
    assert rows["fr-cnil-2019-google"]["status"] == status
    assert rows["fr-cnil-2019-google"]["amount"] == 50000000
    assert len(rows) == 6
    assert get("/privacy/cases-on-a-date.json?_shape=array&date=2026-01-01").json() == []


def test_the_table_of_a_date_is_read_by_index(packaged):
    db = open_database(":memory:")
    sql = "explain query plan " + block(packaged)["queries"]["cases-on-a-date"]["sql"]
    plan = [row[3] for row in db.execute(sql, {"date": "2026-01-01"})]
    assert not [step for step in plan if step.startswith("SCAN") and "history_changed" not in step]
    db.close()


def test_both_quotes_of_a_contradiction_are_shown(get):
    (row,) = get("/privacy/contradictions.json?_shape=array&field=amount").json()
    assert (row["value"], row["other_value"]) == ("USD 50000000", "USD 60000000")
    assert row["quote"]
    assert row["other_quote"]
    assert row["quote"] != row["other_quote"]


def test_metadata_is_there_without_the_option(get):
    found = get("/-/metadata.json").json()
    assert found["title"].startswith("dpawatch")
    assert list(found["databases"]) == ["privacy"]
    assert [q["name"] for q in get("/privacy.json").json()["queries"]] == queries()


def test_metadata_given_to_datasette_wins_and_nothing_is_there_twice(get_from, database_path, packaged, tmp_path):
    copy = tmp_path / "dpawatch.db"
    copy.write_bytes(database_path.read_bytes())
    own = json.loads(json.dumps(packaged))
    own["title"] = "Our own"
    own["databases"]["dpawatch"]["queries"]["mine"] = "select 1"
    get = get_from([copy], metadata=own)
    assert "<title>Our own</title>" in get("/").text
    assert [q["name"] for q in get("/dpawatch.json").json()["queries"]] == [*queries(), "mine"]
    page = get("/dpawatch").text
    assert page.count('href="/dpawatch/largest-fines"') == 1


def test_asking_does_not_change_the_metadata(get, packaged):
    for path in ("/privacy", "/privacy/largest-fines", "/privacy/cases"):
        get(path)
    from dpawatch.web.metadata import metadata_for

    assert metadata_for("dpawatch") == packaged


def test_the_packaged_queries_only_read(packaged):
    db = sqlite3.connect(":memory:")
    assert all(query["sql"].lower().startswith(("select", "with")) for query in block(packaged)["queries"].values())
    db.close()
