"""Shards in this process: what is written comes back as it was, and merged it is the same database as by the plain way."""

import gzip
import json
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO

import pytest

pytest.importorskip("pyarrow", reason="it comes with the extra dpawatch[scale]")
pytest.importorskip("distributed", reason="it comes with the extra dpawatch[scale]")

import pyarrow.parquet as pq

from benchmarks.gold_texts import load_gold
from benchmarks.warcs import write_record
from db.articles import store_article
from db.redactions import start_redaction
from db.schema import open_database
from db.targets import Target
from dpawatch.progress import Silent
from dpawatch.reading import read_batch
from dpawatch.run import recorded_run, tag_articles
from dpawatch.scale.backfill import make_shard
from dpawatch.scale.columns import ReadArticle, make_document
from dpawatch.scale.merge import import_shards
from dpawatch.scale.shards import Report, list_shards, make_tables, new_shard, read_shard
from dpawatch.scale.warcs import find_warcs
from ingest.articles import article_from_record
from ingest.crawled import read_crawled_page
from ingest.warcs import read_pages
from nlp.models import Amount
from nlp.pipeline import pipeline_version


@pytest.fixture
def make(tmp_path):
    """Return a function that makes the shards of WARC files and returns their reports."""

    def work(*paths, out="out"):
        (tmp_path / out).mkdir(exist_ok=True)
        warcs, bad = find_warcs(map(str, paths))
        assert bad == []
        return [make_shard(warc, tmp_path / out) for warc in warcs]

    return work


def merge(db, *folders):
    with recorded_run(db, "import", Silent()) as run:
        bad = [fault for folder in folders for fault in import_shards(run, folder)]
    return bad, run.counts


@pytest.fixture(scope="module")
def readings():
    """Return gold texts in English as articles, each with its analysis."""
    gold = [text for text in load_gold() if text.lang == "en"]
    records = [
        {"url": f"https://a.example/{t.id}", "title": t.title or "News", "text": t.text, "lang": "en"} for t in gold
    ]
    articles = [article_from_record(record) for record in records]
    read = read_batch(list(map(make_document, articles)))
    return [ReadArticle(article, analysis) for article, (_, analysis) in zip(articles, read, strict=True)]


def test_what_was_read_comes_back_as_it_was(readings, tmp_path, write_warcs):
    (warc,), _ = find_warcs(map(str, write_warcs(1, 1)))
    unread = replace(readings[0], article=replace(readings[0].article, id="unread"), analysis=None)
    expected = [readings[0], unread, *readings[1:]]
    with new_shard(tmp_path, warc, Report(warc.url, "p")) as shard:
        shard.write(map(make_tables, expected[:5]))
        shard.write(map(make_tables, expected[5:]))
    assert len({a.amount for read in readings if read.analysis for a in read.analysis.amounts}) > 5
    assert any(action.happenings for read in readings for action in read.analysis.actions)
    assert list(read_shard(tmp_path / warc.name_shard("p"))) == [
        replace(read, article=replace(read.article, source=None, guid=None, asked=None)) for read in expected
    ]


def test_others_can_query_the_files(readings, tmp_path, write_warcs):
    (warc,), _ = find_warcs(map(str, write_warcs(1, 1)))
    with new_shard(tmp_path, warc, Report(warc.url, "p")) as shard:
        shard.write(map(make_tables, readings))
    (folder,) = list_shards(tmp_path)
    mentions, texts = (pq.read_table(folder / f"{name}.parquet").to_pylist() for name in ("mentions", "articles"))
    text = {row["id"]: row["text"] for row in texts}
    assert len(mentions) > 100
    assert [m for m in mentions if text[m["article"]][m["start"] : m["end"]] != m["text"]] == []


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1, 0)])
def test_merged_shards_are_the_database_that_reading_here_makes(make, write_warcs, tmp_path, read_tables, order):
    paths = write_warcs(3, 6)
    for number, path in enumerate(paths):
        make(path, out=f"out{number}")
    with closing(open_database(tmp_path / "merged.db")) as db:
        results = [merge(db, tmp_path / f"out{number}") for number in order]
    assert [bad for bad, _ in results] == [[]] * len(order)
    assert sum(counts["read_articles"] for _, counts in results) == 9
    with closing(open_database(tmp_path / "plain.db")) as db, recorded_run(db, "tag", Silent()) as run:
        for path in paths:
            for page in read_pages(BytesIO(path.read_bytes())):
                if article := read_crawled_page(page):
                    store_article(db, article)
        tag_articles(run)
    found = read_tables(tmp_path / "merged.db")
    assert len(found["actions"]) >= 9
    assert found == read_tables(tmp_path / "plain.db")


