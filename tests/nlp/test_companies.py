"""Which organisations a text names, and what part each plays in the matter."""

import pytest

from nlp.analyze import analyze_document
from nlp.models import Document

ROLES = [
    # object of the fine
    ("en", "The CNIL fined Google €50 million.", {("Google", "respondent")}),
    # passive
    ("en", "Marriott was fined by the ICO.", {("Marriott", "respondent")}),
    # the NGO that complained
    ("en", "Google was fined after noyb filed a complaint.", {("Google", "respondent"), ("noyb", "complainant")}),
    # where the data came from
    (
        "en",
        "The order hits Clearview AI, whose photos were scraped from Facebook and YouTube.",
        {("Clearview AI", "respondent"), ("Facebook", "mentioned"), ("YouTube", "mentioned")},
    ),
    # who reported it
    (
        "en",
        "Clearview AI was fined, according to TechCrunch.",
        {("Clearview AI", "respondent"), ("TechCrunch", "publisher")},
    ),
    # a list shares the verb
    (
        "en",
        "The regulator fined Google, Amazon and TikTok.",
        {("Google", "respondent"), ("Amazon", "respondent"), ("TikTok", "respondent")},
    ),
    # a name nobody knows, by its legal form
    ("de", "Gegen die Kronenblick GmbH wurde ein Bußgeld verhängt.", {("Kronenblick GmbH", "respondent")}),
    # a legal form before the name ends no sentence
    (
        "en",
        "The office imposed a fine on S.C. Vinotera Grup S.R.L. in May.",
        {("S.C. Vinotera Grup S.R.L.", "respondent")},
    ),
    # the nouns around a name do not hide it
    (
        "de",
        "35 Millionen Euro Bußgeld soll der Modekonzern Hennes & Mauritz zahlen.",
        {("Hennes & Mauritz", "respondent")},
    ),
    # a compound of the name is the same organisation
    (
        "de",
        "Facebook widerspricht: Der Facebook-Konzern muss zahlen.",
        {("Facebook", "mentioned"), ("Facebook", "respondent")},
    ),
    ("fr", "La CNIL a sanctionné la société Belverte SAS.", {("Belverte SAS", "respondent")}),
    ("es", "La AEPD multa a Vodafone.", {("Vodafone", "respondent")}),
    ("it", "Il Garante sanziona Deliveroo.", {("Deliveroo", "respondent")}),
    ("nl", "De AP legt Uber een boete op.", {("Uber", "respondent")}),
    # a regulator is no company
    ("en", "The Data Protection Commission spoke to the CNIL.", set()),
    # a public body whose kind has no capital
    ("en", "The office fined Tarnby municipality.", {("Tarnby municipality", "respondent")}),
    ("en", "The regulator reprimanded the municipality of Tarnby.", {("municipality of Tarnby", "respondent")}),
    ("nl", "De AP legt de gemeente Roosdaal een boete op.", {("gemeente Roosdaal", "respondent")}),
    ("it", "Il Garante sanziona il comune di Castelmonte.", {("comune di Castelmonte", "respondent")}),
    # but its article and its people are none
    ("en", "The office fined the Danish municipality.", set()),
    # a legal form with full stops ends its name; alone it is none
    ("en", "A fine was imposed on Volta S.p.A. Following complaints, it paid.", {("Volta S.p.A.", "respondent")}),
    ("en", "The office fined the S.L. for its cameras.", set()),
    # terms of art in capitals
    ("en", "The office fined the lack of a Data Protection Impact Assessment.", set()),
    # a subsidiary with a legal form of its own is not the known group
    (
        "en",
        "The office fined Google Porto Mapas S.A. in May. Google had denied it.",
        {("Google Porto Mapas S.A.", "respondent"), ("Google Porto Mapas S.A.", "mentioned")},
    ),
    # two that differ in their legal form alone
    (
        "it",
        "Il Garante ha sanzionato Volta s.r.l. e Volta s.r.l.s.",
        {("Volta s.r.l.", "respondent"), ("Volta s.r.l.s.", "respondent")},
    ),
    # the full name, whatever brackets introduce for it
    (
        "en",
        "The office fined Nordens Elnet Central (NEC) in May. Letters of NEC were lost.",
        {("Nordens Elnet Central", "respondent"), ("Nordens Elnet Central", "mentioned")},
    ),
    # a compound for a kind of organisation, in front of the name or as its beginning
    ("de", "Der Lieferdienst Hurtig erhielt ein Bußgeld von 500 Euro.", {("Hurtig", "respondent")}),
    (
        "de",
        "Die Behörde hat die Wohnungsgesellschaft Seeblick mit einer Geldbuße von 500 Euro belegt.",
        {("Wohnungsgesellschaft Seeblick", "respondent")},
    ),
    # nor is a law
    ("en", "The General Data Protection Regulation applies.", set()),
]


@pytest.mark.parametrize(("lang", "text", "expected"), ROLES)
def test_roles(component, lang, text, expected):
    doc = component(lang, "regulators", "provisions", "amounts", "companies")(text)
    assert {(m.name, m.role) for m in doc._.dpawatch_companies} == expected
    assert all(0 <= m.span[0] < m.span[1] <= len(text) for m in doc._.dpawatch_companies)


def test_a_short_name_is_the_long_one_of_the_same_text(component):
    text = "Kronenblick Verlag GmbH sells papers. The CNIL fined Kronenblick Verlag."
    doc = component("en", "regulators", "provisions", "amounts", "companies")(text)
    assert {m.id for m in doc._.dpawatch_companies} == {"kronenblick-verlag"}


@pytest.mark.parametrize(
    ("text", "controllers"),
    [
        (
            "A man complained, with the help of noyb, because Vinotera Grup SRL (the controller) was silent.",
            {"Vinotera Grup SRL"},
        ),
        ("He had a contract with Kronenblick Ltd (a utilities company, the controller).", {"Kronenblick Ltd"}),
        ("Google LLC is the data controller.", {"Google LLC"}),
        ("Google LLC asked the controller, Alphabet, to answer.", {"Alphabet"}),
    ],
)
def test_the_one_called_the_controller(component, text, controllers):
    doc = component("en", "regulators", "provisions", "amounts", "companies")(text)
    assert {m.name for m in doc._.dpawatch_companies if m.is_controller} == controllers


def test_a_name_shortened_in_brackets_behind_the_full_stop_of_its_form_is_the_same():
    text = (
        "The request went to V.B.M. Vento Bianco Moda S.p.a. (V.B.M. S.p.a.) and Rosso S.p.a. in May. "
        "The Garante fined V.B.M. S.p.a. €20,000 for a breach of Article 5 GDPR."
    )
    (action,) = analyze_document(Document(text=text, lang="en")).actions
    assert action.respondents == ("Vento Bianco Moda S.p.a.",)
