"""The straight line, from a feed on loopback to cases, through the real rooms."""

import json
import re
import shutil
import socket
import sqlite3
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator


@pytest.fixture
def rows(db_path):
    def ask(sql):
        con = sqlite3.connect(db_path)
        try:
            return con.execute(sql).fetchall()
        finally:
            con.close()

    return ask


def test_run_goes_from_a_feed_to_cases(poll, rows, site):
    result = poll("run")
    assert result.exit_code == 0
    assert "1 source polled; 3 new articles; 3 articles read" in result.stdout
    assert result.stderr.startswith("test-0: 3 new")
    assert rows("select title from cases order by title") == [
        ("CNIL fines Google EUR 50,000,000 (2019)",),
        ("CNIL orders Clearview AI to erase data (2021)",),
    ]
    assert rows("select command, outcome from runs") == [("run", "done")]


def test_every_span_reproduces_its_words(poll, rows):
    poll("run")
    found = rows(
        'select mentions.text, articles.text, start, "end" from mentions join articles on articles.id = article'
    )
    assert len(found) > 10
    assert [text[start:end] for _, text, start, end in found] == [mention for mention, *_ in found]


def test_a_second_run_stores_nothing_and_asks_only_for_the_feed(poll, rows, site):
    poll("run")
    before = rows("select * from articles"), rows("select * from cases"), rows("select * from case_events")
    site.asked.clear()
    result = poll("run", "--all")
    assert "1 source polled (1 unchanged); 0 new articles; 0 articles read; 2 cases; 0 B in " in result.stdout
    assert [path for path in site.asked if path != "/robots.txt"] == ["/feed"]
    assert (rows("select * from articles"), rows("select * from cases"), rows("select * from case_events")) == before


def test_the_last_line_says_what_came_of_the_poll_and_the_run_keeps_it(poll, rows, registry, site, tmp_path):
    file = Path(registry("/feed", "/feed2", "/feed3")).rename(tmp_path / "mine.toml")
    head, _, last = file.read_text().rpartition('"privacy"')
    file.write_text(f'{head}"general"{last}')
    site.broken = {"/feed2"}
    del site.pages["/phones"]
    site.pages["/weather"] = ("A rainy weekend", "It rains in the north, and the south is dry.")
    result = poll("ingest", "--sources", str(file))
    polled, brought, received, size = result.stdout.rstrip().split("; ")
    assert polled == "3 sources polled (1 failed)"
    # the other feed has the same pages, and its gate keeps the weather out
    assert brought == "3 new articles (2 duplicates, 1 irrelevant)"
    assert re.fullmatch(r"[\d.]+ kB in [\d.]+ s", received)
    assert re.fullmatch(r"the database has [\d.]+ [kM]B", size)
    columns = "sources, unchanged, failed, new, updated, duplicates, irrelevant"
    assert rows(f"select {columns} from runs") == [(3, 0, 1, 3, 0, 2, 1)]
    assert rows("select bytes = (select sum(received) from fetches), seconds > 0 from runs") == [(1, 1)]
    assert re.search("^test-2: .*1 irrelevant$", result.stderr, re.MULTILINE)


def test_one_failing_source_is_recorded_and_the_others_go_on(poll, rows, site):
    site.broken = {"/feed2"}
    result = poll("run", feeds=("/feed2", "/feed"))
    assert result.exit_code == 0
    assert "2 sources polled (1 failed)" in result.stdout
    assert rows("select id, failures, last_error is null from sources order by id") == [
        ("test-0", 1, 0),
        ("test-1", 0, 1),
    ]
    assert rows("select count(*) from articles") == [(3,)]


def test_a_page_that_failed_is_asked_for_again_though_the_feed_is_unchanged(poll, rows, site):
    site.broken = {"/google"}
    assert "1 page failed" in poll("run").stdout
    assert rows("select count(*) from articles") == [(2,)]
    site.broken = set()
    assert "1 new article;" in poll("run", "--all").stdout
    assert rows("select count(*) from articles") == [(3,)]


def test_a_resting_source_is_polled_only_when_asked_for(poll, rows, site):
    site.broken = {"/feed"}
    for _ in range(2):
        assert "1 source polled (1 failed)" in poll("ingest").stdout
    site.broken = set()
    assert "0 sources polled" in poll("ingest").stdout
    assert "1 source polled; 3 new articles" in poll("ingest", "--only", "test-0").stdout
    assert "1 source polled (1 unchanged)" in poll("ingest", "--all").stdout


def test_a_source_on_request_is_polled_only_by_its_id(poll, registry, tmp_path):
    file = Path(registry("/feed")).rename(tmp_path / "mine.toml")
    file.write_text(file.read_text() + "on_request = true\n")
    poll_it = ("ingest", "--sources", str(file))
    assert "0 sources polled" in poll(*poll_it).stdout
    assert "0 sources polled" in poll(*poll_it, "--all").stdout
    assert "1 source polled; 3 new articles" in poll(*poll_it, "--only", "test-0").stdout


def test_a_listing_without_selectors_is_kept_and_not_polled(poll, registry, rows, site, tmp_path):
    file = Path(registry("/feed", "/list")).rename(tmp_path / "mine.toml")
    head, _, second = file.read_text().rpartition('"feed"')
    file.write_text(head + '"listing"' + second)
    assert "1 source polled" in poll("ingest", "--sources", str(file), "--all").stdout
    assert "/list" not in site.asked
    assert rows("select id, lacks from sources order by id") == [("test-0", None), ("test-1", "selectors")]


