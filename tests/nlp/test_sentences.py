"""Sentence bounds in legal prose."""

import pytest

from nlp.sentences import split_sentences

TEXTS = [
    # abbreviations of citations end nothing
    ("It breached Art. 5 and Abs. 2. The fine stands.", ["It breached Art. 5 and Abs. 2.", "The fine stands."]),
    # legal forms
    ("The Garante fined Rosso S.p.A. EUR 5. It paid.", ["The Garante fined Rosso S.p.A. EUR 5.", "It paid."]),
    (
        "It will fine Rosso Ltd. In 2021 it fined it. Rosso Ltd. Leeds paid.",
        ["It will fine Rosso Ltd.", "In 2021 it fined it.", "Rosso Ltd. Leeds paid."],
    ),
    # a German ordinal before a month
    (
        "Am 21. Januar 2019 fiel die Entscheidung. Google klagte.",
        ["Am 21. Januar 2019 fiel die Entscheidung.", "Google klagte."],
    ),
    # an initial
    ("J. Edwards signed. Nobody objected.", ["J. Edwards signed.", "Nobody objected."]),
    # a new line always ends one
    ("First line\n- second line", ["First line", "- second line"]),
    # closing quotes belong to the sentence before
    ("“We erred.” The firm paid.", ["“We erred.”", "The firm paid."]),
    ("", []),
    ("   \n ", []),
]


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_split(text, expected):
    assert [text[slice(*span)] for span in split_sentences(text)] == expected
