"""The rules by which a case speaks for its actions, and the titles that come of it."""

import pytest

from db.cases.grouping import ActionRow
from db.cases.summary import case_amount, case_decided, case_provisions, case_respondents, case_status, event_kind
from db.cases.titles import case_title, format_amount


def act(status="decided", when=None, amount=None, published="2020-01-01", sanctions=("fine",), key="a", **changes):
    fields = {"respondents": ("shop",), "provisions": (), "article": "x", "regulator": "cnil", "currency": "EUR"}
    return ActionRow(
        id=key, status=status, decision_date=when, amount=amount, published=published, sanctions=sanctions,
        amount_eur=amount, evidence=(0, 1), **fields | changes,
    )  # fmt: skip


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
    # on one day the more final wins
    ([act("settled", "2021-02-01"), act("closed", "2021-02-01")], "closed"),
]


@pytest.mark.parametrize(("actions", "expected"), STATUSES)
def test_status(actions, expected):
    assert case_status(actions) == expected
    assert case_status(actions[::-1]) == expected


DATES = [
    ([act(when="2021-12"), act(when="2021-12-16"), act(when="2021")], "2021-12-16"),
    # most agree on one
    ([act(when="2021-12-15"), act(when="2021-12-16"), act(when="2021-12-16")], "2021-12-16"),
    # a date of publication is no date of decision
    ([act(published="2021-12-16")], None),
    # nor is a court's
    ([act("annulled", "2023-01-01")], None),
    ([act(when="2023-01-01", sanctions=("fine-reduced",)), act(when="2019-01-01")], "2019-01-01"),
]


@pytest.mark.parametrize(("actions", "expected"), DATES)
def test_decided(actions, expected):
    assert case_decided(actions) == expected


AMOUNTS = [
    ([act(amount=None)], None),
    # what was decided, not what was proposed
    ([act("proposed", amount=183), act(amount=20)], 20),
    # what most say
    ([act(amount=20), act(amount=20, key="b"), act(amount=22, key="c")], 20),
    # what the court left of it
    ([act(amount=100), act(amount=40, sanctions=("fine-reduced",), published="2021-01-01")], 40),
    # nothing is decided yet
    ([act("proposed", amount=183)], 183),
]


@pytest.mark.parametrize(("actions", "expected"), AMOUNTS)
def test_amount(actions, expected):
    found = case_amount(actions)
    assert (found.amount if found else None) == expected


def test_the_respondent_most_often_named_comes_first():
    assert case_respondents([act(respondents=("a", "z")), act(respondents=("z",))]) == ["z", "a"]


def test_the_strongest_role_counts():
    actions = [act(provisions=(("GDPR:5", "cited"),)), act(provisions=(("GDPR:5", "violated"), ("GDPR:58", "power")))]
    assert case_provisions(actions) == {"GDPR:5": "violated", "GDPR:58": "power"}


EVENTS = [
    (act("decided"), "decided"),
    (act("decided", sanctions=("fine-reduced",)), "reduced"),
    (act("decided", sanctions=("fine", "fine-annulled")), "annulled"),
    (act("appealed"), "appealed"),
]


@pytest.mark.parametrize(("action", "expected"), EVENTS)
def test_event_kinds(action, expected):
    assert event_kind(action) == expected


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
]


@pytest.mark.parametrize(("fields", "expected"), TITLES)
def test_titles(fields, expected):
    assert case_title(*fields) == expected


@pytest.mark.parametrize(("amount", "expected"), [(50_000_000, "EUR 50,000,000"), (1234.5, "EUR 1,234.50")])
def test_amounts_in_titles(amount, expected):
    assert format_amount(amount, "EUR") == expected
