"""The rules by which a case speaks for its actions, and the titles that come of it."""

import random
from itertools import count

import pytest

from db.cases.actions import ActionRow, Told
from db.cases.events import case_events
from db.cases.summary import (
    case_amount,
    case_amount_before,
    case_decided,
    case_provisions,
    case_respondents,
    case_status,
    read_facts,
)
from db.cases.titles import case_title, format_amount

_numbers = count(1)


def act(status="decided", when=None, amount=None, published="2020-01-01", sanctions=("fine",), **changes):
    key = f"a{next(_numbers):03}"
    fields = {"respondents": ("shop",), "provisions": (), "article": key, "regulator": "cnil", "currency": "EUR"}
    return ActionRow(
        id=key, status=status, decision_date=when, amount=amount, published=published, sanctions=sanctions,
        evidence=(0, 1), **{"amount_eur": amount} | fields | changes,
    )  # fmt: skip


def shuffled(actions):
    """Yield the actions in several orders: none may change what they come to."""
    for seed in range(5):
        yield random.Random(seed).sample(actions, len(actions))


STATUSES = [
    # further along wins, whatever the dates
    ([act("investigation", published="2021-01-01"), act("proposed", published="2020-01-01")], "proposed"),
    ([act("proposed", published="2021-01-01"), act("decided", published="2020-01-01")], "decided"),
    # a late article that retells the fine does not undo its annulment
    ([act("decided"), act("annulled", published="2021-01-01"), act("decided", published="2023-01-01")], "annulled"),
    # an appeal, then a court that upholds, with a date of its own
    ([act("decided", "2019-01-01"), act("appealed", "2019-03-01"), act("decided", "2021-02-01")], "decided"),
    # an appeal, then an annulment
    ([act("appealed", "2019-03-01"), act("annulled", "2021-02-01"), act("decided", "2019-01-01")], "annulled"),
    # an appeal, then a reduction: the fine stands at less
    (
        [act(amount=9), act("appealed", "2020-03-01"), act("appealed", "2021-02-01", 4, sanctions=("fine-reduced",))],
        "decided",
    ),
    # a complaint alone, a ruling that upholds, and a payment
    ([act("investigation", happenings=(Told("complaint", "2019-01-01", 0, 1),))], "investigation"),
    ([act(), act("appealed", "2020-03-01"), act(happenings=(Told("upheld", "2021-01-01", 0, 1),))], "decided"),
    ([act("appealed", "2022-03-01"), act(happenings=(Told("upheld", "2021-01-01", 0, 1),))], "appealed"),
    ([act(happenings=(Told("paid", "2021-01-01", 0, 1),))], "decided"),
    ([act("settled", happenings=(Told("paid", "2021-01-01", 0, 1),))], "settled"),
    ([act("annulled", happenings=(Told("paid", "2021-01-01", 0, 1),))], "annulled"),
    # on one day the more final wins
    ([act("settled", "2021-02-01"), act("closed", "2021-02-01")], "closed"),
    # the press writes of an annulment where the court, the day before, only reduced
    (
        [
            act(amount=9),
            act("decided", "2021-02-01", 4, sanctions=("fine-reduced",), teller="court"),
            act("annulled", published="2021-02-02"),
            act("annulled", published="2021-02-03"),
        ],
        "decided",
    ),
    # between two newspapers what more articles tell
    (
        [
            act("annulled", published="2021-02-02"),
            act("annulled", published="2021-02-03"),
            act("decided", published="2021-02-04", sanctions=("fine-reduced",)),
        ],
        "annulled",
    ),
]


@pytest.mark.parametrize(("actions", "expected"), STATUSES)
def test_status(actions, expected):
    assert {case_status(case_events(mixed)) for mixed in shuffled(actions)} == {expected}


DATES = [
    ([act(when="2021-12"), act(when="2021-12-16"), act(when="2021")], "2021-12-16"),
    # most agree on one
    ([act(when="2021-12-17"), act(when="2021-12-16"), act(when="2021-12-16")], "2021-12-16"),
    # but the authority knows
    ([act(when="2021-12-17", teller="regulator"), act(when="2021-12-16"), act(when="2021-12-16")], "2021-12-17"),
    # a date of publication is no date of decision
    ([act(published="2021-12-16")], None),
    # nor is a court's
    ([act("annulled", "2023-01-01")], None),
    ([act(when="2023-01-01", sanctions=("fine-reduced",)), act(when="2019-01-01")], "2019-01-01"),
    # the date is that of the decision that imposed the sum
    ([act(when="2021-11-26", sanctions=("formal-notice",)), act(when="2022-10-17", amount=20)], "2022-10-17"),
]


@pytest.mark.parametrize(("actions", "expected"), DATES)
def test_decided(actions, expected):
    assert {case_decided(case_events(mixed)) for mixed in shuffled(actions)} == {expected}


