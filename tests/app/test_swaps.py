"""A site whose database is replaced while it is asked all the time: no request fails, and the new one is shown at once."""

import http.client
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager

import psutil
import pytest

WITHIN = 5  # seconds; it is one on an idle machine
ASKED = "/public/cases.json?_shape=array&_col=title&_sort=id&_nofacet=1"


@pytest.fixture
def copy(poll, dpawatch, tmp_path):
    """Return the path of a published copy."""
    poll("run")
    out = tmp_path / "public.db"
    assert dpawatch("publish", str(out)).exit_code == 0
    return out


@contextmanager
def serving(path, *words):
    code = "from dpawatch.cli import main; main()"
    command = [sys.executable, "-c", code, "serve", "--db", str(path), "--uds", str(path.with_name("s")), *words]
    said = path.with_name("said")
    with said.open("wb") as log:
        process = subprocess.Popen(
            command, stderr=log, env={**os.environ, "PYTHONWARNINGS": ""}, start_new_session=True
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=40)
        print(said.read_text())


class Reader(http.client.HTTPConnection):
    """A client at a Unix socket, which keeps its connection until it is told to close it."""

    def __init__(self, path):
        super().__init__("site")
        self.path = str(path.with_name("s"))

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(20)
        self.sock.connect(self.path)

    def read_title(self):
        self.request("GET", ASKED)
        answer = self.getresponse()
        assert answer.status == 200
        return json.loads(answer.read())[0]["title"]


def wait_for(ask, wanted, seconds=20):
    """Ask until the answer is the one wanted, and return how long that took."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        try:
            if ask() == wanted:
                return time.monotonic() - began
        except (ConnectionError, FileNotFoundError, http.client.HTTPException):
            pass
        time.sleep(0.05)
    raise AssertionError(f"never {wanted}")


def retitle(path, title):
    """Put a file of the same rows, but for a title, in the place of another, as `publish` does it."""
    new = path.with_name("new")
    shutil.copyfile(path, new)
    with closing(sqlite3.connect(new)) as con, con:
        con.execute("update cases set title = ?", [title])
    new.replace(path)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_no_request_fails_while_the_copy_is_replaced(copy, workers):
    stop, failures, answers = threading.Event(), [], [0]

    def ask_all_the_time(kept):
        reader = Reader(copy)
        while not stop.is_set():
            try:
                reader.read_title()
                answers[0] += 1
            except Exception as error:
                failures.append(repr(error))
                reader.close()
            if not kept:
                reader.close()
        reader.close()

    with serving(copy, "--workers", workers):
        fresh = Reader(copy)
        wait_for(lambda: ask_anew(fresh)[:4], "CNIL")
        threads = [threading.Thread(target=ask_all_the_time, args=(kept,)) for kept in (True, False)]
        for thread in threads:
            thread.start()
        took = []
        for number in range(10):
            retitle(copy, f"title {number}")
            took.append(wait_for(lambda n=number: ask_anew(fresh), f"title {number}"))
        stop.set()
        for thread in threads:
            thread.join()
        fresh.close()
    print("seconds until shown:", [round(t, 2) for t in took], "answers:", answers)
    assert failures == []
    assert answers[0] > 50
    assert max(took) < WITHIN


def ask_anew(reader):
    reader.close()
    return reader.read_title()


def test_what_cannot_be_served_does_not_end_the_site(copy):
    with serving(copy, "--workers", "2") as process, closing(Reader(copy)) as reader:
        wait_for(lambda: ask_anew(reader)[:4], "CNIL")
        kept = copy.with_name("kept.db")
        shutil.copyfile(copy, kept)
        broken = copy.with_name("broken.db")
        broken.write_bytes(b"no database" * 500)
        broken.replace(copy)
        said = copy.with_name("said")
        wait_for(lambda: "cannot be served" in said.read_text(), True)
        assert process.poll() is None
        assert "Traceback" not in said.read_text()
        # one that is killed now finds nothing to open, and leaves the readers to the other
        one, other, *_ = psutil.Process(process.pid).children()
        one.kill()
        wait_for(lambda: "ended by signal 9" in said.read_text(), True)
        assert ask_anew(reader)[:4] == "CNIL"
        other.kill()
        wait_for(lambda: said.read_text().count("ended by signal 9"), 2)
        time.sleep(1)
        assert process.poll() is None
        kept.replace(copy)
        retitle(copy, "sound again")
        wait_for(lambda: ask_anew(reader), "sound again")
