"""The generated pages are what the program would write, and they leave no command, source, table or column out."""

import importlib.util
import tomllib
from pathlib import Path

import pytest

from db.schema import open_database
from dpawatch.wording import labels
from ingest.registry import load_publishers, load_sources

DOCS = Path(__file__).parents[2] / "docs"


def load_generator():
    spec = importlib.util.spec_from_file_location("generate_docs", DOCS / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


generate = load_generator()
COMMANDS = [name for name, _ in generate.list_commands()]


def columns():
    db = open_database(":memory:")
    found = [(table, column.name) for table in generate.list_tables(db) for column in db[table].columns]
    db.close()
    return found


COLUMNS = columns()


@pytest.mark.parametrize("page", generate.PAGES)
def test_a_page_is_what_the_program_would_write(page):
    assert (DOCS / page).read_text(encoding="utf-8") == generate.PAGES[page](), "run `make docs`"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_its_section_with_an_example(command):
    section = (DOCS / "cli.md").read_text().split(f"\n## {command}\n")[1].split("\n## ")[0]
    assert f"Usage: {command}" in section
    assert f"{command} " in section.split("Example:")[1]


@pytest.mark.parametrize("source", [source.id for source in load_sources()])
def test_every_source_is_listed(source):
    assert (DOCS / "sources.md").read_text().count(f"\n| `{source}` |") == 1


@pytest.mark.parametrize("publisher", [p.id for p in load_publishers() if not p.sources])
def test_every_publisher_without_a_source_is_listed(publisher):
    assert (DOCS / "sources.md").read_text().count(f"\n| `{publisher}` |") == 1


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=[".".join(pair) for pair in COLUMNS])
def test_every_column_is_explained(table, column):
    section = (DOCS / "tables.md").read_text().split(f"\n## {table}\n")[1].split("\n## ")[0]
    (row,) = [line for line in section.splitlines() if line.startswith(f"| `{column}` |")]
    assert len(row.split("|")[3].strip()) >= 5


EXPLAINED = tomllib.loads((DOCS / "taxonomy.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(EXPLAINED.keys() | generate.list_words()))
def test_every_fixed_word_of_the_program_is_explained(name):
    words = EXPLAINED[name]["words"]
    assert set(words) == set(generate.list_words()[name])
    assert all(len(meaning) >= 10 and meaning.endswith(".") for meaning in words.values())
    if "labels" in EXPLAINED[name]:
        assert labels()[EXPLAINED[name]["labels"]].keys() == words.keys()


@pytest.mark.parametrize("place", sorted(place for about in EXPLAINED.values() for place in about["found"]))
def test_the_columns_with_fixed_words_exist(place):
    assert tuple(place.split(".")) in COLUMNS


def test_a_word_without_a_meaning_writes_no_page(monkeypatch):
    monkeypatch.setattr(generate, "list_words", lambda: {"status": {*EXPLAINED["status"]["words"], "pardoned"}})
    with pytest.raises(ValueError, match=r"taxonomy\.toml: \[status\.words\]: pardoned"):
        generate.build_taxonomy_page()


def test_check_names_a_stale_page(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(generate, "DOCS", tmp_path)
    assert generate.main([]) == 0
    assert generate.main(["--check"]) == 0
    (tmp_path / "cli.md").write_text("old")
    assert generate.main(["--check"]) == 1
    assert "docs/cli.md is stale" in capsys.readouterr().err
