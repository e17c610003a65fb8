"""Natural persons are no organisations, in any language, however a measure against them is told."""

import pytest

from nlp.analyze import analyze_document
from nlp.models import Document

PERSONS = [
    # a given name leads the run
    ("es", "La AEPD multa con 2.000 euros a Juan Pérez Rubio por una cámara."),
    ("de", "Die Behörde verhängte gegen Thomas Kessler ein Bußgeld von 500 Euro."),
    ("it", "Il Garante privacy ha sanzionato Mario Ferri per 2.000 euro."),
    ("nl", "De AP legt Jan de Wit een boete op van 500 euro."),
    ("pt", "A CNPD multou João Teles em 500 euros."),
    # a title stands in front
    ("en", "The ICO fined landlord Peter Marsh £500."),
    ("en", "The ICO fined Dr Alderney Voss, a GP, £500."),
    # a title or trade belongs to the run
    ("de", "Die Behörde verhängte gegen Herrn Veit Ostermoor ein Bußgeld von 500 Euro."),
    ("es", "La AEPD multa con 900 euros a Don Evaristo Lamela por una cámara."),
    # the verb behind "authority" is no kind of organisation
    ("en", "The Belgian data protection authority fined Joris Vandermeer £500."),
    # what the person does stands behind the name, or before a comma
    ("en", "The ICO fined Quillon Marsh, a nurse, £500."),
    ("nl", "De AP beboet Wubbo Terpstra, een huisarts, met 500 euro."),
    ("fr", "La CNIL a sanctionné Ozanne Brévalier, une infirmière, de 500 euros."),
    # the given name comes last, declined
    ("hu", "A NAIH 200 000 forint bírságot szabott ki Varga Istvánra egy kamera miatt."),
    # made unrecognisable
    ("es", "La AEPD multa a D. A.A.A. con 300 euros."),
    ("it", "Il Garante privacy ha sanzionato XX per 2.000 euro."),
    # the form of a sole trader
    ("ro", "ANSPDCP a aplicat o amendă de 5.000 lei operatorului Munteanu Maria PFA."),
    ("de", "Die Behörde verhängte gegen Hans Ostermoor e.K. ein Bußgeld von 5.000 Euro."),
]


@pytest.mark.parametrize(("lang", "text"), PERSONS)
def test_persons_are_no_companies(lang, text):
    analysis = analyze_document(Document(text=text, lang=lang))
    assert analysis.companies == ()
    assert [action.respondents for action in analysis.actions] == [()]


COMPANIES = [
    # known, of a legal form, or said to be one
    ("fr", "La Cnil a sanctionné Louis Vuitton de 500 000 euros.", "Louis Vuitton"),
    ("en", "The ICO fined Peter Marsh Ltd £500.", "Peter Marsh Ltd"),
    ("en", "The ICO fined the retailer Peter Marsh £500.", "Peter Marsh"),
    ("de", "Das BayLDA verhängte gegen Dr. Oetker ein Bußgeld von 500 Euro.", "Dr. Oetker"),
    ("en", "The ICO fined Hugo Boss £60,000.", "Hugo Boss"),
    ("it", "Il Garante ha multato Max Mara per 60.000 euro.", "Max Mara"),
    # a sole trader under a name that is none of a person
    ("de", "Die Behörde verhängte gegen Sonnenhof e.K. ein Bußgeld von 5.000 Euro.", "Sonnenhof e.K."),
    # a firm of advisers is an organisation, though its kind stands where a person's trade would
    ("es", "La AEPD multa con 900 euros a Administraciones Robledal, la gestoría.", "Administraciones Robledal"),
]


@pytest.mark.parametrize(("lang", "text", "name"), COMPANIES)
def test_companies_that_bear_a_persons_name(lang, text, name):
    assert [company.name for company in analyze_document(Document(text=text, lang=lang)).companies] == [name]


NOT_IMPOSED = [
    ("en", "The ICO decided against fining Bruma Ltd £300,000."),
    ("en", "The ICO denied that it had fined Bruma Ltd £5m."),
    ("de", "Das BayLDA sah von einem Bußgeld gegen die Rosso GmbH ab."),
    ("nl", "De AP ziet af van een boete voor Rosso BV."),
    ("pl", "Prezes UODO odstąpił od nałożenia kary na Rosso sp. z o.o."),
]


@pytest.mark.parametrize(("lang", "text"), NOT_IMPOSED)
def test_what_an_authority_decided_against_is_not_imposed(lang, text):
    assert analyze_document(Document(text=text, lang=lang)).actions == ()


SHARED = [
    ("The Data Protection Commission has fined Bruma DAC €500 for breaches of the GDPR.", "ie-dpc"),
    ("The Garante fined Bruma S.p.A. €500 under the GDPR.", "it-garante"),
]


@pytest.mark.parametrize(("text", "regulator"), SHARED)
def test_a_shared_name_is_that_of_the_law_which_the_text_names(text, regulator):
    (action,) = analyze_document(Document(text=text, lang="en")).actions
    assert (action.regulator, len(action.respondents)) == (regulator, 1)