AMOUNTS = [
    ([act(amount=None)], None, None),
    # what was decided, not what was proposed
    ([act("proposed", amount=183), act(amount=20)], 20, None),
    # what most say
    ([act(amount=20), act(amount=20), act(amount=22)], 20, None),
    # but the authority knows
    ([act(amount=20), act(amount=20), act(amount=22, teller="regulator")], 22, None),
    # an organisation that follows the case knows better than the press
    ([act(amount=20), act(amount=20), act(amount=22, teller="ngo")], 22, None),
    # an article about the fine knows better than one that recalls it
    ([act(amount=20), act(amount=22, background=True, teller="regulator")], 20, None),
    # the exact figure of what most say in round words
    ([act(amount=1_196_000), act(amount=1_200_000), act(amount=1_200_000)], 1_196_000, None),
    ([act(amount=2_830_410), act(amount=2_800_000)], 2_830_410, None),
    # what the court left of it
    ([act(amount=100), act(amount=40, sanctions=("fine-reduced",), published="2021-01-01")], 40, 100),
    # reduced twice: what was left last, and what was imposed
    (
        [
            act(amount=100),
            act(amount=60, sanctions=("fine-reduced",), published="2021-01-01"),
            act(amount=40, sanctions=("fine-reduced",), published="2023-01-01"),
        ],
        40,
        100,
    ),
    # only the proposal was lowered
    ([act("proposed", amount=183, published="2019-01-01"), act(amount=20, sanctions=("fine-reduced",))], 20, 183),
    # nothing says from what it was reduced
    ([act(amount=40, sanctions=("fine-reduced",))], 40, None),
    # another currency is no sum before
    ([act(amount=100, currency="USD"), act(amount=40, sanctions=("fine-reduced",), published="2021-01-01")], 40, None),
    # nothing is decided yet
    ([act("proposed", amount=183)], 183, None),
]


@pytest.mark.parametrize(("actions", "expected", "before"), AMOUNTS)
def test_amount(actions, expected, before):
    for mixed in shuffled(actions):
        found = case_amount(case_events(mixed))
        assert (found.amount if found else None) == expected
        assert case_amount_before(case_events(mixed)) == before


def test_the_rate_is_that_of_the_day_of_the_decision():
    retold = act(amount=7, currency="GBP", amount_eur=8.0, fx_rate=0.87, fx_date="2023-10-18", published="2023-10-18")
    first = act(amount=7, currency="GBP", amount_eur=8.4, fx_rate=0.85, fx_date="2022-05-23", published="2022-05-23")
    dated = act(when="2022-05-18", amount=7, currency="GBP", amount_eur=8.3, fx_rate=0.84, fx_date="2022-05-18")
    assert read_facts([retold, first]).paid is first
    assert read_facts([retold, first, dated]).paid is dated


def test_the_rate_is_that_of_the_decisions_day_though_a_weightier_article_states_the_sum_for_another():
    own = act(
        when="2022-05-20", amount=7, currency="GBP", amount_eur=8.2, fx_rate=0.86, fx_date="2022-05-20", teller="press"
    )
    others = [
        act(when="2022-05-18", amount=7, currency="GBP", amount_eur=8.3, fx_rate=0.84, fx_date="2022-05-18")
        for _ in range(2)
    ]
    undated = act(
        amount=7,
        currency="GBP",
        amount_eur=8.1,
        fx_rate=0.87,
        fx_date="2022-05-21",
        teller="regulator",
        published="2022-05-21",
    )
    facts = read_facts([own, undated, *others])
    assert (facts.paid, facts.decided) == (undated, "2022-05-18")
    assert facts.converted and facts.converted.fx_date == "2022-05-18"
    assert read_facts([undated]).converted is undated


def test_an_annulled_case_says_since_when():
    fine, end = act(amount=7, when="2022-05-18"), act("annulled", "2023-10-17", published="2023-10-18")
    facts = read_facts([fine, end])
    assert (facts.status, facts.decided, facts.annulled) == ("annulled", "2022-05-18", "2023-10-17")
    assert read_facts([fine]).annulled is None
    # the annulment that was itself set aside
    assert read_facts([fine, end, act("decided", "2025-10-06")]).annulled is None


