"""The README names what exists: folders, pages, pictures, and commands with their options."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from dpawatch.cli import main

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LINKS = sorted(set(re.findall(r"\]\((?!https?:)([^)#]+)\)", README)))
CALLS = sorted(set(re.findall(r"\.venv/bin/dpawatch (\w+)([^\n>|]*)", README)))


def test_there_is_something_to_check():
    assert len(LINKS) >= 7
    assert {name for name, _ in CALLS} >= {"run", "serve", "status", "analyze", "demo"}


@pytest.mark.parametrize("link", LINKS)
def test_every_link_leads_to_a_file(link):
    assert (ROOT / link).is_file()


@pytest.mark.parametrize(("name", "rest"), CALLS)
def test_every_command_and_option_exists(name, rest):
    result = CliRunner().invoke(main, [name, "--help"])
    assert result.exit_code == 0
    assert [option for option in re.findall(r"--[a-z-]+", rest) if option not in result.output] == []


def test_every_folder_of_the_map_exists_and_none_is_left_out():
    mapped = set(re.findall(r"^\| `(\w+)/` \|", README, re.MULTILINE))
    rooms = {path.name for path in ROOT.iterdir() if path.is_dir() and path.name[0] not in "._"} - {"dist", "build"}
    assert mapped == {room for room in rooms if any((ROOT / room).rglob("*.py"))}
