"""Which actions are one matter: tables of actions and the groups they form, in any order of arrival."""

import random
from dataclasses import replace
from itertools import count

import pytest

from db.cases.actions import ActionRow
from db.cases.grouping import choose_matter, group_actions
from db.cases.matching import are_linked

_numbers = count(1)


def act(regulator, respondents, when, amount=None, status="decided", *, key=None, sanctions=("fine",), published=None, currency="EUR", background=False):  # fmt: skip  # noqa: E501
    """An action called `key`; `respondents` is one string of names with spaces between."""
    return ActionRow(
        id=key or f"a{next(_numbers):03}", article=f"article-{key}", regulator=regulator,
        respondents=tuple(respondents.split()), provisions=(), sanctions=sanctions, amount=amount,
        currency=currency if amount is not None else None, amount_eur=amount if currency == "EUR" else None,
        status=status, decision_date=when, published=published, evidence=(0, 1), groups=tuple(respondents.split()),
        background=background,
    )  # fmt: skip


def alike(one, other):
    """All articles have something in common, as those of one authority and month do."""
    return 50.0, 0.3


def strange(one, other):
    """No article has anything in common with another."""
    return 0.0, 0.0


def make_matters(actions, compare=alike, links=frozenset()):
    """Return the acts of each matter, with those that joined it."""
    matters = group_actions([a for a in actions if a.sort == "anchored"], links)
    held = {id(m): list(m.actions) for m in matters}
    alone = []
    for a in sorted(actions, key=lambda a: a.id):
        if a.sort == "loose":
            found = choose_matter(a, matters, compare)
            (held[id(found)] if found else alone).append(a)
    own = group_actions(alone)
    held |= {id(m): list(m.actions) for m in own}
    for a in actions:
        if a.sort == "attached" and (found := choose_matter(a, [*matters, *own], compare)):
            held[id(found)].append(a)
    return list(held.values())


