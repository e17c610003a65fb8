"""A measure against a natural person: neither the service they used nor the body they work for is the respondent."""

import pytest

from nlp.analyze import analyze_document
from nlp.models import Document

HIT = [
    ("en", "A man was fined £500 by the ICO for sharing videos of his neighbours on TikTok."),
    ("en", "The Irish DPC has fined a former employee of Corvale Bank €900 for sending customer lists over WhatsApp."),
    (
        "fr",
        "La CNIL a infligé une amende de 2 000 euros à un médecin qui avait publié des photos de patients sur Facebook.",
    ),
    (
        "fr",
        "Un policier a été condamné à une amende de 3 000 euros par la CNIL pour avoir vendu des données sur Telegram.",
    ),
    ("es", "Un hombre ha sido multado por la AEPD con 2.000 euros por difundir vídeos en TikTok."),
    (
        "es",
        "La AEPD sanciona con 500 euros a una enfermera del Hospital Vallehermoso por consultar historias clínicas.",
    ),
    ("it", "Il Garante privacy ha multato per 2.000 euro un uomo che aveva pubblicato video su TikTok."),
    ("it", "Un infermiere dell'Ospedale San Rovero è stato sanzionato dal Garante privacy per 1.000 euro."),
    (
        "de",
        "Die DSB verhängte gegen einen Mann eine Geldstrafe von 500 Euro, weil er Videos auf TikTok veröffentlichte.",
    ),
    (
        "de",
        "Eine Krankenschwester der Klinik Sonnfeld, die Akten einsah, muss laut LfDI Baden-Württemberg 1.000 Euro Bußgeld zahlen.",
    ),
    ("nl", "De AP legt een man een boete van 600 euro op voor het delen van filmpjes op TikTok."),
    ("nl", "Een verpleegkundige van Ziekenhuis Oosterlo kreeg van de AP een boete van 600 euro."),
    ("pl", "Prezes UODO nałożył na lekarza karę 5000 zł za publikację zdjęć na Facebooku."),
    (
        "pl",
        "Policjantka, która sprawdzała dane w systemie, została ukarana przez Prezesa UODO kwotą 2000 zł.",
    ),
    ("pt", "A CNPD multou um homem em 500 euros por divulgar vídeos no TikTok."),
    ("pt", "Uma enfermeira do Hospital de Arvoredo foi multada em 1.000 euros pela CNPD."),
    ("sv", "IMY påför en man en sanktionsavgift på 20 000 kronor för filmer på Facebook."),
    ("sv", "En läkare måste betala 10 000 kronor i sanktionsavgift till IMY efter inlägg på Facebook."),
    ("da", "En mand skal betale en bøde på 5.000 kroner efter at have delt videoer på Facebook, oplyser Datatilsynet."),
    ("nb", "Datatilsynet har ilagt en lege et gebyr på 20 000 kroner for innlegg på Facebook."),
    ("fi", "Tietosuojavaltuutettu määräsi lääkärille 5 000 euron seuraamusmaksun Facebook-julkaisuista."),
    (
        "ro",
        "ANSPDCP a sancționat o persoană fizică cu amendă de 1.000 de lei pentru publicarea unui video pe Facebook.",
    ),
    ("el", "Η Αρχή Προστασίας Δεδομένων επέβαλε πρόστιμο 2.000 ευρώ σε έναν γιατρό για ανάρτηση στο Facebook."),
    ("hu", "A NAIH megbírságolt egy orvost 300 000 forintra, mert a Facebookon képeket tett közzé."),
    ("cs", "ÚOOÚ uložil lékaři pokutu 50 000 korun za zveřejnění snímků na Facebooku."),
]


@pytest.mark.parametrize(("lang", "text"), HIT)
def test_a_person_who_is_hit_leaves_no_respondent(lang, text):
    analysis = analyze_document(Document(text=text, lang=lang))
    (action,) = analysis.actions
    assert action.respondents == ()
    assert action.amount is not None
    assert "respondent" not in {company.role for company in analysis.companies}


BESIDE = [
    # the person complained, or was harmed
    ("en", "The ICO fined Bruma £60,000 for discriminating against a woman.", "Bruma"),
    ("de", "Nach der Beschwerde einer Frau muss die Bruma GmbH laut HmbBfDI 60.000 Euro Bußgeld zahlen.", "Bruma GmbH"),
    ("fr", "La CNIL a sanctionné Bruma de 60 000 euros après la plainte d'un homme.", "Bruma"),
    ("es", "La AEPD multó con 60.000 euros a Bruma por publicar la foto de un médico en Facebook.", "Bruma"),
    ("it", "Il Garante ha sanzionato Bruma per 60.000 euro dopo il reclamo di un uomo.", "Bruma"),
    ("nl", "De AP beboet Bruma met 60.000 euro na een klacht van een man.", "Bruma"),
    ("pl", "Prezes UODO nałożył na Brumex karę 60 000 zł po skardze lekarza.", "Brumex"),
    # a lone comma ends what is told of the person
    ("en", "After a nurse had looked at the records, Bruma Ltd was fined £60,000 by the ICO.", "Bruma Ltd"),
    # listed with the person
    ("en", "A man and Bruma Ltd were fined £500 by the ICO.", "Bruma Ltd"),
]


@pytest.mark.parametrize(("lang", "text", "respondent"), BESIDE)
def test_an_organisation_is_hit_though_a_person_is_told_of(lang, text, respondent):
    actions = analyze_document(Document(text=text, lang=lang)).actions
    assert {name for action in actions for name in action.respondents} == {respondent}
