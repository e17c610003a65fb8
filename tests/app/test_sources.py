"""`sources check`, `add`, `import-opml` and `export-opml` against a site on loopback."""

import json
import tomllib
from pathlib import Path

import pytest

from ingest.opml import read_opml
from ingest.registry import load_sources

POLITE = ("--allow-private-hosts", "--delay", "0")


@pytest.fixture
def ask(dpawatch):
    """Return a function that runs a `sources` command that fetches."""
    return lambda command, *args: dpawatch("sources", command, *args, *POLITE)


@pytest.fixture
def home(site):
    """Put a home page on the site that names its feed, and return its address."""
    site.pages["/"] = ("Home", "Welcome.</p></article><link rel=alternate type=application/rss+xml href=/feed><p>")
    return site.base + "/"


def test_check_of_what_works(ask, registry, db_path):
    result = ask("check", "--sources", registry("/feed"))
    assert result.exit_code == 0
    assert result.stdout.split()[-2:] == ["1", "works"]
    assert result.stderr == "test-0: works\n"
    assert not db_path.exists(), "nothing is stored"


def test_check_tells_what_needs_a_person(ask, registry, site):
    site.broken = {"/feed3"}
    result = ask("check", "--json", "--sources", registry("/feed", "/none", "/google", "/feed3"))
    assert result.exit_code == 1
    found = [(row["id"], row["answer"], row["status"], row["entries"]) for row in json.loads(result.stdout)]
    assert found == [
        ("test-1", "gone", 404, None),
        ("test-2", "not a feed", 200, None),
        ("test-3", "failed", 500, None),
        ("test-0", "works", 200, 3),
    ]
    assert json.loads(result.stdout)[3]["newest"] == "2021-12-17T09:00:00Z"
    table = ask("check", "--sources", registry("/feed", "/none")).stdout
    assert "2 sources: 1 gone, 1 works" in table
    assert f"{site.base}/none answered 404" in table


def test_check_of_one_source_and_of_none(ask, registry, site):
    file = registry("/feed", "/none")
    assert ask("check", "--sources", file, "--only", "test-0").exit_code == 0
    assert [path for path in site.asked if path != "/robots.txt"] == ["/feed"]
    result = ask("check", "--sources", file, "--only", "nobody")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "'nobody'" in result.stderr


def test_a_source_on_request_is_checked_only_by_its_id(ask, registry, site):
    file = Path(registry("/feed"))
    file.write_text(file.read_text() + "on_request = true\n")
    assert "0 sources" in ask("check", "--sources", str(file)).stdout
    assert site.asked == []
    assert "1 works" in ask("check", "--sources", str(file), "--only", "test-0").stdout


def test_add_finds_the_feed_and_the_next_run_polls_it(ask, dpawatch, home, db_path):
    result = ask("add", home, "--kind", "ngo", "--country", "FR")
    assert (result.exit_code, result.stdout) == (0, f"test: {home}feed\n")
    file = db_path.with_name("test.db-sources") / "test.toml"
    assert result.stderr == f"written to {file}\n"
    written = tomllib.loads(file.read_text())
    assert written == {
        "country": "FR",
        "languages": ["en"],
        "reuse": "excerpt",
        "sources": [
            {
                "id": "test",
                "publisher": "Test",
                "kind": "ngo",
                "format": "feed",
                "url": f"{home}feed",
                "homepage": home,
                "language": "en",
                "topics": "privacy",
            }
        ],
    }
    polled = dpawatch("ingest", "--only", "test", *POLITE, "--no-archive")
    assert "1 source polled; 4 new articles" in polled.stdout


def test_add_writes_into_a_file_or_a_folder_that_is_named(ask, home, tmp_path, site):
    file, folder = tmp_path / "mine.toml", tmp_path / "mine"
    assert ask("add", home, "--sources", str(file)).exit_code == 0
    assert (
        ask("add", f"{site.base}/feed2", "--sources", str(file), "--publisher", "Other", "--language", "fr").exit_code
        == 0
    )
    assert ask("add", home, "--sources", str(folder), "--id", "my-own", "--topics", "privacy").exit_code == 0
    assert [(s.id, s.language, s.topics) for s in load_sources(file)] == [
        ("test", "en", "general"),
        ("other", "fr", "general"),
    ]
    assert [(s.id, s.kind, s.topics) for s in load_sources(folder)] == [("my-own", "press", "privacy")]


# what is added, with what, and what the one line says
@pytest.mark.parametrize(
    ("url", "options", "says", "status"),
    [
        ("{home}", (), "is known already: it is the source 'test'", 2),
        ("{home}feed2", ("--id", "test"), "a source is called 'test' already", 2),
        ("{home}feed2", ("--id", "Two Words"), "kebab-case", 2),
        ("{home}feed2", ("--language", "english"), "ISO 639-1", 2),
        ("{home}feed2", ("--kind", "blog"), "'blog'", 2),
        ("{home}feed2", ("--country", "UK"), "ISO 3166-1", 2),
        ("ftp://a.example/feed", (), "is not the address", 2),
        ("{home}none", (), "answered 404", 1),
        ("{home}google", (), "no feed found behind", 1),
    ],
)
def test_what_cannot_be_added_is_one_line(ask, home, tmp_path, site, url, options, says, status):
    file = tmp_path / "mine.toml"
    ask("add", home, "--sources", str(file))
    before = file.read_text()
    site.broken = {"/feed/", "/feed.xml", "/feed.json"}
    result = ask("add", url.format(home=home), *options, "--sources", str(file))
    assert (result.exit_code, result.stderr.count("\n"), result.stdout) == (status, 1, "")
    assert says in result.stderr
    assert file.read_text() == before


