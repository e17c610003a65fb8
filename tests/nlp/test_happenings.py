"""What befell a matter beside its measures, in every language of the first class: a complaint, a fine upheld or paid."""

import pytest

from nlp.analyze import analyze_document
from nlp.gazetteer import load_lexicons
from nlp.models import Document
from nlp.patterns import compile_phrases

# A fine for the sentences to be about.
LEADS = {
    "en": "The ICO fined Alder Ltd £40,000 for breaches of Article 32 GDPR.",
    "fr": "La CNIL a infligé une amende de 40 000 euros à la société Alder SAS.",
    "de": "Der HmbBfDI hat gegen die Alder GmbH ein Bußgeld von 40.000 Euro verhängt.",
    "it": "Il Garante privacy ha inflitto ad Alder S.r.l. una sanzione di 40.000 euro.",
    "es": "La AEPD ha impuesto a Alder S.L. una multa de 40.000 euros.",
    "nl": "De AP heeft Alder B.V. een boete van 40.000 euro opgelegd.",
    "pl": "Prezes UODO nałożył na Alder sp. z o.o. karę 40 000 zł.",
    "pt": "A CNPD aplicou à Alder, Lda. uma coima de 40.000 euros.",
}

TOLD = [
    ("en", "The case goes back to a complaint by a former customer.", "complaint", None),
    ("en", "A tenant filed a complaint with the authority on 3 March 2021.", "complaint", "2021-03-03"),
    ("en", "Two patients had complained to the regulator.", "complaint", None),
    ("en", "On 9 June 2023 the tribunal dismissed the company's appeal.", "upheld", "2023-06-09"),
    ("en", "The High Court upheld the fine on 9 June 2023.", "upheld", "2023-06-09"),
    ("en", "The tribunal did not accept these reasons, and upheld the penalty.", "upheld", None),
    ("en", "A court has confirmed the penalty.", "upheld", None),
    ("en", "The judge refused to annul the fine.", "upheld", None),
    ("en", "The company has since paid the fine.", "paid", None),
    ("en", "The company has paid the fine in full.", "paid", None),
    ("en", "The penalty was paid on 2 May 2022.", "paid", "2022-05-02"),
    ("fr", "L'affaire fait suite à une plainte d'un ancien client.", "complaint", None),
    ("fr", "Une association avait déposé une plainte le 3 mars 2021.", "complaint", "2021-03-03"),
    ("fr", "Le Conseil d'État a rejeté le recours de la société le 9 juin 2023.", "upheld", None),
    ("fr", "Le 9 juin 2023, le Conseil d'État a confirmé la sanction.", "upheld", "2023-06-09"),
    ("fr", "La société s'est depuis acquittée de l'amende.", "paid", None),
    ("fr", "La société a intégralement payé l'amende.", "paid", None),
    ("de", "Dem war die Beschwerde eines Kunden vorausgegangen.", "complaint", None),
    ("de", "Eine Mieterin reichte am 3. März 2021 eine Beschwerde bei der Behörde ein.", "complaint", "2021-03-03"),
    ("de", "Das Verwaltungsgericht wies die Klage des Unternehmens ab.", "upheld", None),
    ("de", "Am 9. Juni 2023 bestätigte das Landgericht das Bußgeld.", "upheld", "2023-06-09"),
    ("de", "Das Landgericht bestätigte das Bußgeld am 9. Juni 2023.", "upheld", "2023-06-09"),
    ("de", "Die Rechtsbeschwerde wurde vom Oberlandesgericht verworfen.", "upheld", None),
    ("de", "Das Unternehmen hat die Geldbuße bereits bezahlt.", "paid", None),
    ("it", "Il procedimento nasce dal reclamo di un ex cliente.", "complaint", None),
    ("it", "Due pazienti avevano presentato un reclamo il 3 marzo 2021.", "complaint", "2021-03-03"),
    ("it", "Il Tribunale di Roma ha respinto il ricorso.", "upheld", None),
    ("it", "La Cassazione ha confermato la sanzione il 9 giugno 2023.", "upheld", "2023-06-09"),
    ("it", "La società ha già pagato la sanzione.", "paid", None),
    ("es", "El caso comenzó con la reclamación de un antiguo cliente.", "complaint", None),
    ("es", "Dos pacientes presentaron una denuncia el 3 de marzo de 2021.", "complaint", "2021-03-03"),
    ("es", "La Audiencia Nacional desestimó el recurso.", "upheld", None),
    ("es", "El Tribunal Supremo confirmó la multa el 9 de junio de 2023.", "upheld", "2023-06-09"),
    ("es", "La empresa ya pagó la multa.", "paid", None),
    ("nl", "Aanleiding was een klacht van een oud-klant.", "complaint", None),
    ("nl", "Een huurder diende een klacht in.", "complaint", None),
    ("nl", "De rechtbank verwierp het beroep op 9 juni 2023.", "upheld", "2023-06-09"),
    ("nl", "De Raad van State bevestigde de boete.", "upheld", None),
    ("nl", "Het bedrijf heeft de boete inmiddels betaald.", "paid", None),
    ("pl", "Sprawa zaczęła się od skargi klienta.", "complaint", None),
    ("pl", "Pacjentka złożyła skargę do organu.", "complaint", None),
    ("pl", "Sąd oddalił skargę spółki.", "upheld", None),
    ("pl", "Naczelny Sąd Administracyjny utrzymał w mocy karę.", "upheld", None),
    ("pl", "Spółka zapłaciła karę.", "paid", None),
    ("pt", "O caso começou com a queixa de um antigo cliente.", "complaint", None),
    ("pt", "Dois utentes apresentaram uma reclamação em 3 de março de 2021.", "complaint", "2021-03-03"),
    ("pt", "O Tribunal da Relação negou provimento ao recurso da empresa.", "upheld", None),
    ("pt", "O tribunal manteve a coima.", "upheld", None),
    ("pt", "A empresa já pagou a coima.", "paid", None),
]

