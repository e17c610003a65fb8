"""The obvious solution does what an obvious solution can; its model is not needed to tell."""

import pytest

from benchmarks.baseline import find_amount, find_provisions, find_regulators


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a fine of €30,000 for", (30000, "EUR")),
        ("a £7.5m penalty", (7500000, "GBP")),
        ("EUR 1.2 million", (1200000, "EUR")),
        ("10.043.002 euros de multa", (10043002, "EUR")),
        ("une amende de 40 millions d'euros", (40000000, "EUR")),
        ("18 416 400 zł kary", (18416400, "PLN")),
        ("54 people in 2024", (None, None)),
    ],
)
def test_the_first_sum_is_read(text, expected):
    assert find_amount(text) == expected


def test_articles_are_read_one_by_one():
    assert find_provisions("Art. 6(1)(f) and Article 13, and article 13 again") == ["GDPR:6(1)(f)", "GDPR:13"]
    assert find_provisions("Article 32 of the UK GDPR") == ["UKGDPR:32"]


def test_regulators_are_known_by_abbreviation():
    assert find_regulators("La Cnil et l'AEPD") == ["fr-cnil", "es-aepd"]
