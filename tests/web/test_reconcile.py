"""The reconciliation service answers as OpenRefine's protocol (0.2) says, over a real request's form, whatever is sent."""

import asyncio
import json
from urllib.parse import quote, urlencode

import pytest
from datasette.app import Datasette

from db.companies.names import name_key
from db.reference import store_reference
from db.schema import open_database
from db.summaries import refresh_summaries
from nlp.gazetteer import load_laws, load_regulators

COMPANIES, REGULATORS = "/names/companies/-/reconcile", "/names/regulators/-/reconcile"
MARKUP = "<script>alert(1)</script>"
NAMES = {
    "google": ["Google", "Google Inc.", "Alphabet"],
    "l-oreal": ["L’Oréal"],
    "vodafone-spain": ["Vodafone España, S.A.U."],
    "vodafone-italy": ["Vodafone Italia S.p.A."],
    "caixabank": ["CaixaBank"],
    "evil": [MARKUP],
}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    path = tmp_path_factory.mktemp("names") / "names.db"
    db = open_database(path)
    with db.conn:
        store_reference(db, load_regulators(), load_laws())
        for company, names in NAMES.items():
            db["companies"].insert({"id": company, "name": names[0], "kind": "company", "country": "FR"}, replace=True)
            rows = [{"key": name_key(name), "company": company, "name": name, "origin": "text"} for name in names]
            db["company_names"].insert_all(rows, replace=True)
    refresh_summaries(db)
    db.close()
    site = Datasette([str(path)])
    yield site
    for database in site.databases.values():
        database.close()
    site.executor.shutdown()


def post(site, queries, address=COMPANIES):
    sent = {"queries": queries if isinstance(queries, str) else json.dumps(queries)}
    return asyncio.run(site.client.post(address, data=sent))


def ask(site, name, address=COMPANIES, **more):
    answer = post(site, {"q0": {"query": name, **more}}, address)
    assert answer.status_code == 200, answer.text
    assert answer.headers["access-control-allow-origin"] == "*"
    found = answer.json()["q0"]["result"]
    for candidate in found:
        assert {"id", "name", "type", "score", "match"} <= set(candidate)
        assert all(set(kind) == {"id", "name"} for kind in candidate["type"])
    return found


@pytest.mark.parametrize("address", [COMPANIES, REGULATORS])
def test_the_manifest_says_what_the_protocol_asks_for(site, address):
    answer = asyncio.run(site.client.get(address))
    manifest = answer.json()
    assert answer.headers["access-control-allow-origin"] == "*"
    assert manifest["versions"] == ["0.2"]
    assert all(isinstance(manifest[key], str) and manifest[key] for key in ("name", "identifierSpace", "schemaSpace"))
    assert "{{id}}" in manifest["view"]["url"]
    assert manifest["suggest"]["entity"]["service_url"] == f"http://localhost{address}"
    page = manifest["view"]["url"].removeprefix("http://localhost").replace("{{id}}", "{}")
    known = "google" if address == COMPANIES else "fr-cnil"
    assert asyncio.run(site.client.get(page.format(known))).status_code == 200


@pytest.mark.parametrize(
    ("name", "company"),
    [
        ("Google", "google"),
        ("GOOGLE LLC", "google"),
        ("Alphabet Inc", "google"),  # an alias
        ("L'OREAL S.A.", "l-oreal"),
        ("l’oréal", "l-oreal"),
        ("Vodafone Espana SAU", "vodafone-spain"),
        ("Vodafone Spain", "vodafone-spain"),
        ("CaixaBank, S.A.", "caixabank"),
    ],
)
def test_a_company_is_found_by_every_name_whatever_marks_and_legal_form(site, name, company):
    best, *others = ask(site, name)
    assert (best["id"], best["match"], best["score"]) == (company, True, 100)
    assert not [other for other in others if other["match"] or other["score"] >= 100]


def test_what_is_only_alike_is_no_match(site):
    found = ask(site, "Vodafone Portugal")
    assert {"vodafone-spain", "vodafone-italy"} <= {candidate["id"] for candidate in found}
    assert not any(candidate["match"] for candidate in found)
    assert ask(site, "Nobody knows this one") == []


@pytest.mark.parametrize(
    ("name", "regulator"),
    [
        ("CNIL", "fr-cnil"),
        ("Commission nationale de l'informatique et des libertés", "fr-cnil"),
        ("COMMISSION NATIONALE DE L’INFORMATIQUE ET DES LIBERTES", "fr-cnil"),
        ("French CNIL", "fr-cnil"),
        ("Information Commissioner's Office", "gb-ico"),
        ("gb-ico", "gb-ico"),
    ],
)
def test_a_regulator_is_found_by_its_names_in_any_language(site, name, regulator):
    best = ask(site, name, REGULATORS)[0]
    assert (best["id"], best["match"]) == (regulator, True)


def test_types_and_limits_are_kept_to(site):
    assert len(ask(site, "Vodafone", limit=1)) == 1
    assert ask(site, "Google", type="company")[0]["id"] == "google"
    assert ask(site, "Google", type=[{"id": "company"}])[0]["id"] == "google"
    assert ask(site, "Google", type="city") == []


