"""The registry's schema is closed, and the built-in sources keep to it."""

import json
import re

import pytest

from ingest.errors import RegistryError
from ingest.registry import load_sources

GOOD = {
    "id": "xx-dpa-news",
    "publisher": "xx-dpa",
    "kind": "regulator",
    "format": "feed",
    "url": "https://dpa.test/feed",
    "homepage": "https://dpa.test/",
    "language": "en",
    "topics": "privacy",
}


def write(tmp_path, *tables):
    path = tmp_path / "mine.toml"
    lines = (
        f"\n[[sources]]\n{''.join(f'{k} = {json.dumps(v)}' + chr(10) for k, v in table.items())}" for table in tables
    )
    path.write_text("".join(lines), encoding="utf-8")
    return path


def test_good_file(tmp_path):
    second = GOOD | {
        "id": "press-x",
        "publisher": "The X, daily",
        "kind": "press",
        "topics": "general",
        "language": "no",
    }
    sources = load_sources(write(tmp_path, GOOD, second))
    assert [(s.id, s.publisher, s.kind, s.url) for s in sources] == [
        ("xx-dpa-news", "xx-dpa", "regulator", "https://dpa.test/feed"),
        ("press-x", "The X, daily", "press", "https://dpa.test/feed"),
    ]


# what is changed in the good table, and what the one line must say
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"urll": "https://x.test"}, ["urll", "not a known key", "homepage"]),
        ({"url": None}, ["url: is missing"]),
        ({"id": None}, ["number 1", "id: is missing"]),
        ({"kind": "blog"}, ["kind", "'blog'", "regulator, press, ngo, court, law-firm"]),
        ({"topics": "all"}, ["topics", "privacy, general"]),
        ({"format": "listing"}, ["format", "listing", "reads feeds only"]),
        ({"format": "sitemap"}, ["format", "sitemap", "reads feeds only"]),
        ({"format": "rss"}, ["format", "'rss'", '"feed"']),
        ({"id": "Upper_case"}, ["id", "kebab-case"]),
        ({"id": "double--hyphen"}, ["id", "kebab-case"]),
        ({"url": "ftp://dpa.test/feed"}, ["url", "http or https"]),
        ({"url": "https:///feed"}, ["url", "http or https"]),
        ({"url": "https://dpa.test:99999999/"}, ["url", "http or https"]),
        ({"homepage": "dpa.test"}, ["homepage", "http or https"]),
        ({"language": "english"}, ["language", "ISO 639-1"]),
        ({"language": "xx"}, ["language", "ISO 639-1"]),
        ({"publisher": "  "}, ["publisher", "non-empty string"]),
        ({"publisher": "two\nlines"}, ["publisher", "one line"]),
        ({"url": 7}, ["url", "7", "string"]),
    ],
)
def test_wrong_table(tmp_path, change, words):
    table = {k: v for k, v in (GOOD | change).items() if v is not None}
    with pytest.raises(RegistryError) as caught:
        load_sources(write(tmp_path, table))
    message = str(caught.value)
    assert message.startswith("mine.toml: source ")
    assert "\n" not in message
    assert [word for word in words if word not in message] == [], message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"id = ", "is not TOML"),
        (b"", "holds no sources"),
        (b"sources = 3", "holds no sources"),
        (b"[[source]]\nid = 'x'", "unknown key 'source'"),
        (b"\xff\xfe[[sources]]", "is not UTF-8"),
    ],
)
def test_wrong_file(tmp_path, content, words):
    path = tmp_path / "mine.toml"
    path.write_bytes(content)
    with pytest.raises(RegistryError, match=rf"^mine\.toml: .*{words}"):
        load_sources(path)


def test_missing_file(tmp_path):
    with pytest.raises(RegistryError, match=r"^none\.toml: cannot be read: No such file"):
        load_sources(tmp_path / "none.toml")
    with pytest.raises(RegistryError, match="cannot be read"):
        load_sources(tmp_path)


def test_duplicate_id(tmp_path):
    with pytest.raises(RegistryError, match="'xx-dpa-news': id: is used twice"):
        load_sources(write(tmp_path, GOOD, GOOD))


def test_built_in_sources():
    sources = load_sources()
    official = [s for s in sources if s.kind in ("regulator", "court")]
    others = [s for s in sources if s.kind not in ("regulator", "court")]
    assert len({s.publisher for s in official}) >= 30
    assert len({s.publisher for s in others}) >= 20
    assert len({s.language for s in others}) >= 6
    assert len({s.url for s in sources}) == len(sources)
    # ISO 3166-1 country (EU included), hyphen, abbreviation
    assert [s.publisher for s in official if not re.fullmatch(r"[a-z]{2}(-[a-z0-9]+)+", s.publisher)] == []
    assert [
        s.id for s in official if not s.id.startswith(s.publisher[:2] + "-") and s.id != "no-personvernbloggen"
    ] == []


@pytest.mark.parametrize(
    "publisher", ["fr-cnil", "gb-ico", "es-aepd", "it-garante", "nl-ap", "de-bfdi", "eu-edpb", "us-ftc", "ca-opc"]
)
def test_best_known_regulators_are_there(publisher):
    assert any(s.publisher == publisher for s in load_sources())
