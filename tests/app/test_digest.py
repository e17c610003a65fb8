"""The digest: what it tells of the demo's articles, in every format, and that nothing in a text is more than text."""

import json
import re
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt

from db.schema import open_existing
from dpawatch.cli import main
from dpawatch.digest import escape_markdown, write_digest
from dpawatch.errors import InputError
from dpawatch.periods import read_since

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
FORMATS = ("md", "html", "txt")
SITE = "https://site.example"
HOSTILE = """<script>alert(1)</script> *b* [l](javascript:x) `c` ~~s~~ & &copy; # | ![i](http://x/i.png)"""


class Tags(HTMLParser):
    """Collects what a page is made of."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.text = Counter(), [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        self.attributes += [(tag, *pair) for pair in attrs]

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module")
def demo(tmp_path_factory, demo_records):
    """Return the path of a database of the demo's English articles."""
    folder = tmp_path_factory.mktemp("digest")
    file, path = folder / "demo.jsonl", folder / "demo.db"
    file.write_text(
        "".join(json.dumps(record) + "\n" for record in demo_records if record["lang"] == "en"), encoding="utf-8"
    )
    for words in (["import", str(file)], ["tag"], ["cases"]):
        assert CliRunner().invoke(main, [*words, "--db", str(path)]).exit_code == 0
    return path


@pytest.fixture
def db(demo, tmp_path):
    """Return a copy of the database of the demo's articles, open."""
    path = tmp_path / "demo.db"
    path.write_bytes(demo.read_bytes())
    with closing(open_existing(path)) as opened:
        yield opened


def ask(db, sql, *values):
    return db.execute(sql, values).fetchall()


@pytest.mark.parametrize("form", FORMATS)
def test_every_case_is_told_once_with_its_proof_and_links(db, form):
    text = write_digest(db, LONG_AGO, form, SITE)
    plain = Tags(text).text if form == "html" else re.sub(r"\\(?=\W)", "", text)
    told = " ".join(plain.split())
    for case, title in ask(db, "select id, title from cases"):
        assert len(re.findall(rf"{SITE}/case/{re.escape(case)}(?![\w-])", text)) == 1
        assert title in told
    (cases,) = ask(db, "select count(*) from cases")[0]
    assert len(re.findall(r"https://news\.example/", text)) == cases
    (whom,) = ask(db, "select count(*) from cases where respondents <> ''")[0]
    assert whom <= told.count("Respondent: ")
    (quote,) = ask(
        db, "select substr(text, evidence_start + 1, evidence_end - evidence_start) from case_actions join actions on "
        "actions.id = action join articles on articles.id = article where case_id = 'fr-cnil-2019-google' "
        "order by background, published limit 1",
    )[0]  # fmt: skip
    assert quote in told


def test_what_sources_contradict_each_other_in_is_said(db):
    (case,) = ask(db, "select case_id from case_actions group by 1 having count(*) > 1 limit 1")[0]
    one, other = (row[0] for row in ask(db, "select action from case_actions where case_id = ? limit 2", case))
    db.execute("delete from case_contradictions")
    assert "contradict" not in write_digest(db, LONG_AGO, "txt")
    db.execute(
        "insert into case_contradictions (case_id, field, action, other_action, value, other_value) "
        "values (?, 'amount', ?, ?, 'EUR 1200000', 'EUR 900000')",
        [case, one, other],
    )
    told = " ".join(write_digest(db, LONG_AGO, "txt").split())
    assert "In 1 case sources contradict each other." in told
    assert told.count("Sources differ: amount: EUR 1,200,000 says ") == 1
    assert ", EUR 900,000 says " in told


def test_the_page_is_whole_by_itself(db):
    page = Tags(write_digest(db, LONG_AGO, "html", SITE))
    assert page.tags.keys() <= {
        "html", "head", "meta", "title", "body", "h1", "h2", "h3", "p", "ul", "li", "strong", "blockquote", "a",
    }  # fmt: skip
    assert {name for _, name, _ in page.attributes} <= {"lang", "charset", "name", "content", "style", "href"}
    addresses = [value for _, name, value in page.attributes if name == "href"]
    assert len(addresses) > 20
    assert all(re.match(r"https?://", address) for address in addresses)
    assert not any("url(" in value for _, name, value in page.attributes if name == "style")


