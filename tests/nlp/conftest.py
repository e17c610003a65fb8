"""Pipelines of single components on blank languages, so that a test sees one component at a time."""

import pytest
import spacy


@pytest.fixture(scope="session")
def component():
    """Return a function that builds, once, a blank pipeline of a language with the named components."""
    built = {}

    def build(lang, *names):
        if (lang, names) not in built:
            nlp = spacy.blank(lang)
            for name in names:
                nlp.add_pipe(f"dpawatch_{name}")
            built[lang, names] = nlp
        return built[lang, names]

    return build
