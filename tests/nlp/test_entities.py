"""Which sentences the statistical model is asked about, and what its answer changes: only texts of languages with a model."""

import pytest

from nlp.entities import COMPONENT
from nlp.pipeline import build_pipeline

GONE = "The ICO fined Alder Ltd £60,000."


@pytest.fixture
def asked(monkeypatch):
    """Return a function that says which texts the model is given for a text."""
    nlp = build_pipeline("en")
    recognise = nlp.get_pipe("ner")
    given = []

    def note(doc):
        given.append(doc.text)
        return recognise(doc)

    def ask(text):
        given.clear()
        nlp(text)
        return "".join(given)

    real = nlp.get_pipe
    monkeypatch.setattr(nlp, "get_pipe", lambda name: note if name == "ner" else real(name))
    return ask


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # nothing in it is about a measure
        ("Rosso opened a shop in Turin. Bianco did too.", ""),
        # who was fined is an organisation by its form
        (f"{GONE} Norton Bianco works there. It fined nobody in Leeds.", ""),
        # only the verb makes a party of it
        ("The ICO fined Rosso Bianco £60,000. Alder Ltd is next door.", "The ICO fined Rosso Bianco £60,000."),
        # a measure without anybody known, and a sentence that tells of none
        ("The weather in Leeds was fine. The watchdog issued a reprimand in Orsova.", "reprimand in Orsova"),
        # what was done against somebody
        (
            "A patient complained. The complaint against the Post Office was heard.",
            "The complaint against the Post Office",
        ),
        # a name is told with what it is short for
        ("A group (ANQ, Associazione Nazionale Quadri) wrote letters. It was sunny.", "(ANQ, Associazione"),
        # no word that can be a name
        ("The authority issued a reprimand. A fine was imposed.", ""),
        # another party's sum
        (
            f"{GONE} Capita Ltd paid £14 million, a law firm £60,000 and an NHS IT supplier £3 million in March.",
            "Capita Ltd paid",
        ),
    ],
)
def test_only_sentences_whose_parties_are_open_are_asked_about(asked, text, expected):
    given = asked(text)
    assert (expected in given) if expected else given == ""


def test_what_the_model_calls_an_organisation_is_a_party():
    doc = build_pipeline("en")("The ICO reprimanded the Ministry of Rural Development and Food.")
    assert [m.name for m in doc._.dpawatch_companies if m.role == "respondent"] == [
        "Ministry of Rural Development and Food"
    ]


def test_spans_of_the_model_stand_where_they_do_in_the_text():
    text = "It rained.\n\nThe watchdog issued a fine against the Post Office in May. It rained in Leeds again."
    doc = build_pipeline("en")(text)
    assert [text[e.start_char : e.end_char] for e in doc.ents if e.label_ == "ORG"] == ["the Post Office"]


def test_a_language_without_a_model_has_no_component_for_it():
    assert COMPONENT not in build_pipeline("el").pipe_names
    assert build_pipeline("en").pipe_names.index(COMPONENT) > build_pipeline("en").pipe_names.index(
        "dpawatch_companies"
    )
