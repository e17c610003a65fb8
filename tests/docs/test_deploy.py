"""The recipes of docs/deploy: each command is one the program has, units are sound and confined, the proxy does what it says."""

import http.client
import json
import os
import re
import shlex
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from db.publish import publish
from db.schema import open_database
from db.values import transaction
from dpawatch.cli import main
from dpawatch.targets import Targets

DEPLOY = Path(__file__).parents[2] / "docs" / "deploy"
SERVICES = sorted(DEPLOY.glob("*.service"))
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
WITHIN = 15  # seconds; six on an idle machine, as the proxy keeps pages for five


def read_instructions():
    """Return the instructions of the Containerfile in their order, each with its words."""
    text = re.sub(r"\\\n\s*", "", (DEPLOY / "Containerfile").read_text())
    return [tuple(line.split(maxsplit=1)) for line in text.splitlines() if line and not line.startswith("#")]


def list_commands():
    """Yield each call of the program in the recipes, as words."""
    for path in SERVICES:
        yield from re.findall(r"^ExecStart=(.+)$", path.read_text(), re.MULTILINE)
    yield from re.findall(
        r"^(?:@\w+|(?:\S+\s+){4}\S+)\s+(dpawatch [^>\n]+)", (DEPLOY / "crontab").read_text(), re.MULTILINE
    )
    page = DEPLOY.with_suffix(".md").read_text(encoding="utf-8")
    yield from re.findall(r"podman run (?:--rm |-v \S+ )+(dpawatch [^>\n]+)", page)
    (words,) = [json.loads(words) for name, words in read_instructions() if name == "CMD"]
    yield shlex.join(["dpawatch", *words])


@pytest.mark.parametrize("line", list(list_commands()))
def test_each_command_is_one_of_the_program(line):
    program, name, *words = shlex.split(line)
    assert Path(program).name == "dpawatch"
    command = main.commands[name]
    context = command.make_context(name, words, parent=click.Context(main, **main.context_settings))
    # what serve does not know goes to Datasette, which is asked too
    if others := context.params.get("arguments"):
        from datasette.cli import serve

        assert isinstance(serve.make_context("serve", list(others)), click.Context)


def test_there_is_a_recipe_of_each_kind():
    assert len(SERVICES) == 4
    assert len(list(list_commands())) == 14


def test_the_settings_are_such_as_the_program_takes(tmp_path):
    shutil.copy(DEPLOY / "dpawatch.toml", tmp_path)
    told = CliRunner().invoke(main, ["config", "--db", str(tmp_path / "dpawatch.db")])
    assert told.exit_code == 0
    assert re.search(r"^contact +https://example.org/robot +\S*dpawatch.toml$", told.stdout, re.MULTILINE)
    targets = Targets(tmp_path / "dpawatch.db", {})
    assert [targets.name(name) for name in targets.known] == ["desk"]


def test_a_run_of_systemd_has_time_to_end_and_no_settings_but_those_of_the_file():
    unit = (DEPLOY / "dpawatch-run.service").read_text()
    (minutes,) = re.findall(r"--max-minutes (\d+)", unit)
    (patience,) = re.findall(r"^TimeoutStartSec=(\d+)min$", unit, re.MULTILINE)
    assert int(patience) > int(minutes)
    for path in SERVICES:
        assert int(re.findall(r"^TimeoutStopSec=(\d+)$", path.read_text(), re.MULTILINE)[0]) > 5
        assert "WorkingDirectory=/var/lib/dpawatch\n" in path.read_text()
        assert "DPAWATCH_CONTACT" not in path.read_text()


def test_timers_and_crontab_start_things_at_the_same_time():
    jobs = re.findall(r"^(\S+) (\S+) \* \* \*\s+dpawatch (\w+)", (DEPLOY / "crontab").read_text(), re.MULTILINE)
    times = {name: f"{hour if hour == '*' else hour.zfill(2)}:{minute.zfill(2)}" for minute, hour, name in jobs}
    assert times == {
        path.stem.removeprefix("dpawatch-"): re.findall(r"^OnCalendar=(.+)$", path.read_text(), re.MULTILINE)[0]
        for path in DEPLOY.glob("*.timer")
    }


@pytest.mark.parametrize("path", sorted(DEPLOY.glob("dpawatch-*")), ids=lambda path: path.name)
def test_units_are_sound(path, tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd is not installed")
    for unit in DEPLOY.glob("dpawatch-*"):
        # the program lies elsewhere here
        (tmp_path / unit.name).write_text(unit.read_text().replace("/opt/dpawatch/bin/dpawatch", "/bin/true"))
    told = run_systemd("verify", tmp_path / path.name)
    assert (told.returncode, told.stdout) == (0, "")
    if path.suffix == ".service":
        # of ten, where ten is not confined at all
        assert run_systemd("security", "--offline=true", "--threshold=20", tmp_path / path.name).returncode == 0
        assert "MemoryMax=" in path.read_text()


def run_systemd(*words):
    command = ["systemd-analyze", "--no-pager", *map(str, words)]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)


