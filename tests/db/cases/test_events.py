"""The life of a case: tables of what articles tell and the happenings they come to, in any order of arrival."""

import random
from itertools import count

import pytest

from db.cases.actions import ActionRow, Told
from db.cases.events import KINDS, case_events, event_kind
from db.cases.sums import agree_on_sum, exceeds

_numbers = count(1)


def act(status="decided", when=None, amount=None, published=None, sanctions=("fine",), **changes):
    key = changes.pop("key", f"a{next(_numbers):03}")
    fields = {
        "respondents": ("shop",),
        "provisions": (),
        "article": f"of-{key}",
        "regulator": "cnil",
        "currency": "EUR",
    }
    return ActionRow(
        id=key, status=status, decision_date=when, amount=amount, published=published, sanctions=sanctions,
        amount_eur=amount, **{"evidence": (0, 1)} | fields | changes,
    )  # fmt: skip


def told(kind, date=None, start=7):
    return (Told(kind, date, start, start + 3),)


KINDS_OF_ONE = [
    (act("decided"), "decided"),
    (act("decided", sanctions=("fine-reduced",)), "reduced"),
    (act("decided", sanctions=("fine", "fine-annulled")), "annulled"),
    (act("annulled", sanctions=("fine", "fine-annulled", "fine-reduced", "case-closed")), "annulled"),
    (act("appealed"), "appealed"),
    (act("appealed", sanctions=("fine-reduced",)), "reduced"),
    # a fine, and another count closed
    (act("decided", sanctions=("fine", "case-closed")), "decided"),
    (act("decided", sanctions=("case-closed",)), "closed"),
    # what is only proposed has reduced nothing
    (act("proposed", sanctions=("fine-reduced",)), "proposed"),
]


@pytest.mark.parametrize(("action", "expected"), KINDS_OF_ONE)
def test_kinds(action, expected):
    assert event_kind(action) == expected
    assert expected in KINDS


