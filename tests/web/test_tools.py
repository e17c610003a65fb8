"""For programs: the Model Context Protocol over real HTTP, and spreadsheets of whatever the tables hold."""

import asyncio
import csv
import io
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from urllib.parse import quote

import openpyxl
import pytest
from mcp import Client

from dpawatch.web import sheets

ENDLESS = "with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n"
FORMULAS = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1", '=HYPERLINK("http://evil.example","x")']


@pytest.fixture(scope="module")
def served(database_path, tmp_path_factory):
    """Serve the database as a process of its own; return the address and the file with what it printed."""
    log = tmp_path_factory.mktemp("log") / "log.txt"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [
        sys.executable,
        "-m",
        "datasette",
        str(database_path),
        "-p",
        str(port),
        "--setting",
        "sql_time_limit_ms",
        "500",
    ]
    base = f"http://127.0.0.1:{port}"
    with log.open("w") as output:
        process = subprocess.Popen(words, stdout=output, stderr=output, env={**os.environ, "PYTHONWARNINGS": ""})
        try:
            for _ in range(300):
                assert process.poll() is None, log.read_text()
                try:
                    urllib.request.urlopen(f"{base}/-/versions.json").close()
                    break
                except urllib.error.URLError:
                    time.sleep(0.1)
            yield base, log
        finally:
            process.terminate()
            process.wait(timeout=20)


def call(base, tool, **arguments):
    """Return what a tool answers: its result, or the text of its error."""

    async def talk():
        async with Client(f"{base}/-/mcp") as client:
            answer = await client.call_tool(tool, arguments)
            return answer.content[0].text if answer.is_error else answer.structured_content

    return asyncio.run(talk())


def test_a_program_finds_its_tools(served):
    async def talk():
        async with Client(f"{served[0]}/-/mcp") as client:
            return (await client.list_tools()).tools

    tools = {tool.name: tool.annotations.read_only_hint for tool in asyncio.run(talk())}
    assert {
        "list_databases",
        "get_database_schema",
        "execute_sql",
        "list_canned_queries",
        "execute_canned_query",
    } <= set(tools)
    assert set(tools.values()) == {True}


def test_what_json_has_no_number_for_is_null(served):
    sql = "select 9e999 as much, -9e999 as little, 0.5 as half"
    assert call(served[0], "execute_sql", database="privacy", sql=sql)["rows"] == [
        {"much": None, "little": None, "half": 0.5}
    ]


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("https://evil.example", 403),
        ("null", 403),
        ("http://[", 403),
        ("http://localhost:6274", 200),
        ("http://127.0.0.1", 200),
        ("https://news.example", 200),
    ],
)
def test_only_pages_of_the_site_and_of_this_machine_ask(served, origin, status):
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}).encode()
    heads = {"Content-Type": "application/json", "Accept": "application/json", "Origin": origin, "Host": "news.example"}
    try:
        with urllib.request.urlopen(urllib.request.Request(f"{served[0]}/-/mcp", data=body, headers=heads)) as answer:
            assert answer.status == status
    except urllib.error.HTTPError as refused:
        assert refused.code == status
        refused.close()


def test_a_program_asks_in_sql_and_by_saved_query(served):
    sql = "select id from cases where amount_eur > 1000000"
    assert call(served[0], "execute_sql", database="privacy", sql=sql)["rows"] == [{"id": "fr-cnil-2019-google"}]
    queries = call(served[0], "list_canned_queries", database="privacy")["queries"]
    assert [query for query in queries if query["write"]] == []
    assert {query["name"]: query["parameters"] for query in queries}["largest-fines"] == ["year"]
    found = call(
        served[0], "execute_canned_query", database="privacy", query="largest-fines", parameters={"year": "2019"}
    )
    assert [row["case_id"] for row in found["rows"]] == ["fr-cnil-2019-google"]


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("delete from cases", "must be a SELECT"),
        ("pragma journal_mode = delete", "must be a SELECT"),
        ("select 1; drop table cases", "one statement"),
        ("with x as (select 1) insert into laws (id) select 'x'", "readonly"),
        (ENDLESS, "time limit"),
        ("select writefile('/tmp/x', 'y')", "no such function"),
        ("select load_extension('x')", "not authorized"),
        ("select zeroblob(50000000)", "too big"),
    ],
)
def test_it_only_reads_and_not_for_long(served, sql, said):
    assert said in call(served[0], "execute_sql", database="privacy", sql=sql)


def test_a_stranger_is_told_what_it_is(served):
    base, log = served
    for headers in ({}, {"Accept": "text/html"}, {"Accept": "text/event-stream"}):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(urllib.request.Request(f"{base}/-/mcp", headers=headers))
        assert refused.value.code == 405
        assert b"Model Context Protocol" in refused.value.read()
        refused.value.close()
    for body in (b"", b"{bad", b"[]", b"\xff", b'{"jsonrpc":"2.0","id":1,"method":"tools/call"}'):
        asked = urllib.request.Request(f"{base}/-/mcp", data=body, headers={"Content-Type": "application/json"})
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(asked)
        assert 400 <= refused.value.code < 500
        refused.value.close()
    assert "Traceback" not in log.read_text()


