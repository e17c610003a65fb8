"""What is cut out of an article of the press: evidence only, 500 characters at most, and spans that still say the same."""

import random

import pytest

from db.excerpts import CUT, GAP, MAX_CHARACTERS, cut_excerpt

SENTENCES = [
    "The authority fined the shop.",
    "It had kept the data of its customers for ten years without any reason.",
    "The shop has appealed.",
    "The weather was fine.",
]
TEXT = " ".join(SENTENCES)


def span(text, part):
    start = text.index(part)
    return start, start + len(part)


def test_only_the_evidence_is_there_in_the_order_of_the_text():
    excerpt = cut_excerpt(TEXT, [[span(TEXT, SENTENCES[2])], [span(TEXT, SENTENCES[0])]])
    assert excerpt.text == SENTENCES[0] + GAP + SENTENCES[2]


def test_neighbours_stay_joined():
    excerpt = cut_excerpt(TEXT, [[span(TEXT, SENTENCES[0]), span(TEXT, SENTENCES[1])]])
    assert excerpt.text == f"{SENTENCES[0]} {SENTENCES[1]}"


def test_evidence_of_two_actions_is_there_once():
    both = [[span(TEXT, SENTENCES[0])], [span(TEXT, SENTENCES[0])]]
    assert cut_excerpt(TEXT, both).text == SENTENCES[0]


@pytest.mark.parametrize("evidence", [[], [[]], [[(5, 5)]]])
def test_without_evidence_nothing_is_left(evidence):
    excerpt = cut_excerpt(TEXT, evidence)
    assert (excerpt.text, excerpt.pieces) == ("", ())


def test_a_long_sentence_is_cut_between_two_words():
    text = "word " * 300
    excerpt = cut_excerpt(text, [[(0, len(text))]])
    assert excerpt.text == ("word " * 100).rstrip() + CUT
    assert excerpt.find(0, len(text)) == (0, len(excerpt.text) - 1)


def test_a_script_without_spaces_is_cut_anywhere():
    excerpt = cut_excerpt("個" * 900, [[(0, 900)]])
    assert excerpt.text == "個" * (MAX_CHARACTERS - 1) + CUT


def test_each_action_has_its_first_sentence_before_any_has_a_second():
    first, second, third = ("One. " + "a b " * 70, "Two. " + "c d " * 70, "Three. " + "e f " * 20)
    text = first + second + third
    excerpt = cut_excerpt(text, [[span(text, first), span(text, second)], [span(text, third)]])
    assert excerpt.text.startswith("One.")
    assert "Three." in excerpt.text
    assert excerpt.find(*span(text, third)) is not None
    assert f" c{CUT}{GAP}Three." in excerpt.text


def test_a_scrap_of_a_sentence_is_left_out():
    text = "a" * 490 + "\n\n\n" + "The next sentence is this one."
    assert cut_excerpt(text, [[(0, 490), (493, len(text))]]).text == "a" * 490


@pytest.mark.parametrize("seed", range(200))
def test_spans_in_an_excerpt_say_what_they_said(seed):
    chance = random.Random(seed)
    text = "".join(chance.choice(["word", " ", ". ", "é", "🦊", "\n"]) for _ in range(chance.randrange(1, 1500)))
    spans = [tuple(sorted(chance.choices(range(len(text) + 1), k=2))) for _ in range(chance.randrange(0, 12))]
    evidence = [spans[i : i + 3] for i in range(0, len(spans), 3)]
    excerpt = cut_excerpt(text, evidence)
    assert len(excerpt.text) <= MAX_CHARACTERS
    assert cut_excerpt(text, evidence[::-1]) == excerpt
    for piece in excerpt.pieces:
        assert excerpt.text[piece.at : piece.at + piece.end - piece.start] == text[piece.start : piece.end]
    for start, end in spans:
        found = excerpt.find(start, end)
        if found:
            assert text[start:end].startswith(excerpt.text[slice(*found)])
    # nothing else is there
    rest = excerpt.text
    for piece in sorted(excerpt.pieces, key=lambda p: p.start - p.end):
        rest = rest.replace(text[piece.start : piece.end], "", 1)
    assert set(rest) <= set(GAP + CUT)
