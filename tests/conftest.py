from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

# begun in this order, before all others: those that take longest, so that no worker is left alone with one at the end
LONGEST = (
    "app/test_soak.py",
    "app/test_kills.py",
    "app/test_newcomer.py",
    "app/test_upgrades.py",
    "app/test_serve.py",
    "app/test_faults.py",
    "app/test_redact.py",
    "app/test_swaps.py",
    "app/test_signals.py",
    "app/test_order.py",
    "app/test_readers.py",
    "app/test_kills_of_reading.py",
    "app/test_kills_of_runs.py",
    "scale/test_cluster.py",
    "nlp/test_linear.py",
    "browser/",
    "demo/",
    "web/",
    "app/",
    "benchmarks/",
)
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of the longest files first; xdist would begin with the files of most tests."""
    items.sort(key=lambda item: _find_place(item.path.relative_to(HERE).as_posix()))


def _find_place(path: str) -> int:
    return next((place for place, start in enumerate(LONGEST) if path.startswith(start)), len(LONGEST))


def pytest_xdist_auto_num_workers() -> int:
    """Return three workers for two cores: for a third of their time tests wait for clocks, disks and processes."""
    return (len(os.sched_getaffinity(0)) * 3 + 1) // 2


@pytest.fixture(autouse=True)
def keep_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what pages are read in from run to run, which all are of one process here: it takes seconds to start."""
    monkeypatch.setattr("ingest.workers.dismiss", lambda: None)


@pytest.fixture
def serve_handler() -> Iterator[Callable[[type[BaseHTTPRequestHandler]], int]]:
    """Return a function that serves a handler on loopback until the test ends, and returns its port."""
    with ExitStack() as over:

        def start(handler: type[BaseHTTPRequestHandler]) -> int:
            server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
            thread.start()
            for end in (server.server_close, thread.join, server.shutdown):
                over.callback(end)
            return server.server_port

        yield start


@pytest.fixture(scope="session")
def demo_built(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> tuple[Path, str]:
    """Return the demo's database, built by the command, and what this printed to stdout; all workers share it, and copy it."""
    folder = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        folder = folder.parent
    path, said = folder / "demo.db", folder / "demo.said"
    with (folder / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not said.exists():
            code = "from dpawatch.cli import main; main()"
            words = [sys.executable, "-c", code, "demo", "--no-serve", "--articles-port", "0", "--db", str(path)]
            environ = {k: v for k, v in os.environ.items() if not k.startswith("DPAWATCH_")} | {"PYTHONWARNINGS": ""}
            said.write_text(subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True, env=environ).stdout)
    return path, said.read_text()