LIVES = [
    (
        "one fine told by three outlets, the last years later",
        [
            act(published="2019-01-22", amount=50),
            act(published="2019-01-25", amount=50),
            act(published="2023-05-01", amount=50),
        ],
        [("decided", "2019-01-22", "published", 50, 3)],
    ),
    (
        "a stated date wins over those of articles, the precise over the vague",
        [act(published="2019-01-25"), act(when="2019-01", published="2019-02-01"), act(when="2019-01-21")],
        [("decided", "2019-01-21", "stated", None, 3)],
    ),
    (
        "two articles state different days of one decision",
        [
            act(when="2021-12-16", amount=20),
            act(when="2021-12-20", amount=20),
            act(when="2021-12-16", published="2021-12-17"),
        ],
        [("decided", "2021-12-16", "stated", 20, 3)],
    ),
    (
        "an order, and ten months later a fine",
        [
            act(published="2021-12-16", sanctions=("erasure-order", "formal-notice")),
            act(published="2021-12-18", sanctions=("erasure-order",)),
            act(published="2022-10-20", amount=20, sanctions=("fine", "erasure-order")),
        ],
        [("decided", "2021-12-16", "published", None, 2), ("decided", "2022-10-20", "published", 20, 1)],
    ),
    (
        "two decisions with days of their own and nothing in common",
        [act(when="2021-11-26", sanctions=("formal-notice",)), act(when="2021-12-20", amount=20)],
        [("decided", "2021-11-26", "stated", None, 1), ("decided", "2021-12-20", "stated", 20, 1)],
    ),
    (
        "the whole life",
        [
            act("investigation", published="2018-09-01", sanctions=("investigation",)),
            act("proposed", published="2019-07-08", amount=183, sanctions=("intent-to-fine",)),
            act("decided", "2020-10-16", 100),
            act("appealed", published="2020-11-20"),
            act("decided", published="2021-06-01", amount=40, sanctions=("fine-reduced",)),
            act("annulled", "2023-02-09", sanctions=("fine-annulled",)),
        ],
        [
            ("investigation", "2018-09-01", "published", None, 1),
            ("proposed", "2019-07-08", "published", 183, 1),
            ("decided", "2020-10-16", "stated", 100, 1),
            ("appealed", "2020-11-20", "published", None, 1),
            ("reduced", "2021-06-01", "published", 40, 1),
            ("annulled", "2023-02-09", "stated", None, 1),
        ],
    ),
    (
        "the proposal was lowered: that is the decision",
        [
            act("proposed", published="2019-07-08", amount=183),
            act(published="2020-10-16", amount=20, sanctions=("fine", "fine-reduced")),
            act(published="2020-10-17", amount=20),
        ],
        [("proposed", "2019-07-08", "published", 183, 1), ("decided", "2020-10-16", "published", 20, 2)],
    ),
    (
        "a court upholds: dated well after the appeal, the same sum",
        [act(when="2019-01-21", amount=50), act("appealed", "2019-03-01"), act(when="2020-06-19", amount=50)],
        [
            ("decided", "2019-01-21", "stated", 50, 1),
            ("appealed", "2019-03-01", "stated", None, 1),
            ("upheld", "2020-06-19", "stated", 50, 1),
        ],
    ),
    (
        "a court leaves less: dated well after the appeal, a smaller sum",
        [act(when="2019-01-21", amount=50), act("appealed", "2019-03-01"), act(when="2020-06-19", amount=20)],
        [
            ("decided", "2019-01-21", "stated", 50, 1),
            ("appealed", "2019-03-01", "stated", None, 1),
            ("reduced", "2020-06-19", "stated", 20, 1),
        ],
    ),
    (
        "a wrong date a few days after the appeal is no ruling",
        [
            act(when="2024-08-26", amount=290, published="2024-08-26"),
            act("appealed", published="2024-08-26"),
            act(when="2024-08-28", amount=290, published="2024-08-28"),
        ],
        [("decided", "2024-08-28", "stated", 290, 2), ("appealed", "2024-08-26", "published", None, 1)],
    ),
    (
        "a court that tells of its own decision upholds",
        [act(published="2019-01-21", amount=50), act(published="2020-06-19", amount=50, teller="court")],
        [("decided", "2019-01-21", "published", 50, 1), ("upheld", "2020-06-19", "published", 50, 1)],
    ),
    (
        "a court alone is the one that decides",
        [act(published="2020-06-19", amount=50, teller="court")],
        [("decided", "2020-06-19", "published", 50, 1)],
    ),
    (
        "the date of the decision does not date its appeal",
        [act(when="2024-07-22", published="2024-08-26"), act("appealed", "2024-07-22", published="2024-09-01")],
        [("decided", "2024-07-22", "stated", None, 1), ("appealed", "2024-09-01", "published", None, 1)],
    ),
    (
        "a decision first told after its appeal was decided before",
        [act("appealed", published="2024-08-26", amount=290), act(published="2024-12-30", amount=290)],
        [("decided", "2024-08-26", "published", 290, 1), ("appealed", "2024-08-26", "published", 290, 1)],
    ),
    (
        "annulled by two courts, two years apart",
        [act("annulled", published="2020-11-23"), act("annulled", published="2022-07-27")],
        [("annulled", "2020-11-23", "published", None, 1), ("annulled", "2022-07-27", "published", None, 1)],
    ),
    (
        "an announcement one day before the date it states",
        [act(when="2021-12-16"), act(published="2021-12-15")],
        [("decided", "2021-12-16", "stated", None, 2)],
    ),
    (
        "an article without any date adds nothing",
        [act(published="2021-12-16", amount=5), act()],
        [("decided", "2021-12-16", "published", 5, 2)],
    ),
    ("nothing dates it", [act(), act()], [("decided", None, None, None, 2)]),
    (
        "a complaint has the date it is told with, and no sum",
        [act(published="2019-01-22", amount=50, happenings=told("complaint", "2018-05-25"))],
        [("complaint", "2018-05-25", "stated", None, 1), ("decided", "2019-01-22", "published", 50, 1)],
    ),
    (
        "a complaint of which no date is told came before everything",
        [
            act("investigation", "2018-09", published="2018-09-03"),
            act(when="2019-01-21", published="2020-06-19", amount=50, happenings=told("complaint")),
            act(published="2021-06-19", amount=50, happenings=told("complaint")),
        ],
        [
            ("complaint", "2018-09", "published", None, 2),
            ("investigation", "2018-09", "stated", None, 1),
            ("decided", "2019-01-21", "stated", 50, 2),
        ],
    ),
    (
        "the date of a complaint is not that of the decision",
        [act(when="2018-05-25", published="2019-01-22", happenings=told("complaint", "2018-05-25"))],
        [("complaint", "2018-05-25", "stated", None, 1), ("decided", "2019-01-22", "published", None, 1)],
    ),
    (
        "a press article on a ruling tells the ruling, and the decision again",
        [
            act(when="2019-01-21", published="2019-01-22", amount=50),
            act(when="2020-06-19", published="2020-06-20", amount=50, happenings=told("upheld", "2020-06-19")),
        ],
        [("decided", "2019-01-21", "stated", 50, 2), ("upheld", "2020-06-19", "stated", 50, 1)],
    ),
    (
        "a court that says it upheld the fine tells nothing else",
        [
            act(when="2019-01-21", published="2019-01-22", amount=50),
            act(when="2020-06-19", amount=40, teller="court", happenings=told("upheld")),
            act(published="2020-06-25", amount=50, happenings=told("upheld")),
        ],
        [("decided", "2019-01-21", "stated", 50, 2), ("upheld", "2020-06-19", "stated", 40, 2)],
    ),
    (
        "the date of the decision dates no ruling and no payment",
        [
            act(when="2019-01-21", published="2019-01-22", amount=50),
            act(published="2019-04-02", amount=50, happenings=(*told("upheld", "2019-01-21"), *told("paid"))),
        ],
        [
            ("decided", "2019-01-21", "stated", 50, 2),
            ("upheld", "2019-04-02", "published", 50, 1),
            ("paid", "2019-04-02", "published", 50, 1),
        ],
    ),
    (
        "a decision first told with its payment was before it",
        [act(published="2019-04-02", happenings=told("paid", "2019-03-01"))],
        [("decided", "2019-04-02", "published", None, 1), ("paid", "2019-03-01", "stated", None, 1)],
    ),
    (
        "two actions of one article are one voice",
        [act(published="2021-12-16", article="x"), act(published="2021-12-16", article="x")],
        [("decided", "2021-12-16", "published", None, 1)],
    ),
]


