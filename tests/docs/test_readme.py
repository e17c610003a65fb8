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


def test_every_page_of_the_manual_is_listed():
    assert {f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")} == {
        link for link in LINKS if link.endswith(".md")
    }


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda page: page.name)
def test_every_link_of_a_page_leads_to_a_file_and_a_heading(page):
    for link in re.findall(r"\]\((?!https?:)([^)]+)\)", page.read_text(encoding="utf-8")):
        path, _, heading = link.partition("#")
        file = page.parent / path if path else page
        assert file.exists(), link
        headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE) if heading else []
        assert not heading or heading in {re.sub(r"[^\w -]", "", h).lower().replace(" ", "-") for h in headings}, link


@pytest.mark.parametrize(("name", "rest"), CALLS)
def test_every_command_and_option_exists(name, rest):
    result = CliRunner().invoke(main, [name, "--help"])
    assert result.exit_code == 0
    assert [option for option in re.findall(r"--[a-z-]+", rest) if option not in result.output] == []


def test_the_picture_shows_every_room_and_what_is_there():
    picture = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").split("| door |")[0]
    assert set(re.findall(r"(?<![\w./-])([a-z]+)/", picture)) == {"ingest", "nlp", "db", "dpawatch", "backups"}
    assert all(list(ROOT.glob(path)) for path in re.findall(r"\w+/\w+/\*\.toml", picture))
    assert set(re.findall(r"publish|backup\b|digest|export", picture)) <= main.commands.keys()


def test_every_folder_of_the_map_exists_and_none_is_left_out():
    mapped = set(re.findall(r"^\| `(\w+)/` \|", README, re.MULTILINE))
    rooms = {path.name for path in ROOT.iterdir() if path.is_dir() and path.name[0] not in "._"} - {"dist", "build"}
    assert mapped == {room for room in rooms if list((ROOT / room).rglob("*.py"))}