def test_versions_of_a_page_merge_to_the_same_in_any_order(make, page, tmp_path, read_tables):
    versions = [page(2, words=words, day=day) for words, day in (("First.", 0), ("Second.", 1), ("Third.", 2))]
    for number, version in enumerate(versions):
        path = tmp_path / f"{number}.warc.gz"
        path.write_bytes(write_record(version))
        make(path, out=f"v{number}")
    tables = []
    for order in [(0, 1, 2), (2, 1, 0), (1, 2, 0, 1)]:
        with closing(open_database(tmp_path / f"{order}.db")) as db:
            for number in order:
                merge(db, tmp_path / f"v{number}")
            with recorded_run(db, "tag", Silent()) as run:
                tag_articles(run)
        tables.append(read_tables(tmp_path / f"{order}.db"))
    assert "Third." in tables[0]["articles"][0]
    assert len(tables[0]["revisions"]) == 2
    assert tables[1:] == tables[:1] * 2


def test_what_another_version_of_the_pipeline_read_is_read_again(readings, tmp_path, write_warcs, database):
    (warc,), _ = find_warcs(map(str, write_warcs(1, 1)))
    older = [replace(read, analysis=replace(read.analysis, pipeline="rules-0")) for read in readings[:3]]
    with new_shard(tmp_path, warc, Report(warc.url, "rules-0")) as shard:
        shard.write(map(make_tables, older))
    bad, counts = merge(database, tmp_path)
    assert (bad, counts["new_articles"], counts["read_articles"]) == ([], 3, 0)
    assert database.execute("select count(*) from articles where pipeline is null").fetchone() == (3,)


def test_a_shard_of_another_pipeline_gives_way_and_what_was_left_of_a_kill_too(make, write_warcs, tmp_path):
    paths = write_warcs(1, 2)
    (warc,), _ = find_warcs(map(str, paths))
    with new_shard(tmp_path, warc, Report(warc.url, "rules-0")):
        pass
    (tmp_path / f".{warc.name_shard(pipeline_version())}.left").mkdir()
    make_shard(warc, tmp_path)
    assert [path.name for path in list_shards(tmp_path)] == [warc.name_shard(pipeline_version())]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_what_is_damaged_costs_only_itself(make, write_warcs, page, tmp_path):
    (path,) = write_warcs(1, 4)
    broken = bytearray(write_record(page(20)))
    broken[-6] ^= 255
    pdf = write_record(replace(page(22), html="%PDF-1.7 is none"))
    path.write_bytes(broken + path.read_bytes() + pdf + write_record(page(2)) + write_record(page(24))[:-20])
    (report,) = make(path)
    assert report.counts == {
        "broken_records": 1,
        "pages": 6,
        "irrelevant_pages": 2,
        "pages_without_article": 1,
        "duplicate_pages": 1,
        "read_articles": 2,
        "found_actions": report.counts["found_actions"],
    }
    assert report.fault == "breaks off within a record"
    (shard,) = list_shards(tmp_path / "out")
    assert [read.article.title for read in read_shard(shard)] == ["The CNIL fines Shop0", "The CNIL fines Shop2"]


def test_a_record_that_breaks_the_reading_costs_only_itself(make, write_warcs, monkeypatch, caplog):
    def explode(response):
        if response.url.endswith("/2"):
            raise RuntimeError("boom")
        return read_crawled_page(response)

    monkeypatch.setattr("dpawatch.scale.backfill.read_crawled_page", explode)
    (report,) = make(*write_warcs(1, 4))
    assert (report.counts["broken_records"], report.counts["read_articles"]) == (1, 1)
    assert "/2 broke" in caplog.text


