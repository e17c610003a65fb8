"""What is redacted is nowhere in the bytes of any file, stays away whatever comes in again, and leaves the rest sound."""

import json
import os
import pty
import re
import shutil
import sqlite3
import subprocess
import sys
import zlib
from contextlib import closing
from pathlib import Path

import pytest

from db.redactions import start_redaction
from db.schema import open_database
from db.targets import Target
from ingest.articles import hash_content
from ingest.clock import utc_now

# Written for these tests: no such person, no such matter.
PAGES = {
    "/shop": (
        "CNIL fines Erika Mustermann EUR 3,000",
        "The CNIL has fined Erika Mustermann EUR 3,000 on 2 March 2021. Mrs Mustermann ran a shop for lamps. The regulator "
        "found that ERIKA\u00a0MUSTERMANN had breached Article 32 of the GDPR, since passwords lay unencrypted on a server. "
        "Erika Muster-\nmann did not answer its letters, and has appealed against the decision before the court of Lyon.",
    ),
    "/erika-mustermann-appeals": (
        "A shop appeals",
        "The owner of a shop for lamps has appealed against the fine of EUR 3,000 that the CNIL imposed on 2 March 2021 for "
        "a breach of Article 32 of the GDPR. She says that her server was never open to anybody else, and that letters "
        "of the authority had been sent to an address at which she had not lived for years.",
    ),
}
DATES = {"/shop": "Wed, 03 Mar 2021 09:00:00", "/erika-mustermann-appeals": "Thu, 01 Apr 2021 09:00:00"}
NAME = "Erika Mustermann"
FORMS = re.compile(rb"erika[^a-z]{0,8}muster-?\s?mann", re.IGNORECASE)
WHY = ["--reason", "request of 3 May", "--yes"]


def read_bytes(path):
    """Return the bytes of a file, and if it is packed, of what is packed in it."""
    body = rest = path.read_bytes()
    while path.suffix == ".gz" and rest:
        unpack = zlib.decompressobj(31)
        body += unpack.decompress(rest)
        rest = unpack.unused_data
    return body


def find_files(folder, pattern):
    """Return the names of the files in a folder whose bytes have a pattern, in one of the encodings SQLite knows."""
    found = {path.name: pattern.search(read_bytes(path)) for path in folder.rglob("*") if path.is_file()}
    print([match.string[max(match.start() - 60, 0) : match.end() + 20] for match in found.values() if match])
    return sorted(name for name, match in found.items() if match)


@pytest.fixture
def run(site, registry, dpawatch):
    """Return a function that polls the loopback site, keeping raw responses; what it shows is another each time."""
    site.pages |= PAGES
    site.dates |= DATES
    site.conditional = False
    # what a feed says of an article is stored and archived too
    site.head = f"<item><title>{NAME} in brief</title><link>{site.base}/gone</link><guid>brief</guid></item>"
    fetch = ["--sources", registry("/feed"), "--allow-private-hosts", "--delay", "0"]

    def invoke(*words):
        result = dpawatch(*(words or ("run", "--all")), *fetch)
        assert result.exit_code == 0, result.stderr
        return result

    invoke()
    return invoke


@pytest.fixture
def data(tmp_path, run):
    """Return the folder of the database and its archive."""
    return tmp_path


def query(path, sql, *values):
    with closing(sqlite3.connect(path)) as con:
        return con.execute(sql, values).fetchall()


def check_sound(path, read_tables):
    """Fail when a span does not reproduce its text, or the file, the search or a link is damaged."""
    read_tables(path)
    spans = query(path, "select m.text, a.text, start, end from mentions m join articles a on a.id = article")
    assert [row for row in spans if row[0] != row[1][row[2] : row[3]]] == []
    proofs = query(path, "select text, evidence_start, evidence_end from actions join articles a on a.id = article")
    assert all(start is None or 0 <= start < end <= len(text) for text, start, end in proofs)
    hashes = "select id, title, text, content_hash from articles"
    assert all(hash_content(title, text) == stored for _, title, text, stored in query(path, hashes))