MISSING = [
    ([act(amount=5, when="2020-01-01")], {}),
    # a fine of which nobody says how much
    ([act()], {"decided": "not-stated", "amount": "not-stated", "amount_eur": "not-stated"}),
    # a reprimand has no sum
    (
        [act(when="2020-01-01", sanctions=("reprimand",))],
        {"amount": "none", "amount_eur": "none"},
    ),
    # nothing is decided while it is only investigated
    (
        [act("investigation", sanctions=("investigation",))],
        {"decided": "none", "amount": "none", "amount_eur": "none"},
    ),
    # a currency without a rate, and a sum without a day
    ([act(amount=5, when="2020", currency="XXX", amount_eur=None)], {"amount_eur": "no-rate"}),
    (
        [act(amount=5, published=None, currency="USD", amount_eur=None)],
        {"decided": "not-stated", "amount_eur": "no-date"},
    ),
    # only the beginning of the one article could be read; of two, one could
    (
        [act(partial=True, regulator=None)],
        dict.fromkeys(("decided", "amount", "amount_eur", "regulator"), "not-analysed"),
    ),
    (
        [act(partial=True, when="2020-01-01"), act()],
        {"amount": "not-stated", "amount_eur": "not-stated"},
    ),
    # the authority names nobody; a newspaper does not say whom; the authority only investigates
    ([act(amount=5, when="2020", respondents=(), teller="regulator")], {"respondents": "anonymised"}),
    ([act(amount=5, when="2020", respondents=())], {"respondents": "not-stated"}),
    (
        [act("investigation", amount=5, respondents=(), teller="regulator")],
        {"decided": "none", "respondents": "not-stated"},
    ),
]


@pytest.mark.parametrize(("actions", "expected"), MISSING)
def test_missing_is_typed(actions, expected):
    facts = read_facts(actions)
    fields = ("regulator", "respondents", "decided", "amount", "amount_eur")
    found = {field: getattr(facts, f"{field}_missing") for field in fields}
    assert {field: why for field, why in found.items() if why} == expected


def test_the_respondent_most_often_named_comes_first():
    assert case_respondents([act(respondents=("a", "z")), act(respondents=("z",))]) == ["z", "a"]


def test_the_strongest_role_counts():
    actions = [act(provisions=(("GDPR:5", "cited"),)), act(provisions=(("GDPR:5", "violated"), ("GDPR:58", "power")))]
    assert case_provisions(actions) == {"GDPR:5": "violated", "GDPR:58": "power"}


TITLES = [
    (
        ("CNIL", ["Clearview AI"], ["erasure-order", "formal-notice"], None, "decided", "2021"),
        "CNIL orders Clearview AI to erase data (2021)",
    ),
    (
        ("CNIL", ["Google LLC"], ["fine", "compliance-order"], "EUR 50,000,000", "decided", "2019"),
        "CNIL fines Google LLC EUR 50,000,000 (2019)",
    ),
    # a fine whose sum is not stated
    (("CNIL", ["Google LLC"], ["fine"], None, "appealed", "2019"), "CNIL fines Google LLC (2019, under appeal)"),
    # a proposed fine is not a fine
    (
        ("ICO", ["Airline"], ["fine"], "GBP 183,390,000", "proposed", "2019"),
        "ICO intends to fine Airline GBP 183,390,000 (2019)",
    ),
    (
        ("ICO", ["Airline"], ["compliance-order"], None, "proposed", "2019"),
        "ICO proposes to act against Airline (2019)",
    ),
    (("ICO", ["Airline"], ["fine"], None, "investigation", None), "ICO investigates Airline"),
    # no regulator: no subject, and a name keeps its small letter
    ((None, ["eBay"], ["fine"], "EUR 5", "decided", "2019"), "eBay fined EUR 5 (2019)"),
    # nobody named
    (("CNIL", [], ["reprimand"], None, "decided", "2019"), "CNIL reprimands an unnamed organisation (2019)"),
    ((None, [], ["reprimand"], None, "decided", "2019"), "An unnamed organisation reprimanded (2019)"),
    (("DPC", ["Meta", "WhatsApp"], ["fine"], None, "decided", None), "DPC fines Meta and WhatsApp"),
    (("DPC", ["Meta", "WhatsApp", "X"], ["fine"], None, "decided", None), "DPC fines Meta and 2 others"),
    # the ending is not said twice
    (("DPC", ["X"], ["fine-annulled"], None, "annulled", "2020"), "Fine of DPC against X annulled (2020)"),
    (("DPC", ["X"], [], None, "decided", "2020"), "DPC acts against X (2020)"),
    # a reduced fine shows both sums
    (
        ("BfDI", ["Telecom"], ["fine", "fine-reduced"], "EUR 900,000", "decided", "2019", "EUR 9,550,000"),
        "BfDI fines Telecom EUR 900,000 (2019, EUR 9,550,000 before)",
    ),
]


@pytest.mark.parametrize(("fields", "expected"), TITLES)
def test_titles(fields, expected):
    assert case_title(*fields) == expected


@pytest.mark.parametrize(("amount", "expected"), [(50_000_000, "EUR 50,000,000"), (1234.5, "EUR 1,234.50")])
def test_amounts_in_titles(amount, expected):
    assert format_amount(amount, "EUR") == expected
