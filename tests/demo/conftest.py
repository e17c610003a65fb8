from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dpawatch.demo.server import ArticleServer

COMMAND = [sys.executable, "-c", "from dpawatch.cli import main; main()", "demo"]
ENVIRON = {k: v for k, v in os.environ.items() if not k.startswith("DPAWATCH_")} | {"PYTHONWARNINGS": ""}


def run_demo(*words: str) -> subprocess.CompletedProcess[str]:
    """Run `dpawatch demo` as a process of its own until it ends."""
    return subprocess.run([*COMMAND, *words], capture_output=True, text=True, env=ENVIRON, timeout=300, check=False)


@pytest.fixture(name="run_demo", scope="session")
def run_demo_fixture() -> Callable[..., subprocess.CompletedProcess[str]]:
    return run_demo


@pytest.fixture(name="start_demo")
def start_demo_fixture() -> Callable[..., AbstractContextManager[tuple[str, Callable[[], tuple[int, str]]]]]:
    return start_demo


@contextmanager
def start_demo(*words: str) -> Iterator[tuple[str, Callable[[], tuple[int, str]]]]:
    """Start a serving demo; give the site's address and a function that interrupts it for its status and stderr."""
    process = subprocess.Popen(
        [*COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRON
    )
    said: list[str] = []
    reader = threading.Thread(target=lambda: said.extend(process.stderr), daemon=True)
    reader.start()

    def interrupt() -> tuple[int, str]:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)
        reader.join(timeout=10)
        return process.returncode, "".join(said)

    try:
        lines = iter(process.stdout.readline, "")
        site = next(m[1] for line in lines if (m := re.search(r"the site is at (http://\S+/)", line)))
        yield site, interrupt
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        reader.join(timeout=10)
        process.stderr.close()


@dataclass(frozen=True)
class Built:
    """The demo's database, built once by the command; `said` is what the command printed."""

    path: Path
    said: str

    def rows(self, sql: str, path: Path | None = None) -> list[Any]:
        with closing(sqlite3.connect(path or self.path)) as con:
            return con.execute(sql).fetchall()


@pytest.fixture(scope="session")
def built(tmp_path_factory, demo_built) -> Built:
    path, said = demo_built
    return Built(Path(shutil.copy(path, tmp_path_factory.mktemp("demo"))), said)


@pytest.fixture(scope="session")
def server() -> Iterator[ArticleServer]:
    with ArticleServer(0) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()
