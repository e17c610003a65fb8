"""Texts that nobody would write are read without an error, every span in its place; 10,000 of them by benchmarks/mutations.py."""

import pytest

from benchmarks.mutations import MUTATIONS, check, mutate
from nlp.analyze import analyze_document
from nlp.models import Document


@pytest.mark.parametrize("first", range(0, 100, 20))
def test_mutations_are_read(first):
    assert [failure for seed in range(first, first + 20) if (failure := check(seed))] == []


def test_the_same_seed_is_the_same_text():
    assert mutate(7) == mutate(7) != mutate(8)
    assert len({mutate(seed).text for seed in range(50)}) == 50
    assert len(MUTATIONS) == 8


@pytest.mark.parametrize("text", ["", "\0", "\ufeff", "(" * 5000, "Art. " * 2000, "\u202e fined €5", "a" * 1_000_000])
def test_odd_texts_are_read(text):
    analysis = analyze_document(Document(text=text, lang="en"))
    assert analysis.is_enforcement is False