def test_loopback_is_refused_unless_allowed(dpawatch, registry, rows):
    result = dpawatch("ingest", "--sources", registry("/feed"), "--delay", "0", "--no-archive")
    assert result.exit_code == 0
    assert rows("select failures from sources") == [(1,)]
    assert rows("select outcome from fetches")[0] == ("refused",)


def test_the_raw_responses_are_kept_beside_the_database(dpawatch, registry, rows, db_path):
    dpawatch("ingest", "--sources", registry("/feed"), "--delay", "0", "--allow-private-hosts")
    folder = db_path.with_name("test.db-archive")
    ((name, offset),) = rows("select raw_file, raw_offset from articles where url like '%/google'")
    with (folder / name).open("rb") as file:
        file.seek(offset)
        record = next(iter(ArchiveIterator(file)))
        assert b"has fined Google LLC" in record.content_stream().read()
    assert record.rec_headers.get_header("WARC-Target-URI").endswith("/google")


def test_without_an_archive_nothing_is_kept(poll, rows, db_path):
    assert "not archived" not in poll("ingest").stdout
    assert rows("select count(*), count(raw_file), count(raw_offset) from articles") == [(3, 0, 0)]
    assert not db_path.with_name("test.db-archive").exists()


def test_an_archive_that_cannot_be_written_costs_no_article(dpawatch, registry, rows, db_path, caplog):
    folder = db_path.with_name("test.db-archive")
    folder.write_text("a file, not a folder")
    result = dpawatch("ingest", "--sources", registry("/feed"), "--delay", "0", "--allow-private-hosts")
    assert "3 new articles (3 not archived)" in result.stdout
    assert caplog.text.count("raw responses cannot be kept") == 1, "it is said once"
    assert rows("select count(*), count(raw_file) from articles") == [(3, 0)]
    assert rows("select failures from sources") == [(0,)]


def test_an_archive_that_is_gone_stops_nothing(dpawatch, registry, site, db_path):
    words = ("run", "--sources", registry("/feed"), "--delay", "0", "--allow-private-hosts", "--all")
    dpawatch(*words)
    folder = db_path.with_name("test.db-archive")
    shutil.rmtree(folder)
    site.pages["/more"] = ("CNIL warns a shop", site.pages["/google"][1].replace("Google", "Shop"))
    assert "1 new article;" in dpawatch(*words).stdout
    (file,) = folder.iterdir()
    file.write_bytes(b"not what was written")
    del site.pages["/more"]
    site.pages["/last"] = ("CNIL warns a bank", site.pages["/google"][1].replace("Google", "Bank"))
    site.tag = '"other"'
    assert "1 new article" in dpawatch(*words).stdout
    assert dpawatch("tag", "--all").exit_code == 0


def test_tag_and_cases_never_need_the_network(dpawatch, poll, rows, monkeypatch):
    poll("ingest")

    def refuse(*args, **kwargs):
        raise AssertionError(f"the network was asked for: {args[1:]}")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    result = dpawatch("tag")
    assert (result.exit_code, result.stdout) == (0, "3 articles read (2 actions found)\n")
    assert dpawatch("cases").exit_code == 0
    assert rows("select count(*) from cases") == [(2,)]


def test_an_article_that_breaks_the_reader_is_recorded_and_the_others_are_read(poll, rows, monkeypatch):
    import nlp.analyze

    def break_on_google(documents, **how):
        for document in documents:
            if "Google" in document.text:
                raise ValueError("odd text")
            yield from original([document], **how)

    original = nlp.analyze.analyze_documents
    monkeypatch.setattr(nlp.analyze, "analyze_documents", break_on_google)
    result = poll("run")
    assert result.exit_code == 0
    assert "2 articles read (1 unreadable" in result.stdout
    assert rows("select url like '%/google', analysis_error from articles where analysis_error is not null") == [
        (1, "ValueError: odd text")
    ]
    assert "could not be read: ValueError: odd text" in result.stderr


def test_steps_one_by_one_give_what_run_gives(poll, dpawatch, rows, tmp_path):
    poll("run")
    whole = rows("select * from cases")
    other = tmp_path / "other.db"
    con = sqlite3.connect(tmp_path / "test.db")
    records = [dict(zip(("url", "title", "text", "published"), row, strict=True)) for row in con.execute(
        "select url, title, text, published from articles order by id desc")]  # fmt: skip
    con.close()
    file = tmp_path / "articles.jsonl"
    file.write_text("".join(json.dumps(record) + "\n" for record in records))
    for step in (["import", str(file)], ["tag"], ["cases"], ["cases", "--rebuild"]):
        assert dpawatch(*step, db=other).exit_code == 0
    con = sqlite3.connect(other)
    assert con.execute("select * from cases").fetchall() == whole
    con.close()


def test_tag_all_reads_every_article_again_with_the_same_result(poll, dpawatch, rows):
    poll("run")
    before = rows("select * from actions order by id")
    assert "0 articles read" in dpawatch("tag").stdout
    assert "3 articles read" in dpawatch("tag", "--all").stdout
    assert rows("select * from actions order by id") == before