def test_a_name_goes_and_stays_away(run, data, db_path, dpawatch, site, read_tables, lines):
    before = find_files(data, FORMS)
    assert "test.db" in before and any(name.endswith(".warc.gz") for name in before)
    told = dpawatch("redact", NAME, *WHY)
    assert told.exit_code == 0, told.stderr
    assert "articles changed: 2, entries removed: 1, entries changed: 2" in told.stdout
    assert "Copies made before still hold it" in told.stderr
    assert find_files(data, FORMS) == []
    check_sound(db_path, read_tables)
    ((text,),) = query(db_path, "select text from articles where title = 'CNIL fines [redacted] EUR 3,000'")
    assert "The CNIL has fined [redacted] EUR 3,000" in text
    assert "[redacted] did not answer" in text
    assert query(db_path, "select url from articles where title = 'A shop appeals'")[0][0].startswith(
        "urn:dpawatch:redacted:"
    )
    # nobody else is blamed for it, and the rest is as it was
    assert query(db_path, "select respondents, amount from cases where id = 'fr-cnil-2021-unknown'") == [("", 3000)]
    assert (
        len(query(db_path, "select id from cases where id in ('fr-cnil-2019-google', 'fr-cnil-2021-clearview-ai')"))
        == 2
    )
    # the site says it again, all is read and grouped again, and a list brings it once more
    run()
    run("ingest", "--all")
    record = {"url": "https://b.test/x", "title": f"On {NAME}", "text": PAGES["/shop"][1], "published": "2021-03-03"}
    elsewhere = {"url": "https://b.test/erika-mustermann", "title": "On a shop", "text": PAGES["/shop"][1] + " Again."}
    file = lines(record, elsewhere)
    assert dpawatch("import", file).exit_code == 0
    Path(file).unlink()
    for words in (["tag", "--all"], ["cases", "--rebuild"], ["publish", str(data / "public.db")]):
        assert dpawatch(*words).exit_code == 0
    assert find_files(data, FORMS) == []
    assert query(db_path, "select title from articles where url = 'https://b.test/x'") == [("On [redacted]",)]
    check_sound(db_path, read_tables)
    assert dpawatch("status").exit_code == 0


def test_a_company_of_the_data_file_goes_and_stays_away(run, data, db_path, dpawatch, read_tables):
    assert find_files(data, re.compile(rb"google", re.IGNORECASE))
    told = dpawatch("redact", "google", *WHY)
    assert told.exit_code == 0, told.stderr
    assert find_files(data, re.compile(rb"google", re.IGNORECASE)) == []
    for words in (["run", "--all"], ["ingest", "--all"]):
        run(*words)
    for words in (["tag", "--all"], ["cases", "--rebuild"]):
        assert dpawatch(*words).exit_code == 0
    assert find_files(data, re.compile(rb"google", re.IGNORECASE)) == []
    check_sound(db_path, read_tables)
    ((case, respondents),) = query(db_path, "select id, respondents from cases where amount = 50000000")
    assert (case, respondents) == ("fr-cnil-2019-unknown", "")
    history = dpawatch("history", case)
    assert history.exit_code == 0
    assert history.stdout.count("made") == 1


def test_an_article_goes_and_stays_away(run, data, db_path, dpawatch, site, read_tables, lines):
    url = f"{site.base}/clearview"
    ((title, text),) = query(db_path, "select title, text from articles where url = ?", url)
    said = re.compile(b"erase the photographs|orders Clearview|/clearview", re.IGNORECASE)
    assert "test.db" in find_files(data, said)
    told = dpawatch("redact", url, *WHY)
    assert told.exit_code == 0, told.stderr
    assert "articles removed: 1" in told.stdout
    assert find_files(data, said) == []
    run()
    record = {"url": url, "title": "Another", "text": "Other words than before. " * 9}
    copy = {"url": "https://b.test/copy", "title": title, "text": text}
    file = lines(record, copy, name="again.jsonl")
    imported = dpawatch("import", file)
    (data / "again.jsonl").unlink()
    assert "0 new articles (2 redacted before)" in imported.stdout
    for words in (["tag", "--all"], ["cases", "--rebuild"]):
        assert dpawatch(*words).exit_code == 0
    assert find_files(data, said) == []
    check_sound(db_path, read_tables)
    assert query(db_path, "select count(*) from cases where id like '%clearview%'") == [(0,)]
    assert query(db_path, "select count(*) from history where entity_id like '%clearview%' and entity = 'case'") == [
        (0,)
    ]
    assert query(db_path, "select count(*) from companies where id = 'clearview-ai'") != [(0,)]
    again = dpawatch("redact", url, *WHY)
    assert (again.exit_code, again.stderr) == (0, f"{url}: is redacted already\n")


def test_a_follow_of_what_goes_goes_with_what_it_was_told(run, data, db_path, dpawatch):
    for number, company in enumerate(("google", "clearview-ai")):
        told = dpawatch("follow", "add", "--company", company, "--to", f"json://localhost:9/{number}")
        assert told.exit_code == 0, told.stderr
    assert dpawatch("redact", "google", *WHY).exit_code == 0
    assert query(db_path, "select company from follows") == [("clearview-ai",)]
    assert query(db_path, "select count(*) from follow_targets") == [(1,)]