CASES = [
    (
        "one fine told by two outlets days apart",
        [
            act("cnil", "shop", "2021-05-03", 100, key="a"),
            act("cnil", "shop", None, 100, published="2021-05-09T10:00:00Z", key="b"),
        ],
        "ab",
    ),
    (
        "two regulators fine one company: two matters",
        [act("cnil", "shop", "2021-05-03", 100, key="a"), act("aepd", "shop", "2021-05-03", 100, key="b")],
        "a b",
    ),
    (
        "one regulator, two companies: two matters",
        [act("cnil", "shop", "2021-05-03", 100, key="a"), act("cnil", "bank", "2021-05-03", 100, key="b")],
        "a b",
    ),
    (
        "two independent fines, different sums, half a year apart",
        [act("cnil", "shop", "2021-01-03", 100, key="a"), act("cnil", "shop", "2021-07-03", 900, key="b")],
        "a b",
    ),
    (
        "two decisions with days of their own and different sums, a month apart",
        [act("cnil", "shop", "2021-01-03", 100, key="a"), act("cnil", "shop", "2021-02-03", 900, key="b")],
        "a b",
    ),
    (
        "a court upholds a large fine years later, and only the sum says which",
        [
            act("cnpd", "shop", "2021-07-16", 746_000_000, key="a"),
            act("cnpd", "shop", "2025-03-18", 746_000_000, key="b"),
        ],
        "ab",
    ),
    (
        "one common sum, twice, on days that are months apart: two matters",
        [act("aepd", "phone", "2020-01-16", 40_000, key="a"), act("aepd", "phone", "2020-04-18", 40_000, key="b")],
        "a b",
    ),
    (
        "a crooked sum on days that are months apart: a day was misread",
        [act("aepd", "phone", "2020-01-16", 40_123, key="a"), act("aepd", "phone", "2020-04-18", 40_123, key="b")],
        "ab",
    ),
    (
        "one sum, months apart, and only one of the reports states its day",
        [
            act("aepd", "phone", "2020-01-16", 40_000, key="a"),
            act("aepd", "phone", None, 40_000, published="2020-04-18T10:00:00Z", key="b"),
        ],
        "ab",
    ),
    (
        "the same common sum years apart: two matters",
        [act("aepd", "phone", "2020-01-16", 40_000, key="a"), act("aepd", "phone", "2023-03-18", 40_000, key="b")],
        "a b",
    ),
    (
        "one decision, two sums in two reports (each its part of the fine)",
        [
            act("cnil", "shop", "2021-01-03", 100, key="a"),
            act("cnil", "shop", None, 60, published="2021-01-20", key="b"),
        ],
        "ab",
    ),
    (
        "an order and a fine in one decision",
        [
            act("cnil", "shop", "2021-01-03", None, key="a", sanctions=("erasure-order",)),
            act("cnil", "shop", "2021-01-03", 60, key="b"),
        ],
        "ab",
    ),
    (
        "two orders three years apart are two matters",
        [act("cnil", "shop", "2018-01-03", key="a"), act("cnil", "shop", "2021-01-03", key="b")],
        "a b",
    ),
    (
        "a court annuls the fine three years later",
        [
            act("cnil", "shop", "2018-01-03", 100, key="a"),
            act("cnil", "shop", "2021-01-03", None, "annulled", key="b", sanctions=("fine-annulled",)),
        ],
        "ab",
    ),
    (
        "a court reduces the fine: another sum, the same matter",
        [
            act("cnil", "shop", "2018-01-03", 100, key="a"),
            act("cnil", "shop", "2020-01-03", 40, key="b", sanctions=("fine-reduced",)),
        ],
        "ab",
    ),
    (
        "of two fines the appeal names one by its sum",
        [
            act("cnil", "shop", "2018-01-03", 100, key="a"),
            act("cnil", "shop", "2019-01-03", 700, key="b"),
            act("cnil", "shop", "2020-01-03", 100, "appealed", key="c"),
        ],
        "ac b",
    ),
    (
        "an appeal that names no sum goes to the fine nearest in time",
        [
            act("cnil", "shop", "2018-01-03", 100, key="a"),
            act("cnil", "shop", "2019-12-03", 700, key="b"),
            act("cnil", "shop", "2020-01-03", None, "appealed", key="c"),
        ],
        "a bc",
    ),
    (
        "announced at 183, decided at 20, fifteen months later",
        [
            act("ico", "airline", "2019-07-08", 183, "proposed", key="a"),
            act("ico", "airline", "2020-10-16", 20, key="b"),
        ],
        "ab",
    ),
    (
        "an investigation and what came of it",
        [
            act("ico", "airline", "2018-09-01", None, "investigation", key="a"),
            act("ico", "airline", "2020-10-16", 20, key="b"),
        ],
        "ab",
    ),
    (
        "a new investigation a year after a decision is a new matter",
        [
            act("ico", "airline", "2020-10-16", 20, key="a"),
            act("ico", "airline", "2021-11-01", None, "investigation", key="b"),
        ],
        "a b",
    ),
    (
        "a new investigation months after a decision, and soon after it was told again: a new matter",
        [
            act("ico", "airline", "2020-03-16", 20, key="a"),
            act("ico", "airline", None, 20, published="2020-07-20", key="b"),
            act("ico", "airline", None, None, "investigation", published="2020-08-01", key="c"),
        ],
        "ab c",
    ),
    (
        "an investigation opened on a day after the decision's",
        [
            act("ico", "airline", "2020-10-16", 20, key="a"),
            act("ico", "airline", "2020-11-12", None, "investigation", key="b"),
        ],
        "a b",
    ),
    (
        "weeks after a decision an outlet tells, without its day, of the investigation that led to it",
        [
            act("ico", "airline", "2020-10-16", 20, key="a"),
            act("ico", "airline", None, None, "investigation", published="2020-11-12", key="b"),
        ],
        "ab",
    ),
    (
        "the outlet that names no regulator tells of a new investigation, days after a court's word on the old fine",
        [
            act("ico", "airline", "2020-10-16", 20, key="a"),
            act("ico", "airline", "2021-10-16", 20, "appealed", key="b"),
            act(None, "airline", None, None, "investigation", published="2021-11-01", key="c"),
        ],
        "ab c",
    ),
    (
        "a year and a day of that year agree",
        [act("cnil", "shop", "2021", 100, key="a"), act("cnil", "shop", "2021-12-30", 100, key="b")],
        "ab",
    ),
    (
        "the same sum in other words (nearly 1.2 million)",
        [
            act("cnil", "shop", "2021-01-03", 1_197_500, key="a"),
            act("cnil", "shop", None, 1_200_000, published="2021-09-20", key="b"),
        ],
        "ab",
    ),
    (
        "the outlet that names no regulator tells the sum",
        [
            act("cnil", "shop", "2021-01-03", 100, key="a"),
            act(None, "shop", None, 100, published="2021-03-20", key="b"),
        ],
        "ab",
    ),
    (
        "the outlet that names no regulator tells another sum",
        [
            act("cnil", "shop", "2021-01-03", 100, key="a"),
            act(None, "shop", None, 500, published="2021-01-20", key="b"),
        ],
        "a b",
    ),
    (
        "the outlet that names neither regulator nor sum writes within days",
        [act("cnil", "shop", "2021-01-03", 100, key="a"), act(None, "shop", None, published="2021-01-20", key="b")],
        "ab",
    ),
    (
        "the outlet that names no respondent tells regulator, sum and time",
        [act("cnil", "shop", "2021-01-03", 100, key="a"), act("cnil", "", None, 100, published="2021-01-20", key="b")],
        "ab",
    ),
    (
        "no respondent and no sum: nothing says that it is the same matter",
        [act("cnil", "shop", "2021-01-03", 100, key="a"), act("cnil", "", "2021-01-03", key="b")],
        "a b",
    ),
    (
        "no respondent, the same sum a year later",
        [act("cnil", "shop", "2021-01-03", 100, key="a"), act("cnil", "", "2022-01-03", 100, key="b")],
        "a b",
    ),
    (
        "neither regulator nor respondent, but the sum and the day of one matter",
        [act("cnil", "shop", "2021-01-03", 100, key="a"), act(None, "", "2021-01-03", 100, key="b")],
        "ab",
    ),
    (
        "neither regulator nor respondent, and two matters have that sum: it is nobody's",
        [
            act("cnil", "shop", "2021-01-03", 100, key="a"),
            act("aepd", "bank", "2021-01-03", 100, key="b"),
            act(None, "", "2021-01-03", 100, key="c"),
        ],
        "a b",
    ),
    (
        "nobody acts against nobody: no matter",
        [act(None, "", "2021-01-03", 100, key="a")],
        "",
    ),
    (
        "two companies of a group fined together, retold about one of them",
        [act("dpc", "meta whatsapp", "2021-09-02", 225, key="a"), act("dpc", "whatsapp", "2021-09", 225, key="b")],
        "ab",
    ),
    (
        "an action without any date joins what is there",
        [act("cnil", "shop", "2021-01-03", 100, key="a"), act("cnil", "shop", None, 100, key="b")],
        "ab",
    ),
]