def test_the_container_is_small_confined_and_watched():
    found = read_instructions()
    names = [name for name, _ in found]
    assert names.count("FROM") == 2
    last = [name for name, _ in found[len(names) - names[::-1].index("FROM") - 1 :]]
    assert "ADD" not in names
    assert {"USER", "HEALTHCHECK", "ENTRYPOINT", "CMD", "VOLUME", "COPY"} <= set(last)
    assert dict(found)["USER"] not in ("0", "root")
    # what compiles stays in the first stage, and no base image follows the newest one
    assert all("g++" not in words for name, words in found[names.index("FROM", 1) :] if name == "RUN")
    assert all(re.search(r":[\d.]+-slim-\w+( AS build)?$", words) for name, words in found if name == "FROM")
    assert "/-/health.json" in dict(found)["HEALTHCHECK"]
    for words in (words for name, words in found if name == "COPY" and not words.startswith("--from")):
        assert all((DEPLOY.parents[1] / source).exists() for source in words.split()[:-1])


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextmanager
def running(command, folder, port):
    """Run a server until it is no longer needed."""
    with (folder / f"said-{port}").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "PYTHONWARNINGS": ""})
    try:
        for _ in range(300):
            with socket.socket() as client:
                if not client.connect_ex(("127.0.0.1", port)):
                    break
            time.sleep(0.1)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=40)
        print((folder / f"said-{port}").read_text())


@pytest.fixture
def copy(tmp_path):
    """Return the path of a published copy with one law."""
    out = tmp_path / "public.db"
    with closing(open_database(tmp_path / "work.db")) as db:
        with transaction(db):
            db.execute("insert into laws (id, name) values ('GDPR', 'first')")
        publish(db, out)
    return out


@pytest.fixture
def proxy(copy, tmp_path):
    """Return a function that asks nginx, with the recipe's configuration, before a site that serves the copy."""
    if NGINX is None:
        pytest.skip("nginx is not installed")
    site, front = free_port(), free_port()
    recipe = (DEPLOY / "nginx.conf").read_text()
    for said, here in (
        ("127.0.0.1:8001", f"127.0.0.1:{site}"),
        ("listen 80;", f"listen 127.0.0.1:{front};"),
        ("/var/cache/nginx/dpawatch", f"{tmp_path}/cache"),
    ):
        assert said in recipe
        recipe = recipe.replace(said, here)
    kept = "".join(
        f"{name}_temp_path {tmp_path}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;\n" if os.getuid() == 0 else ""
    (tmp_path / "nginx.conf").write_text(
        f"{user}pid {tmp_path}/pid;\ndaemon off;\nevents {{}}\nhttp {{\naccess_log off;\n{kept}{recipe}\n}}\n"
    )
    code = "from dpawatch.cli import main; main()"
    serve = [sys.executable, "-c", code, "serve", "--db", str(copy), "--port", str(site), "--workers", "1"]
    nginx = [NGINX, "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf"), "-e", "stderr"]

    def ask(path):
        with closing(http.client.HTTPConnection("127.0.0.1", front, timeout=20)) as client:
            client.request("GET", path)
            answer = client.getresponse()
            return answer, answer.read().decode()

    with running(serve, tmp_path, site), running(nginx, tmp_path, front):
        yield ask


def test_the_proxy_makes_a_page_once_and_shows_a_new_copy(proxy, copy):
    answers = [proxy("/public/laws.json?_shape=array&_col=name&_nofacet=1") for _ in range(2)]
    assert [(answer.status, answer.headers["X-Cache"]) for answer, _ in answers] == [(200, "MISS"), (200, "HIT")]
    for answer, body in answers:
        assert json.loads(body)[0]["name"] == "first"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    new = copy.with_name("new")
    shutil.copyfile(copy, new)
    with closing(sqlite3.connect(new)) as con, con:
        con.execute("update laws set name = 'second'")
    new.replace(copy)
    began = time.monotonic()
    name = "first"
    while name == "first" and time.monotonic() - began < WITHIN:
        answer, body = proxy("/public/laws.json?_shape=array&_col=name&_nofacet=1")
        assert answer.status == 200
        name = json.loads(body)[0]["name"]
        time.sleep(0.2)
    print("seconds until the new copy was shown:", round(time.monotonic() - began, 1))
    assert name == "second"