def test_a_page_that_leads_to_a_redacted_article_is_asked_for_once(run, db_path, dpawatch, site):
    assert dpawatch("redact", f"{site.base}/clearview", *WHY).exit_code == 0
    site.pages["/other"] = site.pages["/phones"]
    site.moves["/other"] = (301, f"{site.base}/clearview")
    run()
    assert site.asked.count("/other") == 1
    run()
    assert site.asked.count("/other") == 1
    assert query(db_path, "select 1 from fetches where final_url like '%clearview%'") == []


def test_the_log_says_who_when_and_why_and_not_what(run, dpawatch):
    assert dpawatch("redact", "--list").stderr == "nothing was redacted\n"
    dpawatch("redact", NAME, "--text", "--by", "The desk", *WHY)
    shown = dpawatch("redact", "--list")
    assert re.fullmatch(
        r"1  20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ  The desk  text: request of 3 May \(articles changed: 2, .*\)\n",
        shown.stdout,
    )
    (row,) = json.loads(dpawatch("redact", "--list", "--json").stdout)
    assert row["counts"]["changed_articles"] == 2
    assert "mustermann" not in json.dumps(row).lower()


def test_a_dry_run_changes_nothing(run, db_path, dpawatch, read_tables):
    before = read_tables(db_path)
    told = dpawatch("redact", NAME, "--text", "--reason", "x", "--dry-run")
    assert told.stdout == f"text: {NAME}\narticles changed: 2, entries removed: 1, entries changed: 2\n"
    assert told.stdout in (Path(__file__).parents[2] / "docs" / "redacting.md").read_text(encoding="utf-8")
    assert read_tables(db_path) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([NAME], "say what to redact and --reason WHY"),
        (["--reason", "x"], "say what to redact and --reason WHY"),
        ([NAME, "--reason", "x"], "give --yes where there is no terminal"),
        ([NAME, "--reason", "erika-mustermann asked", "--yes"], "the reason has what is to be redacted"),
        (
            ["Nobody Of That Name", *WHY],
            "no article, company or text here has 'Nobody Of That Name'; --text keeps it out",
        ),
        (["Google", "--article", *WHY], "no article is called 'Google'"),
        (["A shop appeals", "--company", *WHY], "no company is called 'A shop appeals'"),
        (["A.", *WHY], "'A.' is no phrase to redact"),
        (["redacted", *WHY], "'redacted' is no phrase to redact"),
        (["Commission nationale de l'informatique et des libertés", *WHY], "stands in the table regulators"),
        (["example-news", *WHY], "stands in the table sources"),
    ],
)
def test_what_cannot_be_done_is_one_line(run, dpawatch, db_path, words, said):
    told = dpawatch("redact", *words)
    assert told.exit_code == 2
    assert said in told.stderr.splitlines()[-1]
    assert query(db_path, "select * from redactions") == []


