"""What a redaction changes is news to nobody: who was told stays told, and what waits says nothing of what was removed."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from db.redactions import start_redaction
from db.schema import open_database
from db.targets import Target
from ingest.clock import utc_now

# Written for these tests: no such firm, no such matter.
MATTERS = json.loads((Path(__file__).parent / "matters.json").read_text(encoding="utf-8"))
BAZAR, APPEALED, VODAFONE = (MATTERS[name] for name in ("bazar", "appealed", "vodafone"))
# tells the same act, and not of whom
UNNAMED = {
    "url": "https://other.example/shop",
    "title": "A shop is fined two million euros",
    "text": "The CNIL has fined an online shop EUR 2,000,000 on 3 March 2021. The regulator found a breach of Article 32(1)(b) "
    "of the GDPR: passwords of customers lay unencrypted on a server that anybody could reach.",
    "published": "2021-03-05",
}
OLD = "fr-cnil-2021-bazar"
WHAT = {
    "company": ["Bazar SARL", "--company"],
    "text": ["Bazar", "--text"],
    "article": [BAZAR["url"], "--article"],
}
WHY = ["--reason", "request of 3 May", "--yes"]


@pytest.fixture
def command(dpawatch):
    """Return a function that runs a command, which must succeed, and returns what it printed."""

    def run(*words):
        result = dpawatch(*words)
        assert result.exit_code == 0, result.stderr
        return result.stdout.strip()

    return run


@pytest.fixture
def read(command, lines):
    """Return a function that imports, reads and groups articles."""

    def run(*records):
        for words in (["import", lines(*records)], ["tag"], ["cases"]):
            command(*words)

    return run


@pytest.fixture
def told(read, command, hook):
    """Make two cases that two follows were told of."""
    read(VODAFONE)
    command("follow", "add", "--at-least", "1000", "--to", hook.url("/a"))
    command("follow", "add", "--country", "FR", "--to", hook.url("/b"))
    read(BAZAR)
    assert command("alert") == "2 alerts sent"
    hook.taken.clear()


KILL = """
import os, signal, {module}
def kill(*args):
    os.kill(os.getpid(), signal.SIGKILL)
{step} = kill
"""


def ask(path, sql):
    with closing(sqlite3.connect(path)) as con:
        return con.execute(sql).fetchall()


def find_tables(path, word):
    """Return the tables in which a word stands."""
    with closing(sqlite3.connect(path)) as con:
        names = [name for (name,) in con.execute("select name from sqlite_master where type = 'table'")]
        return [name for name in names if word in str(con.execute(f'select * from "{name}"').fetchall()).lower()]


def change(path, sql):
    with closing(sqlite3.connect(path)) as con:
        con.execute(sql)
        con.commit()


@pytest.mark.parametrize("what", WHAT)
def test_what_was_told_is_not_told_anew(told, read, command, hook, db_path, what):
    read(UNNAMED)
    command("redact", *WHAT[what], *WHY)
    assert command("alert") in ("nothing to do", "0 alerts sent")
    assert hook.taken == {}
    ((case,),) = ask(db_path, "select id from cases where regulator = 'fr-cnil'")
    assert case != OLD
    assert find_tables(db_path, OLD) == []
    marks = ask(db_path, "select follow, case_id from follow_cases where case_id like 'fr-%'")
    assert marks == [(1, case), (2, case)]
    assert ask(db_path, "select distinct case_id from alerts") == [(case,)]
    # it goes on as if it had always had this id
    assert ask(db_path, f"select field, old, new from history where entity_id = '{case}'") == [("id", None, case)]
    # and what becomes of it is told
    change(db_path, "update cases set status = 'closed' where regulator = 'fr-cnil'")
    command("alert")
    assert [title[:13] for title in hook.titles("/a")] == ["Changed: CNIL"]


def test_of_a_case_that_goes_nothing_is_kept(told, command, hook, db_path):
    command("redact", *WHAT["article"], *WHY)
    assert ask(db_path, "select id from cases where regulator = 'fr-cnil'") == []
    assert find_tables(db_path, "bazar") == []
    assert ask(db_path, "select * from alerts") == []
    assert command("alert") == "nothing to do"
    assert hook.taken == {}


@pytest.mark.parametrize("what", WHAT)
def test_ids_that_led_to_it_go_too(told, read, command, hook, db_path, what):
    read(UNNAMED)
    first = "fr-cnil-2021-bazar-shop"
    change(db_path, f"insert into case_redirects values ('{first}', '{OLD}', 'renamed', '')")
    change(db_path, f"update follow_cases set case_id = '{first}' where case_id = '{OLD}'")
    change(db_path, f"update alerts set case_id = '{first}'")
    command("redact", *WHAT[what], *WHY)
    assert find_tables(db_path, OLD) == []
    command("alert")
    assert hook.taken == {}


def test_a_mark_under_an_old_id_stays_with_a_case_that_nothing_touches(told, command, hook, db_path):
    change(db_path, f"insert into case_redirects values ('fr-cnil-2021-tovarec', '{OLD}', 'renamed', '')")
    change(db_path, f"update follow_cases set case_id = 'fr-cnil-2021-tovarec' where case_id = '{OLD}'")
    command("redact", "Tovarec", "--text", *WHY)
    assert find_tables(db_path, "tovarec") == []
    assert ask(db_path, f"select count(*) from follow_cases where case_id = '{OLD}'") == [(2,)]


def test_what_is_news_is_told_once_and_without_what_was_removed(told, read, command, hook, db_path):
    hook.statuses["/a"] = [500]
    read(APPEALED)
    assert "1 alert sent" in command("alert")  # /b took it, and /a did not
    read({**BAZAR, "url": "https://news.example/gb", "title": "ICO fines Bazar SARL",
          "text": BAZAR["text"].replace("CNIL", "ICO").replace("EUR", "GBP")})  # fmt: skip
    command("redact", *WHAT["company"], *WHY)
    change(db_path, "update targets set next_due = null")
    command("alert")
    assert len(hook.taken["/a"]) == 2
    assert [title.split(" ")[0] for title in hook.titles("/a")] in (["ICO", "Changed:"], ["Changed:", "ICO"])
    assert len(hook.taken["/b"]) == 1
    assert "bazar" not in str(hook.taken["/a"]).lower()


def test_a_change_that_only_the_removed_article_told_is_not_sent(told, read, command, hook, db_path):
    hook.statuses |= {"/a": [500], "/b": [500]}
    read(APPEALED)
    command("alert")
    assert ask(db_path, "select count(*) from alerts where state = 'waiting'") == [(2,)]
    command("redact", APPEALED["url"], "--article", *WHY)
    change(db_path, "update targets set next_due = null")
    command("alert")
    assert hook.taken == {}
    assert ask(db_path, "select distinct changes from alerts") == [(None,)]


def test_a_restored_backup_tells_nothing_anew(told, command, dpawatch, hook, db_path, tmp_path):
    command("backup", str(tmp_path / "kept.db"))
    command("redact", *WHAT["company"], *WHY)
    assert dpawatch("restore", str(tmp_path / "kept.db"), "--force").exit_code == 1
    command("redact", "--resume")
    command("alert")
    assert hook.taken == {}
    assert find_tables(db_path, "bazar") == []


def test_news_in_a_restored_backup_is_told(told, read, command, dpawatch, hook, tmp_path):
    read(APPEALED)
    command("backup", str(tmp_path / "kept.db"))
    command("redact", *WHAT["company"], *WHY)
    assert dpawatch("restore", str(tmp_path / "kept.db"), "--force").exit_code == 1
    command("redact", "--resume")
    command("alert")
    assert [title[:13] for title in hook.titles("/a")] == ["Changed: CNIL"]


def test_nothing_is_sent_while_one_is_interrupted_and_what_came_meanwhile_after_it(
    told, read, command, dpawatch, hook, db_path
):
    with closing(open_database(db_path)) as db:
        start_redaction(db, Target("text", ("Bazar",)), "why", "me", utc_now())
    change(db_path, "update redactions set made = '2026-01-01T00:00:00Z'")
    change(db_path, "update articles set fetched = '2025-01-01T00:00:00Z'")
    change(db_path, "update cases set status = 'closed' where regulator = 'fr-cnil'")
    dutch = {**VODAFONE, "url": "https://news.example/nl", "title": "AP fines Wibble BV",
             "text": "The AP has fined Wibble BV EUR 750,000 on 5 May 2021 for a breach of Article 13 of the GDPR. The "
             "Dutch authority found that the company had told nobody what became of recordings."}  # fmt: skip
    read(dutch)
    held = dpawatch("alert")
    assert held.exit_code == 0
    assert "redaction 1 was interrupted" in held.stderr
    assert hook.taken == {}
    command("redact", "--resume")
    command("alert")
    assert [title[:19] for title in hook.titles("/a")] == ["AP fines Wibble BV "]


@pytest.mark.parametrize("step", ["dpawatch.redacting.settle_redacted", "db.scrubbing.end_ids"])
def test_one_that_is_killed_tells_nothing_anew(told, command, hook, db_path, nursery, step):
    nursery.learn(("tag", "--all", "--db", db_path))
    kill = KILL.format(module=step.rpartition(".")[0], step=step)
    assert nursery.run("redact", *WHAT["company"], *WHY, "--db", db_path, before=kill) == -9
    assert command("alert") == "nothing to do"
    command("redact", "--resume")
    command("alert")
    assert hook.taken == {}
    assert find_tables(db_path, "bazar") == []
