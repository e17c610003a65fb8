"""SIGTERM and SIGINT end a command within five seconds, whatever it waits for, and nothing is lost."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

# a shell's background job, which CI may be, starts its processes deaf to SIGINT
MAIN = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from dpawatch.cli import main
main()
"""
WORDS = (
    "The regulator has been asked on {n} May 2020 by somebody who is not named here whether Article 6 GDPR was kept. "
)


@pytest.fixture
def start(tmp_path):
    """Return a function that starts a command, or other code, as a process that leads a group of its own."""
    started = []

    def popen(*words, code=MAIN, **options):
        command = [sys.executable, "-c", code, *map(str, words)]
        said = (tmp_path / "said").open("wb")
        process = subprocess.Popen(command, start_new_session=True, stderr=said, **options)
        said.close()
        started.append(process)
        return process

    yield popen
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@pytest.fixture
def end(tmp_path):
    """Return a function that sends a signal and fails where the process, or one of its group, does not end in time."""

    def send(process, number=signal.SIGTERM):
        began = time.monotonic()
        process.send_signal(number)
        assert process.wait(timeout=8) == 128 + number
        while is_there(process.pid):
            assert time.monotonic() - began < 5
            time.sleep(0.02)
        assert time.monotonic() - began < 5
        said = (tmp_path / "said").read_text()
        assert "Traceback" not in said
        return said

    return send


