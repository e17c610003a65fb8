"""What is written is what is read again, and what a person wrote beside it stays."""

from dataclasses import replace

import pytest

from ingest.errors import RegistryError
from ingest.models import Listing, Source
from ingest.registry import load_sources
from ingest.writing import make_id, write_source, write_table

PLAIN = Source("a-news", "A", "press", "feed", "https://a.test/f", "https://a.test/", "fr", "general", None, ("fr",))
FULL = Source(
    id="b-list",
    publisher='The "B", \\ daily é',
    kind="court",
    format="listing",
    url="https://b.test/?a=1&b=%22",
    homepage="https://b.test/",
    language="nl",
    topics="privacy",
    country="BE",
    languages=("fr", "nl"),
    reuse="open",
    verified=False,
    on_request=True,
    identity="url",
    items_per_month=(4, 40),
    listing=Listing(item="li.news", date="time"),
)


@pytest.mark.parametrize("source", [PLAIN, FULL], ids=lambda s: s.id)
def test_what_is_written_is_read_again(tmp_path, source):
    file = write_source(source, tmp_path / "new" / "mine.toml")
    assert load_sources(file) == (source,)
    assert [path.name for path in file.parent.iterdir()] == ["mine.toml"]


def test_every_built_in_source_can_be_written(tmp_path):
    sources = load_sources()
    file = tmp_path / "all.toml"
    file.write_text("\n".join(map(write_table, sources)), encoding="utf-8")
    bare = [replace(s, country=None, languages=(), reuse="excerpt") for s in sources]
    assert list(load_sources(file)) == bare


def test_a_folder_gets_a_file_for_each_publisher(tmp_path):
    for source in (PLAIN, replace(PLAIN, id="a-2", url="https://a.test/2"), FULL):
        write_source(source, tmp_path / "mine")
    assert sorted(path.name for path in (tmp_path / "mine").iterdir()) == ["a.toml", "the-b-daily-e.toml"]
    assert [s.id for s in load_sources(tmp_path / "mine")] == ["a-news", "a-2", "b-list"]


def test_what_a_person_wrote_stays(tmp_path):
    file = tmp_path / "mine.toml"
    written = '# mine\ncountry = "DE"   # since 2024\n\n' + write_table(FULL).replace("0", "0 ")
    file.write_text(written, encoding="utf-8")
    write_source(PLAIN, file)
    assert file.read_text(encoding="utf-8").startswith(written.rstrip())
    assert [(s.id, s.country) for s in load_sources(file)] == [("b-list", "DE"), ("a-news", "DE")]


def test_a_file_that_is_not_ours_is_not_touched(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text("[project]\nname = 'x'\n", encoding="utf-8")
    with pytest.raises(RegistryError, match="project: is not a known key"):
        write_source(PLAIN, file)
    with pytest.raises(RegistryError, match="language"):
        write_source(replace(PLAIN, language="xx"), tmp_path / "other.toml")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"mine.toml": "[project]\nname = 'x'\n"}


def test_a_place_where_nothing_can_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RegistryError, match=r"file/mine\.toml: cannot be written: "):
        write_source(PLAIN, tmp_path / "file" / "mine.toml")


IDS = [
    ("The Example, Daily!", set(), "the-example-daily"),
    # taken
    ("Example", {"example", "example-2"}, "example-3"),
    # other scripts
    ("Персональные данные", set(), "personalnye-dannye"),
    # nothing to make an id of
    ("★", set(), "source"),
    ("x" * 99, set(), "x" * 60),
]


@pytest.mark.parametrize(("name", "taken", "expected"), IDS)
def test_ids(name, taken, expected):
    assert make_id(name, taken) == expected
