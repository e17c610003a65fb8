"""Corrective powers, and whether a sentence says they were used: negation, hedging, requests, intent."""

import pytest

CUES = [
    ("en", "The office fined the shop.", {("fine", "imposed")}),
    # negation
    ("en", "The office imposed no fine.", {("fine", "negated")}),
    # hedging
    ("en", "The shop could face a fine.", {("fine", "hedged")}),
    # a complainant wants it
    ("en", "The group asked the office to impose a fine.", {("fine", "requested")}),
    # announced only
    ("en", "The office intends to fine the shop.", {("intent-to-fine", "imposed"), ("intent-to-fine", "intended")}),
    ("en", "It ordered the shop to erase the files.", {("erasure-order", "imposed")}),
    ("en", "The office issued a reprimand.", {("reprimand", "imposed")}),
    ("fr", "L'autorité a prononcé une amende.", {("fine", "imposed")}),
    ("fr", "Elle met la société en demeure.", {("formal-notice", "imposed")}),
    ("de", "Die Behörde verhängte ein Bußgeld.", {("fine", "imposed")}),
    ("de", "Es wurde kein Bußgeld verhängt.", {("fine", "negated")}),
    ("de", "Sie verwarnte den Verein.", {("reprimand", "imposed")}),
    ("es", "La agencia multó al club.", {("fine", "imposed")}),
    ("it", "Il garante ha inflitto una sanzione di diecimila euro.", {("fine", "imposed")}),
    ("nl", "De toezichthouder legt een boete op.", {("fine", "imposed")}),
    ("pl", "Urząd nałożył karę na klub.", {("fine", "imposed")}),
    ("pt", "A comissão aplicou uma coima.", {("fine", "imposed")}),
    # denied behind the word, which is not the same as a fine that is not final yet
    ("de", "Eine Geldbuße verhängte die Behörde nicht.", {("fine", "negated")}),
    ("de", "Die Geldbuße gilt, rechtskräftig ist sie nicht.", {("fine", "imposed")}),
    ("nl", "Een boete werd niet opgelegd.", {("fine", "negated")}),
    # a word that only contains one
    ("en", "The refined oil was confined.", set()),
]


@pytest.mark.parametrize(("lang", "text", "expected"), CUES)
def test_cues(component, lang, text, expected):
    cues = component(lang, "sanctions")(text)._.dpawatch_sanctions
    assert {(c.id, c.modality) for c in cues} == expected
    assert all(text[slice(*c.span)].strip() for c in cues)