# Denied, doubted, still to come, or something else in the same words.
NOT_TOLD = [
    ("en", "Nobody could complain to the authority about it."),
    ("en", "The authority had received no complaint from customers."),
    ("en", "Customers may lodge a complaint with the authority."),
    ("en", "The company will pay the fine."),
    ("en", "The company must have paid the fine by June."),
    ("en", "If it pays early, the company gets a discount."),
    ("en", "The company has not paid the fine."),
    ("en", "Another court would have upheld the fine."),
    ("en", "It is unclear whether the tribunal upheld the penalty."),
    ("en", "The tribunal dismissed the appeal by the ICO."),
    ("en", "The ICO confirmed the fine in a statement."),
    ("fr", "Aucune plainte d'un client n'avait été reçue."),
    ("fr", "Les clients peuvent déposer une plainte."),
    ("fr", "La société n'a pas payé l'amende."),
    ("fr", "La société devra payer l'amende."),
    ("fr", "Le Conseil d'État n'a pas rejeté le recours."),
    ("fr", "Le Conseil d'État a rejeté le recours de la CNIL."),
    ("de", "Es gab keine Beschwerde der Kunden."),
    ("de", "Kunden können sich bei der Behörde beschweren."),
    ("de", "Das Unternehmen legte Beschwerde der Anwälte gegen den Bescheid ein."),
    ("de", "Das Unternehmen hat die Geldbuße nicht bezahlt."),
    ("de", "Das Unternehmen muss die Geldbuße noch bezahlen."),
    ("de", "Das Verwaltungsgericht wies die Klage nicht ab."),
    ("de", "Die Behörde wies die Beschwerde zurück."),
    ("it", "Non risulta alcun reclamo di clienti."),
    ("it", "La società non ha pagato la sanzione."),
    ("it", "La società dovrà pagare la sanzione."),
    ("it", "Il Tribunale potrebbe confermare la sanzione."),
    ("it", "Il Tribunale non ha respinto il ricorso."),
    ("es", "No consta reclamación de clientes."),
    ("es", "La empresa no pagó la multa."),
    ("es", "La empresa deberá pagar la multa."),
    ("es", "La Audiencia Nacional podría desestimar el recurso."),
    ("es", "La Audiencia Nacional desestimó el recurso de la AEPD."),
    ("nl", "Er was geen klacht van klanten."),
    ("nl", "Het bedrijf heeft de boete niet betaald."),
    ("nl", "Het bedrijf moet de boete nog betalen."),
    ("nl", "De rechtbank zou het beroep verworpen hebben."),
    ("pl", "Nie było skargi klienta."),
    ("pl", "Spółka nie zapłaciła kary."),
    ("pl", "Spółka nie zapłaciła karę w terminie."),
    ("pl", "Spółka musi zapłacić karę."),
    ("pl", "Spółka złożyła skargę do sądu."),
    ("pt", "Não houve queixa de clientes."),
    ("pt", "A empresa não pagou a coima."),
    ("pt", "A empresa terá de pagar a coima."),
    ("pt", "O tribunal não manteve a coima."),
]


def happenings(lang, text, title=None):
    """Return what befell each action of a text, as (kind, date, words)."""
    analysis = analyze_document(Document(text, lang=lang, title=title))
    return [[(h.kind, h.date, text[slice(*h.span)]) for h in action.happenings] for action in analysis.actions]


@pytest.mark.parametrize(("lang", "sentence", "kind", "date"), TOLD)
def test_it_happened(lang, sentence, kind, date):
    assert happenings(lang, f"{LEADS[lang]} {sentence}") == [[(kind, date, sentence)]]


@pytest.mark.parametrize(("lang", "sentence"), NOT_TOLD)
def test_it_did_not_happen(lang, sentence):
    assert not any(happenings(lang, f"{LEADS[lang]} {sentence}"))


