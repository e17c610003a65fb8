"""Which actions are one matter: tables of actions and the groups they form, in any order of arrival."""

import random
from itertools import count

import pytest

from db.cases.grouping import ActionRow, group_actions

_numbers = count(1)


def act(regulator, respondents, when, amount=None, status="decided", *, key=None, sanctions=("fine",), published=None, currency="EUR"):  # fmt: skip  # noqa: E501
    """An action called `key`; `respondents` is one string of names with spaces between."""
    return ActionRow(
        id=key or f"a{next(_numbers):03}", article=f"article-{key}", regulator=regulator,
        respondents=tuple(respondents.split()), provisions=(), sanctions=sanctions, amount=amount,
        currency=currency if amount is not None else None, amount_eur=amount if currency == "EUR" else None,
        status=status, decision_date=when, published=published, evidence=(0, 1),
    )  # fmt: skip


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
        found = sorted("".join(a.id for a in group) for group in group_actions(shuffled))
        assert sorted("".join(sorted(group)) for group in found) == expected.split()


def test_sums_in_two_currencies_agree_by_their_value_in_euro():
    pound = ActionRow(
        "b", "x", "ico", ("shop",), (), ("fine",), 20_000_000, "GBP", 22_100_000, "decided", None, "2020-12-20", (0, 1)
    )
    euro = act("ico", "shop", "2020-06-16", 22_000_000, key="a")
    assert len(group_actions([pound, euro])) == 1
