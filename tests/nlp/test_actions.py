"""Who decided what against whom, put together from the mentions of whole texts; the texts are ours, the facts public."""

import pytest

from nlp.analyze import analyze_document
from nlp.models import Document

ORDER = """The French data protection authority has put Clearview AI on notice to stop collecting faces.

The CNIL ordered the New York company to delete the pictures it holds of people in France, and gave it two months to do so. \
Its president found that the firm breached Articles 6, 12, 15 and 17 of the GDPR.

The index of some 10 billion images was filled from Facebook, Instagram and Venmo, none of which agreed to it. \
Privacy International had filed a complaint. The news was first reported by TechCrunch."""

ROUNDUP = """Three privacy fines stood out this week.

The Irish DPC fined LinkedIn €310 million.

The Dutch AP imposed a fine of €290 million on Uber.

The Spanish AEPD fined CaixaBank €6 million."""


def read(text, lang="en", **known):
    return analyze_document(Document(text=text, lang=lang, **known))


@pytest.fixture(scope="module")
def order():
    return read(ORDER)


def test_an_order_without_a_fine(order):
    assert order.is_enforcement
    (action,) = order.actions
    assert action.regulator == "fr-cnil"
    assert action.respondents == ("Clearview AI",)
    assert action.provisions == ("GDPR:6", "GDPR:12", "GDPR:15", "GDPR:17")
    assert {"erasure-order", "formal-notice"} <= set(action.sanctions)
    assert (action.amount, action.currency, action.amount_eur) == (None, None, None)
    assert action.status == "decided"
    assert {"legal-basis", "data-subject-rights"} <= set(action.violations)


def test_images_are_no_money(order):
    assert order.amounts == ()


def test_each_organisation_has_one_part(order):
    assert {(c.name, c.role) for c in order.companies} == {
        ("Clearview AI", "respondent"),
        ("Facebook", "mentioned"),
        ("Instagram", "mentioned"),
        ("Venmo", "mentioned"),
        ("Privacy International", "complainant"),
        ("TechCrunch", "publisher"),
    }


def test_the_evidence_is_whole_sentences_that_say_so(order):
    sentences = [ORDER[slice(*span)] for span in order.actions[0].evidence]
    assert any("ordered the New York company to delete" in s for s in sentences)
    assert all(s.endswith(".") for s in sentences)


def test_every_span_is_inside_the_text_and_no_blank(order):
    items = (*order.regulators, *order.companies, *order.provisions, *order.sanctions)
    spans = [span for item in items for span in item.spans]
    assert len(spans) > 12
    assert all(ORDER[s:e] == ORDER[s:e].strip() != "" for s, e in spans)


def test_a_roundup_is_one_action_a_fine():
    found = {(a.regulator, a.respondents, int(a.amount)) for a in read(ROUNDUP).actions}
    assert found == {
        ("ie-dpc", ("LinkedIn",), 310_000_000),
        ("nl-ap", ("Uber",), 290_000_000),
        ("es-aepd", ("CaixaBank",), 6_000_000),
    }


STATUS = [
    # the court takes it away
    ("en", "The Market Court annulled the €600,000 fine that the Belgian DPA had imposed on Google.", "annulled"),
    # announced, not imposed
    ("en", "The ICO intends to fine Marriott £99 million.", "proposed"),
    ("en", "The Irish DPC has opened an investigation into TikTok.", "investigation"),
    ("en", "GoodRx agreed to pay $1.5 million to settle with the FTC over health data it shared.", "settled"),
    ("en", "The ICO fined Marriott £18.4 million.", "decided"),
]


@pytest.mark.parametrize(("lang", "text", "status"), STATUS)
def test_status(lang, text, status):
    assert [a.status for a in read(text, lang).actions] == [status]


NOTHING = [
    # a ceiling
    "Under the GDPR a company can be fined up to €20 million or 4% of its turnover.",
    # a funding round
    "The compliance start-up Provia raised €12 million to help firms with Article 30 of the GDPR.",
    # a refusal
    "The CNIL imposed no fine on Google.",
    # a wish
    "The campaigners asked the DPC to fine Meta.",
]


@pytest.mark.parametrize("text", NOTHING)
def test_what_is_no_enforcement(text):
    found = read(text)
    assert not found.is_enforcement
    assert [a for a in found.actions if a.amount is not None] == []