def test_countries_stand_in_order_and_new_cases_by_their_sum(db):
    text = write_digest(db, LONG_AGO, "md")
    countries = re.findall(r"^## (.+)$", text, re.MULTILINE)
    named = [country for country in countries if country != "No regulator named"]
    assert named == sorted(named)
    assert (
        len(named)
        == ask(db, "select count(distinct country) from cases join regulators on regulators.id = regulator")[0][0]
    )
    several = 0
    for section in text.split("\n## ")[1:]:
        sums = [
            float(number.replace(",", ""))
            for number in re.findall(r"^- Amount: .*EUR ([\d,.]+)", section, re.MULTILINE)
        ]
        assert sums == sorted(sums, reverse=True)
        several += len(sums) > 1
    assert several


def test_totals_are_those_of_the_table(db):
    text = write_digest(db, LONG_AGO, "txt")
    (cases,) = ask(db, "select count(*) from cases")[0]
    fines, total = ask(
        db, "select count(*), sum(amount_eur) from cases where amount is not null "
        "and status not in ('annulled', 'proposed', 'investigation')",
    )[0]  # fmt: skip
    assert f"\n{cases} new cases, 0 changed.\n" in text
    assert f"New fines and settlements that stand: {fines}, together EUR {round(total):,}." in text
    cited = ask(
        db, "select provision, count(*) from case_provisions where role <> 'power' group by 1 order by 2 desc limit 1"
    )[0]  # fmt: skip
    assert f"  {cited[0]} ({cited[1]} cases)" in text.split("Most cited:\n")[1]


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_week_is_the_same_text(db, form):
    assert write_digest(db, LONG_AGO, form) == write_digest(db, LONG_AGO, form)


@pytest.mark.parametrize("form", FORMATS)
def test_a_week_without_news_says_so(db, form):
    text = write_digest(db, datetime(2999, 1, 1, tzinfo=UTC), form)
    assert "No case became known or changed." in text
    assert "Most cited" not in text


def test_what_changed_is_told_apart_from_what_is_new(db):
    db.execute("update history set changed = '2026-01-01T00:00:00Z'")
    case = ask(db, "select id from cases where regulator = 'fr-cnil' and amount = 50000000")[0][0]
    db.execute("update cases set status = 'annulled', decided = '2019-01' where id = ?", [case])
    add = "insert into history (entity, entity_id, field, old, new, changed, cause_kind) values ('case', ?, ?, ?, ?, ?, 'pipeline')"
    # its day was coarser before, it was appealed and then annulled, and its title is of no account
    for row in (
        (case, "status", "decided", "appealed", "2026-02-27T00:00:00Z"),
        (case, "status", "appealed", "annulled", "2026-03-01T00:00:00Z"),
        (case, "decided", "2019", "2019-01", "2026-03-01T00:00:00Z"),
        (case, "title", "x", "y", "2026-03-01T00:00:00Z"),
    ):
        db.execute(add, row)
    text = write_digest(db, NOW - timedelta(days=7), "md")
    assert "0 new cases, 1 changed." in text
    assert "- **Changed:** status: annulled, was decided" in text
    assert text.count("Changed:") == 1
    assert write_digest(db, NOW, "txt").endswith("No case became known or changed.\n")


def test_a_case_that_goes_on_under_another_id_is_not_new(db):
    db.execute("update history set changed = '2026-01-01T00:00:00Z'")
    case = ask(db, "select id from cases order by id limit 1")[0][0]
    made = "insert into history (entity, entity_id, field, old, new, changed, cause_kind) values ('case', ?, 'id', ?, ?, ?, 'article')"
    for row in (("old-id", None, "old-id", "2026-01-01T00:00:00Z"), ("old-id", "old-id", None, "2026-03-01T00:00:00Z")):
        db.execute(made, row)
    db.execute("delete from history where entity_id = ?", [case])
    db.execute(made, (case, None, case, "2026-03-01T00:00:00Z"))
    since = NOW - timedelta(days=7)
    assert "1 new case, 0 changed" in write_digest(db, since, "md")
    db.execute("insert into case_redirects values ('old-id', ?, 'renamed', '')", [case])
    assert "No case became known or changed." in write_digest(db, since, "md")