def is_there(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def wait_for(path, sql):
    """Wait until the database answers a question with something, and return that."""
    for _ in range(1500):
        try:
            with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as con:
                if found := con.execute(sql).fetchone()[0]:
                    return found
        except sqlite3.OperationalError:
            pass
        time.sleep(0.02)
    raise AssertionError(f"for thirty seconds there was nothing: {sql}")


def ask(path, sql):
    with closing(sqlite3.connect(path)) as con:
        return con.execute(sql).fetchall()


@pytest.fixture
def silent_server():
    """Return the address of a server that takes connections and never says a word; its host is not that of the others."""
    with socket.create_server(("127.0.0.2", 0)) as server:
        yield f"http://127.0.0.2:{server.getsockname()[1]}"


@pytest.fixture
def polling(registry, silent_server, site, db_path, start):
    """Return a function that starts a poll of a site that answers and one that does not."""
    file = Path(registry("/feed", "/other"))
    file.write_text(file.read_text().replace(f"{site.base}/other", f"{silent_server}/feed"))
    fetch = ["--sources", file, "--allow-private-hosts", "--delay", "0", "--no-archive"]
    return lambda command, *words: start(command, "--db", db_path, *fetch, *words)


@pytest.mark.parametrize(("command", "number"), [("run", signal.SIGTERM), ("ingest", signal.SIGINT)])
def test_a_poll_that_waits_for_a_silent_server_ends(polling, end, poll, db_path, read_tables, command, number):
    process = polling(command)
    wait_for(db_path, "select count(*) = 3 from articles")
    wait_for(db_path, "select last_success from sources where id = 'test-0'")
    said = end(process, number)
    assert said.splitlines()[-1].startswith("Error: ")
    assert ask(db_path, "select outcome, sources, new from runs") == [("interrupted", 1, 3)]
    # the one that was polled is not due, the one that was being polled still is
    assert ask(db_path, "select id from sources where next_due is null") == [("test-1",)]
    read_tables(db_path)
    assert "0 new articles" in poll("run", "--all").stdout
    assert ask(db_path, "select count(*) from cases") == [(2,)]


def test_what_a_run_began_is_done_by_the_next(
    start, end, registry, site, poll, dpawatch, db_path, read_tables, tmp_path
):
    fetch = ["--sources", registry("/feed"), "--allow-private-hosts", "--no-archive"]
    process = start("run", "--db", db_path, *fetch, "--delay", "0.4")
    wait_for(db_path, "select count(*) from articles")
    end(process)
    assert ask(db_path, "select count(*) from articles")[0][0] < 3
    poll("run")
    dpawatch("run", *fetch, "--delay", "0", db=tmp_path / "other.db")
    left_out = ("sources", "entries")  # when they are asked for next
    expected, found = read_tables(tmp_path / "other.db"), read_tables(db_path)
    assert {t: r for t, r in found.items() if t not in left_out} == {
        t: r for t, r in expected.items() if t not in left_out
    }
    assert site.asked.count("/google") == 2, "once for each database"


@pytest.fixture
def undisturbed(dpawatch, demo_records, lines, tmp_path):
    """Return the path of a database for each step that nothing disturbed: imported, tagged, grouped."""
    made = {}
    for name, before, words in (
        ("imported", None, ["import", lines(*demo_records[:16])]),
        ("tagged", "imported", ["tag"]),
        ("grouped", "tagged", ["cases"]),
    ):
        made[name] = tmp_path / f"{name}.db"
        if before:
            shutil.copy(made[before], made[name])
        assert dpawatch(*words, db=made[name]).exit_code == 0
    return made


def test_reading_and_grouping_go_on_where_they_were_ended(start, end, undisturbed, dpawatch, db_path, read_tables):
    shutil.copy(undisturbed["imported"], db_path)
    process = start("tag", "--db", db_path)
    wait_for(db_path, "select count(*) from runs where command = 'tag'")
    end(process)
    assert ask(db_path, "select count(*) > 0 from articles where analysed is null") == [(1,)]
    assert dpawatch("tag").exit_code == 0
    assert read_tables(db_path) == read_tables(undisturbed["tagged"])
    process = start("cases", "--db", db_path)
    wait_for(db_path, "select count(*) from runs where command = 'cases'")
    end(process)
    assert dpawatch("cases").exit_code == 0
    assert read_tables(db_path) == read_tables(undisturbed["grouped"])


def test_a_text_that_takes_for_ever_holds_up_nobody(start, end, dpawatch, lines, db_path, read_tables):
    long = "".join(WORDS.format(n=n % 31 + 1) for n in range(20_000))
    dpawatch("import", lines({"url": "https://a.example/1", "title": "A long text", "text": long}))
    process = start("tag", "--db", db_path)
    wait_for(db_path, "select count(*) from runs where command = 'tag'")
    time.sleep(1.5)
    end(process)
    assert ask(db_path, "select count(*) from articles where analysed is null") == [(1,)]
    read_tables(db_path)


def test_an_import_that_waits_for_more_lines_ends(start, end, dpawatch, demo_records, db_path, read_tables):
    process = start("import", "-", "--db", db_path, stdin=subprocess.PIPE)
    for record in demo_records[:3]:
        process.stdin.write(json.dumps(record).encode() + b"\n")
    process.stdin.flush()
    wait_for(db_path, "select count(*) from runs")
    end(process)
    assert ask(db_path, "select outcome from runs") == [("interrupted",)]
    read_tables(db_path)


@pytest.mark.parametrize("words", [["tag"], ["cases"], ["publish", "{out}"]], ids=lambda words: words[0])
def test_a_command_that_waits_for_another_program_ends(
    start, end, dpawatch, lines, demo_records, db_path, tmp_path, words
):
    dpawatch("import", lines(*demo_records[:2]))
    words = [word.format(out=tmp_path / "out.db") for word in words]
    with closing(sqlite3.connect(db_path, isolation_level=None)) as con:
        con.execute("begin immediate")
        process = start(*words, "--db", db_path)
        wait_for_lock(process, tmp_path)
        end(process)
        con.execute("rollback")
    assert not (tmp_path / "out.db").exists()
    assert dpawatch(*words).exit_code == 0


def wait_for_lock(process, tmp_path):
    """Wait until a process has taken its own lock, or for long enough where it takes none, and tries to write."""
    deadline = time.monotonic() + 3
    lock = tmp_path / "test.db.lock"
    while time.monotonic() < deadline and not (lock.exists() and lock.read_text().strip() == str(process.pid)):
        time.sleep(0.02)
    time.sleep(0.3)


STUCK = {
    "a statement of SQLite": "db.execute('with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n')",
    "code that hears nothing": "import hashlib; hashlib.pbkdf2_hmac('sha256', b'', b'', 2_000_000_000)",
}
STUCK_IN = """
import sqlite3, sys
from dpawatch.interrupts import Interrupted, interruptible
db = sqlite3.connect(":memory:")
try:
    with interruptible(db):
        print("ready", flush=True)
        {stuck}
except Interrupted as interrupted:
    sys.exit(128 + interrupted.args[0])
"""


@pytest.mark.parametrize("what", STUCK)
def test_what_cannot_be_interrupted_is_ended(start, end, what):
    process = start(code=STUCK_IN.format(stuck=STUCK[what]), stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"ready\n"
    time.sleep(0.1)
    assert end(process) == ""


LOST = """
import signal, sys
from dpawatch.interrupts import Interrupted, interruptible
import sqlite3
class Swallowing:
    def __del__(self):
        signal.raise_signal(signal.SIGTERM)
sys.unraisablehook = lambda _: None
try:
    with interruptible(sqlite3.connect(":memory:")) as interrupts:
        Swallowing()
        interrupts.check()
        sys.exit("it was lost")
except Interrupted:
    signal.raise_signal(signal.SIGINT)  # this one is the former handler's again
"""


def test_a_signal_whose_error_was_lost_is_found_and_the_handlers_are_as_before(start):
    process = start(code=LOST)
    assert process.wait(timeout=8) == -signal.SIGINT
