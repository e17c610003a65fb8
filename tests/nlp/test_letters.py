"""Letters that patterns take for one another in any case are one letter in the tables of what they find."""

import re
import sys

import pytest

from nlp.analyze import analyze_document
from nlp.letters import fold, look_up
from nlp.models import Document


@pytest.mark.parametrize("letter", ["i", "s", "k", "å", "µ", "σ", "β", "ε", "θ", "κ", "π", "ρ", "φ", "в", "о"])
def test_what_a_pattern_takes_for_a_letter_is_folded_to_it(letter):
    pattern = re.compile(letter, re.IGNORECASE)
    alike = [c for c in map(chr, range(0x2_0000)) if pattern.fullmatch(c)]
    assert len(alike) > 1
    assert {fold(c) for c in alike} == {fold(letter)}


def test_folding_keeps_the_length():
    assert all(len(fold(c)) == 1 for c in map(chr, range(sys.maxunicode + 1)))


def test_a_table_is_asked_in_any_letters():
    table = {"mayıs": 5, "R$": 7, "none": 0}
    assert [look_up(table, word) for word in ("MAYIS", "mayıs", "R$", "r$", "NONE")] == [5, 5, 7, 7, 0]
    with pytest.raises(KeyError):
        look_up(table, "june")


@pytest.mark.parametrize(
    ("lang", "text", "date", "amount"),
    [
        ("tr", "Karar 5 MAYIS 2023 tarihlidir.", "2023-05-05", None),
        ("tr", "KASIM 2023", "2023-11", None),
        ("en", "It was APRİL 2023.", "2023-04", None),
        ("en", "It was 5 Auguſt 2023.", "2023-08-05", None),
        ("en", "They paid 5 MİLLİON euros.", None, 5_000_000),
        ("it", "Multa di 5 MİLİONI EURO.", None, 5_000_000),
        ("en", "They paid one million euroſ.", None, 1_000_000),
    ],
)
def test_dates_and_sums_in_odd_letters_are_read(lang, text, date, amount):
    found = analyze_document(Document(text=text, lang=lang))
    assert [d.date for d in found.dates] == ([date] if date else [])
    assert [m.amount for m in found.amounts] == ([amount] if amount else [])


@pytest.mark.parametrize(
    ("lang", "text", "provision"),
    [
        ("en", "The FİRST paragraph of Article 5 GDPR", "GDPR:5(1)"),
        ("nl", "het eerſte lid van artikel 5 AVG", "GDPR:5(1)"),
        ("en", "in breach of ARTİCLE 5 of the GDPR", "GDPR:5"),
        ("en", "in breach of articleL121-1 CCPA", "CCPA:L121-1"),
    ],
)
def test_articles_in_odd_letters_are_read(lang, text, provision):
    assert [p.id for p in analyze_document(Document(text=text, lang=lang)).provisions] == [provision]