def test_no_program_needs_a_session_which_one_process_of_several_would_know(served):
    """Under the protocol of 2025 the server gives a session to who greets it, and then refuses who has none."""
    heads = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    person = {"name": "test", "version": "1"}
    greeting = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": person}
    for method, params in (("initialize", greeting), ("tools/list", {})):
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
        with urllib.request.urlopen(urllib.request.Request(f"{served[0]}/-/mcp", data=body, headers=heads)) as answer:
            assert "mcp-session-id" not in answer.headers
            assert json.load(answer)["result"]


def test_it_is_told_without_a_server_too(get):
    assert get("/-/mcp").status_code == 405


def read_sheet(answer):
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    head, *rows = book.worksheets[0].iter_rows()
    assert [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"] == []
    return [cell.value for cell in head], [[cell.value for cell in row] for row in rows]


def test_a_table_is_a_spreadsheet(get):
    head, rows = read_sheet(get("/privacy/cases.xlsx"))
    cases = {row[head.index("id")]: row[head.index("title")] for row in rows}
    assert len(cases) == 6
    assert cases["hostile"].startswith('<script>alert("x")</script>')
    assert len(cases["long"]) == 10_000


@pytest.mark.parametrize("query", ["largest-fines", "evidence-of-a-case", "newest-enforcement-articles"])
def test_a_saved_query_is_a_spreadsheet(get, query):
    head, rows = read_sheet(get(f"/privacy/{query}.xlsx"))
    assert len(rows) == len(get(f"/privacy/{query}.json?_shape=array").json())
    assert "case_id" in head


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula(get, text):
    sql = "select '{}' as value, 1 as \"{}\"".format(text.replace("'", "''"), text.replace('"', '""'))
    head, ((value, _),) = read_sheet(get(f"/privacy.xlsx?sql={quote(sql)}"))
    assert value == text
    assert head[1].strip() == text.strip()


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_csv_is_a_formula_and_numbers_stay_numbers(get, text):
    sql = "select '{}' as \"{}\", -5 as n, -0.5 as x".format(text.replace("'", "''"), text.replace('"', '""'))
    head, row = csv.reader(io.StringIO(get(f"/privacy.csv?sql={quote(sql)}").text, newline=""))
    assert row == [f"'{text}", "-5", "-0.5"]
    assert head[0].startswith("'")


def test_nor_is_one_of_a_table(get):
    where = quote("id = 'nulls'")
    found = get(f"/privacy/cases.csv?_where={where}&_stream=1").text
    assert found.splitlines()[0].startswith("id,")
    assert len(found.splitlines()) == 2


def test_a_query_that_fails_is_no_empty_csv(get):
    answer = get("/privacy.csv?sql=select+nobody+from+cases")
    assert answer.status_code == 400
    assert "no such column" in answer.text


def test_what_a_cell_cannot_hold_is_left_out(get):
    sql = "select '0' || char(1, 97, 65535, 56320) as odd, x'00ff' as blob, null as missing, 12345678901234567 as n, 9e999 as much"
    _, (row,) = read_sheet(get(f"/privacy.xlsx?sql={quote(sql)}"))
    assert row[0].startswith("0a")
    assert row[1:] == ["(2 bytes)", None, "12345678901234567", "inf"]


def test_a_spreadsheet_has_all_rows_of_a_table_and_says_where_they_are_from(get):
    answer = get("/privacy/cases.xlsx?_size=2&status=decided&_sort=id")
    head, rows = read_sheet(answer)
    assert [row[head.index("id")] for row in rows] == ["hostile", "long", "oreal"]
    about = openpyxl.load_workbook(io.BytesIO(answer.content))["About"]
    facts = {row[0].value: row[1].value for row in about.iter_rows()}
    assert facts["Source"] == "http://localhost/privacy/cases?_size=2&status=decided&_sort=id"
    assert facts["Rows"] == 3


def test_more_rows_than_a_spreadsheet_takes_are_cut_and_it_says_so(monkeypatch):
    monkeypatch.setattr(sheets, "MOST_ROWS", 2)
    book = openpyxl.load_workbook(io.BytesIO(sheets.write_workbook(["a"], [[1], [2], [3]], "x")))
    assert [row[0].value for row in book["Data"].iter_rows()] == ["a", 1, 2]
    assert "Cut" in [row[0].value for row in book["About"].iter_rows()]


def test_what_takes_too_long_is_no_spreadsheet(get_from, database_path):
    get = get_from([database_path], settings={"sql_time_limit_ms": 100})
    assert get(f"/privacy.xlsx?sql={quote(ENDLESS)}").status_code == 400


@pytest.mark.parametrize(
    ("path", "status"),
    [("/privacy/cases/hostile.xlsx", 404), ("/privacy.xlsx?sql=select+nothing+from", 400), ("/privacy/none.xlsx", 404)],
)
def test_what_is_no_table_is_no_spreadsheet(get, path, status):
    assert get(path).status_code == status