def test_a_fine_in_another_currency_is_put_beside_its_euro():
    (action,) = read("On 13 June 2023 the Swedish authority IMY fined Spotify SEK 58 million.").actions
    assert (action.amount, action.currency, action.decision_date) == (58_000_000, "SEK", "2023-06-13")
    assert action.fx_date == "2023-06-13"
    assert action.amount_eur == round(58_000_000 / action.fx_rate, 2)


def test_a_title_counts_but_has_no_span():
    found = read("The fine is €5 million.", title="The Italian Garante fines Luka Inc.")
    (action,) = found.actions
    assert action.regulator == "it-garante"
    assert all(0 <= s < e <= 23 for item in (*found.amounts, *found.companies) for s, e in item.spans)


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\x00", "€", "fined", "😀" * 50, "Art. " * 500, "(((((" * 300])
def test_no_text_breaks_it(text):
    found = read(text, lang=None)
    assert found.actions == ()
    assert not found.is_enforcement


def test_a_ceiling_of_a_bill_is_nobodys_fine():
    text = "Parliament passed the bill. Calls without consent, so far punishable by at most £500,000, can cost more under the UK GDPR."
    assert read(text).actions == ()


def test_in_a_roundup_the_authority_of_the_paragraph_decides():
    text = """Three fines of the week.

The Dutch AP fined Uber €290 million.

LinkedIn was fined €310 million. The Irish DPC found no valid basis.

The Spanish AEPD fined CaixaBank €6 million."""
    decided = {(a.respondents, a.regulator) for a in read(text).actions}
    assert decided == {(("Uber",), "nl-ap"), (("LinkedIn",), "ie-dpc"), (("CaixaBank",), "es-aepd")}


def test_the_abbreviation_of_article_is_nobodys_name():
    text = "Die irische DPC verhängte gegen TikTok ein Bußgeld, weil es gegen Art. 13 Abs. 1 lit. f DSGVO verstieß."
    (action,) = read(text, "de").actions
    assert action.respondents == ("TikTok",)


@pytest.mark.parametrize(
    ("lang", "text", "amount"),
    [
        ("it", "Il Garante ha comminato a Foodinho 200mila euro.", 200_000),
        ("de", "45 Millionen Euro muss die Vodafone GmbH zahlen, so viel hat der BfDI noch nie verlangt.", 45_000_000),
        ("pl", "Prezes UODO uznał, że spółka odpowie za to. Fortum zapłaci 4 911 732 zł.", 4_911_732),
        ("es", "La AEPD exige 1,2 millones de euros a Telefónica.", 1_200_000),
        # who raises money, or might have to pay, was not fined
        ("en", "Rite Aid told the ICO that it raised £2m to pay its debts.", None),
        ("en", "The ICO said that Capita could have to pay £14m.", None),
        (
            "de",
            "Die Behörde BfDI verlangte von der Vodafone GmbH eine Auskunft. Der Umsatz lag bei 45 Millionen Euro.",
            None,
        ),
    ],
)
def test_a_sum_that_is_imposed_or_paid_is_a_fine_without_the_word(lang, text, amount):
    assert [a.amount for a in read(text, lang).actions if a.amount] == ([amount] if amount else [])


def test_a_sum_and_its_rounded_beginning_are_one():
    text = "ING Bank Śląski zapłaci ponad 18 mln zł kary. Prezes UODO nałożył na ING Bank Śląski karę w wysokości 18 416 400 zł."
    (action,) = read(text, "pl").actions
    assert action.amount == 18_416_400


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "The start-up sells banners. Every fine of the ICO brings us clients, says its founder."),
        ("pt", "Segundo o relatório, a CNPD aplicou 37 coimas, no valor global de 212 mil euros."),
        ("nl", "Er is een klacht bij de Autoriteit Persoonsgegevens, met het verzoek een boete op te leggen."),
        # damages that a party demands are no fine
        (
            "it",
            "Il Tribunale ha condannato la Cassa Rurale a versare 14.000 euro al cliente. Il Garante non si è mosso.",
        ),
        # what a year brought is nobody's
        ("es", "Según su memoria, la AEPD cobró multas por 35,6 millones de euros."),
        ("nl", "Stichting Datarecht eist 250 euro per persoon. De Autoriteit Persoonsgegevens zwijgt."),
    ],
)
def test_talk_of_fines_is_nobodys_fine(lang, text):
    assert not read(text, lang).is_enforcement


def test_sums_that_stand_apart_from_the_word_for_a_fine():
    text = "Parcheggi, due sanzioni del Garante. Ottocentomila euro a Vodafone, 400mila a Google. Nessuno sapeva nulla della targa."
    decided = {(a.respondents, a.amount) for a in read(text, "it").actions}
    assert decided == {(("Vodafone",), 800_000), (("Google",), 400_000)}


def test_a_crown_is_that_of_the_regulator_named():
    text = "Datatilsynet, l'autorità norvegese, ha inflitto a Grindr una sanzione di 65 milioni di corone."
    (action,) = read(text, "it").actions
    assert (action.amount, action.currency) == (65_000_000, "NOK")


INTRODUCED = [
    # whom the fine hits is only described; elsewhere the text says who that is
    ("The Spanish DPA fined a controller €5,000. Bruma Sur S.L. is an audit firm that lost letters.", "Bruma Sur S.L."),
    ("The Danish DPA reprimanded a shop. Havgrim, a chain of stores, had kept scans of passports.", "Havgrim"),
    # the only legal person of the text
    ("The Italian DPA fined a company €5,000. Calls were made for Volta Luce S.p.A. by others.", "Volta Luce S.p.A."),
]


@pytest.mark.parametrize(("text", "respondent"), INTRODUCED)
def test_a_party_that_is_only_introduced(text, respondent):
    (action,) = read(text).actions
    assert action.respondents == (respondent,)


ORDERS = [
    # an authority orders something that no other word names
    ("en", "The Danish DPA ordered Bruma ApS to describe its cameras.", ("compliance-order",)),
    (
        "en",
        "The Norwegian DPA found a breach. It ordered the controller to answer the letter.",
        ("compliance-order", "other"),
    ),
    ("it", "Il Garante ha ordinato a Volta S.p.A. di rispondere entro trenta giorni.", ("compliance-order",)),
    # what it held, without a word for a breach
    ("en", "The Slovenian DPA held that Bruma d.o.o. did not inform its customers.", ("other",)),
    # a court's damages and talk of a study are nothing of the kind
    ("en", "A county court ordered Bruma Ltd to pay £9,000 in damages to a tenant. The ICO took no part.", None),
    ("en", "A consumer group sent Bruma Ltd a cease and desist letter. The Irish DPA knows of it.", None),
]


@pytest.mark.parametrize(("lang", "text", "sanctions"), ORDERS)
def test_orders_without_a_word_for_their_kind(lang, text, sanctions):
    actions = read(text, lang).actions
    assert (actions[0].sanctions if actions else None) == sanctions


SUMS = [
    # the total of one party's fines goes before its parts
    ("en", "The Greek DPA fined the municipality a total of €5,000. They fined it €2,000 for one breach.", 5000),
    # a fine takes the place of the one announced before
    (
        "nb",
        "I januar varslet Datatilsynet et gebyr på 100 millioner kroner til Havgrim AS. Nå slipper de med 65 millioner kroner.",
        65000000,
    ),
    # no word for a fine, but an authority that sees a breach
    (
        "it",
        "Conto salato per il Comune di Castelmonte: 12mila euro. Per il Garante privacy sono violati gli artt. 5 e 6 del Regolamento.",
        12000,
    ),
    # what discounts would leave is none
    (
        "en",
        "The AEPD fined Bruma S.L. There were two discounts, for admission (€8,000) and speed (€6,000). It paid €6,000.",
        6000,
    ),
]


@pytest.mark.parametrize(("lang", "text", "amount"), SUMS)
def test_which_of_several_sums_is_the_fine(lang, text, amount):
    assert read(text, lang).actions[0].amount == amount


def test_damages_of_a_court_are_no_fine_though_a_provision_was_breached():
    text = "Der Richter sprach ihr 2.500 Euro zu, wegen Verstoßes gegen Art. 9 DSGVO. Die CNIL wurde nicht gefragt."
    assert read(text, "de").actions == ()