def test_a_batch_is_answered_by_key_also_when_it_is_asked_by_get(site):
    batch = {"a": {"query": "Google"}, "b": {"query": "CaixaBank"}, "": {"query": "zzz"}}
    by_post = post(site, batch).json()
    assert {key: [c["id"] for c in answer["result"]][:1] for key, answer in by_post.items()} == {
        "a": ["google"], "b": ["caixabank"], "": [],
    }  # fmt: skip
    by_get = asyncio.run(site.client.get(f"{COMPANIES}?{urlencode({'queries': json.dumps(batch)})}"))
    assert by_get.json() == by_post


def test_names_are_suggested(site):
    found = asyncio.run(site.client.get(f"{COMPANIES}/suggest/entity?prefix=voda")).json()["result"]
    assert {"vodafone-spain", "vodafone-italy"} <= {row["id"] for row in found}
    assert asyncio.run(site.client.get(f"{COMPANIES}/suggest/entity")).json() == {"result": []}


@pytest.mark.parametrize("address", [COMPANIES, REGULATORS])
@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        '"',
        "*",
        "AND",
        "NEAR(",
        "'; drop table companies; --",
        "\x00",
        "\ud800",
        MARKUP,
        "شركة",
        "🦊",
        "a " * 5000,
        "x" * 9999,
    ],
)
def test_no_name_is_an_error(site, address, name):
    ask(site, name, address)
    assert (
        asyncio.run(
            site.client.get(f"{address}/suggest/entity?prefix={quote(name[:2000], errors='replace')}")
        ).status_code
        == 200
    )


@pytest.mark.parametrize(
    "queries",
    [
        "{bad", "[]", "1", "null", '"x"', "[" * 100_000,
        json.dumps({str(n): {"query": "x"} for n in range(101)}), json.dumps({"q": {"query": "x" * 1_100_000}}),
    ],
    ids=range(8),
)  # fmt: skip
def test_what_is_no_batch_is_refused_with_a_reason(site, queries):
    answer = post(site, queries)
    assert answer.status_code == 400
    assert answer.json()["status"] == "error"


@pytest.mark.parametrize(
    "bad",
    [1, None, [], {}, {"query": 5}, {"query": None}, {"query": "x", "limit": -1}, {"query": "x", "limit": "all"},
     {"query": "x", "limit": 0}, {"query": "x", "limit": True}, {"query": "x", "limit": 2.5}, {"query": "x", "limit": [3]}],
    ids=str,
)  # fmt: skip
def test_a_bad_query_spoils_only_its_own_answer(site, bad):
    answer = post(site, {"bad": bad, "good": {"query": "Google"}})
    assert answer.status_code == 200
    assert [c["id"] for c in answer.json()["good"]["result"]] == ["google"]
    spoilt = answer.json()["bad"]
    assert (spoilt["result"], spoilt["status"]) == ([], "error")
    assert spoilt["message"]


@pytest.mark.parametrize("limit", [1, "1", 1.0, "1.0"])
def test_a_limit_is_a_number_however_it_is_written(site, limit):
    assert len(ask(site, "Vodafone", limit=limit)) == 1


def test_a_form_of_several_parts_is_read(site):
    parts = {"queries": (None, json.dumps({"q0": {"query": "L’Oréal"}}))}
    answer = asyncio.run(site.client.post(COMPANIES, files=parts))
    assert [c["id"] for c in answer.json()["q0"]["result"]] == ["l-oreal"]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=x", b"no boundary"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="a"; filename="b"\r\n\r\nc\r\n--x--',
        ),
        ("multipart/form-data; boundary=x", b"--x" + b"y" * 1_100_000),
        ("application/json", b'{"queries": {}}'),
        ("application/x-www-form-urlencoded", b"other=1"),
    ],
)
def test_a_body_that_is_no_form_with_queries_is_refused(site, kind, body):
    answer = asyncio.run(site.client.post(COMPANIES, content=body, headers={"content-type": kind}))
    assert answer.status_code == 400
    assert answer.json()["message"]


@pytest.mark.parametrize("query", ["google", '{"query": "google", "limit": "1"}'])
def test_one_name_is_asked_for_as_before_the_batches(site, query):
    answer = asyncio.run(site.client.get(f"{COMPANIES}?query={quote(query)}"))
    assert [c["id"] for c in answer.json()["result"]] == ["google"]


def test_other_tables_and_databases_have_no_service(site):
    for address in ("/names/cases/-/reconcile", "/other/companies/-/reconcile"):
        assert asyncio.run(site.client.get(address)).status_code == 404
    assert asyncio.run(site.client.post(COMPANIES, content=b"\xff\xfe=1")).status_code in {200, 400}


def test_odd_types_are_no_error(site):
    for kind in (5, None, {}, [None], [[]], [{"id": []}]):
        assert post(site, {"q0": {"query": "Google", "type": kind}}).status_code == 200