def test_a_country_other_than_the_files_is_refused(ask, home, tmp_path, site):
    file = tmp_path / "mine.toml"
    ask("add", home, "--sources", str(file), "--country", "FR")
    result = ask("add", f"{site.base}/feed2", "--sources", str(file), "--country", "DE", "--language", "de")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "FR" in result.stderr


def test_a_feed_of_a_regulator_is_described_by_the_gazetteer():
    from dpawatch.adding import Stated, describe_found, find_regulator
    from ingest.discovery import Found
    from ingest.entries import ParsedFeed

    found = Found("https://www.cnil.fr/x", ParsedFeed((), title="Actualités", language="fr-FR"), "https://cnil.fr/fr")
    source = describe_found(found, Stated(), {"fr-cnil-feed"})
    assert (source.id, source.publisher, source.kind, source.topics) == (
        "fr-cnil-feed-2",
        "fr-cnil",
        "regulator",
        "privacy",
    )
    assert (source.country, source.language, source.verified) == ("FR", "fr", False)
    # a host that several share is told by its path
    assert find_regulator("https://www.gov.br/noticias") is None
    assert find_regulator("https://nobody.example/") is None


def test_a_language_that_nobody_states_is_read_from_the_words():
    from dpawatch.adding import Stated, describe_found
    from dpawatch.errors import InputError
    from ingest.discovery import Found
    from ingest.entries import ParsedFeed
    from ingest.models import Entry

    words = "La autoridad de protección de datos ha sancionado a la empresa por enviar publicidad sin permiso. "
    entries = tuple(Entry(f"{n}", f"https://a.example/{n}", "Sanción", words, None) for n in range(3))
    found = Found("https://a.example/f", ParsedFeed(entries, title="A"), "https://a.example/")
    assert describe_found(found, Stated(), set()).language == "es"
    with pytest.raises(InputError, match="give --language"):
        describe_found(
            Found("https://a.example/f", ParsedFeed(entries[:1], title="A"), "https://a.example/"), Stated(), set()
        )


OPML = """<opml version="2.0"><body><outline text="Folder">
<outline text="A" xmlUrl="https://a.example/feed" htmlUrl="https://a.example/start"/>
<outline text="b-news" title="B" xmlUrl="https://b.example/feed" language="fr-be" category="ngo,privacy"/>
<outline text="again" xmlUrl="https://a.example/feed"/>
<outline text="file" xmlUrl="file:///etc/passwd"/></outline></body></opml>"""


def test_import_opml(dpawatch, tmp_path):
    file, target = tmp_path / "feeds.opml", tmp_path / "mine.toml"
    file.write_text(OPML)
    result = dpawatch("sources", "import-opml", str(file), "--sources", str(target), "--language", "en")
    assert (result.exit_code, result.stdout) == (2, "2 sources added (1 known, 1 unusable)\n")
    assert result.stderr == "Error: file:///etc/passwd: is not an http or https address\n"
    shown = [(s.id, s.publisher, s.kind, s.language, s.topics, s.homepage, s.verified) for s in load_sources(target)]
    assert shown == [
        ("a", "A", "press", "en", "general", "https://a.example/start", False),
        ("b-news", "B", "ngo", "fr", "privacy", "https://b.example/", False),
    ]
    again = dpawatch("sources", "import-opml", str(file), "--sources", str(target), "--language", "en")
    assert again.stdout == "0 sources added (3 known, 1 unusable)\n"


def test_import_without_a_language_says_so(dpawatch, tmp_path):
    result = dpawatch("sources", "import-opml", "-", "--sources", str(tmp_path / "x.toml"), stdin=OPML)
    assert result.exit_code == 2
    assert "https://a.example/feed: its language is not stated; give --language" in result.stderr
    assert result.stdout.startswith("1 sources added")


@pytest.mark.parametrize(
    ("body", "says"), [("<rss/>", "not OPML"), ("", "not well-formed"), ("<opml", "not well-formed")]
)
def test_a_list_that_is_none_is_one_line(dpawatch, tmp_path, body, says):
    file = tmp_path / "feeds.opml"
    file.write_text(body)
    result = dpawatch("sources", "import-opml", str(file))
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert f"feeds.opml: is {says}" in result.stderr
    assert list(tmp_path.iterdir()) == [file]


def test_export_opml_and_back(dpawatch, tmp_path):
    file, target = tmp_path / "out.opml", tmp_path / "mine.toml"
    assert dpawatch("sources", "export-opml", str(file)).exit_code == 0
    assert file.read_bytes() == dpawatch("sources", "export-opml").stdout_bytes
    assert len(read_opml(file.read_bytes())) > 200
    result = dpawatch("sources", "import-opml", str(file), "--sources", str(target))
    built_in = {s.id: s for s in load_sources() if s.format == "feed"}
    assert result.stdout == f"{len(built_in)} sources added (0 known, 0 unusable)\n"
    for source in load_sources(target):
        other = built_in[source.id]
        assert (source.url, source.publisher, source.kind) == (other.url, other.publisher, other.kind)
        assert (source.language, source.topics) == (other.language, other.topics)
