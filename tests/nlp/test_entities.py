"""Which sentences the statistical model is asked about, and what its answer changes: only texts of languages with a model."""

import pytest

from nlp import entities
from nlp.entities import COMPONENT, EntityReader
from nlp.pipeline import build_pipeline

GONE = "The ICO fined Alder Ltd £60,000."


@pytest.fixture
def asked(monkeypatch):
    """Return a function that says which texts the model is given for a text."""
    read = EntityReader._read
    given = []

    def note(self, sentences):
        parts = read(self, sentences)
        given.extend(part.text for part in parts)
        return parts

    def ask(text):
        given.clear()
        build_pipeline("en")(text)
        return "".join(given)

    monkeypatch.setattr(EntityReader, "_read", note)
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


def test_a_batch_is_read_as_its_texts_are():
    nlp = build_pipeline("en")
    texts = [f"The ICO fined {name}. It rained in {place}." for name in ("Rosso Bianco", "Ada Voss") for place in "AB"]
    texts += ["", "Nothing happened.", "The watchdog issued a fine against the Post Office in May."]
    alone = [[(e.text, e.label_) for e in nlp(text).ents] for text in texts]
    assert [[(e.text, e.label_) for e in doc.ents] for doc in nlp.pipe(texts, batch_size=3)] == alone
    assert sum(map(len, alone)) > 3


def test_what_is_longer_than_the_model_may_have_at_once_is_read_in_turns(asked, monkeypatch):
    monkeypatch.setattr(entities, "_MOST_TOKENS", 20)
    text = " ".join(f"The ICO fined Rosso Bianco{'a' * n} £60,000." for n in range(9))
    found = asked(text)
    assert [found.count(f"Bianco{'a' * n} ") for n in range(9)] == [1] * 9


def test_a_language_without_a_model_has_no_component_for_it():
    assert COMPONENT not in build_pipeline("el").pipe_names
    assert build_pipeline("en").pipe_names.index(COMPONENT) > build_pipeline("en").pipe_names.index(
        "dpawatch_companies"
    )