# A court's ruling is the only news: the act it is about is told all the same, and as it stands.
ALONE = [
    ("en", "The High Court has upheld the £40,000 fine that the ICO imposed on Alder Ltd.", "decided"),
    ("en", "The tribunal dismissed the appeal that Alder Ltd had lodged against the ICO's £40,000 fine.", "decided"),
    ("fr", "Le Conseil d'État a rejeté le recours d'Alder SAS contre l'amende de 40 000 euros de la CNIL.", "decided"),
    ("de", "Das Landgericht bestätigte das Bußgeld des HmbBfDI von 40.000 Euro gegen die Alder GmbH.", "decided"),
    ("de", "Das Gericht hat die Klage der Alder GmbH gegen das Bußgeld des HmbBfDI von 40.000 Euro abgewiesen.", "decided"),
    ("it", "Il Tribunale ha respinto il ricorso di Alder S.r.l. contro la sanzione di 40.000 euro del Garante privacy.", "decided"),
    ("es", "La Audiencia Nacional confirma la multa de 40.000 euros de la AEPD a Alder S.L.", "decided"),
    ("nl", "De Raad van State verwierp het beroep van Alder B.V. tegen de boete van 40.000 euro van de AP.", "decided"),
    ("pl", "Sąd oddalił skargę Alder sp. z o.o. na decyzję Prezesa UODO o karze 40 000 zł.", "decided"),
    ("pt", "O tribunal manteve a coima de 40.000 euros aplicada pela CNPD à Alder, Lda.", "decided"),
    # what comes behind it is not over
    (
        "en",
        "The tribunal upheld the ICO's £40,000 fine on Alder Ltd for spam. Alder Ltd has appealed against the £40,000 fine.",
        "appealed",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "text", "status"), ALONE)
def test_a_ruling_alone_gives_the_act_that_it_upheld(lang, text, status):
    (action,) = analyze_document(Document(text, lang=lang)).actions
    assert (action.amount, action.status) == (40_000, status)
    assert [h.kind for h in action.happenings] == ["upheld"]


def test_an_appeal_is_no_part_of_the_name_of_who_brought_it():
    text = "Das Gericht wies die Berufung der Alder Holz GmbH gegen das Bußgeld des HmbBfDI von 40.000 Euro zurück."
    assert [c.name for c in analyze_document(Document(text, lang="de")).companies] == ["Alder Holz GmbH"]


def test_each_happening_belongs_to_the_matter_its_sentence_is_about():
    text = (
        "The ICO fined Alder Ltd £40,000. After a complaint by a tenant, it fined Birch plc £90,000 as well. "
        "Alder Ltd has paid the fine."
    )
    analysis = analyze_document(Document(text, lang="en"))
    found = {a.respondents[0]: [h.kind for h in a.happenings] for a in analysis.actions}
    assert found == {"Alder Ltd": ["paid"], "Birch plc": ["complaint"]}


def test_what_is_about_another_party_or_no_matter_belongs_to_none():
    assert happenings("en", "The ICO fined Alder Ltd £40,000. The complaint against Birch plc was filed in 2020.") == [
        []
    ]
    assert happenings("en", "A tenant filed a complaint with the authority.") == []


def test_what_only_the_title_says_has_no_place_in_the_text():
    text = "The ICO had fined Alder Ltd £40,000."
    assert happenings("en", text, title="Tribunal dismisses the appeal of Alder Ltd") == [[]]
    assert happenings("en", f"{text} The penalty was paid.", title="Alder Ltd") == [
        [("paid", None, "The penalty was paid.")]
    ]


def test_of_several_sentences_the_one_with_a_date_is_kept():
    text = f"{LEADS['en']} Two tenants had complained to the authority. They filed a complaint with the ICO on 3 March 2021."
    ((told,),) = happenings("en", text)
    assert told == ("complaint", "2021-03-03", "They filed a complaint with the ICO on 3 March 2021.")


def test_spans_are_places_in_the_text_as_it_was_given():
    text = "Le\u0301a Alder SAS\u00ad\u00ad : la CNIL a infligé une amende de 40 000 euros à Alder SAS. La société a payé l'amende."
    ((told,),) = happenings("fr", text)
    assert told == ("paid", None, "La société a payé l'amende.")


@pytest.mark.parametrize("lexicon", load_lexicons(), ids=lambda lexicon: lexicon.lang)
def test_a_lexicon_tells_of_the_kinds_there_are(lexicon):
    kinds = {"complaint", "upheld", "paid"}
    assert set(lexicon.happenings) <= kinds | {"upheld_by_court", "courts", "not", *(f"not_{kind}" for kind in kinds)}
    assert all(compile_phrases(phrases) for phrases in lexicon.happenings.values())
    assert (lexicon.lang not in LEADS) or kinds <= set(lexicon.happenings)