@pytest.mark.parametrize(("phenomenon", "actions", "expected"), LIVES, ids=[life[0] for life in LIVES])
def test_lives(phenomenon, actions, expected):
    for seed in range(8):
        events = case_events(random.Random(seed).sample(actions, len(actions)))
        found = [(e.kind, e.date, e.date_origin, e.paid.amount if e.paid else None, e.told_by) for e in events]
        assert sorted(found, key=str) == sorted(expected, key=str)
        assert [e.day for e in events] == sorted(e.day for e in events)


QUOTES = [
    # the earliest
    ([act(published="2021-01-02", key="b"), act(published="2021-01-01", key="c")], "c"),
    # the authority's own words, however late
    ([act(published="2021-01-01", key="b"), act(published="2021-01-05", key="c", teller="regulator")], "c"),
    ([act(published="2021-01-01", key="b"), act(published="2021-01-05", key="c", teller="law-firm")], "c"),
    # a sentence rather than a mere headline
    ([act(published="2021-01-01", key="b", evidence=(None, None)), act(published="2021-01-05", key="c")], "c"),
    # an article about the matter rather than one that recalls it
    ([act(published="2021-01-01", key="b", background=True), act(published="2021-01-05", key="c")], "c"),
]


@pytest.mark.parametrize(("actions", "expected"), QUOTES)
def test_who_is_quoted(actions, expected):
    (event,) = case_events(actions)
    assert (event.quoted.id, event.id) == (expected, f"{expected}-decided")


def test_what_befell_a_matter_is_quoted_from_the_sentence_that_says_so():
    derived = act(when="2020-06-19", teller="court", key="court")
    press = act(published="2020-06-20", happenings=told("upheld", "2020-06-19", start=40), key="press")
    actions = [act(when="2019-01-21", key="first"), derived, press]
    for seed in range(6):
        events = case_events(random.Random(seed).sample(actions, len(actions)))
        assert {e.kind: (e.quoted.id, e.evidence) for e in events} == {
            "decided": ("first", (0, 1)),
            "upheld": ("press", (40, 43)),
        }


SUMS = [
    (1_196_000, 1_200_000, True),
    (2_830_410, 2_800_000, True),
    (9_550_000, 10_000_000, True),
    (35_258_708, 35_300_000, True),
    (7_552_800, 7_500_000, True),
    (20_000_000, 22_000_000, False),
    (100_000, 110_000, False),
    (100, 60, False),
    (8_150_000, 8_500_000, False),
]


@pytest.mark.parametrize(("one", "other", "agree"), SUMS)
def test_a_rounded_sum_is_the_same_sum(one, other, agree):
    a, b = act(amount=one), act(amount=other)
    assert agree_on_sum(a, b) == agree_on_sum(b, a) == agree
    assert exceeds(max(a, b, key=lambda x: x.amount), min(a, b, key=lambda x: x.amount)) is not agree


def test_sums_in_two_currencies_do_not_exceed_each_other():
    assert not exceeds(act(amount=100, currency="USD"), act(amount=40))


def test_many_articles_of_one_case_are_read_in_linear_time():
    import time

    def seconds(number):
        actions = [act(published=f"20{10 + i % 10}-01-{1 + i % 28:02}", amount=50 + i % 7) for i in range(number)]
        start = time.process_time()
        case_events(actions)
        return time.process_time() - start

    assert seconds(4000) < 12 * max(seconds(1000), 0.01)
