"""Whom a measure is directed against, in the ways each language tells it; all parties are invented."""

import unicodedata

import pytest

from nlp.analyze import analyze_document
from nlp.identities import has_legal_form
from nlp.models import Document

TOLD = [
    # a Baltic form stands in front, and the name it begins runs to the bracket
    ("en", "The Lithuanian SA (VDAI) fined the Center of Lamps (VĮ Lampų centras) €5,000.", "VĮ Lampų centras"),
    # an abbreviation is spelt out right behind it
    (
        "en",
        "The ICO fined a league £5,000. The league (RLL – Rowanbeck Lamp League) will pay.",
        "Rowanbeck Lamp League",
    ),
    # an authority asks for what the law demands
    ("en", "The ICO has requested Rowanbeck Ltd to establish records of processing.", "Rowanbeck Ltd"),
    # the part of a party is no part of its name
    ("en", "The Spanish DPA (AEPD) fined the controller Rowanbeck España €5,000.", "Rowanbeck España"),
    # a preposition and its article in one word, before a body whose kind is part of its name
    ("es", "La AEPD dirige un apercibimiento al Ayuntamiento de Roblal.", "Ayuntamiento de Roblal"),
    ("es", "La AEPD impone una multa de 5.000 euros al hospital Santa Brisa.", "hospital Santa Brisa"),
    ("pt", "A CNPD aplicou uma coima de 9.000 euros ao Município de Arvoredo.", "Município de Arvoredo"),
    ("it", "Il Garante rivolge un ammonimento al Comune di Pietralba.", "Comune di Pietralba"),
    ("fr", "La CNIL adresse une mise en demeure à la commune de Vertbois.", "commune de Vertbois"),
    ("fr", "La CNIL prononce un rappel à l'ordre à l'encontre du CHU de Vertbois.", "CHU de Vertbois"),
    ("de", "Der HmbBfDI verhängte gegen die Stadt Moorau ein Bußgeld von 5.000 Euro.", "Stadt Moorau"),
    ("de", "Das BayLDA verwarnt den Landkreis Moorau.", "Landkreis Moorau"),
    ("nl", "De AP berispt de gemeente Veenlo.", "gemeente Veenlo"),
    ("pl", "UODO udzielił upomnienia burmistrzowi Brzozowa.", "burmistrzowi Brzozowa"),
    # the kind is more than one word
    ("it", "Il Garante sanziona l'Azienda sanitaria locale di Pietralba.", "Azienda sanitaria locale di Pietralba"),
    ("it", "Il Garante sanziona l'Ordine degli avvocati di Pietralba.", "Ordine degli avvocati di Pietralba"),
    # what it does stands in front of its name, and is no part of it
    ("de", "Das BayLDA verwarnt den Fahrdienstanbieter Flotti.", "Flotti"),
    ("nl", "De AP legt datahandelaar Kwieto een boete van 5.000 euro op.", "Kwieto"),
    ("nl", "De AP legt Haagse databroker Kwieto een boete van 5.000 euro op.", "Kwieto"),
    ("fr", "La CNIL inflige 5 000 euros à la plateforme de rencontres Coeurix.", "Coeurix"),
    ("es", "La AEPD multa con 5.000 euros a la red social de citas Corazul.", "Corazul"),
    # what is told of it in between
    ("en", "Rowanbeck, which sells lamps, was fined £5,000 by the ICO.", "Rowanbeck"),
    # who appeals against a fine is no complainant
    ("en", "The ICO fined the firm £5,000. Rowanbeck has filed an appeal.", "Rowanbeck"),
    ("de", "Gegen das Bußgeld von 5.000 Euro des BayLDA hat die Flotti GmbH Einspruch eingelegt.", "Flotti GmbH"),
    ("es", "La AEPD impuso una multa de 5.000 euros. Corazul interpuso recurso.", "Corazul"),
    ("it", "Il Garante ha inflitto una sanzione di 5.000 euro. Lumaweb ha presentato ricorso.", "Lumaweb"),
    ("fr", "La CNIL a infligé une amende de 5 000 euros. Le recours de Coeurix est rejeté.", "Coeurix"),
    ("pl", "UODO nałożył karę 5000 zł. W maju skarga Lampex na decyzję została oddalona.", "Lampex"),
    # an authority finds that it did
    ("pl", "UODO uznał, że Lampex kopiował dowody, i nałożył karę 5000 zł.", "Lampex"),
    ("fr", "La CNIL a constaté que Coeurix conservait tout et a prononcé une amende de 5 000 euros.", "Coeurix"),
    # the first sentence only says what it is
    ("en", "The ICO fined a data broker £5,000. A man had bought a list from Rowanbeck, a data broker.", "Rowanbeck"),
    (
        "en",
        "The ICO fined a processor £5,000. Elmside Trust (the controller) had hired Rowanbeck Ltd (the processor).",
        "Rowanbeck Ltd",
    ),
    # its own name before the translation it stands behind
    (
        "en",
        "The Danish DPA fined Lysby Municipality (Lysby Kommune) DKK 5,000. Lysby Municipality will pay.",
        "Lysby Kommune",
    ),
]


@pytest.mark.parametrize(("lang", "text", "respondent"), TOLD)
def test_who_is_the_respondent(lang, text, respondent):
    actions = analyze_document(Document(text=text, lang=lang)).actions
    assert {name for action in actions for name in action.respondents} == {respondent}


