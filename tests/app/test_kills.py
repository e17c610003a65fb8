"""`ingest`, killed at moments nobody chose while new pages come all the time: nothing lost, nothing doubled, nothing broken.

One database, four sources: a feed, a second one with half of its pages, a listing of several pages that repeats the
feed's texts, and a listing of PDFs. The end is compared, table by table, with that of a poll that nobody disturbed.
"""

import random
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from ingest.archive import Archive

SEED = 20
# seconds; about what a poll of this town takes, of which each kill says more
LONGEST = 1.0
OPENING, GROWING, CORRECTED = 4, 14, 6
SHOPS, NOTICES, CORRECTIONS = 3, 2, 2
ITEMS_A_PAGE = 8
TEXT = (
    "The authority looked into the shop number {n} for {n} weeks, and wrote to it {n} times about the letters it sent. "
    "Its customers had {n} questions, of which the shop answered {n} within a month and {n} after the second reminder. "
    "In room {n} of the town hall the director said that {n} people had complained, {n} of them more than once. "
)
DECISION = "/decision-{}.pdf"
RULING = "Ruling on {path}| The authority finds that the shop kept letters| for ten years and orders it to burn them."
SOURCE = """[[sources]]
id = "{id}"
publisher = "{publisher}"
kind = "press"
format = "{format}"
url = "{base}{path}"
homepage = "{base}/"
language = "en"
topics = "privacy"
"""
SELECTORS = '[sources.listing]\nitem = "li"\ndate = "time"\nnext = "a.next"\n'
# what a run leaves behind, without its times and without what depends on which source came first
LEFT = {
    "articles": "id, url, title, published, published_origin, lang, publisher, text, content_hash, defect",
    "entries": "source, guid, url, title, summary, published, updated, state, article, attempts, last_error, defect, rereads",
    "article_sources": "article, source, url",
    "revisions": "article, title, text, lang, content_hash",
    "signatures": "article, signature",
    "near_duplicates": "article, copy_of, similarity",
    "sources": "id, etag, body_hash, failures, last_error, last_warning, more_pages, stopped, active",
}
# statements that find rows only where two tables contradict each other
CONTRADICTIONS = (
    "select guid from entries where state = 'stored' and article is null",
    "select entries.article, source from entries where article is not null except select article, source from article_sources",
    "select article, source from article_sources except select article, source from entries",
    "select id from articles except select article from article_sources",
    "select articles.id from articles join revisions on article = articles.id and revisions.text = articles.text",
    "select id from articles where raw_file is null",
    "select article from signature_bands except select article from signatures",
    "pragma foreign_key_check",
)


def write_pdf(*lines):
    """Return a PDF of one page, all of it ASCII."""
    shown = "BT /F1 11 Tf 14 TL 60 780 Td\n" + "\n".join(f"({line}) Tj T*" for line in lines) + "\nET"
    objects = (
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(shown)}>>stream\n{shown}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    body, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj{content}endobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    start = len(body)
    return f"{body}xref\n0 6\n0000000000 65535 f \n{table}trailer<</Size 6/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n"


