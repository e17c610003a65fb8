"""Cases made bit by bit are those made from nothing: random articles in random order, changed, read anew and taken away."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from db.cases.actions import load_actions
from db.cases.content import words_of
from db.cases.ids import resolve_case
from db.cases.store import group_cases

NOW = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
MEMBERS = (
    "case_actions",
    "case_articles",
    "case_companies",
    "case_provisions",
    "case_sanctions",
    "case_violations",
    "case_events",
    "case_contradictions",
)
SUBJECTS = (
    "loyalty cards tracked shoppers by fingerprint scanners near turnstiles",
    "parcels went astray because couriers photographed doorbells and neighbours",
    "pupils' exam grades leaked through a misconfigured spreadsheet macro",
    "a clinic mailed psychiatric diagnoses inside transparent envelopes",
    "drones filmed sunbathers beside a municipal swimming lake",
    "brokers resold astrology profiles of widowed pensioners",
)


def grouped(db):
    """Return which acts and articles are together, whatever the cases are called."""
    held = {}
    for table, column in (("case_actions", "action"), ("case_articles", "article")):
        for case, member in db.execute(f"select case_id, {column} from {table}"):
            held.setdefault(case, set()).add(member)
    return sorted(map(sorted, held.values()))


def dump(db):
    return {t: sorted(map(repr, db.execute(f"select * from {t}"))) for t in ("cases", *MEMBERS)}


@pytest.fixture
def world(make_action):
    """Return a function that makes an article of a random matter: one of few regulators, names, sums and subjects."""

    def make(draw):
        number = draw.randrange(8)
        chosen = random.Random(number)
        regulator, shop = chosen.choice(["fr-cnil", "gb-ico", "es-aepd"]), f"Firm {chosen.choice('ABCDE')}{number % 3}"
        amount = str(chosen.choice([10_000, 10_000, 40_000, 123_457]))
        decided = date(2021, 1, 1) + timedelta(days=40 * number)
        actions = []
        for _ in range(draw.choice([0, 1, 1, 1, 2])):
            actions.append(
                make_action(
                    draw.choice([regulator, regulator, None]),
                    *draw.choice([[shop], [shop], [shop.upper()], []]),
                    amount=draw.choice([amount, amount, None, "77"]),
                    status=draw.choice(["decided", "decided", "investigation", "appealed"]),
                    decision_date=draw.choice([None, decided.isoformat(), decided.isoformat()[:7]]),
                    background=draw.random() < 0.1,
                )
            )
        published = draw.choice([None, *[(decided + timedelta(days=draw.randrange(50))).isoformat()] * 5])
        return actions, published, SUBJECTS[number % len(SUBJECTS)]

    return make


# those above 1000 are ones in which an act joined a case made in the same pass, and what retells it did not follow
@pytest.mark.parametrize("seed", [*range(12), 2040, 2043, 2131, 2212])
def test_bit_by_bit_is_as_from_nothing(db, read, world, make_article, seed):
    draw = random.Random(seed)
    for step in range(12):
        for number in range(draw.randrange(1, 6)):
            actions, published, about = world(draw)
            read(f"{step}-{number}", *actions, published=published, text=f"{about}. {draw.choice(SUBJECTS)}.")
        ids = [i for (i,) in db.execute("select id from articles order by id")]
        if step % 3 == 2:
            db.execute("delete from articles where id = ?", [draw.choice(ids)])
        group_cases(db, NOW)
    before, whole = grouped(db), dump(db)
    group_cases(db, NOW, rebuild=True)
    assert grouped(db) == before
    assert dump(db) == whole
    assert db.execute("pragma foreign_key_check").fetchall() == []


@pytest.mark.parametrize("seed", [*range(4), 1027, 2045, 2087])
def test_order_of_arrival_does_not_matter(read, world, empty_copy, seed):
    draw = random.Random(100 + seed)
    articles = [(f"a{n}", *world(draw)) for n in range(40)]
    found = []
    for order in range(3):
        db = empty_copy()
        shuffled = articles[:]
        random.Random(order).shuffle(shuffled)
        for n, (key, actions, published, about) in enumerate(shuffled):
            read(key, *actions, published=published, into=db, text=about)
            if order and n % (7 * order) == 0:
                group_cases(db, NOW)
        group_cases(db, NOW)
        found.append(grouped(db))
    assert found[0] == found[1] == found[2]


def fine(make_action, *names, **changes):
    return make_action("fr-cnil", *names, **{"amount": "100000", "decision_date": "2021-01-03"} | changes)


def test_an_old_id_leads_to_the_case_it_was_merged_into(db, read, make_action, rows):
    read("a", fine(make_action, "Shop"), published="2021-01-04")
    read("b", fine(make_action, "Bazaar", amount="70000"), published="2021-01-05")
    group_cases(db, NOW)
    assert rows("select id from cases order by 1") == [("fr-cnil-2021-bazaar",), ("fr-cnil-2021-shop",)]
    # the second reading finds both names in one act
    read("b", fine(make_action, "Bazaar", "Shop"), published="2021-01-05")
    group_cases(db, NOW)
    (case,) = rows("select id from cases")[0]
    (old,) = {"fr-cnil-2021-bazaar", "fr-cnil-2021-shop"} - {case}
    assert resolve_case(db, old) == case
    assert resolve_case(db, case) == case
    assert resolve_case(db, "fr-cnil-2021-nobody") is None


def test_an_id_changes_only_when_it_says_something_wrong(db, read, make_action, rows):
    read("a", make_action(None, "Shop", amount="100000", status="investigation"), published="2022-03-01")
    group_cases(db, NOW)
    assert rows("select id from cases") == [("unknown-2022-shop",)]
    # the authority is known now, and that it began a year earlier does not change the id
    read("b", fine(make_action, "Shop", decision_date=None, amount=None), published="2022-03-09")
    group_cases(db, NOW)
    assert rows("select id from cases") == [("fr-cnil-2022-shop",)]
    assert resolve_case(db, "unknown-2022-shop") == "fr-cnil-2022-shop"
    read(
        "c", fine(make_action, "Shop", decision_date=None, amount=None, status="investigation"), published="2021-12-20"
    )
    group_cases(db, NOW)
    assert rows("select id from cases") == [("fr-cnil-2022-shop",)]


def test_one_new_article_changes_only_its_own_case(db, read, make_action):
    for number in range(30):
        read(f"a{number}", fine(make_action, f"Shop {number}"), published="2021-01-04")
    group_cases(db, NOW)
    read("b", fine(make_action, "Shop 7"), published="2021-01-05")
    before = db.conn.total_changes
    assert group_cases(db, NOW) == {"cases": 30, "new": 0, "changed": 1, "removed": 0}
    assert db.conn.total_changes - before < 120


def test_acts_of_other_authorities_are_not_looked_at_for_their_sum(db, read, make_action, monkeypatch):
    """A round sum is imposed everywhere: what a new article costs must not grow with how often."""
    for number in range(30):
        read(f"a{number}", make_action("gb-ico", f"Shop {number}", amount="20000"), published="2021-01-04")
        read(f"b{number}", make_action(None, amount="20000"), published="2021-01-04", text=SUBJECTS[number % 6])
    group_cases(db, NOW)
    loaded = []
    monkeypatch.setattr(
        "db.cases.regroup.load_actions", lambda db, ids: [loaded.append(set(ids)), load_actions(db, ids)][1]
    )
    texts = []
    read("new", make_action("fr-cnil", amount="20000"), published="2021-01-05", text="Beekeepers forgot an umbrella.")
    monkeypatch.setattr("db.cases.blocking.words_of", lambda *of: [texts.append(of), words_of(*of)][1])
    group_cases(db, NOW)
    assert not any("id-a1-1" in ids for ids in loaded)
    assert len(texts) == 31, "its own, and those of acts without an authority, once each"


RETOLD = "Shoppers were tracked by fingerprint scanners hidden in turnstiles, which a cashier had photographed in 4,711 places."


def test_an_article_without_an_act_joins_the_case_it_retells(db, read, make_action, rows):
    read("a", fine(make_action, "Shop"), published="2021-01-04", text=f"The CNIL fines Shop. {RETOLD}")
    read("b", published="2021-01-06", text=f"{RETOLD} Customers are furious.")
    read("c", published="2021-01-06", text="A clinic mailed diagnoses inside transparent envelopes to 812 neighbours.")
    read("d", published="2022-01-06", text=f"{RETOLD} Customers are furious again.")
    group_cases(db, NOW)
    assert rows("select article, kind from case_articles order by 1") == [("id-a", "action"), ("id-b", "content")]


def test_what_a_text_recalls_joins_its_case_when_that_comes_later(db, read, make_action, rows):
    read("b", fine(make_action, "Shop", background=True), published="2024-01-06")
    group_cases(db, NOW)
    assert rows("select id from cases") == []
    read("a", fine(make_action, "Shop"), published="2021-01-04")
    group_cases(db, NOW)
    assert rows("select article, kind from case_articles order by 1") == [("id-a", "action"), ("id-b", "background")]
    assert rows("select articles from cases") == [(1,)]
