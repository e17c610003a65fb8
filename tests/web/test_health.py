"""How everything fares, on the site: of a working database and of a published copy."""

from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from prometheus_client.parser import text_string_to_metric_families

from db.publish import publish
from db.runs import finish_run, start_run
from db.schema import open_database
from db.sources import store_source_done, store_sources
from db.summaries import refresh_summaries
from db.values import iso_time
from dpawatch.web.security import PAGE_POLICY
from ingest.models import Source, SourceDone, SourceState

HOSTILE = "<script>alert(1)</script>\u202e"


@pytest.fixture(scope="module")
def paths(tmp_path_factory):
    """Return a working database, polled two hours ago, and its public copy."""
    folder, polled = tmp_path_factory.mktemp("health"), datetime.now(UTC) - timedelta(hours=2)
    with closing(open_database(folder / "work.db")) as db:
        home = "https://a.example"
        keys = ("well", "ill", "quiet")
        store_sources(db, [Source(key, "pub", "press", "feed", home, home, "en", "privacy") for key in keys])
        run = start_run(db, "run", polled)
        for key in keys:
            store_source_done(db, SourceDone(key, "polled", SourceState()), run, polled)
        for _ in range(3):
            store_source_done(db, SourceDone("ill", "failed", SourceState(), error=HOSTILE), run, polled)
        finish_run(db, run, "done", {"new_articles": 4}, polled, "rules-1", seconds=3.0)
        silence = {"judged": iso_time(polled), "last_item": "2024-01-01", "days": 90, "gaps": 50, "usual_gap": 1}
        silence |= {"longest_gap": 4, "probability": 1e-9, "silent": 1}
        db["silences"].insert({"source": "quiet", **silence})
        db["silences"].insert({"source": "well", **silence, "silent": 0})
        refresh_summaries(db)
        publish(db, folder / "public.db")
    return folder / "work.db", folder / "public.db"


@pytest.fixture(params=[0, 1], ids=["working", "public"])
def site(request, paths, get_from):
    return get_from([paths[request.param]]), bool(request.param)


def words(page):
    return " ".join(page.get_text(" ").split())


def test_the_page_says_what_the_command_says(site):
    get, copied = site
    answer = get("/-/health")
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"] == PAGE_POLICY
    page = BeautifulSoup(answer.text, "html.parser")
    needs = [words(item) for item in page.select("section[aria-labelledby=needs] li")]
    assert len(needs) == 2
    assert any("source quiet is silent: nothing new for 90 days" in need for need in needs)
    assert any("<script>alert(1)</script>" in need for need in needs)
    assert page.select("script") == []
    assert {a["href"] for a in page.select("tbody a")} == {"/source/ill", "/source/quiet"}
    assert "run: done, 4 new articles" in words(page)
    assert ("This site shows a copy of what was known 2 hours ago" in words(page)) is copied
    assert ("Last backup never" in words(page)) is not copied


def test_the_document_is_that_of_the_command(site):
    get, copied = site
    found = get("/-/health.json").json()
    assert (found["ok"], found["published_copy"], len(found["needs"])) == (False, copied, 2)
    assert found["states"] == ({"stopped working": 1, "silent": 1, "works": 1})
    assert (found["disk_free"] is None) is copied
    assert found["database_bytes"] > 0
    assert found["pipeline"] == ["rules-1"]
    assert found["runs"][0]["counts"] == {"new_articles": 4}
    assert "public.db" not in str(found)


def test_prometheus_can_read_it(site):
    get, copied = site
    answer = get("/-/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    told = {
        (s.name, *s.labels.values()): s.value
        for family in text_string_to_metric_families(answer.text)
        for s in family.samples
    }
    assert (told["dpawatch_needs",], told["dpawatch_sources", "silent"]) == (2, 1)
    assert (("dpawatch_disk_free_bytes",) in told) is not copied


def test_the_home_page_counts_who_is_silent(site):
    page = words(BeautifulSoup(site[0]("/").text, "html.parser").select_one(".totals"))
    assert "1 silent for longer than its rhythm leads one to expect" in page
    assert 'href="/-/health"' in site[0]("/").text


def test_a_copy_that_is_not_renewed_calls_a_person(paths, get_from, monkeypatch):
    get = get_from([paths[1]])
    now = datetime.now(UTC)
    monkeypatch.setattr("dpawatch.web.pages.health.utc_now", lambda: now + timedelta(days=3))
    assert any("no source has been polled since" in need for need in get("/-/health.json").json()["needs"])
    assert "This site shows a copy of what was known 3 days ago" in words(
        BeautifulSoup(get("/-/health").text, "html.parser")
    )
