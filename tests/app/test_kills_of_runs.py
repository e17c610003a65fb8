"""`run`, killed at moments nobody chose from poll to alert: the next ends where an undisturbed one would have."""

import random
import signal
import sqlite3
import time
from contextlib import closing

import pytest

SEED, KILLS, FIRMS = 11, 4, ("Ahorn", "Birke", "Ceder", "Dattel", "Eiche", "Fichte", "Ginkgo", "Hasel")
TEXT = (
    "The CNIL has fined {firm} SARL EUR {sum},000 on {day} March 2021. The regulator found that the company had breached "
    "Article {article} of the GDPR: what {firm} knew of its visitors lay on a server that anybody could reach."
)
# what is another one at each poll, or depends on which run did it
LEFT_OUT = {"sources", "entries", "alerts", "targets", "follows", "follow_cases", "silences"}


@pytest.fixture
def town(site):
    """Give the site a page for each firm."""
    site.pages = {
        f"/{firm}": (f"CNIL fines {firm} SARL", TEXT.format(firm=firm, sum=17 * 2**n, day=n + 10, article=n + 12))
        for n, firm in enumerate(FIRMS)
    }
    return site


@pytest.fixture
def run(town, registry, nursery, tmp_path):
    """Return a function that does `run` on a database, for so many seconds at most; it returns the status."""
    fetch = ["--sources", registry("/feed"), "--allow-private-hosts", "--delay", "0.02", "--no-archive"]
    nursery.learn(["run", *fetch, "--db", tmp_path / "first.db"])

    def do(db, *words, seconds=None):
        status = nursery.run("run", *fetch, "--db", db, *words, seconds=seconds)
        assert not any("Traceback" in line for line in nursery.hear())
        return status

    return do


def ask(path, sql):
    with closing(sqlite3.connect(path)) as con:
        return con.execute(sql).fetchall()


def test_runs_that_are_killed_lose_and_double_nothing(run, town, hook, dpawatch, read_tables, db_path, tmp_path):
    moments, whole, firms = random.Random(SEED), tmp_path / "whole.db", dict(town.pages)
    town.pages.clear()
    for path in (db_path, whole):
        began = time.monotonic()
        assert run(path) == 0
        longest = 2 * (time.monotonic() - began)
        follow = dpawatch("follow", "add", "--country", "FR", "--to", hook.url(f"/{path.stem}"), db=path)
        assert follow.exit_code == 0
    hook.delays["/test"] = 0.05
    killed = 0
    for _ in range(KILLS):
        town.pages |= dict(list(firms.items())[: len(town.pages) + 2])
        was_killed = run(db_path, "--all", seconds=moments.uniform(longest / 10, longest)) == -signal.SIGKILL
        killed, longest = killed + was_killed, longest * (1 if was_killed else 0.7)
        read_tables(db_path)
    assert killed > 1
    hook.delays.clear()
    assert run(db_path, "--all") == run(whole, "--all") == 0
    now, expected = read_tables(db_path), read_tables(whole)
    assert {t: rows for t, rows in now.items() if t not in LEFT_OUT} == {
        t: rows for t, rows in expected.items() if t not in LEFT_OUT
    }
    assert {row for (row,) in ask(db_path, "select outcome from runs")} == {"interrupted", "done"}
    assert sorted(hook.titles("/whole")) == sorted(set(hook.titles("/whole")))
    titles, uncertain = (
        hook.titles("/test"),
        ask(db_path, "select count(*) from alerts where state = 'uncertain'")[0][0],
    )
    assert len(titles) == len(set(titles))
    assert len(hook.titles("/whole")) - uncertain <= len(titles) <= len(hook.titles("/whole")) == len(FIRMS)
