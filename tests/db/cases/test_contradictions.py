"""What articles of one case contradict each other in, and what only looks like it."""

import random
from itertools import count

import pytest

from db.cases.actions import ActionRow
from db.cases.contradictions import find_contradictions
from db.cases.events import case_events

_numbers = count(1)


def act(amount=None, when=None, status="decided", published="2021-05-03", sanctions=("fine",), **changes):
    key = f"a{next(_numbers):03}"
    fields = {
        "respondents": ("shop",),
        "provisions": (),
        "article": f"of-{key}",
        "regulator": "cnil",
        "currency": "EUR",
    }
    return ActionRow(
        id=key, status=status, decision_date=when, amount=amount, published=published, sanctions=sanctions,
        evidence=(0, 1), **{"amount_eur": amount} | fields | changes,
    )  # fmt: skip


CASES = [
    ("all agree", [act(20), act(20)], []),
    ("two sums", [act(20), act(20), act(25)], [("amount", "EUR 20", "EUR 25")]),
    ("the authority against the press", [act(20), act(20), act(25, teller="regulator")], [("amount", "EUR 25", "EUR 20")]),
    ("three sums: two rows", [act(20), act(20), act(25), act(30)], [("amount", "EUR 20", "EUR 25"), ("amount", "EUR 20", "EUR 30")]),
    ("a rounded sum", [act(1_196_000), act(1_200_000)], []),
    ("another currency", [act(20), act(22, currency="USD", amount_eur=20)], []),
    ("the parts of one fine, side by side in one article", [act(100, article="x"), act(60, article="x"), act(100)], []),
    ("a part of the fine, which one article tells beside the whole", [act(100, article="x"), act(60, article="x"), act(100), act(60)], []),  # noqa: E501
    ("the sum before and after a reduction", [act(100), act(40, sanctions=("fine-reduced",), published="2022-05-03")], []),
    ("what was proposed", [act(183, status="proposed", published="2020-01-01"), act(20)], []),
    ("the annulment recites another sum", [act(20), act(25, status="annulled", published="2023-05-03")], [("amount", "EUR 20", "EUR 25")]),  # noqa: E501
    ("the annulment recites the sum as it was reduced", [act(100), act(40, sanctions=("fine-reduced",), published="2022-05-03"), act(40, status="annulled", published="2023-05-03")], []),  # noqa: E501
    ("two decisions, two sums", [act(20), act(90, published="2022-05-03")], []),
    ("two days", [act(when="2021-05-01"), act(when="2021-05-01"), act(when="2021-05-03")], [("decided", "2021-05-01", "2021-05-03")]),
    ("a day of another month", [act(when="2021-05-01"), act(when="2021-04")], [("decided", "2021-05-01", "2021-04")]),
    ("a vague date", [act(when="2021-05-01"), act(when="2021-05"), act(when="2021")], []),
    ("the date of an article states nothing", [act(when="2021-05-01"), act(published="2021-05-09")], []),
    ("another company", [act(20), act(20), act(20, respondents=("bank",))], [("party", "shop", "bank")]),
    ("two companies that one article names together", [act(20), act(20, respondents=("shop", "bank")), act(20, respondents=("bank",))], []),  # noqa: E501
    ("two spellings", [act(20), act(20, respondents=("the-shop-group",)), act(20, respondents=("shopp",))], []),
    ("a group and its member", [act(20, respondents=("meta",)), act(20, respondents=("whatsapp",), groups=("meta",))], []),
    ("two members of a group", [act(20, respondents=("facebook",), groups=("meta",)), act(20, respondents=("whatsapp",), groups=("meta",))], [("party", "facebook", "whatsapp")]),  # noqa: E501
    ("nobody named", [act(20), act(20, respondents=())], []),
    ("one article about two companies", [act(20, article="x"), act(20, respondents=("bank",), article="x")], []),
]  # fmt: skip


@pytest.mark.parametrize(("phenomenon", "actions", "expected"), CASES, ids=[case[0] for case in CASES])
def test_contradictions(phenomenon, actions, expected):
    for seed in range(5):
        found = find_contradictions(case_events(random.Random(seed).sample(actions, len(actions))))
        assert sorted((c.field, c.value, c.other_value) for c in found) == expected


def test_the_case_follows_the_party_that_is_quoted():
    first, other, again = act(20, published="2021-05-03"), act(20, respondents=("bank",)), act(20)
    (found,) = find_contradictions(case_events([first, other, again]))
    assert (found.action, found.other_action) == (first.id, other.id)


def test_both_sides_name_an_action_that_says_so():
    first, second, other = act(20, published="2021-05-03"), act(20, published="2021-05-04"), act(25)
    (found,) = find_contradictions(case_events([other, second, first]))
    assert (found.action, found.other_action) == (first.id, other.id)
