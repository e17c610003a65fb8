"""The pages for researcher, journalist and operator, and that on security, hold: on the demo, commands print what they show."""

import asyncio
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from datasette.app import Datasette
from sqlite_utils.cli import cli as sqlite_utils

from dpawatch.cli import main

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("researcher", "journalist", "operator", "deploy")
GAP = "…"


def find_sessions(page):
    """Yield each command of a page with the lines it is said to print."""
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    for block in re.findall(r"^```console\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
        for session in block.removeprefix("$ ").split("\n$ "):
            command, *said = session.strip("\n").split("\n")
            yield page, command, said


SESSIONS = [session for page in (*PAGES, "security") for session in find_sessions(page)]


def run(command):
    """Return the status of a command and what it prints."""
    program, *words = shlex.split(command)
    if words[0] == "serve":  # it brings a loop of its own
        code = "from dpawatch.cli import main; main()"
        told = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code, *words], capture_output=True, text=True, check=False
        )
        return told.returncode, told.stdout
    result = CliRunner().invoke({"dpawatch": main, "sqlite-utils": sqlite_utils}[program], words)
    return result.exit_code, result.stdout


def has_lines(found, said):
    """Tell whether a text is as a page shows it; a gap at the end of a line, or in the place of some, is anything."""
    pattern = "".join(
        r"(?:.*\n)*?"
        if line == GAP
        else re.escape(line.removesuffix(GAP).rstrip()) + (".*" if line.endswith(GAP) else " *") + "\n"
        for line in said
    )
    return re.fullmatch(pattern, found) is not None


@pytest.fixture
def folder(built, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("demo.db", "dpawatch.db"):
        shutil.copyfile(built.path, name)
    return tmp_path


@pytest.mark.parametrize(
    ("page", "command", "said"), SESSIONS, ids=[f"{page}: {words[:60]}" for page, words, _ in SESSIONS]
)
def test_each_command_prints_what_its_page_shows(folder, page, command, said):
    status, printed = run(command)
    assert status == 0
    if command.startswith("dpawatch publish"):  # a database grows by whole pages, and not everywhere by the same
        printed, said = re.sub(r"\d\.\d MB", "N MB", printed), [re.sub(r"\d\.\d MB", "N MB", line) for line in said]
    assert has_lines(printed, said), printed


def test_each_address_of_the_site_is_there(folder):
    site = Datasette([str(folder / "demo.db")], settings={"num_sql_threads": 1})
    text = "".join((DOCS / f"{page}.md").read_text(encoding="utf-8") for page in PAGES)
    paths = {path for path in re.findall(r"`(/[^`<?*]*)`", text) if not path.startswith(("/var/", "/data"))}
    assert len(paths) >= 10
    assert {path: asyncio.run(site.client.get(path)).status_code for path in paths} == dict.fromkeys(paths, 200)


def test_each_user_has_a_page_that_begins_with_a_command():
    for page in PAGES:
        assert re.match(r"# .+\n\n```console\n\$ ", (DOCS / f"{page}.md").read_text(encoding="utf-8"))


def test_a_gap_is_anything_and_nothing_else_is():
    assert has_lines("a\nb c\nd\n", ["a", "b…", "d"])
    assert has_lines("a\nb\nc\nd\n", ["a", GAP, "d"])
    assert not has_lines("a\nb\nd\n", ["a", "d"])
    assert not has_lines("a\nb\nd\n", ["a", "b"])


def test_files_of_the_recipes_are_all_named():
    named = "".join((DOCS / f"{page}.md").read_text(encoding="utf-8") for page in ("operator", "deploy"))
    files = {path.name for path in (DOCS / "deploy").iterdir()} - set(re.findall(r"docs/deploy/([\w.-]+)", named))
    assert {name for name in files if not re.fullmatch(r"dpawatch-\w+\.(service|timer)", name)} == set()
    assert "docs/deploy/dpawatch-*.service" in named
    assert "docs/deploy/dpawatch-*.timer" in named
