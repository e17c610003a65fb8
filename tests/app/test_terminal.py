"""What a person sees of a run: a bar on a real terminal, plain lines in a pipe, the result on stdout in both cases."""

import os
import pty
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

CODE = "from dpawatch.cli import main; main()"


@pytest.fixture
def words(registry, db_path, site):
    site.broken = {"/feed2"}
    return [
        "ingest",
        "--db",
        str(db_path),
        "--sources",
        registry("/feed", "/feed2"),
        "--allow-private-hosts",
        "--delay",
        "0",
    ]


def read_all(descriptor):
    shown = b""
    while True:
        try:
            part = os.read(descriptor, 4096)
        except OSError:  # what Linux says of a terminal that nobody writes to any more
            return shown.decode()
        if not part:
            return shown.decode()
        shown += part


def run_on_terminal(words):
    """Return the exit status, stdout and what a terminal showed of stderr."""
    master, slave = pty.openpty()
    environ = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    with ThreadPoolExecutor(1) as reader:
        process = subprocess.Popen(
            [sys.executable, "-c", CODE, *words], stdout=subprocess.PIPE, stderr=slave, env=environ, text=True
        )
        os.close(slave)
        shown = reader.submit(read_all, master)
        out, _ = process.communicate(timeout=60)
        told = shown.result(timeout=10)
    os.close(master)
    return process.returncode, out, told


def test_on_a_terminal_there_is_a_bar(words):
    status, out, told = run_on_terminal(words)
    assert status == 0
    assert re.fullmatch(
        r"2 sources polled \(1 failed\); 3 new articles; [\d.]+ kB in [\d.]+ s; the database has [\d.]+ kB\n", out
    )
    # the bar is drawn again and again in one line
    bar, _, below = told.partition("\n")
    assert bar.count("Polling sources") >= 2
    assert bar.count("\r") > bar.count("Polling sources")
    assert "100%" in bar
    assert "test-0: 3 new" not in told
    # what failed is said in full, below the bar
    assert re.fullmatch(r"test-1: http://\S+/feed2 answered 500\s+", below)


def test_in_a_pipe_there_is_a_plain_line_for_each_source(words):
    done = subprocess.run([sys.executable, "-c", CODE, *words], capture_output=True, text=True, check=True, timeout=60)
    assert re.fullmatch(
        r"2 sources polled \(1 failed\); 3 new articles; [\d.]+ kB in [\d.]+ s; the database has [\d.]+ kB\n",
        done.stdout,
    )
    told = sorted(done.stderr.splitlines())
    assert told[0] == "test-0: 3 new"
    assert told[1].startswith("test-1: ")
    assert told[1].endswith("answered 500")
    assert len(told) == 2
    assert "\r" not in done.stderr
    assert "\x1b" not in done.stderr
