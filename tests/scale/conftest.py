from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from benchmarks.warcs import MadePage, write_record
from db.schema import open_database

PAGE = """<!doctype html><html lang="en"><head><title>{title}</title></head>
<body><article><h1>{title}</h1><p>{text}</p></article></body></html>"""
AT = datetime(2026, 3, 1, tzinfo=UTC)
COMMAND = [sys.executable, "-c", "from dpawatch.cli import main; main()"]


def make_page(number: int, relevant: bool = True, words: str = "", day: int = 0) -> MadePage:
    """Return a made-up page, its number in all that tells it from others."""
    if relevant:
        title = f"The CNIL fines Shop{number}"
        text = (
            f"The CNIL has fined Shop{number} SAS EUR {number}0,000 on {number % 27 + 1} January 2025. The regulator found that "
            f"the company had breached Articles {number % 5 + 5} and 32 of the GDPR. Number{number} of its cameras filmed "
            f"street{number} and garden{number} by day{number} and night{number}, and nobody was told of it. {words} "
        ) + " ".join(f"Word{number} and thing{n} were seen there." for n in range(12))
    else:
        title = f"Ferry {number} sails again"
        text = (
            f"The ferry leaves pier {number} at nine and takes forty people with their bicycles across the water. " * 4
        )
    host = f"www.paper-{number % 7}.example"
    return MadePage(
        f"https://{host}/{number}", PAGE.format(title=title, text=text), AT + timedelta(days=day, seconds=number)
    )


@pytest.fixture(scope="session")
def page() -> Any:
    return make_page


@pytest.fixture
def write_warcs(tmp_path) -> Any:
    """Return a function that writes WARC files of some pages each, every second of them relevant, and returns their paths."""

    def write(files: int, pages: int, folder: str = "warcs") -> list[Path]:
        (tmp_path / folder).mkdir(exist_ok=True)
        paths = [tmp_path / folder / f"NEWS-{n}.warc.gz" for n in range(files)]
        for n, path in enumerate(paths):
            numbers = range(n * pages, (n + 1) * pages)
            path.write_bytes(b"".join(write_record(make_page(number, number % 2 == 0)) for number in numbers))
        return paths

    return write


@pytest.fixture
def database(tmp_path) -> Iterator[Any]:
    db = open_database(tmp_path / "test.db")
    yield db
    db.close()


def run(*words: Any) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own."""
    return subprocess.run([*COMMAND, *map(str, words)], capture_output=True, text=True, timeout=120)


@pytest.fixture(name="run", scope="session")
def run_fixture() -> Any:
    return run


@pytest.fixture(scope="session")
def start() -> Iterator[Any]:
    """Return a function that starts a command in a process group of its own."""
    started = []

    def begin(*words: Any) -> subprocess.Popen[str]:
        started.append(
            subprocess.Popen(
                [*COMMAND, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, process_group=0
            )
        )
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def wait_for(what: Any, seconds: float = 90) -> Any:
    """Return what a function says as soon as it is true."""
    end = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)
    return found


@pytest.fixture(name="wait_for", scope="session")
def wait_for_fixture() -> Any:
    return wait_for


class Scheduler:
    """A Dask scheduler on loopback and its workers, each a process of its own that nobody starts again."""

    def __init__(self, folder: Path) -> None:
        file = folder / "scheduler.json"
        options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file)]
        self.process = self._start("dask_scheduler", *options)
        told = wait_for(lambda: file.exists() and file.read_text())
        self.address = told.split('"address": "')[1].split('"')[0]
        self.workers: list[subprocess.Popen[bytes]] = []

    def _start(self, program: str, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.{program}", *words]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def add_worker(self) -> None:
        options = ["--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--no-dashboard"]
        self.workers.append(self._start("dask_worker", self.address, *options))

    def kill_worker(self) -> None:
        worker = self.workers.pop(0)
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()

    def close(self) -> None:
        for process in (*self.workers, self.process):
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def scheduler(tmp_path_factory) -> Iterator[Scheduler]:
    """Return a scheduler with two workers; who kills one adds one."""
    held = Scheduler(tmp_path_factory.mktemp("scheduler"))
    held.add_worker()
    held.add_worker()
    yield held
    held.close()


PASSING = {"analysed", "started", "finished", "first_seen", "made", "rowid"}
# what stands apart from the articles: numbers that nothing refers to
TABLES = (
    "articles", "mentions", "actions", "action_evidence", "action_happenings", "action_names", "action_respondents",
    "action_provisions", "action_sanctions", "action_violations", "companies", "company_names", "near_duplicates",
    "provisions", "regulators", "laws", "revisions",
)  # fmt: skip


def read_tables(path: Path) -> dict[str, list[str]]:
    """Return the rows of all tables that articles and their readings fill, without what is another each time."""
    with closing(sqlite3.connect(path)) as con:
        assert con.execute("pragma foreign_key_check").fetchall() == []
        found = {}
        for table in TABLES:
            columns = con.execute("select name, type, pk from pragma_table_info(?)", [table]).fetchall()
            kept = [
                n
                for n, kind, key in columns
                if n not in PASSING and not (key and kind.lower() == "integer" and n == "id")
            ]
            names = ", ".join(f'"{name}"' for name in kept)
            found[table] = sorted(map(repr, con.execute(f"select {names} from {table}")))
    return found


@pytest.fixture(name="read_tables", scope="session")
def read_tables_fixture() -> Any:
    return read_tables