@pytest.mark.parametrize(("phenomenon", "actions", "expected"), CASES, ids=[case[0] for case in CASES])
def test_grouping(phenomenon, actions, expected):
    for seed in range(5):
        shuffled = actions[:]
        random.Random(seed).shuffle(shuffled)
        found = sorted("".join(a.id for a in group) for group in make_matters(shuffled))
        assert sorted("".join(sorted(group)) for group in found) == expected.split()


@pytest.mark.parametrize(
    ("phenomenon", "later", "article", "status", "cases"),
    [
        ("another sum within weeks, for the same breach", "2023-06-20", "GDPR:5(1)(a)", "decided", 1),
        ("another sum months later", "2023-08-20", "GDPR:5(1)(f)", "decided", 2),
        ("another sum weeks later, for another breach", "2023-06-20", "GDPR:17(1)", "decided", 2),
        ("another breach within days: one outlet errs", "2023-05-10", "GDPR:17(1)", "decided", 1),
        ("the sum was reduced on appeal", "2023-08-20", "GDPR:5", "appealed", 1),
    ],
)  # fmt: skip
def test_two_fines_on_one_firm_of_which_no_day_is_told(phenomenon, later, article, status, cases):
    first = replace(
        act("cnil", "shop", None, 60_000, published="2023-05-04"), provisions=(("GDPR:5(1)(f)", "violated"),)
    )
    second = replace(act("cnil", "shop", None, 25_000, status, published=later), provisions=((article, "violated"),))
    assert len(make_matters([first, second])) == cases, phenomenon
    assert len(make_matters([second, first])) == cases, phenomenon


