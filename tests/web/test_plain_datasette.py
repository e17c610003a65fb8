"""Plain `datasette` with the metadata file, as a process of its own."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

METADATA = Path(__file__).parents[2] / "datasette-metadata.json"


@pytest.fixture
def served(tmp_path, database_path):
    """Serve a copy named dpawatch.db; return the address."""
    copy = tmp_path / "dpawatch.db"
    copy.write_bytes(database_path.read_bytes())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "datasette", str(copy), "-m", str(METADATA), "-p", str(port)]
    process = subprocess.Popen(words, stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONWARNINGS": ""})
    base = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{base}/-/versions.json", process)
        yield base
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_for(url, process):
    for _ in range(300):
        assert process.poll() is None, "datasette ended"
        try:
            urllib.request.urlopen(url).close()
        except urllib.error.URLError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"{url} does not answer")


def test_the_site_is_there(served):
    def read(path):
        with urllib.request.urlopen(served + path) as answer:
            return answer.read().decode()

    assert "Who ordered what" in read("/")
    assert json.loads(read("/dpawatch/largest-fines.json?_shape=array"))[0]["case_id"] == "fr-cnil-2019-google"
    with pytest.raises(urllib.error.HTTPError) as missing:
        read("/no/such/deep/page")
    assert missing.value.code == 404
    missing.value.close()


FIRST = ["datasette.app", "dpawatch.web.metadata", "dpawatch.web.pages.home", "dpawatch.web.charts"]


@pytest.mark.parametrize("first", FIRST)
def test_whatever_is_imported_first_the_hooks_are_there(first):
    told = (
        f"import {first}; from datasette.plugins import pm; print(len(pm.get_hookcallers(pm.get_plugin('dpawatch'))))"
    )
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert int(done.stdout) == 12
