"""Every command explains itself; the command table is the contract's, with nothing that a later version brings."""

import subprocess
import sys

import click
import pytest

from dpawatch.cli import main

COMMANDS = [
    "alert", "analyze", "backfill", "backup", "cases", "companies", "config", "demo", "digest", "export", "follow", "history",
    "import", "ingest", "publish", "redact", "restore", "run", "serve", "sources", "status", "tag",
]  # fmt: skip


def leaves(command=main, path=()):
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            yield from leaves(child, (*path, name))
    else:
        yield path, command


LEAVES = list(leaves())


def test_the_commands_are_those_of_the_contract():
    assert sorted(main.commands) == COMMANDS
    assert sorted(main.commands["companies"].commands) == ["list", "merge", "show", "split"]
    assert sorted(main.commands["follow"].commands) == ["add", "list", "remove", "test"]
    assert sorted(main.commands["sources"].commands) == ["accept", "add", "check", "export-opml", "import-opml", "list"]


@pytest.mark.parametrize(("path", "command"), LEAVES, ids=[" ".join(path) for path, _ in LEAVES])
def test_every_command_takes_db_and_shows_an_example_of_itself(path, command, dpawatch):
    shown = dpawatch(*path, "--help", db=None)
    assert shown.exit_code == 0
    assert "--db" in {name for option in command.params for name in option.opts}
    example = shown.stdout.split("Example:")[1]
    assert f"dpawatch {' '.join(path)}" in example


@pytest.mark.parametrize(("path", "command"), LEAVES, ids=[" ".join(path) for path, _ in LEAVES])
def test_every_option_has_a_help_text(path, command):
    assert [o.name for o in command.params if isinstance(o, click.Option) and not o.help] == []


def test_help_imports_nothing_heavy():
    """A person waits for `--help`; spaCy alone takes a second."""
    code = "import sys; from dpawatch.cli import main; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "click" in loaded
    heavy = {
        "asyncio",
        "numpy",
        "spacy",
        "sqlite_utils",
        "datasette",
        "trafilatura",
        "httpx",
        "feedparser",
        "bs4",
        "followthemoney",
        "rigour",
        "icu",
        "apprise",
        "distributed",
        "jinja2",
        "pyarrow",
    }
    assert heavy.isdisjoint(loaded)