def test_sums_in_two_currencies_agree_by_their_value_in_euro():
    pound = replace(
        act("ico", "shop", None, 20_000_000, published="2020-12-20", key="b"), currency="GBP", amount_eur=22_100_000
    )
    euro = act("ico", "shop", "2020-06-16", 22_000_000, key="a")
    assert len(make_matters([pound, euro])) == 1


FINE = act("cnil", "shop", "2021-01-03", 100_000, key="a")
NAMELESS = act("cnil", "", None, 100_000, published="2021-01-20", key="b")


def test_a_round_sum_alone_does_not_say_which_matter_it_is():
    assert len(make_matters([FINE, NAMELESS], alike)) == 1
    assert len(make_matters([FINE, NAMELESS], strange)) == 2
    crooked = [replace(a, amount=100_017, amount_eur=100_017) for a in (FINE, NAMELESS)]
    assert len(make_matters(crooked, strange)) == 1


def test_of_two_matters_of_one_sum_the_one_whose_articles_tell_the_same_is_meant():
    other = replace(FINE, id="c", article="of-c", respondents=("bank",), groups=("bank",))
    compare = {"of-c": (60.0, 0.5)}.get
    found = make_matters([FINE, other, NAMELESS], lambda one, two: compare(two) or (15.0, 0.1))
    assert sorted(sorted(a.id for a in group) for group in found) == [["a"], ["b", "c"]]


def test_a_group_stands_for_its_members_and_no_member_for_another():
    member = replace(act("dpc", "meta-ireland", "2021-09-02", 225, key="a"), groups=("meta",))
    sister = replace(act("dpc", "whatsapp-ireland", "2021-09-02", 225, key="b"), groups=("meta",))
    group = act("dpc", "meta", "2021-09-02", 225, key="c")
    assert len(make_matters([member, group])) == 1
    assert len(make_matters([member, sister])) == 2


def test_linked_acts_are_one_matter_whatever_they_call_the_party():
    other = act("cnil", "the-shop-company", "2021-01-20", 100_000, key="b")
    assert len(make_matters([FINE, other])) == 2
    assert len(make_matters([FINE, other], links={("a", "b")})) == 1


@pytest.mark.parametrize(
    ("changes", "joins"),
    [({}, True), ({"amount": 7, "amount_eur": 7}, False), ({"respondents": ("bank",), "groups": ("bank",)}, False),
     ({"amount": None, "decision_date": "2021"}, True), ({"amount": None, "decision_date": "2019"}, False),
     ({"amount": None}, False), ({"regulator": "aepd"}, False)],
)  # fmt: skip
def test_what_a_text_recalls_joins_the_older_matter_or_none(changes, joins):
    recalled = replace(act("cnil", "shop", None, 100_000, published="2024-05-01", key="b", background=True), **changes)
    assert sorted(map(len, make_matters([FINE, recalled]))) == ([2] if joins else [1])


