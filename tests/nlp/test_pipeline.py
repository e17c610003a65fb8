"""The components as spaCy's own: written with the Doc, sent between processes, and asking for those they need."""

import tomllib
from pathlib import Path

import pytest
import spacy
from spacy.tokens import Doc, DocBin

from nlp.analyze import analyze_document
from nlp.models import Document
from nlp.pipeline import COMPONENTS, build_pipeline, language_code, model_of

TEXT = (
    "On 3 May 2024, the ICO fined Alder Ltd, a retailer, £60,000 for a breach of Article 32(1) UK GDPR, after a complaint. "
    "It also fined a nurse. Alder Ltd has appealed."
)
ATTRIBUTES = [f"dpawatch_{name}" for name in (*COMPONENTS, "persons", "context")]


@pytest.fixture(scope="module")
def nlp():
    nlp = spacy.blank("en")
    for name in COMPONENTS:
        nlp.add_pipe(f"dpawatch_{name}")
    return nlp


def marks(doc):
    return {name: getattr(doc._, name) for name in ATTRIBUTES}


def test_every_attribute_is_set(nlp):
    assert all(marks(nlp(TEXT)).values())


def test_bytes_bring_back_every_attribute(nlp):
    doc = nlp(TEXT)
    assert marks(Doc(nlp.vocab).from_bytes(doc.to_bytes())) == marks(doc)


def test_a_docbin_brings_back_every_attribute(nlp):
    doc = nlp(TEXT)
    packed = DocBin(store_user_data=True, docs=[doc]).to_bytes()
    assert [marks(d) for d in DocBin().from_bytes(packed).get_docs(nlp.vocab)] == [marks(doc)]


def test_other_tables_in_a_doc_stay_what_they_are(nlp):
    doc = nlp(TEXT)
    doc.user_data["mine"] = {"kind": "Decimal", "values": ["1"]}
    assert Doc(nlp.vocab).from_bytes(doc.to_bytes()).user_data["mine"] == {"kind": "Decimal", "values": ["1"]}


def test_two_processes_read_as_one_does(nlp):
    texts = [TEXT, "", "The CNIL fined Alder SAS €5 million."]
    assert [marks(d) for d in nlp.pipe(texts, n_process=2)] == [marks(d) for d in nlp.pipe(texts)]


def test_a_doc_that_was_read_can_be_read_on(nlp):
    first = spacy.blank("en")
    first.add_pipe("dpawatch_regulators")
    doc = Doc(nlp.vocab).from_bytes(first(TEXT).to_bytes())
    assert marks(nlp(doc)) == marks(nlp(TEXT))


@pytest.mark.parametrize(
    ("component", "missing"),
    [
        (
            "actions",
            "dpawatch_regulators, dpawatch_provisions, dpawatch_amounts, dpawatch_companies, dpawatch_sanctions",
        ),
        ("companies", "dpawatch_regulators, dpawatch_provisions, dpawatch_amounts"),
    ],
)
def test_a_component_names_those_it_needs(component, missing):
    with pytest.raises(ValueError, match=f"dpawatch_{component} reads what {missing}"):
        spacy.blank("en").add_pipe(f"dpawatch_{component}")


@pytest.mark.parametrize("lang", ["..", "a.", ".d", "\0a", "de."])
def test_what_names_no_language_is_found_out(lang):
    assert language_code(lang) == "xx"
    assert analyze_document(Document(TEXT, lang=lang)).lang == "en"


def test_every_component_is_an_entry_point_of_spacy():
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    factories = project["entry-points"]["spacy_factories"]
    assert factories.keys() >= {f"dpawatch_{name}" for name in COMPONENTS}


def test_a_full_vocabulary_forgets_the_words_of_each_text(monkeypatch):
    monkeypatch.setattr("nlp.analyze._MOST_WORDS", 0)
    strings = build_pipeline("en").vocab.strings
    found = analyze_document(Document(TEXT.replace("retailer", "retailer of qwyxels"), lang="en"))
    assert "qwyxels" not in strings
    assert [a.respondents for a in found.actions] == [
        a.respondents for a in analyze_document(Document(TEXT, lang="en")).actions
    ]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_words_are_cut_as_the_model_cuts_them(lang):
    model = spacy.load(model_of(lang), exclude=["ner"])
    ours, theirs = (t.to_bytes(exclude=["vocab"]) for t in (build_pipeline(lang).tokenizer.inner, model.tokenizer))
    assert ours == theirs
