"""`serve`: Datasette on the database, with the project's plugin, in as many processes as are asked for."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from dpawatch.serve import datasette_arguments, serve_datasette


def test_other_arguments_come_last_so_that_they_win():
    words = datasette_arguments(Path("x.db"), ["--setting", "sql_time_limit_ms", "9"])
    assert words[:2] == ["serve", "x.db"]
    assert words[-3:] == ["--setting", "sql_time_limit_ms", "9"]


def test_what_is_not_served_needs_no_processes(capsys):
    with pytest.raises(SystemExit, match="0"):
        serve_datasette(["serve", "--memory", "--get", "/-/versions.json"], 2)
    assert "datasette" in json.loads(capsys.readouterr().out)


def command(first, *words):
    """Return the command line that executes a statement and then does what the words say."""
    return [sys.executable, "-c", f"{first}\nfrom dpawatch.cli import main; main()", *words]


@contextmanager
def serving(db_path, *words, first=""):
    """Serve a database in a process of its own, which leads a group of processes; give it and the site's address.

    Args:
        first: a statement that is executed before.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        command(first, "serve", "--db", str(db_path), "--port", str(port), *words),
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONWARNINGS": ""},
        start_new_session=True,
    )
    try:
        base = f"http://127.0.0.1:{port}"
        for _ in range(200):
            try:
                urllib.request.urlopen(f"{base}/-/versions.json").close()
                break
            except urllib.error.URLError:
                time.sleep(0.1)
        yield process, base
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)


def get(address):
    with urllib.request.urlopen(address) as answer:
        return json.load(answer)


@pytest.fixture
def filled(poll, db_path):
    """Return the path of a database with the cases of the test's feed."""
    poll("run")
    return db_path


@pytest.mark.parametrize("workers", ["1", "2"])
def test_the_site_answers(filled, workers):
    with serving(filled, "--workers", workers) as (_, base):
        found = get(f"{base}/test/cases.json?_shape=array&_sort=id")
        assert [case["id"] for case in found] == ["fr-cnil-2019-google", "fr-cnil-2021-clearview-ai"]
        assert get(f"{base}/test/articles.json?_shape=array&_search=photographs&_col=title&_nofacet=1")
        assert get(f"{base}/-/about-data.json")["totals"]["cases"] == 2


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 0), (signal.SIGTERM, -signal.SIGTERM), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_all_processes_end_with_the_one_that_is_told_to(filled, number, status):
    with serving(filled, "--workers", "3") as (process, base):
        assert len(processes_of(process.pid)) == 4
        process.send_signal(number)
        _, said = process.communicate(timeout=20)
        assert process.returncode == status
        assert all_gone(process.pid)
        assert b"Traceback" not in said
        with pytest.raises(urllib.error.URLError):
            urllib.request.urlopen(base)


def test_a_unix_socket_is_taken_over_and_removed(filled, tmp_path):
    path = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as left_behind:
        left_behind.bind(path)
    words = command("", "serve", "--db", str(filled), "--uds", path, "--workers", "2")
    process = subprocess.Popen(words, stderr=subprocess.PIPE, env={**os.environ, "PYTHONWARNINGS": ""})
    try:
        assert ask_at(path).startswith(b"HTTP/1.1 200")
    finally:
        process.terminate()
        process.communicate(timeout=20)
    assert not os.path.lexists(path)


def ask_at(path):
    """Return the answer of a server at a Unix socket, when there is one."""
    for _ in range(200):
        with socket.socket(socket.AF_UNIX) as client:
            try:
                client.connect(path)
            except (ConnectionRefusedError, FileNotFoundError):
                time.sleep(0.1)
                continue
            client.sendall(b"GET /-/versions.json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            return b"".join(iter(lambda: client.recv(65536), b""))
    raise AssertionError("nobody listens")


def test_a_killed_process_is_replaced_and_the_others_go_on(filled):
    with serving(filled, "--workers", "2") as (process, base):
        before = set(processes_of(process.pid)) - {process.pid}
        os.kill(min(before), signal.SIGKILL)
        for _ in range(4):  # both places have their turn, that of the dead one too
            assert get(f"{base}/test/cases.json?_shape=array")
        assert len(set(processes_of(process.pid)) - {process.pid} - before) == 1
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
        assert process.returncode == 0
        assert b"ended by signal 9: another takes its place" in said
        assert all_gone(process.pid)


def test_one_that_is_killed_again_and_again_waits_before_it_starts(filled):
    with serving(filled, "--workers", "2", first="from dpawatch import workers; workers._BRAKE = 3.0") as (
        process,
        base,
    ):
        for _ in range(2):
            for worker in set(processes_of(process.pid)) - {process.pid}:
                os.kill(worker, signal.SIGKILL)
            time.sleep(0.3)
        begun = time.monotonic()
        assert get(f"{base}/test/cases.json?_shape=array")
        assert time.monotonic() - begun > 1.5


def test_all_processes_end_when_one_ends_by_itself(filled):
    fault = "import sys; from dpawatch import workers; workers.check_databases = lambda datasette: sys.exit(3)"
    words = command(fault, "serve", "--db", str(filled), "--port", "0", "--workers", "2")
    told = subprocess.run(words, capture_output=True, text=True, timeout=30)
    assert told.returncode == 1
    assert told.stderr.splitlines()[-1] == "Error: a process of the site ended by itself, with status 3"


def test_more_connections_than_files_may_be_open_do_not_end_the_site(filled):
    with serving(filled, "--workers", "2", first=FEW_FILES) as (process, base):
        idle = [connect(base) for _ in range(300)]
        time.sleep(0.5)
        for client in idle:
            client.close()
        time.sleep(0.5)
        for _ in range(4):
            assert get(f"{base}/test/cases.json?_shape=array")
        assert process.poll() is None


FEW_FILES = "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (80, 80))"


@pytest.mark.parametrize("begun", [b"GET / HTTP/1.1\r\n", b"GET /-/versions.json HTTP/1.1\r\nHost: x\r\n\r\nGET /"])
def test_a_connection_that_asks_for_nothing_is_ended(filled, begun):
    first = "from dpawatch import workers; workers._PATIENCE = 0.5"
    with serving(filled, "--workers", "2", first=first) as (_, base), connect(base) as client:
        client.settimeout(5)
        client.sendall(begun)
        assert is_ended(client)


def is_ended(client):
    """Tell whether the other side ends a connection before its time is up, having sent what it has."""
    try:
        while client.recv(65536):
            pass
    except TimeoutError:
        return False
    except ConnectionResetError:
        return True
    return True


def connect(base):
    """Return a connection to a site."""
    host, port = base.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)))


def processes_of(group):
    """Return the ids of the processes of a group that have not ended."""
    shown = subprocess.run(["ps", "-eo", "pid=,pgid=,stat="], capture_output=True, text=True, check=True)
    rows = [row.split() for row in shown.stdout.splitlines()]
    return [int(pid) for pid, leader, state in rows if int(leader) == group and not state.startswith("Z")]


def all_gone(group):
    """Tell whether the processes of a group end, within a few seconds."""
    for _ in range(50):
        if not processes_of(group):
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_port_that_is_taken_is_one_line(filled, dpawatch, workers):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = dpawatch("serve", "--port", str(port), "--workers", workers)
    assert told.exit_code == 2
    assert told.stderr == f"Error: port {port} of 127.0.0.1: Address already in use; choose another with --port\n"
