"""`alert`, killed at moments nobody chose: no case is told twice, and what may not have arrived is named."""

import json
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest

from db.schema import open_database

SEED = 7
FIRMS = ("Ahorn", "Birke", "Ceder", "Dattel", "Eiche", "Fichte", "Ginkgo", "Hasel", "Ilex", "Kiefer", "Linde", "Mango")
TEXT = (
    "The CNIL has fined {firm} SARL EUR {sum},000 on {day} March 2021. The regulator found that the company had breached "
    "Article 32 of the GDPR: passwords of customers lay unencrypted on a server that anybody could reach."
)


@pytest.fixture
def tell(dpawatch, lines):
    """Return a function that makes cases of firms."""

    def run(*firms):
        articles = [
            {"url": f"https://news.example/{firm}", "title": f"CNIL fines {firm} SARL", "published": f"2021-03-{n + 11}",
             "text": TEXT.format(firm=firm, sum=n * 7 + 20, day=n + 10)}
            for n, firm in enumerate(FIRMS) if firm in firms
        ]  # fmt: skip
        for words in (["import", lines(*articles)], ["tag"], ["cases"]):
            assert dpawatch(*words).exit_code == 0

    return run


@pytest.fixture
def followed(dpawatch, hook, db_path, tell):
    """Fill the database with as many cases as there are firms, all of them untold to a follow."""
    open_database(db_path).close()
    assert dpawatch("follow", "add", "--country", "FR", "--to", hook.url("/a")).exit_code == 0
    tell(*FIRMS)


def start(db_path):
    words = [sys.executable, "-m", "dpawatch", "alert", "--db", str(db_path)]
    return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def count_states(db_path):
    with closing(sqlite3.connect(db_path)) as con:
        assert con.execute("pragma integrity_check").fetchone() == ("ok",)
        return dict(con.execute("select state, count(*) from alerts group by state"))


def wait_for(condition):
    for _ in range(2000):
        if condition():
            return
        time.sleep(0.005)
    raise AssertionError("nothing was sent in ten seconds")


def test_what_was_being_sent_is_uncertain_and_what_was_not_begun_is_sent(followed, dpawatch, hook, db_path):
    hook.delays["/a"] = 30
    process = start(db_path)
    wait_for(lambda: hook.taken)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    hook.delays.clear()
    assert count_states(db_path) == {"sending": 1, "waiting": len(FIRMS) - 1}
    assert "while it sent 1 alerts" in dpawatch("status").stdout
    assert dpawatch("alert").stdout == f"{len(FIRMS) - 1} alerts sent (1 uncertain)\n"
    titles = hook.titles("/a")
    assert (len(titles), len(set(titles))) == (len(FIRMS), len(FIRMS))
    assert dpawatch("alert").stdout == "0 alerts sent (1 uncertain)\n"
    (need,) = [n for n in json.loads(dpawatch("status", "--json").stdout)["needs"] if "alert" in n]
    assert "which may have arrived or not: `dpawatch alert --uncertain send`" in need
    assert json.loads(dpawatch("follow", "list", "--json").stdout)[0]["uncertain"] == 1


@pytest.mark.parametrize(("answers", "left"), [(1.0, {"sent": 1}), (30, {"uncertain": 1})])
def test_what_is_being_sent_at_a_signal_comes_to_its_end_if_its_target_answers_soon(
    followed, dpawatch, hook, db_path, answers, left
):
    hook.delays["/a"] = answers
    process = start(db_path)
    wait_for(lambda: hook.taken)
    asked = time.monotonic()
    process.terminate()
    assert process.wait() == 128 + signal.SIGTERM
    assert time.monotonic() - asked < 5
    assert sum(count_states(db_path).values()) == len(FIRMS)
    hook.delays["/a"] = 60
    process = start(db_path)  # so that what was interrupted is settled and nothing else is sent
    wait_for(lambda: len(hook.taken["/a"]) == 2)
    assert count_states(db_path) == left | {"sending": 1, "waiting": len(FIRMS) - 2}
    process.kill()
    process.wait()


@pytest.mark.parametrize(("choice", "sent"), [("send", 1), ("drop", 0)])
def test_a_person_says_what_becomes_of_the_uncertain(followed, dpawatch, hook, db_path, choice, sent):
    hook.delays["/a"] = 30
    process = start(db_path)
    wait_for(lambda: hook.taken)
    process.kill()
    process.wait()
    hook.delays.clear()
    assert dpawatch("alert").exit_code == 0
    before = len(hook.taken["/a"])
    assert dpawatch("alert", "--uncertain", choice).stdout == f"{sent} alert{'s' * (sent != 1)} sent\n"
    assert len(hook.taken["/a"]) - before == sent
    assert dpawatch("status", "--json").stdout.count("--uncertain") == 0


def test_killed_again_and_again_it_tells_of_each_case_once(dpawatch, hook, db_path, tell, nursery):
    chance = random.Random(SEED)
    open_database(db_path).close()
    assert dpawatch("follow", "add", "--country", "FR", "--to", hook.url("/a")).exit_code == 0
    tell(FIRMS[0])
    nursery.learn(("alert", "--db", db_path))
    assert nursery.run("follow", "list", "--db", db_path) == 0
    tell(*FIRMS[1:])
    hook.delays["/a"] = 0.05
    ends = [nursery.run("alert", "--db", db_path, seconds=chance.uniform(0.02, 0.3)) for _ in range(8)]
    assert ends.count(-signal.SIGKILL) >= 3
    hook.delays.clear()
    assert dpawatch("alert").exit_code == 0
    states = count_states(db_path)
    assert states.keys() == {"sent", "uncertain"}
    assert sum(states.values()) == len(FIRMS)
    titles = hook.titles("/a")
    assert len(titles) == len(set(titles))
    assert states["sent"] <= len(titles) <= len(FIRMS)
