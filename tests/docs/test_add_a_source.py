"""The page for those who add a source holds: its example is a valid source that reads a page of that shape, its commands exist."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from dpawatch.cli import main
from ingest.models import Response
from ingest.reading import read_source
from ingest.registry import load_sources

PAGE = (Path(__file__).parents[2] / "docs" / "add-a-source.md").read_text(encoding="utf-8")
LISTING = """<html><body><ul class="news">
<li><small>12 marca 2026</small> <a href="/pl/138/2">Kara dla sklepu</a></li>
<li><small>4 lutego 2026</small> <a href="/pl/138/1">Upomnienie dla szkoły</a></li>
</ul><p class="pager"><a href="/pl/138?strona=2">2</a></p></body></html>"""


@pytest.fixture
def source(tmp_path):
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    file = tmp_path / "mine.toml"
    file.write_text(example, encoding="utf-8")
    (found,) = load_sources(file)
    return found


def test_the_example_reads_a_page_of_its_shape(source):
    response = Response(
        source.url, source.url, 200, (("Content-Type", "text/html; charset=utf-8"),), LISTING.encode(),
        datetime(2026, 3, 20, tzinfo=UTC),
    )  # fmt: skip
    feed = read_source(source, response)
    assert [(e.title, e.url, str(e.published)[:10]) for e in feed.entries] == [
        ("Kara dla sklepu", "https://authority.example/pl/138/2", "2026-03-12"),
        ("Upomnienie dla szkoły", "https://authority.example/pl/138/1", "2026-02-04"),
    ]
    assert feed.more == ("https://authority.example/pl/138?strona=2",)


def test_every_key_that_the_table_explains_is_in_the_example():
    keys = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert len(keys) >= 9
    assert [key for key in keys if not re.search(rf"^{key} = ", example, re.MULTILINE)] == []


@pytest.mark.parametrize(("command", "rest"), sorted(set(re.findall(r"dpawatch ((?:sources )?\w+)([^\n]*)", PAGE))))
def test_every_command_and_option_exists(command, rest):
    result = CliRunner().invoke(main, [*command.split(), "--help"])
    assert result.exit_code == 0
    assert [option for option in re.findall(r"--[a-z-]+", rest) if option not in result.output] == []


def test_the_folder_of_frozen_pages_is_where_the_page_says():
    folder = Path(__file__).parents[1] / "ingest" / "fixtures" / "listings"
    assert "tests/ingest/fixtures/listings/" in PAGE
    assert all((layout / "page.html").is_file() for layout in folder.iterdir() if (layout / "source.toml").is_file())