def poison(db):
    case = ask(db, "select id from cases where regulator = 'fr-cnil' and amount = 50000000")[0][0]
    title = f"{HOSTILE}\x00\x1b[31m\u202e" + "long " * 2000
    db.execute("update cases set title = ?, respondents = ? where id = ?", [title, HOSTILE, case])
    db.execute("update articles set publisher = ?, url = 'javascript:alert(' || rowid || ')'", [HOSTILE])


def test_hostile_text_is_text(db):
    poison(db)
    pages = {form: write_digest(db, LONG_AGO, form, SITE) for form in FORMATS}
    for text in pages.values():
        assert "long long" in text
        assert max(map(len, text.splitlines())) < 1500
        assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", text)
        assert "(<javascript" not in text
        assert 'href="javascript' not in text
    page = Tags(pages["html"])
    assert not {"script", "img", "em"} & page.tags.keys()
    assert HOSTILE in page.text
    shown = MarkdownIt("gfm-like", {"linkify": False}).render(pages["md"])
    assert not {"script", "img", "code", "em", "s"} & Tags(shown).tags.keys()
    assert HOSTILE in Tags(shown).text
    assert HOSTILE in " ".join(pages["txt"].split())


@pytest.mark.parametrize(
    "text",
    ["1. a", "- a", "+ a", "# a", "> a", "=== a", "a_b_c", "a\\b", "2) a", "* a", "&amp; a", "<b>a</b>", "| a | b |"],
)
def test_a_quote_that_looks_like_markdown_is_shown_as_it_is(text):
    shown = MarkdownIt("gfm-like", {"linkify": False}).render(f"> {escape_markdown(text)}\n")
    assert Tags(shown).tags == Counter({"blockquote": 1, "p": 1})
    assert Tags(shown).text.strip() == text


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("7d", NOW - timedelta(days=7)),
        ("24h", NOW - timedelta(hours=24)),
        ("2w", NOW - timedelta(weeks=2)),
        ("2026-02-20", datetime(2026, 2, 20, tzinfo=UTC)),
        (" 2026-03-02 ", datetime(2026, 3, 2, tzinfo=UTC)),
    ],
)
def test_a_period_begins(text, since):
    assert read_since(text, NOW) == since


@pytest.mark.parametrize("text", ["", "0d", "7", "7m", "-7d", "7d7d", "99999d", "2026-02-30", "2026-03-03", "٧d"])
def test_what_is_no_period_is_refused(text):
    with pytest.raises(InputError):
        read_since(text, NOW)


def test_a_public_copy_has_its_digest_too(demo, dpawatch, tmp_path):
    copy = tmp_path / "public.db"
    assert dpawatch("publish", str(copy), db=demo).exit_code == 0
    told = dpawatch("digest", "--format", "txt", db=copy).stdout
    assert told == dpawatch("digest", "--format", "txt", db=demo).stdout
    assert "CNIL fines Google EUR 50,000,000 (2019)" in told


def test_the_command_writes_a_file_and_takes_its_settings(demo, dpawatch, tmp_path, monkeypatch):
    out = tmp_path / "week.html"
    result = dpawatch("digest", "--format", "html", "--out", str(out), "--site", f"{SITE}/", db=demo)
    assert (result.exit_code, result.stdout) == (0, "")
    assert f'href="{SITE}/case/' in out.read_text(encoding="utf-8")
    monkeypatch.setenv("DPAWATCH_SITE", SITE)
    assert f"{SITE}/case/" in dpawatch("digest", "--since", "1h", db=demo).stdout
    bad = dpawatch("digest", "--site", "site.example", db=demo)
    assert (bad.exit_code, len(bad.stderr.splitlines())) == (2, 1)
    bad = dpawatch("digest", "--since", "last week", db=demo)
    assert (bad.exit_code, len(bad.stderr.splitlines())) == (2, 1)
    assert dpawatch("digest", "--out", str(demo), db=demo).exit_code == 2
    with closing(sqlite3.connect(demo)) as con:
        assert con.execute("pragma integrity_check").fetchone() == ("ok",)
