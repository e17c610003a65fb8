"""The registry's schema is closed, and the built-in sources keep to it."""

import json

import pytest

from ingest.errors import RegistryError
from ingest.models import Listing, Sitemap
from ingest.registry import load_publishers, load_sources
from nlp.gazetteer import load_regulators

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


def to_lines(table):
    return "".join(f"{key} = {json.dumps(value)}\n" for key, value in table.items())


def write(tmp_path, *tables, head=(), name="mine.toml"):
    """Write a registry file; a table in a table becomes its [sources.<key>]."""
    parts = [to_lines(dict(head))]
    for table in tables:
        parts.append("[[sources]]\n" + to_lines({k: v for k, v in table.items() if not isinstance(v, dict)}))
        parts += [f"[sources.{k}]\n" + to_lines(v) for k, v in table.items() if isinstance(v, dict)]
    path = tmp_path / name
    path.write_text("\n".join(parts), encoding="utf-8")
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


def test_what_is_not_stated_is_careful(tmp_path):
    (source,) = load_sources(write(tmp_path, GOOD))
    assert (source.country, source.languages, source.reuse) == (None, (), "excerpt")
    assert (source.verified, source.items_per_month, source.listing, source.lacks) == (True, None, None, None)
    assert source.identity == "guid"


def test_the_head_of_a_file_holds_for_all_its_sources(tmp_path):
    head = {"country": "BE", "languages": ["fr", "nl"], "reuse": "open"}
    second = GOOD | {"id": "xx-dpa-other", "verified": False, "expect": {"items_per_month": [4, 40]}}
    one, two = load_sources(write(tmp_path, GOOD, second, head=head))
    assert (
        (one.country, one.languages, one.reuse)
        == (two.country, two.languages, two.reuse)
        == ("BE", ("fr", "nl"), "open")
    )
    assert (one.verified, two.verified, one.items_per_month, two.items_per_month) == (True, False, None, (4, 40))


def test_a_listing_without_selectors_lacks_them(tmp_path):
    listing = GOOD | {"format": "listing"}
    read = listing | {"id": "xx-dpa-read", "listing": {"item": "li.news", "date": "time"}}
    one, two = load_sources(write(tmp_path, listing, read))
    assert (one.listing, one.lacks) == (None, "selectors")
    assert (two.listing, two.lacks) == (Listing(item="li.news", date="time"), None)


def test_tables_of_formats(tmp_path):
    listing = {"item": "li", "date_format": "%d. %B %Y", "summary": "p", "next": "a[rel=next]", "pages": 40}
    sitemap = {"match": "/news/*", "children": "/sitemap-news*"}
    one, two, three = load_sources(
        write(
            tmp_path,
            GOOD | {"format": "listing", "listing": listing},
            GOOD | {"id": "map", "format": "sitemap", "sitemap": sitemap},
            GOOD | {"id": "whole-map", "format": "sitemap"},
        )
    )
    assert one.listing == Listing(**listing)
    assert (two.sitemap, three.sitemap, three.lacks) == (Sitemap(**sitemap), None, None)


def test_a_folder_is_a_registry_and_its_other_files_are_left_alone(tmp_path):
    write(tmp_path, GOOD | {"id": "second"}, name="b.toml")
    write(tmp_path, GOOD, name="a.toml")
    (tmp_path / "notes.txt").write_text("not TOML =")
    assert [s.id for s in load_sources(tmp_path)] == ["xx-dpa-news", "second"]
    write(tmp_path, GOOD, name="c.toml")
    with pytest.raises(RegistryError, match=r"^c\.toml: .*'xx-dpa-news': id: is used twice"):
        load_sources(tmp_path)


def test_own_sources_are_added_to_the_built_in_and_correct_them(tmp_path):
    """The installed package is read-only, so a wrong address is put right by a table with the same id elsewhere."""
    built_in = load_sources()
    assert load_sources(own=tmp_path / "none") == built_in
    assert load_sources(own=tmp_path) == built_in
    write(tmp_path, GOOD, GOOD | {"id": "fr-cnil-news-fr", "url": "https://cnil.test/new"})
    sources = load_sources(own=tmp_path)
    assert len(sources) == len(built_in) + 1
    assert [s.url for s in sources if s.id == "fr-cnil-news-fr"] == ["https://cnil.test/new"]
    assert "xx-dpa-news" in {s.id for s in sources}
    assert load_sources(write(tmp_path, GOOD, name="only.toml"), own=tmp_path) == (sources[-1],)


