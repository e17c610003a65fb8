"""`serve`: Datasette on the database, with the project's plugin, as a process of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from dpawatch.serve import datasette_arguments


def test_other_arguments_come_last_so_that_they_win():
    words = datasette_arguments(Path("x.db"), ["--setting", "sql_time_limit_ms", "9"])
    assert words[:2] == ["serve", "x.db"]
    assert words[-3:] == ["--setting", "sql_time_limit_ms", "9"]


@pytest.fixture
def served(poll, db_path):
    """Serve the test's database in a process of its own; return the address."""
    poll("run")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = "from dpawatch.cli import main; main()"
    words = [sys.executable, "-c", code, "serve", "--db", str(db_path), "--port", str(port)]
    process = subprocess.Popen(words, stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONWARNINGS": ""})
    base = f"http://127.0.0.1:{port}"
    for _ in range(200):
        try:
            urllib.request.urlopen(f"{base}/-/versions.json").close()
            break
        except urllib.error.URLError:
            time.sleep(0.1)
    yield base
    process.send_signal(signal.SIGINT)
    process.wait(timeout=20)


def test_the_site_answers(served):
    def get(path):
        with urllib.request.urlopen(served + path) as answer:
            return json.load(answer)

    found = get("/test/cases.json?_shape=array&_sort=id")
    assert [case["id"] for case in found] == ["fr-cnil-2019-google", "fr-cnil-2021-clearview-ai"]
    assert get("/test/articles.json?_shape=array&_search=photographs&_col=title&_nofacet=1")
    assert {plugin["name"] for plugin in get("/-/plugins.json")} >= {"dpawatch"}
