"""The bundled articles: their schema is closed, their number and variety are what the demo promises."""

from __future__ import annotations

from collections import Counter

import pytest

from dpawatch.demo.articles import load_articles, read_article
from dpawatch.demo.publications import load_publications
from dpawatch.errors import SampleError
from nlp.gazetteer import load_laws, load_regulators

ARTICLES = load_articles()
ACTIONS = [(article, action) for article in ARTICLES for action in article.expected.actions]
SANCTIONS = {
    *("warning", "reprimand", "rights-order", "compliance-order", "breach-notice-order", "processing-ban"),
    *("erasure-order", "certification-withdrawal", "fine", "transfer-suspension", "formal-notice", "penalty-payment"),
    *("settlement", "algorithm-deletion", "investigation", "intent-to-fine", "fine-reduced", "fine-annulled"),
    *("case-closed", "other"),
}
GOOD = '''publication = "demo-wire-en"
title = "A title"
published = 2021-12-16T10:05:00Z
text = """
First.

Second
goes on.
"""
[expected]
is_enforcement = true
[[expected.actions]]
regulator = "fr-cnil"
respondents = ["Clearview AI"]
provisions = []
sanctions = ["fine"]
amount = 0.1
currency = "EUR"
status = "decided"
background = false
'''
FAULTS = [
    ('title = "A title"', 'headline = "A title"', "headline: is not a known key; allowed are publication, title"),
    ('title = "A title"', "", "title: is missing"),
    ('title = "A title"', "title = 7", "title: must be a string"),
    ('title = "A title"', 'title = " "', "title: must be a string"),
    ('"A title"', '"A title', "is not TOML"),
    ('"demo-wire-en"', '"demo-wire"', "publication: is 'demo-wire', but must be one of demo-wire-en, "),
    ('"demo-wire-en"', '"demo-kurier-de"', "publication: demo-kurier-de is written in de"),
    ("10:05:00Z", "10:05:00", "published: must be a date and time with its offset"),
    ("is_enforcement = true", "", "expected: is_enforcement: is missing"),
    ("is_enforcement = true", 'is_enforcement = "true"', "expected: is_enforcement: must be true or false"),
    ("is_enforcement = true", "is_enforcement = false", "expected: actions: an article that is no enforcement news"),
    ('regulator = "fr-cnil"', "", "expected.actions: regulator: is missing"),
    ('["Clearview AI"]', '"Clearview AI"', "expected.actions: respondents: must be a list of strings"),
    ('"decided"', '"final"', "expected.actions: status: is 'final', but must be one of investigation, proposed"),
    ('currency = "EUR"', "", "expected.actions: amount: comes with its currency"),
    ("background = false", "background = false\nnote = 1", "expected.actions: note: is not a known key"),
]


@pytest.fixture
def read(tmp_path):
    """Return a function that reads an article of the given words, under a file name."""

    def article(text, name="en-good.toml"):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return read_article(file, load_publications())

    return article


def test_an_article_is_read(read):
    article = read(GOOD)
    assert (article.slug, article.lang, article.path) == ("good", "en", "/demo-wire-en/2021/12/good.html")
    assert article.paragraphs == ["First.", "Second goes on."]
    assert article.expected.actions[0].respondents == ("Clearview AI",)


def test_amounts_are_exact(read):
    assert str(read(GOOD).expected.actions[0].amount) == "0.1"


@pytest.mark.parametrize(("old", "new", "message"), FAULTS)
def test_a_fault_names_the_file_and_the_key(read, old, new, message):
    assert old in GOOD
    with pytest.raises(SampleError) as fault:
        read(GOOD.replace(old, new), "en-bad.toml")
    assert str(fault.value).startswith(f"en-bad.toml: {message}")
    assert "\n" not in str(fault.value)


def test_bytes_that_are_no_text_are_named(tmp_path):
    file = tmp_path / "en-bad.toml"
    file.write_bytes(b'title = "\xff"')
    with pytest.raises(SampleError, match=r"^en-bad\.toml: is not UTF-8"):
        read_article(file, load_publications())


def test_there_are_enough_articles_of_every_kind():
    assert len(ARTICLES) >= 60
    assert len({article.lang for article in ARTICLES}) >= 6
    assert sum(len(article.expected.actions) >= 3 for article in ARTICLES) >= 5
    assert sum(not article.expected.is_enforcement for article in ARTICLES) >= len(ARTICLES) / 5
    assert {article.publication.id for article in ARTICLES} == set(load_publications())


def test_the_articles_tell_of_more_than_fines():
    sanctions = Counter(sanction for _, action in ACTIONS for sanction in action.sanctions)
    statuses = Counter(action.status for _, action in ACTIONS)
    assert {"erasure-order", "processing-ban", "reprimand", "formal-notice", "settlement"} <= sanctions.keys()
    assert {"annulled", "proposed", "decided", "settled"} <= statuses.keys()
    assert sum("fine" not in action.sanctions for _, action in ACTIONS) >= len(ACTIONS) / 10


def test_no_two_articles_share_words_or_an_address():
    assert len({article.path for article in ARTICLES}) == len(ARTICLES)
    openings = Counter((article.lang, article.paragraphs[0]) for article in ARTICLES)
    assert max(openings.values()) == 1


@pytest.mark.parametrize("article", ARTICLES, ids=lambda a: f"{a.lang}-{a.slug}")
def test_an_article_is_whole_and_its_expectation_speaks_the_contract(article):
    assert 110 <= len(article.text.split()) <= 370
    regulators, laws = ({entry.id for entry in load()} for load in (load_regulators, load_laws))
    for action in article.expected.actions:
        assert action.regulator in regulators
        assert {provision.partition(":")[0] for provision in action.provisions} <= laws
        assert set(action.sanctions) <= SANCTIONS
        assert action.currency is None or (len(action.currency) == 3 and action.currency.isupper())
        assert len(set(action.provisions)) == len(action.provisions)
