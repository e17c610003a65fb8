"""One round of the soak test, and that its rules find what they are for; `benchmarks/soak.py` goes through five."""

import sys
from datetime import timedelta
from types import ModuleType

import pytest

from benchmarks.soak import main
from benchmarks.soak_rules import Watch, check_alerts, check_articles
from benchmarks.soak_runs import START, Figures, Report, soak
from benchmarks.soak_world import Delivery, World, load_script
from db.schema import open_database
from db.sources import store_source_done, store_sources
from dpawatch.status import read_status
from ingest.models import SourceDone, SourceState

SCRIPT = load_script()


def test_a_round_of_changes_and_faults_violates_nothing(tmp_path, monkeypatch):
    # each process that reads pages would import all of pytest
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))
    report = soak(SCRIPT.runs, tmp_path / "soak.db", SCRIPT)
    assert report.violations == [], report.to_text()
    assert report.runs[-1].articles > 150


def test_the_script_shows_every_fault_and_ends_well():
    shown = {fault.outlet for run in range(SCRIPT.runs) for fault in SCRIPT.faults_at(run).values()}
    assert shown == {*SCRIPT.outlets, "webhook"} - {"gazette"}
    for fault in SCRIPT.faults:
        others = [f for f in SCRIPT.faults if f is not fault and f.outlet == fault.outlet]
        assert all(f.runs[1] < fault.runs[0] or fault.runs[1] < f.runs[0] for f in others), fault
    assert {f.kind for f in SCRIPT.faults_at(SCRIPT.runs + 10).values()} < {
        f.kind for f in SCRIPT.faults_at(10).values()
    }


@pytest.fixture
def world():
    """Return a world of two runs whose pages the first and the second of them were given."""
    world = World(SCRIPT, 1)
    for run in range(2):
        world.begin(run, START + run * timedelta(hours=1))
        for pages in world.pages.values():
            for page in pages:
                world.given.setdefault((page.outlet, page.path), run)
    return world


@pytest.fixture
def db(tmp_path):
    database = open_database(tmp_path / "rules.db")
    yield database
    database.close()


def test_an_alert_that_is_missing_or_told_twice_is_named(world):
    missing = list(check_alerts(world))
    assert missing
    assert all("0 times" in line for line in missing)
    tribune = world.pages["tribune"][-1]
    message = f"… Alert 7 of follow {1 + tribune.matter.number % 3}"
    world.taken = [Delivery("quick", tribune.title, message)] * 2
    assert any(f"{tribune.matter.company} 2 times" in line for line in check_alerts(world))


def test_a_page_that_is_missing_or_one_that_is_none_is_named(world, db):
    sql = "insert into articles (id, url, title, fetched, lang, publisher, text, content_hash) values (?, ?, ?, '', 'en', 'p', ?, 'h')"
    pages = [page for pages in world.pages.values() for page in pages]
    for number, page in enumerate(pages[1:]):
        db.execute(sql, [str(number), world.url(page), page.title, page.text])
    lines = list(check_articles(db, world))
    assert lines[0] == f"{world.url(pages[0])} was never stored"
    db.execute("update articles set url = 'http://127.0.0.1/other', text = 'other' where id = '0'")
    assert "http://127.0.0.1/other is no article" in list(check_articles(db, world))


def test_a_status_that_hides_a_fault_or_calls_for_nothing_is_named(world, db):
    store_sources(db, world.list_sources())
    for outlet in world.script.outlets:
        store_source_done(db, SourceDone(outlet, "polled", SourceState(), answered=True), None, START)
    world.shown.well = {"gazette": True, "observer": False}
    world.faults = {"observer": next(f for f in SCRIPT.faults if f.outlet == "observer")}
    lines = list(Watch(world).check(read_status(db, START), START))
    assert "observer is called 'empty' () where it is 'failing'" in lines
    assert any(line.startswith("a person is called for nothing: nothing has run yet") for line in lines)


@pytest.mark.parametrize(
    ("memory", "size", "says"),
    [(0, 0, None), (1_000_000, 0, "the process grew by 16.0 MB"), (0, 3_000, "the database grew by")],
)
def test_memory_and_a_database_that_grow_are_named(memory, size, says):
    runs = [Figures(10 * n, 10_000 * n + size * n * n, 0, memory * n, 1.0) for n in range(32)]
    lines = list(Report(runs).check())
    assert len(lines) == (says is not None)
    assert says is None or lines[0].startswith(says)


def test_too_few_runs_are_refused(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["--runs", "7"])
    assert "at least 8" in capsys.readouterr().err