class Town:
    """A site that grows: shops are in feeds, notices repeat their texts in a listing of many pages, decisions are PDFs."""

    def __init__(self, site):
        self.site, self.answer_as_before, self.version = site, site.answer, 0
        self.shops, self.notices, self.decisions, self.corrected = 0, 0, 0, 0
        site.pages.clear()
        site.answer = self.answer

    def grow(self):
        for n in range(self.shops, self.shops + SHOPS):
            self.site.pages[f"/shop-{n}"] = (f"The shop number {n}", TEXT.format(n=n))
        for n in range(self.notices, self.notices + NOTICES):
            self.site.pages[f"/notice-{n}"] = (f"Notice {n}", TEXT.format(n=n))
        self.shops, self.notices, self.decisions = self.shops + SHOPS, self.notices + NOTICES, self.decisions + 1
        shops = [f"/shop-{n}" for n in range(self.shops)]
        self.site.feeds = {"/feed": shops, "/feed-of-every-second": shops[::2]}
        self.version += 1
        self.site.tag = f'"{self.version}"'

    def correct(self):
        """Change the words of some shops, as the feeds announce; and let there be something new."""
        for n in range(self.corrected, self.corrected + CORRECTIONS):
            text = f"{TEXT.format(n=n)} It corrects that number {n} was fined {n} euros in the spring of last year."
            self.site.pages[f"/shop-{n}"] = (f"Correction: the shop number {n}", text)
        self.corrected += CORRECTIONS
        self.grow()

    def list_urls(self):
        return sorted(
            self.site.base + path for path in (*self.site.pages, *map(DECISION.format, range(self.decisions)))
        )

    def answer(self, path, headers):
        if path.startswith("/feed") or path in self.site.pages:
            return self.answer_as_before(path, headers)
        self.site.asked.append(path)
        if path.startswith("/news"):
            page = int(path.partition("?page=")[2] or 1)
            items = [(f"/notice-{n}", f"Notice {n}") for n in reversed(range(self.notices))]
            more = f'<a class="next" href="/news?page={page + 1}">older</a>' if page * ITEMS_A_PAGE < len(items) else ""
            return self._list(items[(page - 1) * ITEMS_A_PAGE : page * ITEMS_A_PAGE], more)
        if path == "/decisions":
            return self._list([(DECISION.format(n), f"Decision {n}") for n in reversed(range(self.decisions))])
        if path.startswith("/decision-"):
            return 200, "application/pdf", write_pdf(*RULING.format(path=path).split("| "))
        return 404, "text/plain", "not here"

    def _list(self, items, more=""):
        rows = "".join(f'<li><time datetime="2019-03-02">2 March</time><a href="{p}">{t}</a></li>' for p, t in items)
        return 200, "text/html; charset=utf-8", f"<!doctype html><html><body><ul>{rows}</ul>{more}</body></html>"


@pytest.fixture
def town(site):
    return Town(site)


@pytest.fixture
def ingest(site, town, nursery, tmp_path):
    """Return a function that polls all sources of a database in a process group of its own, for so many seconds at most.

    It returns whether the group had to be killed.
    """
    rows = (
        ("shops", "example-news", "feed", "/feed"),
        ("shops-half", "example-news", "feed", "/feed-of-every-second"),
        ("notices", "example-herald", "listing", "/news"),
        ("decisions", "example-court", "listing", "/decisions"),
    )
    tables = [
        SOURCE.format(id=id_, publisher=publisher, format=format_, base=site.base, path=path)
        + (SELECTORS if format_ == "listing" else "")
        for id_, publisher, format_, path in rows
    ]
    sources = tmp_path / "sources.toml"
    sources.write_text("\n".join(tables), encoding="utf-8")
    words = ["ingest", "--all", "--sources", str(sources), "--allow-private-hosts", "--delay", "0.01", "--db"]
    town.grow()
    nursery.learn([*words, tmp_path / "first.db"])

    def poll(db: Path, seconds: float | None = None) -> bool:
        status = nursery.run(*words, db, seconds=seconds)
        if seconds is None or status != -signal.SIGKILL:
            said = nursery.hear()
            assert (status, [line for line in said if "Traceback" in line]) == (0, []), said
        return status != 0

    return poll


def check_database(path):
    """Fail where a database is damaged or its tables contradict each other."""
    with closing(sqlite3.connect(path)) as con:
        assert con.execute("pragma integrity_check").fetchone() == ("ok",)
        if con.execute("select count(*) from sqlite_master where name = 'near_duplicates'").fetchone()[0]:
            con.execute("insert into articles_fts (articles_fts, rank) values ('integrity-check', 1)")
            assert [(sql, rows) for sql in CONTRADICTIONS if (rows := con.execute(sql).fetchall())] == []


