"""Follows and alerts over real articles and a real webhook: who is told of what, once, and what becomes of the rest."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from db.runs import run_lock, start_run
from db.schema import open_database, open_existing
from db.values import parse_time
from dpawatch.alerting import send_alerts
from dpawatch.progress import Silent
from dpawatch.run import Run
from dpawatch.targets import Targets

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MATTERS = json.loads((Path(__file__).parent / "matters.json").read_text(encoding="utf-8"))
BAZAR, APPEALED, VODAFONE = (MATTERS[name] for name in ("bazar", "appealed", "vodafone"))
RETOLD = {
    "url": "https://other.example/bazar",
    "title": "Bazar SARL fined two million euros",
    "text": "Bazar SARL was fined EUR 2,000,000 by the CNIL on 3 March 2021 because it had breached Article 32(1)(b) of the "
    "GDPR. Its passwords lay on a server without encryption, the French regulator found.",
    "published": "2021-03-05",
}
FOLLOWED = {
    "company": ["--company", "bazar"],
    "name": ["--company", "BAZAR S.A.R.L."],
    "regulator": ["--regulator", "fr-cnil"],
    "abbreviation": ["--regulator", "CNIL"],
    "provision": ["--provision", "gdpr:32"],
    "part": ["--provision", "GDPR:32(1)(b)"],
    "law": ["--provision", "GDPR"],
    "country": ["--country", "fr"],
    "sum": ["--at-least", "2000000"],
    "query": ["--query", "largest-fines", "--param", "year=2021"],
    "narrowed": ["--country", "FR", "--at-least", "1000000", "--provision", "GDPR:32"],
}
NOT_FOLLOWED = {
    "company": ["--company", "google"],
    "regulator": ["--regulator", "gb-ico"],
    "provision": ["--provision", "GDPR:3"],
    "part": ["--provision", "GDPR:32(1)(a)"],
    "law": ["--provision", "LED"],
    "country": ["--country", "DE"],
    "sum": ["--at-least", "2000001"],
    "query": ["--query", "largest-fines", "--param", "year=2020"],
    "narrowed": ["--country", "FR", "--at-least", "3000000"],
}


@pytest.fixture
def read(dpawatch, lines):
    """Return a function that imports, reads and groups articles."""

    def run(*records):
        for words in (["import", lines(*records)], ["tag"], ["cases"]):
            assert dpawatch(*words).exit_code == 0

    return run


@pytest.fixture
def follow(dpawatch):
    """Return a function that adds a follow."""

    def run(*words):
        result = dpawatch("follow", "add", *words)
        assert result.exit_code == 0, result.stderr
        return result

    return run


@pytest.fixture
def alert(dpawatch):
    """Return a function that sends alerts and returns the line that ends the command."""

    def run(*words):
        result = dpawatch("alert", *words)
        assert result.exit_code == 0
        return result.stdout.strip()

    return run


@pytest.fixture
def later(db_path):
    """Return a function that sends alerts as a run does so much time after NOW."""

    def run(apart=timedelta(), uncertain=None, clock=None, **limits):
        db = open_existing(db_path)
        clock = clock or (lambda: NOW + apart)
        try:
            with run_lock(db_path):
                current = Run(db, start_run(db, "alert", NOW + apart), Silent(), clock, **limits)
                send_alerts(current, Targets(db_path), None, uncertain)
        finally:
            db.close()
        return dict(current.counts)

    return run


def ask(path, sql):
    with closing(sqlite3.connect(path)) as con:
        return con.execute(sql).fetchall()


def test_each_kind_of_follow_is_told_once_of_what_it_matches_and_of_nothing_else(read, follow, alert, hook):
    read(VODAFONE)
    for name, words in FOLLOWED.items():
        follow(*words, "--to", hook.url(f"/yes/{name}"))
    for name, words in NOT_FOLLOWED.items():
        follow(*words, "--to", hook.url(f"/no/{name}"))
    assert alert() == "nothing to do"
    read(BAZAR)
    assert alert() == f"{len(FOLLOWED)} alerts sent"
    assert {path: len(taken) for path, taken in hook.taken.items()} == {f"/yes/{name}": 1 for name in FOLLOWED}
    assert alert() == "0 alerts sent"
    assert sum(map(len, hook.taken.values())) == len(FOLLOWED)


def test_an_alert_says_what_happened_with_its_proof_and_links(read, follow, alert, hook):
    read(VODAFONE)
    follow("--company", "bazar", "--to", hook.url("/a"))
    read(BAZAR)
    alert("--site", "https://site.example/")
    (message,) = hook.taken["/a"]
    assert message["title"] == "CNIL fines Bazar SARL EUR 2,000,000 (2021)"
    for line in (
        "Respondent: Bazar SARL",
        "Amount: EUR 2,000,000",
        "Provisions: GDPR:32(1)(b)",
        "Status: decided, 3 March 2021",
        "“The CNIL has fined Bazar SARL EUR 2,000,000 on 3 March 2021.”",
        "https://news.example/bazar",
        "Case: https://site.example/case/fr-cnil-2021-bazar",
        "Alert 1 of follow 1",
    ):
        assert line in message["message"].splitlines()
    assert "Regulator: CNIL (" in message["message"]


def test_a_group_is_all_its_companies(read, follow, alert, hook):
    read(BAZAR)
    for name, words in {"group": ["vodafone-espana", "--group"], "parent": ["vodafone", "--group"]}.items():
        follow("--company", *words, "--to", hook.url(f"/{name}"))
    follow("--company", "vodafone-espana", "--to", hook.url("/alone"))
    read(VODAFONE)
    alert()
    assert sorted(hook.taken) == ["/group", "/parent"]


def test_a_company_that_no_text_has_named_yet_can_be_followed(read, follow, alert, hook):
    read(VODAFONE)
    assert "no company of that name is known" in follow("--company", "Bazar SARL", "--to", hook.url("/a")).stderr
    read(BAZAR)
    alert()
    assert len(hook.taken["/a"]) == 1


def test_the_past_is_told_only_when_asked_for(read, follow, alert, hook, dpawatch):
    read(BAZAR, VODAFONE)
    follow("--regulator", "fr-cnil", "--to", hook.url("/silent"))
    follow("--regulator", "fr-cnil", "--to", hook.url("/past"), "--since", "7d")
    assert alert() == "1 alert sent"
    assert list(hook.taken) == ["/past"]
    bad = dpawatch("follow", "add", "--country", "FR", "--to", hook.url("/past"), "--since", "2999-01-01")
    assert (bad.exit_code, len(bad.stderr.splitlines())) == (2, 1)
    assert "still to come" in bad.stderr


def test_a_change_in_what_matters_is_told_and_nothing_else(read, follow, alert, hook, dpawatch):
    read(BAZAR)
    follow("--company", "bazar", "--to", hook.url("/a"))
    read(RETOLD)
    assert dpawatch("cases", "--rebuild").exit_code == 0
    assert dpawatch("tag", "--all").exit_code == 0
    assert dpawatch("cases").exit_code == 0
    assert alert() == "nothing to do"
    read(APPEALED)
    assert alert() == "1 alert sent"
    (message,) = hook.taken["/a"]
    assert message["title"].startswith("Changed: CNIL fines Bazar SARL")
    assert "Changed: status: under appeal, was decided" in message["message"]
    assert "https://news.example/bazar-appeal" in message["message"]


def test_a_case_that_left_what_is_followed_is_still_told_of(read, follow, alert, hook, db_path):
    read(BAZAR)
    follow("--at-least", "1000000", "--to", hook.url("/a"))
    with closing(sqlite3.connect(db_path)) as con:
        con.execute("update cases set amount = 5000, amount_eur = 5000")
        con.commit()
    alert()
    assert "Changed: amount: EUR 5,000, was EUR 2,000,000" in hook.taken["/a"][0]["message"]


def test_a_case_that_goes_on_under_another_id_is_not_told_again(read, follow, alert, hook, dpawatch):
    read(
        BAZAR,
        {**VODAFONE, "text": VODAFONE["text"].replace("Vodafone Italia", "Bazaar SARL"), "title": "Garante fines"},
    )
    follow("--at-least", "1", "--to", hook.url("/a"))
    assert dpawatch("companies", "merge", "bazaar", "bazar", "--why", "one firm").exit_code == 0
    assert dpawatch("companies", "list", "bazaar").stdout.count("\n") == 3
    alert()
    assert dpawatch("companies", "split", "bazar", "--why", "two firms").exit_code == 0
    alert()
    assert hook.taken == {}


def test_cases_that_became_one_are_told_of_as_one(read, follow, alert, hook, db_path):
    read(BAZAR)
    follow("--country", "FR", "--to", hook.url("/a"))
    with closing(sqlite3.connect(db_path)) as con:
        old = con.execute("select id from cases").fetchone()[0]
        con.execute("pragma foreign_keys = off")
        con.execute("update cases set id = 'other', status = 'decided'")
        for table in ("case_articles", "case_actions", "case_companies", "case_provisions", "case_events"):
            con.execute(f"update {table} set case_id = 'other'")
        con.execute("insert into case_redirects values (?, 'other', 'renamed', '')", [old])
        con.execute("insert into untold_cases values ('other')")
        con.commit()
    assert alert() == "nothing to do"
    with closing(sqlite3.connect(db_path)) as con:
        con.execute("update cases set status = 'closed'")
        con.commit()
    assert alert() == "1 alert sent"


def test_a_target_that_fails_waits_longer_each_time_and_is_named(read, follow, later, hook, dpawatch, db_path):
    read(VODAFONE)
    follow("--country", "FR", "--to", hook.url("/fails"), "--to", hook.url("/works"))
    read(BAZAR)
    hook.statuses["/fails"] = [500, 503, 404, 500]
    minutes = [0, 14, 15, 44, 45, 104, 105, 224, 225, 226]
    tried = []
    for minute in minutes:
        before = len(hook.statuses["/fails"])
        counts = later(timedelta(minutes=minute))
        tried.append(before - len(hook.statuses["/fails"]))
        assert counts.get("waiting_alerts", 0) == (1 if minute < 225 else 0)
        status = json.loads(dpawatch("status", "--json").stdout)
        named = [need for need in status["needs"] if need.startswith("target json-1 took no alert 3 times in a row")]
        assert len(named) == (1 if minute in (45, 104) else 0)
        if minute == 45:
            assert dpawatch("status").exit_code == 1
            listed = dpawatch("follow", "list").stdout
            assert "json-1: answered with status 404 (3 in a row, again after 2026-03-02T13:45:00Z)" in listed
    assert tried == [1, 0, 1, 0, 1, 0, 1, 0, 0, 0]
    assert {path: len(taken) for path, taken in hook.taken.items()} == {"/fails": 1, "/works": 1}
    assert not any("target" in need for need in json.loads(dpawatch("status", "--json").stdout)["needs"])
    assert ask(db_path, "select failures, next_due, last_error from targets") == [(0, None, None)] * 2


def test_a_target_waits_a_day_at_most_whatever_the_clock_said(read, follow, later, hook, db_path):
    read(VODAFONE)
    follow("--country", "FR", "--to", hook.url("/a"))
    read(BAZAR)
    hook.statuses["/a"] = [500] * 12
    apart = timedelta()
    for _ in range(12):
        later(apart)
        (due,) = ask(db_path, "select next_due from targets")[0]
        apart = parse_time(due) - NOW
    assert timedelta(days=4) < apart < timedelta(days=7)
    with closing(sqlite3.connect(db_path)) as con:
        con.execute("update targets set next_due = '2060-01-01T00:00:00Z'")
        con.commit()
    assert later(apart)["sent_alerts"] == 1


def test_a_company_is_followed_under_the_name_that_it_has_now(read, follow, alert, hook, dpawatch):
    bazaar = {**VODAFONE, "title": "Garante fines", "text": VODAFONE["text"].replace("Vodafone Italia", "Bazaar SARL")}
    read(bazaar)
    follow("--company", "bazaar", "--to", hook.url("/a"))
    read(RETOLD)
    assert dpawatch("companies", "merge", "bazar", "bazaar", "--why", "one firm").exit_code == 0
    alert()
    assert hook.titles("/a") == ["CNIL fines Bazar SARL EUR 2,000,000 (2021)"]


def test_a_company_is_followed_by_an_id_that_it_had(read, follow, alert, hook, db_path):
    read(RETOLD)
    follow("--company", "no-such-firm", "--to", hook.url("/a"))
    with closing(sqlite3.connect(db_path)) as con:
        con.execute("insert into company_redirects values ('no-such-firm', 'bazar', '')")
        con.commit()
    read(APPEALED)
    assert alert() == "1 alert sent"


def test_a_known_case_that_comes_to_be_followed_is_told(read, follow, alert, hook):
    read(BAZAR)
    follow("--provision", "GDPR:13", "--to", hook.url("/a"))
    read({**RETOLD, "text": RETOLD["text"].replace("Article 32(1)(b)", "Articles 13 and 32(1)(b)")})
    assert alert() == "1 alert sent"
    assert hook.titles("/a") == ["CNIL fines Bazar SARL EUR 2,000,000 (2021)"]


def test_an_alert_that_is_refused_does_not_stand_in_the_way_of_others(read, follow, later, hook):
    read(VODAFONE)
    follow("--provision", "GDPR", "--to", hook.url("/picky"))
    read(BAZAR)
    hook.statuses["/picky"] = [400]
    later()
    kiosk = VODAFONE["text"].replace("900,000", "30,000").replace("Vodafone Italia", "Kiosk SARL")
    read({**VODAFONE, "url": "https://news.example/kiosk", "title": "A fine for Kiosk", "text": kiosk})
    hook.statuses["/picky"] = [200, 400]
    later(timedelta(minutes=20))
    assert ["Kiosk" in title for title in hook.titles("/picky")] == [True]


def test_a_target_that_hangs_has_failed(read, follow, alert, hook):
    read(VODAFONE)
    hook.delays["/hangs"] = 20
    follow("--country", "FR", "--to", hook.url("/hangs", "?rto=0.2"), "--to", hook.url("/works"))
    read(BAZAR)
    assert alert() == "1 alert sent (1 waiting)"
    assert len(hook.taken["/works"]) == 1


def test_a_run_goes_on_when_a_target_is_broken(site, poll, follow, hook, dpawatch):
    site.feeds["/feed"] = ["/google"]
    assert poll("run").exit_code == 0
    closed = hook.url("/a").replace(hook.base.rpartition(":")[2], "9")
    follow("--country", "FR", "--to", closed)
    follow("--country", "FR", "--to", hook.url("/works"))
    site.feeds["/feed"] = ["/google", "/clearview"]
    site.tag = '"other"'
    result = poll("run", "--all", "--site", "https://site.example")
    assert (result.exit_code, result.stdout.rstrip().endswith("1 alert sent (1 waiting)")) == (0, False)
    assert "1 alert sent (1 waiting)" in result.stdout
    assert "target json-1 could not be reached, or did not take it; its alerts wait" in result.stderr
    assert hook.titles("/works") == ["CNIL orders Clearview AI to erase data (2021)"]


def test_a_target_that_is_named_no_more_is_a_failure_of_its_own(read, follow, alert, hook, monkeypatch):
    read(VODAFONE)
    monkeypatch.setenv("DPAWATCH_TARGET_NEWS_ROOM", hook.url("/a"))
    follow("--country", "FR", "--to", "news-room")
    monkeypatch.delenv("DPAWATCH_TARGET_NEWS_ROOM")
    read(BAZAR)
    assert alert() == "0 alerts sent (1 waiting)"


def test_what_waits_for_a_case_that_is_gone_is_dropped(read, follow, later, hook, db_path):
    read(VODAFONE)
    follow("--country", "FR", "--to", hook.url("/a"))
    read(BAZAR)
    hook.statuses["/a"] = [500]
    later()
    with closing(sqlite3.connect(db_path)) as con:
        con.execute("pragma foreign_keys = on")
        con.execute("delete from cases where id like '%bazar%'")
        con.commit()
    assert "waiting_alerts" not in later(timedelta(hours=1))
    assert hook.taken == {}


def test_a_query_that_fails_is_named_and_the_others_go_on(read, follow, alert, hook, dpawatch, db_path):
    read(VODAFONE)
    follow("--query", "pending-cases", "--to", hook.url("/query"))
    follow("--country", "FR", "--to", hook.url("/works"))
    with closing(sqlite3.connect(db_path)) as con:
        con.execute("update follows set query_sql = 'select case_id from no_such_table' where id = 1")
        con.commit()
    read(BAZAR)
    assert alert() == "1 alert sent"
    status = dpawatch("status")
    assert status.exit_code == 1
    assert "follow 1 finds nothing, since its saved query pending-cases fails" in " ".join(status.stdout.split())
    assert "its query fails: no such table" in dpawatch("follow", "list").stdout


def test_what_comes_up_from_below_the_end_of_a_query_is_no_news(read, follow, alert, hook, db_path):
    read(BAZAR)
    follow("--query", "largest-fines", "--to", hook.url("/a"))
    with closing(sqlite3.connect(db_path)) as con:
        con.execute("delete from follow_cases")
        con.execute("update history set changed = '2020-01-01T00:00:00Z'")
        con.execute("insert into untold_cases select id from cases")
        con.commit()
    assert alert() == "nothing to do"


def test_nothing_is_kept_for_nobody(read, db_path, follow, dpawatch, hook):
    read(BAZAR)
    assert ask(db_path, "select count(*) from untold_cases") == [(0,)]
    follow("--country", "FR", "--to", hook.url("/a"))
    read(VODAFONE)
    assert ask(db_path, "select count(*) from untold_cases") == [(1,)]
    assert dpawatch("follow", "remove", "1").exit_code == 0
    for table in ("untold_cases", "follows", "targets", "follow_targets", "follow_cases", "alerts"):
        assert ask(db_path, f"select count(*) from {table}") == [(0,)]


def test_a_test_message_goes_to_every_target_and_is_not_recorded(read, follow, hook, dpawatch, alert, db_path):
    read(BAZAR)
    follow("--country", "FR", "--to", hook.url("/a"), "--to", hook.url("/b"))
    follow("--country", "DE", "--to", hook.url("/nothing"))
    hook.statuses["/b"] = [403]
    result = dpawatch("follow", "test", "1")
    assert (result.exit_code, result.stdout) == (1, "json-1: took it\njson-2: answered with status 403\n")
    assert hook.titles("/a") == ["Test: CNIL fines Bazar SARL EUR 2,000,000 (2021)"]
    assert dpawatch("follow", "test", "2").exit_code == 0
    assert hook.titles("/nothing") == ["Test: Nothing yet"]
    assert ask(db_path, "select count(*) from alerts") == [(0,)]


def test_the_list_says_what_is_followed(read, follow, dpawatch, hook):
    assert read(BAZAR) is None
    assert "Nothing is followed yet" in dpawatch("follow", "list").stdout
    follow("--company", "vodafone", "--group", "--at-least", "1000", "--to", hook.url("/a"))
    follow("--query", "pending-cases", "--param", "country=IE", "--to", hook.url("/a"))
    listed = dpawatch("follow", "list").stdout
    assert "Vodafone with its group, EUR 1,000 or more" in listed
    assert "query pending-cases (country=IE)" in listed
    first, second = json.loads(dpawatch("follow", "list", "--json").stdout)
    assert (first["company"], first["targets"], first["told"]) == ("vodafone", ["json-1"], 0)
    assert second["parameters"] == {"country": "IE"}
    assert "query_sql" not in second


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "say what to follow"),
        (["--group", "--country", "FR"], "--group needs --company"),
        (["--param", "year=2021", "--country", "FR"], "--param needs --query"),
        (["--regulator", "fr-cnl"], "did you mean fr-cnil"),
        (["--country", "ZZ"], "no regulator is of a country 'ZZ'"),
        (["--provision", "GDPRR:5"], "did you mean GDPR"),
        (["--provision", "Article 5"], "write it as GDPR:32"),
        (["--company", "…"], "is no name of a company"),
        (["--query", "largest-fine"], "did you mean largest-fines"),
        (["--query", "failing-sources"], "no saved query of cases"),
        (["--query", "largest-fines", "--param", "yeer=2021"], "largest-fines takes year=…"),
        (["--at-least", "0"], "--at-least"),
        (["--country", "FR", "--since", "yesterday"], "write 7d, 24h, 2w"),
    ],
)
def test_what_cannot_be_followed_is_said_in_one_line(db_path, dpawatch, words, said):
    open_database(db_path).close()
    result = dpawatch("follow", "add", *words, "--to", "json://localhost/")
    assert (result.exit_code, len(result.stderr.splitlines()), result.stdout) == (2, 1, "")
    assert said in result.stderr
    assert ask(db_path, "select count(*) from follows") == [(0,)]


@pytest.mark.parametrize("words", [["remove", "7"], ["test", "7"]])
def test_a_follow_that_is_not_there_is_said(db_path, dpawatch, words):
    open_database(db_path).close()
    result = dpawatch("follow", *words)
    assert (result.exit_code, result.stderr) == (2, "Error: there is no follow 7; `dpawatch follow list` shows them\n")


def test_alerts_wait_their_turn_while_another_run_works(db_path, dpawatch):
    open_database(db_path).close()
    with run_lock(db_path):
        assert dpawatch("alert").exit_code == 75


def test_a_run_whose_time_is_used_up_tells_for_a_minute_and_leaves_the_rest(read, follow, later, hook):
    read(VODAFONE)
    follow("--country", "FR", *(word for place in "abcd" for word in ("--to", hook.url(f"/{place}"))))
    read(BAZAR)
    seconds = count(step=20)
    sent = later(clock=lambda: NOW + timedelta(seconds=next(seconds)), deadline=NOW - timedelta(hours=1))
    assert 0 < sent["sent_alerts"] < 4
    assert sent["waiting_alerts"] == 4 - sent["sent_alerts"]
    assert later(timedelta(hours=1))["sent_alerts"] == sent["waiting_alerts"]
    assert [len(hook.titles(f"/{place}")) for place in "abcd"] == [1] * 4
