"""Sums of money in the number formats of eight languages, and what they are not."""

from decimal import Decimal

import pytest

from nlp.amounts import parse_number

SUMS = [
    ("en", "a fine of EUR 1.2 million", [("1200000", "EUR", "open")]),
    ("en", "fined £7.5m", [("7500000", "GBP", "open")]),
    ("en", "a penalty of NOK 65 million", [("65000000", "NOK", "open")]),
    # the mark of thousands of the country, in an English text
    ("en", "a fine of EUR 2.750.000", [("2750000", "EUR", "open")]),
    ("de", "ein Bußgeld von 1,2 Mio. Euro", [("1200000", "EUR", "open")]),
    ("de", "1.200.000,50 €", [("1200000.50", "EUR", "open")]),
    ("fr", "une amende de € 1,5 millions", [("1500000", "EUR", "open")]),
    # narrow no-break spaces
    ("fr", "1\u202f200\u202f000 euros", [("1200000", "EUR", "open")]),
    ("fr", "50 millions d’euros", [("50000000", "EUR", "open")]),
    ("es", "8,15 millones de euros", [("8150000", "EUR", "open")]),
    # the Spanish billion is a thousand millions
    ("es", "1,5 mil millones de euros", [("1500000000", "EUR", "open")]),
    ("pl", "20 tys. zł oraz 2,8 mln zł", [("20000", "PLN", "open"), ("2800000", "PLN", "open")]),
    ("nl", "een boete van 30,5 miljoen euro", [("30500000", "EUR", "open")]),
    ("it", "27,8 milioni di euro", [("27800000", "EUR", "open")]),
    ("pt", "uma multa de R$ 14.400", [("14400", "BRL", "open")]),
    # what the multiplier leaves over: a second number, or a half, before it or behind it
    ("it", "una multa di 3 milioni 400mila euro", [("3400000", "EUR", "open")]),
    ("it", "una sanzione di 1 milione e 200 mila euro", [("1200000", "EUR", "open")]),
    ("it", "una sanzione di due milioni e mezzo di euro", [("2500000", "EUR", "open")]),
    ("fr", "une amende d'un million et demi d'euros", [("1500000", "EUR", "open")]),
    ("es", "una multa de dos millones y medio de euros", [("2500000", "EUR", "open")]),
    ("es", "una multa de medio millón de euros", [("500000", "EUR", "open")]),
    ("pt", "uma coima de 1 milhão e 250 mil euros", [("1250000", "EUR", "open")]),
    ("nl", "een boete van 1 miljoen 150 duizend euro", [("1150000", "EUR", "open")]),
    ("nl", "een boete van anderhalf miljoen euro", [("1500000", "EUR", "open")]),
    ("de", "ein Bußgeld von anderthalb Millionen Euro", [("1500000", "EUR", "open")]),
    ("de", "ein Bußgeld von 2 Millionen 300.000 Euro", [("2300000", "EUR", "open")]),
    ("pl", "kara w wysokości półtora miliona złotych", [("1500000", "PLN", "open")]),
    ("en", "a fine of half a million euros", [("500000", "EUR", "open")]),
    ("en", "a quarter of a million pounds", [("250000", "GBP", "open")]),
    ("en", "a fine of two and a half million euros", [("2500000", "EUR", "open")]),
    ("fi", "puolen miljoonan eli 500 000 euron seuraamusmaksu", [("500000", "EUR", "open")]),
    # "millions" without a number say not how many, and marks of a page do not part a number from its unit unseen
    ("fr", "une amende de plusieurs millions d'euros", []),
    ("de", "Es geht um Millionen Euro.", []),
    ("es", "una multa de millones de euros", []),
    ("de", "ein Bußgeld von *9,5* Millionen Euro", []),
    ("de", "ein Bußgeld von 9,5 <b>Millionen Euro</b>", []),
    ("fr", "une amende d'un million d'euros", [("1000000", "EUR", "open")]),
    # two sums stay two
    ("en", "fines of 2 million and 300 thousand euros", [("2000000", "EUR", "open"), ("300000", "EUR", "open")]),
    # the second is the first in another currency
    ("en", "a fine of €530 million ($600 million)", [("530000000", "EUR", "open"), ("600000000", "USD", "conversion")]),
    # the word for a fine behind the number tells what it is, and users are no money
    ("it", "Ben 20 milioni di euro, poi altri 20 milioni di multa.", [("20000000", "EUR", "open")] * 2),
    ("it", "Ben 20 milioni di euro, poi altri 20 milioni di utenti.", [("20000000", "EUR", "open")]),
    # numbers in words, and a list in which only the first sum says its currency
    ("it", "Ottocentomila euro a Roma, 400mila ad Atac.", [("800000", "EUR", "open"), ("400000", "EUR", "open")]),
    ("pt", "Vinte e cinco mil euros de coima", [("25000", "EUR", "open")]),
    ("fr", "Trente-deux millions d'euros", [("32000000", "EUR", "open")]),
    ("de", "fünfunddreißigtausend Euro Bußgeld", [("35000", "EUR", "open")]),
    ("en", "It said one euro, not 1.5 million euros.", [("1500000", "EUR", "other")]),
    # what paying early leaves of a fine is not the fine, unless the text calls the first sum the original one
    ("en", "a fine of €5,000 (reduced to €4,000)", [("5000", "EUR", "open"), ("4000", "EUR", "rebate")]),
    (
        "en",
        "The original fine of €5,000 was reduced to €3,000 after early payment.",
        [("5000", "EUR", "open"), ("3000", "EUR", "open")],
    ),
    # a ceiling is no fine
    ("en", "a fine of up to €20 million", [("20000000", "EUR", "maximum")]),
    # nor is a funding round or a turnover
    ("en", "the start-up raised $30 million", [("30000000", "USD", "other")]),
    ("fr", "un chiffre d'affaires de 3 milliards d'euros", [("3000000000", "EUR", "other")]),
    # things that are not money
    ("en", "10 billion selfies and 4% of turnover", []),
    # the country decides which crown
    ("en", "the Norwegian body wants 65 million kroner", [("65000000", "NOK", "open")]),
]


@pytest.mark.parametrize(("lang", "text", "expected"), SUMS)
def test_sums(component, lang, text, expected):
    mentions = component(lang, "amounts")(text)._.dpawatch_amounts
    assert [(m.amount, m.currency, m.use) for m in mentions] == [(Decimal(a), c, u) for a, c, u in expected]
    assert all(text[slice(*m.span)].strip() == text[slice(*m.span)] != "" for m in mentions)


@pytest.mark.parametrize(
    ("raw", "mark", "scaled", "value"),
    [
        ("1.200.000,50", ",", False, "1200000.50"),
        ("1,200,000.50", ".", False, "1200000.50"),
        # three digits behind a single mark are thousands, unless a word like "million" follows
        ("1.200", ".", False, "1200"),
        ("1.234", ".", True, "1.234"),
        ("1.234", ",", True, "1234"),
        ("1'000'000", ".", False, "1000000"),
        ("7,5", ".", True, "7.5"),
    ],
)
def test_parse_number(raw, mark, scaled, value):
    assert parse_number(raw, mark, scaled) == Decimal(value)
