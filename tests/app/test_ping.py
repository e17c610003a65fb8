"""The ping after a run: what the watcher hears, and that a broken one changes nothing."""

import sqlite3

import pytest

from db.runs import run_lock


@pytest.fixture
def watched(site, monkeypatch):
    """Let the site be a watcher too, at /ping."""
    site.statuses |= {"/ping": 200, "/ping/fail": 200}
    monkeypatch.setenv("DPAWATCH_PING_URL", f"{site.base}/ping")
    return site


def pings(site):
    return [path for path in site.asked if path.startswith("/ping")]


def test_a_run_that_went_well_is_told(poll, watched):
    assert poll("run").stderr.count("Warning") == 0
    assert pings(watched) == ["/ping"]
    poll("ingest", "--all")
    assert pings(watched) == ["/ping"], "only runs tell"


def test_a_person_who_is_needed_is_told(poll, watched):
    assert poll("run", "--all").exit_code == 0
    watched.broken.add("/feed")
    for _ in range(3):
        assert poll("run", "--all").exit_code == 0
    assert pings(watched) == ["/ping"] * 3 + ["/ping/fail"]
    watched.broken.clear()
    poll("run", "--all")
    assert pings(watched)[-1] == "/ping"


def test_a_run_that_failed_is_told(poll, watched, db_path, dpawatch):
    db_path.write_text("no database")
    result = poll("run")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert pings(watched) == ["/ping/fail"]


def test_a_registry_that_cannot_be_read_is_told(dpawatch, watched, tmp_path):
    (tmp_path / "bad.toml").write_text("[[")
    assert dpawatch("run", "--sources", str(tmp_path / "bad.toml"), "--allow-private-hosts").exit_code == 2
    assert pings(watched) == ["/ping/fail"]


def test_the_address_may_have_a_query_and_a_slash(poll, watched, db_path):
    db_path.write_text("no database")
    poll("run", "--ping", f"{watched.base}/ping/?create=1")
    assert pings(watched) == ["/ping/fail?create=1"]


def test_a_run_that_found_another_one_tells_nothing(poll, watched, db_path):
    with run_lock(db_path):
        assert poll("run").exit_code == 75
    assert pings(watched) == []


BROKEN = [
    ("it answers an error", "{base}/broken/secret", "it answered 500"),
    ("nobody is there", "http://127.0.0.1:9/secret", "127.0.0.1: "),
    ("no such name", "http://nowhere.invalid/secret", "nowhere.invalid: name not resolved"),
    ("it redirects for ever", "{base}/round/secret", "it redirects more than"),
]


@pytest.mark.parametrize(("phenomenon", "address", "says"), BROKEN, ids=[row[0] for row in BROKEN])
def test_a_broken_watcher_does_not_break_the_run(poll, site, db_path, phenomenon, address, says):
    site.broken.add("/broken/secret")
    site.moves["/round/secret"] = (302, "/round/secret")
    result = poll("run", "--ping", address.format(base=site.base))
    assert result.exit_code == 0
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("Warning")]
    assert says in line
    assert "secret" not in line
    con = sqlite3.connect(db_path)
    assert con.execute("select outcome from runs").fetchall() == [("done",)]
    con.close()


def test_a_private_address_is_not_asked(dpawatch, registry, watched):
    result = dpawatch("run", "--sources", registry("/feed"), "--no-archive")
    assert result.exit_code == 0
    assert (
        "the ping to 127.0.0.1 was not heard: 127.0.0.1 leads to 127.0.0.1, which is not a public address"
        in result.stderr
    )
    assert pings(watched) == []


def test_what_is_no_address_is_bad_input(poll, db_path):
    result = poll("run", "--ping", "hc-ping.com/secret")
    assert (result.exit_code, "give the whole address" in result.stderr) == (2, True)
    assert not db_path.exists()