OTHERS = [
    # behind a preposition, a name is not what the sentence is about
    ("fr", "La CNIL a infligé une amende de 5 000 euros. Le groupe, coté au Palmarex, conteste.", "Palmarex"),
    # where it is
    ("nl", "Bakkerij Krentebol uit Veenlo kreeg 7.500 euro boete van de AP.", "Veenlo"),
    # words of courts and cases
    ("da", "Retten i Lysby har idømt Lampekæden A/S en bøde på 5.000 kr. Dommen er anket.", "Retten"),
    ("pl", "Sprawa została zakończona karą 5000 zł nałożoną przez UODO na Lampex.", "Sprawa"),
    # who complained
    ("pt", "A CNPD aplicou uma coima de 5.000 euros. A queixa partiu da Lupa Cidadã.", "Lupa Cidadã"),
    ("es", "La AEPD impuso una multa de 5.000 euros. La denuncia partió de Lupa Ciudadana.", "Lupa Ciudadana"),
    ("fr", "La CNIL a infligé une amende de 5 000 euros. La plainte émanait de Loupe Citoyenne.", "Loupe Citoyenne"),
]


@pytest.mark.parametrize(("lang", "text", "name"), OTHERS)
def test_who_is_not(lang, text, name):
    actions = analyze_document(Document(text=text, lang=lang)).actions
    assert name not in {respondent for action in actions for respondent in action.respondents}


@pytest.mark.parametrize(
    "name",
    [
        "Moorau Kliniken gGmbH", "Lesekreis Moorau e.V.", "Moorau UG (haftungsbeschränkt)", "Coeurix S.à r.l.", "Kwieto VZW",
        "Lampex sp.k.", "Svítidla spol. s r.o.", "Rosso S.p.a.", "Lampabolt Bt.", "Lampi j.d.o.o.", "Λάμπα Ι.Κ.Ε.", "Lampa VšĮ",
        "Luz EIRELI", "Luces S. de R.L. de C.V.", "Rowanbeck Pvt. Ltd.", "Lamba A.Ş.", "Lampan ekonomisk förening",
    ],
)  # fmt: skip
def test_legal_forms(name):
    assert has_legal_form(name)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("pl", "Prezes UODO ukarał Annę Brzozę kwotą 5000 zł."),
        ("pl", "Prezes UODO nałożył na Tomasza Brzozę karę 5000 zł."),
        ("cs", "ÚOOÚ uložil pokutu Petru Březinovi ve výši 5000 Kč."),
    ],
)
def test_a_declined_given_name_is_a_persons(lang, text):
    assert analyze_document(Document(text=text, lang=lang)).companies == ()


@pytest.mark.parametrize("lang", ["de", "xx", "und", None])
@pytest.mark.parametrize(
    "written",
    [
        lambda text: text,
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: text.replace("korn", "\u00adkorn").replace("hängt", "häng\u00adt"),
    ],
    ids=["composed", "decomposed", "soft hyphens"],
)
def test_spans_lead_into_the_text_however_it_is_written(lang, written):
    text = written("Die Behörde verhängte gegen die Süßkorn GmbH ein Bußgeld von 5.000 Euro.")
    analysis = analyze_document(Document(text=text, lang=lang))
    (company,) = analysis.companies
    assert (company.name, company.role) == ("Süßkorn GmbH", "respondent")
    assert [text[start:end] for start, end in company.spans] == [written("Süßkorn GmbH")]
    assert [text[start:end] for action in analysis.actions for start, end in action.evidence] == [text]


def test_a_span_ends_behind_the_marks_of_its_last_letter():
    text = "The ICO fined Alder Ltd £5,000 for a br\u00adeach of Article 12\u0e39\u0e39, which it denies."
    (provision,) = analyze_document(Document(text=text, lang="en")).provisions
    assert [text[start:end] for start, end in provision.spans] == ["Article 12\u0e39\u0e39"]


def test_a_name_ends_before_white_space_of_any_kind():
    text = "The CNIL fined Federal Trade Commis\u200fsion\x85. It denies."
    (company,) = analyze_document(Document(text=text, lang="en")).companies
    assert [text[start:end] for start, end in company.spans] == ["Federal Trade Commis\u200fsion"]


def test_the_full_stop_of_a_sentence_ends_no_name():
    read = analyze_document(
        Document(text="The ICO fined Lampora Inc. £5,000. It reprimanded Rowanbeck Ltd.", lang="en")
    )
    assert {name for action in read.actions for name in action.respondents} == {"Lampora Inc.", "Rowanbeck Ltd"}


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "In 2021 the ICO fined Rowanbeck Ltd £9,000. On appeal, the judge set the sum at £4,000."),
        ("fr", "La CNIL a infligé 9 000 euros d'amende à Coeurix SAS. Le tribunal a fixé la somme à 4 000 euros."),
        ("es", "La AEPD multó a Corazul S.L. con 9.000 euros. El tribunal fijó la multa en 4.000 euros."),
        (
            "it",
            "Il Garante ha multato Lumaweb S.r.l. per 9.000 euro. Il tribunale ha fissato la sanzione in 4.000 euro.",
        ),
        ("pt", "A CNPD multou a Luzweb Lda em 9.000 euros. O tribunal fixou a coima em 4.000 euros."),
    ],
)
def test_a_judge_who_sets_the_sum_changes_it(lang, text):
    action = analyze_document(Document(text=text, lang=lang)).actions[0]
    assert (action.amount, "fine-reduced" in action.sanctions) == (4000, True)
