"""What begins somewhere in a text is found by its words as it is when every letter is tried."""

import re

import pytest

from nlp.amounts import amount_openings, amount_pattern, currency_openings, currency_pattern
from nlp.grammar import load_grammar
from nlp.laws import context_names, outright_names
from nlp.spans import near
from nlp.words import WordIndex, openings_of

TEXT = """Fined EUR5,000 (US$ 6 000) and two million euros, €7 or kr. 8.000, under art.5, §§ 4 and 5 GDPR, Section12 of the
Data Protection Act 2018, (EU) 2016/679 rendelet, № 152-ФЗ and 16 CFR 312.4; the Privacy Act, D.Lgs. 196/2003, l'art. 6 RGPD and
Regulation (EU) 2016/679; nothing under 3art. 4 or xGDPR. Later 12 Mio. € and CHF 1'000 and 20 milioni di euro."""


@pytest.mark.parametrize(
    ("pattern", "openings"),
    [
        pytest.param(amount_pattern("en"), amount_openings("en"), id="sums"),
        pytest.param(currency_pattern("en"), currency_openings("en"), id="currencies"),
        pytest.param(load_grammar().head, load_grammar().openings, id="articles"),
        pytest.param(outright_names().pattern, outright_names().openings, id="laws"),
        pytest.param(context_names().pattern, context_names().openings, id="laws beside an article"),
    ],
)
@pytest.mark.parametrize("text", [TEXT, TEXT.upper(), TEXT.lower(), "", "5", "€"])
def test_what_begins_by_its_words_is_what_a_search_finds(pattern, openings, text):
    found = [m.span() for m in WordIndex(text).finditer(pattern, openings)]
    assert found == [m.span() for m in pattern.finditer(text)]
    assert len(found) > 1 or len(text) < 2 or text.islower() or text.isupper()


def test_openings_are_words_marks_and_numbers():
    openings = openings_of(("Art.", "§", "(EU) 5", "16 CFR"))
    assert openings.words == {"art"}
    assert openings.numbers
    assert [bool(openings.marks.match(mark)) for mark in "§(x5"] == [True, True, False, False]
    assert openings_of(("Art.",)).marks is None


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ((), []),
        ((50,), [(40, 55)]),
        ((2, 99), [(0, 7), (89, 100)]),
        ((20, 30, 60), [(10, 35), (50, 65)]),
        ((20, 35), [(10, 40)]),
    ],
)
def test_stretches_near_places(places, expected):
    assert list(near(places, 10, 5, 100)) == expected


def test_a_word_stands_where_it_is_whole():
    index = WordIndex("AP and the AP, and APs")
    assert index.find("AP") == [m.start() for m in re.finditer(r"\bAP\b", index.text)]