def test_an_analysis_that_fits_no_column_is_left_to_tag(make, write_warcs, monkeypatch, tmp_path, database):
    def read_too_exactly(batch):
        amount = Amount(Decimal("1.1234567890123456789"), "EUR", ((0, 3),))
        return [(document, replace(analysis, amounts=(amount,))) for document, analysis in read_batch(batch)]

    monkeypatch.setattr("dpawatch.scale.backfill.read_batch", read_too_exactly)
    (report,) = make(*write_warcs(1, 2))
    assert (report.counts["read_articles"], report.counts["unreadable_articles"]) == (0, 1)
    _, counts = merge(database, tmp_path / "out")
    assert (counts["new_articles"], counts["read_articles"]) == (1, 0)


def test_a_damaged_shard_is_named_and_the_others_are_stored(make, write_warcs, tmp_path, database):
    make(*write_warcs(3, 2))
    one, two, _ = list_shards(tmp_path / "out")
    (one / "articles.parquet").write_bytes(b"nothing")
    whole = (two / "mentions.parquet").read_bytes()
    (two / "mentions.parquet").write_bytes(whole[:-30])
    bad, counts = merge(database, tmp_path / "out")
    assert [fault.file for fault in bad] == [str(one), str(two)]
    assert counts["new_articles"] == 1
    (empty := tmp_path / "empty").mkdir()
    assert [str(fault) for fault in merge(database, empty)[0]] == [f"{empty}: is a folder without shards"]


def test_a_file_that_changed_is_another_file(write_warcs, tmp_path):
    (path,) = write_warcs(1, 1)
    (before,), _ = find_warcs([str(path)])
    path.write_bytes(path.read_bytes() * 2)
    (after,), _ = find_warcs([str(path)])
    assert before.stem == after.stem
    assert before.name_shard("p") != after.name_shard("p")
    assert before.name_shard("p") != before.name_shard("q")


def test_paths_that_lead_to_nothing_are_named(tmp_path, write_warcs):
    (path,) = write_warcs(1, 1)
    found, bad = find_warcs(
        [str(tmp_path / "no.warc.gz"), str(path), str(path.parent / "*.gz"), str(path.parent), "x*y", "no://x"]
    )
    assert [warc.url for warc in found] == [path.as_uri()]
    said = [fault.reason.removeprefix("cannot be read: ") for fault in bad]
    assert said[0] == "No such file or directory"
    assert said[1].startswith("it is a folder; give its files")
    assert said[2] == "there is no such file"
    assert "no" in said[3]


def test_a_file_at_a_url_is_read_like_one_here(make, page, tmp_path):
    import fsspec

    with fsspec.open("memory://crawl/a.warc.gz", "wb") as file:
        file.write(write_record(page(2)))
    (report,) = make("memory://crawl/a.warc.gz")
    assert report.counts["read_articles"] == 1
    assert json.loads((list_shards(tmp_path / "out")[0] / "report.json").read_text())["warc"].startswith("memory://")


def test_a_file_that_is_no_warc_is_named(make, tmp_path):
    path = tmp_path / "x.warc.gz"
    path.write_bytes(gzip.compress(b"{}\n"))
    (report,) = make(path)
    assert report.fault.startswith("is no WARC file")


def test_what_was_redacted_does_not_come_back_with_a_shard(make, write_warcs, tmp_path, database):
    make(*write_warcs(1, 6), out="out")
    address = "https://www.paper-2.example/2"
    for target in (Target("text", phrases=("Shop4",)), Target("article", addresses=(address,))):
        start_redaction(database, target, "request", "me", datetime(2026, 1, 1, tzinfo=UTC))
    bad, counts = merge(database, tmp_path / "out")
    assert (bad, counts["new_articles"], counts["redacted_articles"], counts["read_articles"]) == ([], 2, 1, 1)
    rows = database.execute("select title, text, pipeline is null from articles order by title").fetchall()
    assert [title for title, _, _ in rows] == ["The CNIL fines Shop0", "The CNIL fines [redacted]"]
    assert [waits for _, _, waits in rows] == [0, 1]
    assert "Shop4" not in rows[1][1]
    assert database.execute("select text from mentions where text like '%Shop4%'").fetchall() == []
