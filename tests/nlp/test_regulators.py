"""Which regulators a text names: by name, by abbreviation, by description, and only in a fitting context where a name is shared."""

import pytest

from nlp.analyze import analyze_document
from nlp.models import Document

MENTIONS = [
    # an abbreviation of its own
    ("en", "The CNIL opened its doors.", [("fr-cnil", "CNIL")]),
    # a full name, in the language of the text
    ("de", "Die französische Datenschutzbehörde äußerte sich.", [("fr-cnil", "französische Datenschutzbehörde")]),
    # a description by country, with either apostrophe
    ("en", "Ireland's privacy watchdog spoke.", [("ie-dpc", "Ireland's privacy watchdog")]),
    ("en", "Ireland’s privacy watchdog spoke.", [("ie-dpc", "Ireland’s privacy watchdog")]),
    # a court is named apart from the regulator
    ("fr", "Le Conseil d'État a suivi la CNIL.", [("fr-conseil-etat", "Conseil d'État"), ("fr-cnil", "CNIL")]),
    # a single word keeps its capitals
    ("en", "A cnil is no authority.", []),
    # nothing inside a longer word
    ("en", "The DPCX label is a brand.", []),
]


@pytest.mark.parametrize(("lang", "text", "expected"), MENTIONS)
def test_mentions(component, lang, text, expected):
    doc = component(lang, "regulators")(text)
    assert [(m.id, text[slice(*m.span)]) for m in doc._.dpawatch_regulators] == expected


def ids(component, lang, text):
    return {m.id for m in component(lang, "regulators")(text)._.dpawatch_regulators}


def test_a_shared_name_goes_to_the_country_that_the_text_names(component):
    assert ids(component, "en", "In Norway, Datatilsynet inspected a clinic.") == {"no-datatilsynet"}
    assert ids(component, "en", "In Denmark, Datatilsynet inspected a clinic.") == {"dk-datatilsynet"}


def test_a_shared_name_without_context_is_nobody(component):
    assert ids(component, "en", "Datatilsynet inspected a clinic.") == set()


def test_a_country_in_front_of_a_legal_form_is_part_of_a_name(component):
    nlp = component("en", "regulators")
    assert nlp("The controller, Norda Data Romania SA, lost letters.")._.dpawatch_regulators == ()
    assert [m.id for m in nlp("The Romanian SA fined it.")._.dpawatch_regulators] == ["ro-anspdcp"]


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("en", "The Dutch\ndata protection authority fined Rosso Ltd.", "nl-ap"),
        ("en", "The data protection authority of\nFrance fined Rosso Ltd.", "fr-cnil"),
        ("de", "Die Datenschutzbehörde von\nHamburg verhängte ein Bußgeld.", "de-hmbbfdi"),
    ],
)
def test_a_description_may_be_broken_over_a_line(lang, text, expected):
    assert [m.id for m in analyze_document(Document(text=text, lang=lang)).regulators] == [expected]