# what is changed in the good table, and what the one line must say
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"urll": "https://x.test"}, ["urll", "not a known key", "homepage"]),
        ({"url": None}, ["url: is missing"]),
        ({"id": None}, ["number 1", "id: is missing"]),
        ({"kind": "blog"}, ["kind", "'blog'", "regulator, press, ngo, court, law-firm"]),
        ({"topics": "all"}, ["topics", "privacy, general"]),
        ({"format": "rss"}, ["format", "'rss'", "feed, listing, sitemap"]),
        ({"kind": ["press"]}, ["kind", "one of"]),
        ({"verified": "no"}, ["verified", "true or false"]),
        ({"on_request": 1}, ["on_request", "true or false"]),
        ({"identity": "link"}, ["identity", "one of guid, url, title"]),
        ({"expect": 4}, ["expect", "a table [sources.expect]"]),
        ({"expect": {}}, ["expect.items_per_month", "is missing"]),
        ({"expect": {"items_per_month": [40, 4]}}, ["expect.items_per_month", "the least and the most"]),
        ({"expect": {"items_per_month": [4]}}, ["expect.items_per_month", "the least and the most"]),
        ({"expect": {"items_per_week": [4, 40]}}, ["expect.items_per_week", "not a known key"]),
        ({"listing": {"item": "li"}}, ["listing", 'format "listing"']),
        ({"format": "listing", "listing": {"items": "li"}}, ["listing.items", "not a known key"]),
        ({"format": "listing", "listing": {"link": "a"}}, ["listing.item", "is missing"]),
        ({"format": "listing", "listing": {"item": "li:has("}}, ["listing.item", "a CSS selector"]),
        ({"format": "listing", "listing": {"item": "li", "next": "a["}}, ["listing.next", "a CSS selector"]),
        (
            {"format": "listing", "listing": {"item": "li", "date_format": "%B %Y"}},
            ["listing.date_format", "day, month and year"],
        ),
        (
            {"format": "listing", "listing": {"item": "li", "date_format": "dd/mm/yyyy"}},
            ["listing.date_format", "such as %d.%m.%Y"],
        ),
        ({"format": "listing", "listing": {"item": "li", "pages": 0}}, ["listing.pages", "from 1 to 200"]),
        ({"format": "listing", "listing": {"item": "li", "pages": True}}, ["listing.pages", "from 1 to 200"]),
        ({"sitemap": {"match": "/news/*"}}, ["sitemap", 'format "sitemap"']),
        ({"format": "sitemap", "sitemap": {"match": "news"}}, ["sitemap.match", '"/news/*"']),
        ({"format": "sitemap", "sitemap": {"path": "/news/*"}}, ["sitemap.path", "not a known key"]),
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
        ({"url": 7}, ["url", "7", "http or https"]),
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


# what the head of a file says, and what the one line must say
@pytest.mark.parametrize(
    ("head", "words"),
    [
        ({"country": "fr"}, ["country", "'fr'", "ISO 3166-1"]),
        ({"country": "UK"}, ["country", "'UK'", "ISO 3166-1"]),
        ({"languages": "fr"}, ["languages", "a list"]),
        ({"languages": []}, ["languages", "a list"]),
        ({"languages": ["fr", "fr"]}, ["languages", "different"]),
        ({"languages": ["fr", "FR"]}, ["languages", "ISO 639-1"]),
        ({"reuse": "yes"}, ["reuse", "open, excerpt"]),
        ({"licence": "CC0"}, ["licence", "not a known key", "country, languages, reuse"]),
    ],
)
def test_wrong_head(tmp_path, head, words):
    with pytest.raises(RegistryError) as caught:
        load_sources(write(tmp_path, GOOD, head=head))
    message = str(caught.value)
    assert message.startswith("mine.toml: ")
    assert "\n" not in message
    assert [word for word in words if word not in message] == [], message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"id = ", "is not TOML"),
        (b"", "holds no sources"),
        (b"sources = 3", "holds no sources"),
        (b"sources = []", "holds no sources"),
        (b"[[source]]\nid = 'x'", "source: is not a known key"),
        # a publisher whose sources nobody has found yet is no registry on its own
        (b"country = 'FR'", "holds no sources"),
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
    with pytest.raises(RegistryError, match="holds no sources"):
        load_sources(tmp_path)


def test_duplicate_id(tmp_path):
    with pytest.raises(RegistryError, match="'xx-dpa-news': id: is used twice"):
        load_sources(write(tmp_path, GOOD, GOOD))


PUBLISHERS = load_publishers()
REGULATORS = {regulator.id: regulator for regulator in load_regulators()}
# named by what they are, not by who runs them
OTHER_IDS = {"eu-eurlex-oj-l", "no-personvernbloggen", "gb-caselaw-atom", "ae-tdra-news", "sa-ndmo-news"}


def test_the_built_in_registry_covers_every_regulator():
    assert REGULATORS.keys() <= {p.id for p in PUBLISHERS}
    sources = [s for p in PUBLISHERS for s in p.sources]
    assert tuple(sources) == load_sources()
    assert (len(REGULATORS), len(sources)) >= (256, 454)
    assert len({s.id for s in sources}) == len({s.url for s in sources}) == len(sources)


@pytest.mark.parametrize("publisher", PUBLISHERS, ids=lambda p: p.id)
def test_a_built_in_file_is_consistent(publisher):
    assert publisher.country
    assert {s.language for s in publisher.sources} <= set(publisher.languages)
    assert [s.id for s in publisher.sources if not s.id.startswith(publisher.id) and s.id not in OTHER_IDS] == []
    if publisher.id in REGULATORS:
        assert publisher.country == REGULATORS[publisher.id].country
        assert {s.publisher for s in publisher.sources} <= {publisher.id}
        assert {s.kind for s in publisher.sources} <= {"regulator", "court"}
    else:
        assert len({s.publisher for s in publisher.sources}) == 1
        assert {s.publisher for s in publisher.sources}.isdisjoint(REGULATORS)
    assert [s.id for s in publisher.sources if s.lacks and s.verified] == [], "nobody saw it work without selectors"


@pytest.mark.parametrize(
    "publisher", ["fr-cnil", "gb-ico", "es-aepd", "it-garante", "nl-ap", "de-bfdi", "eu-edpb", "us-ftc", "ca-opc"]
)
def test_best_known_regulators_are_there(publisher):
    assert any(s.publisher == publisher for s in load_sources())