LINKED = [
    ("names alike, one sum", "the-shop", 100_000, (10.0, 0.1), True),
    ("names alike, one sum, nothing in common", "the-shop", 100_000, (0.0, 0.0), False),
    ("names alike, other sums, within days", "the-shop", 60_000, (30.0, 0.2), True),
    ("names unlike, one sum, and the same told", "bazaar", 100_000, (60.0, 0.3), True),
    ("names unlike, one sum, little in common", "bazaar", 100_000, (20.0, 0.1), False),
    ("names unlike, other sums, whatever is told", "bazaar", 60_000, (500.0, 0.9), False),
    ("names unlike, one sum, told in the words of a form", "bazaar", 100_000, (160.0, 0.83), False),
    ("names alike, one sum, told in the words of a form", "the-shop", 100_000, (160.0, 0.83), True),
    ("names unlike, no sum, very much the same told", "bazaar", None, (100.0, 0.5), True),
]


@pytest.mark.parametrize(("phenomenon", "name", "amount", "shared", "expected"), LINKED, ids=[row[0] for row in LINKED])
def test_acts_that_call_the_party_otherwise_are_linked_by_what_else_they_say(
    phenomenon, name, amount, shared, expected
):
    other = act("cnil", name, "2021-01-10", amount, key="b")
    assert are_linked(FINE, other, lambda one, two: shared) is expected
    assert are_linked(other, FINE, lambda one, two: shared) is expected
    far = replace(other, decision_date="2021-07-10")
    assert not are_linked(FINE, far, lambda one, two: (500.0, 0.9))


def test_sums_of_many_digits_that_differ_are_of_two_firms_of_two_names():
    one, other = (
        replace(FINE, amount=100_300, amount_eur=100_300),
        act("cnil", "bazaar", "2021-01-10", 100_600, key="b"),
    )
    assert not are_linked(one, other, lambda a, b: (60.0, 0.3))
    assert are_linked(one, replace(other, respondents=("the-shop",)), lambda a, b: (60.0, 0.3))


@pytest.mark.parametrize(
    ("day", "amount", "expected"),
    [("2021-01-10", 20_000, True), ("2021-02-20", 20_000, False), ("2021-02-20", 20_019, True)],
)
def test_a_round_sum_tells_something_only_of_firms_that_were_fined_within_days(day, amount, expected):
    one = replace(FINE, amount=amount, amount_eur=amount)
    other = act("cnil", "bazaar", day, amount, key="b")
    assert are_linked(one, other, lambda a, b: (60.0, 0.3)) is expected
    assert are_linked(other, one, lambda a, b: (60.0, 0.3)) is expected


@pytest.mark.parametrize(("day", "expected"), [("2020-12-20", True), ("2021-01-10", True), ("2021-02-10", False)])
def test_an_investigation_is_linked_to_a_decision_that_follows_it(day, expected):
    opened = act("cnil", "the-shop", day, None, "investigation", key="b")
    assert are_linked(FINE, opened, lambda one, two: (100.0, 0.5)) is expected
    assert are_linked(opened, FINE, lambda one, two: (100.0, 0.5)) is expected


def test_firms_that_other_words_tell_apart_are_not_linked_by_one_sum_and_like_texts():
    one, other = (replace(FINE, respondents=(name,)) for name in ("rosso-kitchens", "rosso-kitchen-repairs"))
    assert not are_linked(one, replace(other, id="b", article="of-b"), alike)


@pytest.mark.parametrize(("day", "expected"), [("2020-12-20", 1), ("2021-02-10", 2)])
def test_an_investigation_against_nobody_named_joins_the_decision_that_follows_it(day, expected):
    opened = act("cnil", "", day, None, "investigation", key="b")
    assert len(make_matters([FINE, opened], lambda one, two: (100.0, 0.5))) == expected
