"""A run that is killed or interrupted loses nothing: the next one ends where an undisturbed one would have."""

import os
import signal
import sqlite3
import subprocess
import sys
import time

import pytest


@pytest.fixture
def start(registry, db_path):
    """Return a function that starts `run` as a process of its own against the loopback site."""

    def popen():
        words = ["run", "--db", str(db_path), "--sources", registry("/feed"), "--allow-private-hosts", "--no-archive"]
        # a shell's background job, which CI may be, starts its processes deaf to SIGINT
        hear = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
        code = f"{hear}; from dpawatch.cli import main; main()"
        environ = {**os.environ, "DPAWATCH_DELAY": "0.4"}
        return subprocess.Popen([sys.executable, "-c", code, *words], env=environ, stderr=subprocess.PIPE, text=True)

    return popen


def wait_for_an_article(path):
    for _ in range(1500):
        try:
            con = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
            found = con.execute("select count(*) from articles").fetchone()[0]
            con.close()
            if found:
                return found
        except sqlite3.OperationalError:
            pass
        time.sleep(0.02)
    raise AssertionError("no article was stored in thirty seconds")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_next_run_goes_on_where_this_one_ended(start, poll, db_path, how):
    process = start()
    assert wait_for_an_article(db_path) < 3
    process.send_signal(how)
    assert "Traceback" not in process.communicate(timeout=10)[1]
    assert process.returncode != 0
    assert poll("run").exit_code == 0
    con = sqlite3.connect(db_path)
    assert con.execute("pragma integrity_check").fetchone() == ("ok",)
    assert con.execute("select count(*) from articles").fetchone() == (3,)
    assert con.execute("select id from cases order by id").fetchall() == [
        ("fr-cnil-2019-google",),
        ("fr-cnil-2021-clearview-ai",),
    ]
    assert con.execute("select outcome from runs order by id").fetchall() == [("interrupted",), ("done",)]
    con.close()
