"""A newcomer does what docs/operator.md says, and has an instance that runs by itself.

Its blocks are typed in their order into one shell, from step 2 on: step 1 needs root and a package index, and is what the
environment of the tests has had. The folders and the port that the page names are others here, the addresses at
example.org are replaced as it says, and a program called `crontab` keeps what it is given. No cron runs here, so that the
test runs the lines of that file itself, as cron would: by sh, in the home folder, with the environment of the file and
nothing of the shell's. Half an hour passes by making sources due. All sources are on loopback, which the environment allows.
"""

import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from contextlib import closing, suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STEPS = (
    (ROOT / "docs" / "operator.md").read_text(encoding="utf-8").split("\n## 2. ")[1].split("\n## What you will hear")[0]
)
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", STEPS, re.DOTALL | re.MULTILINE)
PROGRAM = """#!/bin/sh
PYTHONPATH={root} exec {python} -c 'from dpawatch.cli import main; main()' "$@"
"""
LATER = (
    "CNIL fines Rosso EUR 3 million",
    "The CNIL has fined Rosso SAS EUR 3 million on 4 May 2024. The authority found that the company breached Article 32 of "
    "the GDPR, since the passwords of its customers were kept in plain text. The company may appeal against the decision.",
)
WITHIN = 30


class Machine:
    """The newcomer's machine: folders in the place of those that the page names, a shell and a crontab."""

    def __init__(self, folder, sources):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.data, self.programs, self.spool = folder / "data", folder / "bin", folder / "spool"
        self.places = {
            "/var/lib/dpawatch": str(self.data),
            "/opt/dpawatch/bin": str(self.programs),
            "/usr/src/dpawatch": str(folder / "src"),
            "--port 8001": f"--port {self.port}",
        }
        self.sources = {"DPAWATCH_SOURCES": sources, "DPAWATCH_ALLOW_PRIVATE_HOSTS": "1", "DPAWATCH_DELAY": "0"}
        self.started = []
        self.data.mkdir()
        self.programs.mkdir()
        self.add_program("dpawatch", PROGRAM.format(root=ROOT, python=sys.executable))
        self.add_program("crontab", f'#!/bin/sh\nexec cp "$1" {self.spool}\n')
        for file in (ROOT / "docs" / "deploy").iterdir():
            copy = folder / "src" / "docs" / "deploy" / file.name
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(self.here(file.read_text(encoding="utf-8")), encoding="utf-8")

    def add_program(self, name, text):
        (self.programs / name).write_text(text)
        (self.programs / name).chmod(0o755)

    def here(self, text):
        for place, stands_for_it in self.places.items():
            text = text.replace(place, stands_for_it)
        return text

    def start(self, command, log, **environment):
        """Start a shell in a session of its own, with this environment alone."""
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(self.data), **self.sources, **environment}
        with log.open("wb") as out:
            process = subprocess.Popen(
                ["sh", "-e", "-c", command], stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=self.data,
                env=environment, start_new_session=True,
            )  # fmt: skip
        self.started.append(process)
        return process

    def type_blocks(self, edit):
        """Type the page into one shell, with an editor at the place where it asks for one; return all that was shown."""
        self.add_program("editor", f'#!/bin/sh\nexec sed -i {edit} "$1"\n')
        first, *others = BLOCKS
        log = self.data.parent / "typed"
        shell = self.start(self.here("\n".join([first, "editor dpawatch.toml", *others])), log, PS1="$")
        status = shell.wait(timeout=180)
        assert status == 0, log.read_text()
        return log.read_text()

    def read_crontab(self):
        """Return the environment of the crontab, and its lines: when, and what."""
        lines = [line for line in self.spool.read_text().splitlines() if line and not line.startswith("#")]
        environment = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))
        jobs = [re.fullmatch(r"(@\w+|(?:\S+\s+){4}\S+)\s+(.*)", line).groups() for line in lines[len(environment) :]]
        return environment, jobs

    def run_job(self, word):
        """Run the line of the crontab that has this word to its end, and return what cron would mail."""
        process, log = self.start_job(word)
        assert process.wait(timeout=120) == 0, log.read_text()
        return log.read_text()

    def start_job(self, word):
        environment, jobs = self.read_crontab()
        (command,) = [command for _, command in jobs if word in command.split()]
        log = self.data.parent / f"mail-{word}"
        return self.start(command, log, **environment), log

    def ask(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
            return answer.read().decode()

    def wait_for(self, words, path="/"):
        """Wait until the site shows some words."""
        page, until = "", time.monotonic() + WITHIN
        while words not in page and time.monotonic() < until:
            with suppress(OSError):
                page = self.ask(path)
            time.sleep(0.1)
        assert words in page

    def shut_down(self):
        """End all that was started, as a machine does that is switched off."""
        for process in self.started:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        for process in self.started:
            process.wait(WITHIN)
        self.started.clear()
        until = time.monotonic() + WITHIN
        with suppress(ConnectionRefusedError):
            while time.monotonic() < until:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                time.sleep(0.1)
            pytest.fail("the site does not end")

    def let_half_an_hour_pass(self):
        with closing(sqlite3.connect(self.data / "dpawatch.db")) as con, con:
            con.execute("update sources set next_due = '2001-01-01T00:00:00Z'")


@pytest.fixture
def machine(tmp_path, registry):
    found = Machine(tmp_path, registry("/feed"))
    yield found
    found.shut_down()


def rows(path, sql):
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as con:
        return con.execute(sql).fetchall()


def test_a_newcomer_types_the_page_and_has_an_instance_that_runs_by_itself(machine, site, hook):
    addresses = {
        "https://example.org/robot": "https://desk.test/robot",
        "https://example.org\"": "https://news.test\"",
        "mailtos://robot:password@example.org?to=desk@example.org": hook.url("/desk"),
    }  # fmt: skip
    settings = (ROOT / "docs" / "deploy" / "dpawatch.toml").read_text(encoding="utf-8")
    assert [settings.count(address) for address in addresses] == [1, 1, 1]
    said = machine.type_blocks(" ".join(f"-e 's|{theirs}|{mine}|'" for theirs, mine in addresses.items()))

    # what was typed: settings in force, a first run, a test of the alerts, a copy, a backup that comes back
    assert re.search(r"contact +https://desk\.test/robot +dpawatch\.toml\n", said)
    assert [hook.titles("/desk")[0][:5], len(hook.titles("/desk"))] == ["Test:", 1]
    assert rows(machine.data / "restored.db", "pragma integrity_check") == [("ok",)]
    kept = "select id from articles order by id"
    articles = rows(machine.data / "dpawatch.db", kept)
    assert articles == rows(machine.data / "restored.db", kept) == rows(machine.data / "public.db", kept) != []
    assert (machine.data / "dpawatch.toml").stat().st_mode & 0o777 == 0o600
    machine.wait_for("CNIL fines Google")
    assert '"published_copy": true' in machine.ask("/-/health.json")

    # the machine starts anew, and cron has the rest
    machine.shut_down()
    machine.start_job("serve")
    machine.wait_for("CNIL fines Google")
    site.pages["/rosso"], site.dates["/rosso"] = LATER, "Mon, 06 May 2024 09:00:00"
    machine.let_half_an_hour_pass()
    assert machine.run_job("run") == ""
    (alert,) = hook.taken["/desk"][1:]
    assert "Rosso" in alert["title"]
    assert re.search("“[^”]*Rosso[^”]* EUR 3 million[^”]*”", alert["message"])
    assert "https://news.test/case/" in alert["message"]
    assert machine.run_job("publish") == ""
    machine.wait_for("Rosso")
    assert machine.run_job("backup") == ""
    assert len(list((machine.data / "backups").glob("*.db"))) == 2

    # a feed that is gone is one mail, and nothing is told twice
    site.statuses["/feed"] = 410
    machine.let_half_an_hour_pass()
    mailed = machine.run_job("run")
    assert mailed.startswith("needs a person: ")
    assert "test-0" in mailed
    assert machine.run_job("run") == ""
    assert len(hook.taken["/desk"]) == 2


def test_the_crontab_has_each_job_at_a_time_that_cron_knows(machine):
    shutil.copy(ROOT / "docs" / "deploy" / "crontab", machine.spool)
    environment, jobs = machine.read_crontab()
    assert set(environment) == {"MAILTO", "PATH", "DPAWATCH_DB"}
    number = r"(?:\*|\d{1,2}(?:,\d{1,2})*)"
    assert all(re.fullmatch(rf"@reboot|{number}(?:\s+{number}){{4}}", when) for when, _ in jobs)
    assert [command.split()[1] for _, command in jobs] == ["run", "publish", "backup", "serve"]
    assert "--cron --max-minutes 25" in jobs[0][1]