def read_database(path):
    with closing(sqlite3.connect(path)) as con:
        return {t: sorted(con.execute(f"select {names} from {t}"), key=repr) for t, names in LEFT.items()}


def let_two_hours_pass(path):
    """A page that was read an hour ago at the earliest is read again when its feed says that it changed."""
    with closing(sqlite3.connect(path)) as con, con:
        con.execute("update entries set last_read = strftime('%Y-%m-%dT%H:%M:%SZ', last_read, '-2 hours')")


def count_articles(path):
    """Return how many articles are stored; 0 where the database was killed before it had a table of them."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as con:
            return con.execute("select count(*) from articles").fetchone()[0]
    except sqlite3.OperationalError:
        return 0


def check_archive(db):
    """Fail where an article's page cannot be read back, or a record that was written whole before the last one."""
    with closing(sqlite3.connect(db)) as con:
        kept = con.execute("select raw_file, raw_offset from articles union select raw_file, raw_offset from revisions")
        places = kept.fetchall()
    archive = Archive(Path(f"{db}-archive"))
    assert [place for place in places if not archive.read_body(*place)] == []


def count_records(folder):
    """Return how many records the archive's files hold, each of them whole."""
    found = 0
    for path in folder.glob("*.warc.gz"):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, check_digests="raise"):
                record.content_stream().read()
                assert record.digest_checker.passed
                found += 1
    return found


class Killer:
    """Lets a site change and kills a poll of a database, until a poll had not ended before; `longest` is when at the latest."""

    def __init__(self, ingest):
        self.ingest, self.moments, self.longest = ingest, random.Random(SEED), LONGEST

    def __call__(self, db, change, share=1.0):
        for _ in range(10):
            change()
            if self.ingest(db, seconds := self.moments.uniform(0, self.longest * share)):
                print(f"killed after {seconds:.3f} s, with {count_articles(db)} articles")
                self.longest *= 1.1
                return
            self.longest *= 0.7
        raise AssertionError("no poll lasted long enough to be killed")


@pytest.fixture
def kill(ingest):
    return Killer(ingest)


def check_end(ingest, *paths):
    """Poll each of the databases to the end; return what is in the first, which is what is in the others."""
    for path in paths:
        ingest(path)
        check_database(path)
        check_archive(path)
    first, *others = map(read_database, paths)
    for other in others:
        for table, rows in first.items():
            assert rows == other[table], table
    return first


def test_kills_lose_and_double_nothing(ingest, site, town, kill, tmp_path):
    print(f"seed {SEED}")
    db, undisturbed = tmp_path / "killed.db", tmp_path / "undisturbed.db"
    for _ in range(OPENING):
        kill(db, town.grow, 1 / 8)
        check_database(db)
    halfway = 0
    for _ in range(GROWING):
        kill(db, town.grow)
        check_database(db)
        stored = count_articles(db)
        halfway += 0 < stored < len(town.list_urls())
        if not stored:
            kill.longest *= 1.3  # a machine that has other work
    assert halfway > GROWING // 4, "the kills came before or after the work, hardly ever within it"
    found = check_end(ingest, db, undisturbed)
    assert sorted(url for _, url, *_ in found["articles"]) == town.list_urls()
    assert len(found["near_duplicates"]) == town.notices

    for path in (db, undisturbed):
        let_two_hours_pass(path)
    for _ in range(CORRECTED):
        kill(db, town.correct)
        check_database(db)
    found = check_end(ingest, db, undisturbed)
    assert sorted(url for _, url, *_ in found["articles"]) == town.list_urls()
    assert sorted(title for _, title, *_ in found["revisions"]) == sorted(
        f"The shop number {n}" for n in range(town.corrected)
    )
    with closing(sqlite3.connect(db)) as con:
        assert {outcome for (outcome,) in con.execute("select outcome from runs")} == {"interrupted", "done"}
    assert count_records(Path(f"{db}-archive")) >= len(found["articles"]) + len(found["revisions"])