@pytest.mark.parametrize(("answer", "status", "left"), [("n", 1, True), ("y", 0, False)])
def test_on_a_terminal_it_asks(run, db_path, data, answer, status, left):
    master, slave = pty.openpty()
    code = "from dpawatch.cli import main; main()"
    words = [sys.executable, "-c", code, "redact", NAME, "--text", "--reason", "x", "--db", str(db_path)]
    with subprocess.Popen(words, stdin=slave, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        os.close(slave)
        os.write(master, f"{answer}\n".encode())
        _, told = process.communicate(timeout=60)
    os.close(master)
    assert process.returncode == status
    assert "This cannot be undone. Remove it? [y/N]:" in told
    assert bool(find_files(data, FORMS)) is left


def test_a_name_that_is_not_there_yet_is_kept_out(run, db_path, dpawatch, site, data):
    assert dpawatch("redact", "Max Mustermann", "--text", *WHY).exit_code == 0
    site.pages["/new"] = ("CNIL fines a shop", PAGES["/shop"][1].replace("Erika", "Max"))
    run()
    assert find_files(data, re.compile(rb"max\s+mustermann", re.IGNORECASE)) == []
    assert "[redacted]" in query(db_path, "select text from articles where title = 'CNIL fines a shop'")[0][0]


def test_one_that_was_interrupted_is_told_and_not_published(run, db_path, dpawatch, data):
    with closing(open_database(db_path)) as db:
        start_redaction(db, Target("text", (NAME,)), "why", "me", utc_now())
    status = dpawatch("status")
    assert status.exit_code == 1
    assert "redaction 1 was interrupted: start `dpawatch redact --resume`" in status.stdout
    refused = dpawatch("publish", str(data / "public.db"))
    assert refused.exit_code == 1
    assert "redaction 1 was interrupted" in refused.stderr
    assert "interrupted; complete it with --resume" in dpawatch("redact", "--list").stdout
    assert dpawatch("redact", "--resume").exit_code == 0
    assert find_files(data, FORMS) == []
    assert dpawatch("status").exit_code == 0
    assert dpawatch("publish", str(data / "public.db")).exit_code == 0


def test_what_an_older_backup_brings_back_is_taken_down_again(run, data, db_path, dpawatch, read_tables):
    kept = data / "kept.db"
    assert dpawatch("backup", str(kept)).exit_code == 0
    assert dpawatch("redact", NAME, *WHY).exit_code == 0
    told = dpawatch("restore", str(kept), "--force")
    assert (told.exit_code, told.stdout) == (1, f"{db_path}: 5 articles, 3 cases\n")
    assert "1 redaction was made after this backup: complete with `dpawatch redact --resume`" in told.stderr
    assert dpawatch("publish", str(data / "public.db")).exit_code == 1
    assert dpawatch("status").exit_code == 1
    assert dpawatch("redact", "--resume").exit_code == 0
    assert not FORMS.search(read_bytes(db_path))
    check_sound(db_path, read_tables)
    assert dpawatch("status").exit_code == 0
    # a backup that has the redaction in its log has nothing to take over
    assert dpawatch("backup", str(kept)).exit_code == 0
    assert dpawatch("restore", str(kept), "--force").exit_code == 0


def test_copies_made_before_are_named(run, dpawatch, data):
    assert dpawatch("publish", str(data / "public.db")).exit_code == 0
    (data / "kept").mkdir()
    assert dpawatch("backup", str(data / "kept" / "old.db")).exit_code == 0
    for to in ("json://localhost:9/Erika%20Mustermann", "json://localhost:9/else"):
        assert dpawatch("follow", "add", "--country", "FR", "--to", to).exit_code == 0
    told = dpawatch("redact", NAME, *WHY)
    assert "Look at: kept/old.db, public.db, test.db-targets.toml." in told.stderr


def test_a_reader_that_keeps_what_was_removed_is_told(run, db_path, dpawatch, data, monkeypatch):
    monkeypatch.setattr("db.schema._BUSY_MILLISECONDS", 100)
    with closing(sqlite3.connect(db_path)) as reader:
        reader.execute("begin")
        reader.execute("select count(*) from articles").fetchone()
        told = dpawatch("redact", NAME, *WHY)
        assert told.exit_code == 1
        assert "others read it" in told.stderr.splitlines()[-1]
        reader.rollback()
    assert dpawatch("redact", "--resume").exit_code == 0
    assert find_files(data, FORMS) == []


# the steps of a redaction at whose beginning its process is killed, and how often they are done before
STEPS = [
    ("ingest.blanking._replace", 0),
    ("db.scrubbing.link_duplicates", 1),
    ("dpawatch.run.store_analysis", 0),
    ("db.scrubbing._run_where", 9),
    ("dpawatch.redacting.scrub_file", 0),
    ("dpawatch.redacting.finish_redactions", 0),
]
KILL = """
import os, signal
from importlib import import_module
module, name = import_module({module!r}), {name!r}
real, left = getattr(module, name), [{times}]
def kill_or_do(*args, **others):
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    left[0] -= 1
    return real(*args, **others)
setattr(module, name, kill_or_do)
"""


def test_a_redaction_that_is_killed_is_completed(run, db_path, data, nursery, tmp_path_factory, read_tables):
    nursery.learn(("tag", "--all", "--db", db_path))
    kept = tmp_path_factory.mktemp("kept")
    shutil.copytree(data, kept, dirs_exist_ok=True)
    words = ["redact", NAME, "--text", *WHY, "--db", db_path]
    assert nursery.run(*words) == 0
    expected = read_kept(db_path, read_tables)
    for step, times in STEPS:
        print(step)
        shutil.rmtree(data)
        shutil.copytree(kept, data)
        module, _, name = step.rpartition(".")
        assert nursery.run(*words, before=KILL.format(module=module, name=name, times=times)) == -9
        # the same again, whatever the first one came to
        assert nursery.run(*words) == 0
        assert find_files(data, FORMS) == []
        assert query(db_path, "select count(*), count(finished) from redactions") == [(1, 1)]
        assert read_kept(db_path, read_tables) == expected


def read_kept(path, read_tables):
    """Return the rows of all tables but those of the log, which say how much was left to do."""
    return {table: rows for table, rows in read_tables(path).items() if not table.startswith("redaction")}
