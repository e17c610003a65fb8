"""`ingest`, killed at moments nobody chose while new pages come all the time: nothing lost, nothing doubled, nothing broken."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from ingest.archive import Archive

KILLS = 20
PAGES_A_KILL = 6
TEXT = (
    "The authority looked into the shop number {n} for {n} weeks, and wrote to it {n} times about the letters it sent. "
)


@pytest.fixture
def ingest(registry):
    """Return a function that starts `ingest --all` on a database, as the first of a process group."""
    sources = registry("/feed", "/feed-of-every-second")

    def start(db: Path) -> subprocess.Popen[str]:
        words = ["ingest", "--all", "--db", str(db), "--sources", sources, "--allow-private-hosts", "--delay", "0.02"]
        code = "from dpawatch.cli import main; main()"
        return subprocess.Popen(
            [sys.executable, "-c", code, *words], stderr=subprocess.PIPE, text=True, start_new_session=True
        )

    return start


def add_pages(site, first):
    for n in range(first, first + PAGES_A_KILL):
        site.pages[f"/shop-{n}"] = (f"The shop number {n}", TEXT.format(n=n) * 4)
    site.feeds["/feed-of-every-second"] = list(site.pages)[::2]


def read_database(path):
    """Return the articles, the sources each came by, and how many entries are in which state, of a sound database."""
    con = sqlite3.connect(path)
    assert con.execute("pragma integrity_check").fetchone() == ("ok",)
    assert con.execute("pragma foreign_key_check").fetchall() == []
    articles = con.execute("select url, title, text, published from articles order by url").fetchall()
    came_by = con.execute(
        "select articles.url, article_sources.source from articles join article_sources on article = articles.id order by 1, 2"
    ).fetchall()
    states = Counter(state for (state,) in con.execute("select state from entries"))
    con.close()
    return articles, came_by, states


def kill_after(process, site, asked, seconds):
    """Kill the group so many seconds after its first request; return whether it had ended by itself."""
    for _ in range(3000):
        if len(site.asked) > asked or process.poll() is not None:
            break
        time.sleep(0.01)
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=10)
        return False
    return True


def test_twenty_kills_lose_and_double_nothing(ingest, site, tmp_path):
    moments = random.Random(20)
    db, killed, ended = tmp_path / "killed.db", 0, 0
    while killed < KILLS and ended < KILLS:
        add_pages(site, (killed + ended) * PAGES_A_KILL)
        by_itself = kill_after(ingest(db), site, len(site.asked), moments.uniform(0, 2.2))
        killed, ended = killed + (not by_itself), ended + by_itself
    print(f"{killed} were killed in the middle, {ended} had ended")
    assert killed == KILLS
    assert 0 < len(read_database(db)[0]) < len(site.pages)
    for path in (db, undisturbed := tmp_path / "undisturbed.db"):
        process = ingest(path)
        assert "Traceback" not in process.communicate(timeout=60)[1]
        assert process.returncode == 0

    found = read_database(db)
    assert [url for url, *_ in found[0]] == sorted(site.base + path for path in site.pages)
    assert found == read_database(undisturbed)
    assert set(found[2]) == {"stored"}


def test_what_was_archived_before_a_kill_can_be_read(ingest, site, tmp_path):
    db = tmp_path / "killed.db"
    for kill, seconds in enumerate((1.0, 2.0, 3.0, 60)):
        add_pages(site, kill * PAGES_A_KILL)
        kill_after(ingest(db), site, len(site.asked), seconds)
    con = sqlite3.connect(db)
    kept = con.execute("select raw_file, raw_offset, title from articles").fetchall()
    con.close()
    archive = Archive(Path(f"{db}-archive"))
    assert len(kept) == len(site.pages)
    assert [title for name, offset, title in kept if title.encode() not in archive.read_body(name, offset)] == []
