"""How near two texts are, by their signatures."""

import re

import pytest

from ingest.similarity import list_runs, make_signature

# written for this test
STORY = """The authority of the harbour town closed its inquiry into the ferry company on Monday. For two years the company
had kept the passports of all passengers in a folder that anyone on board could open, and it had told nobody. A deck hand
who found the folder wrote to the authority, which sent two inspectors on the morning boat. They counted nine thousand
scans, the oldest of them from a crossing that no longer exists. The company must delete the scans within a month, tell
the passengers what happened, and show that its crews are taught how to handle documents. Its director said that the
order was fair and that new software would be installed before the summer season begins. Passengers' associations called
for a fine, which the authority did not impose because the company had helped with the inquiry from its first day."""


def compare(one, other, lang="en"):
    first, second = make_signature(one, lang), make_signature(other, lang)
    return sum(a == b for a, b in zip(first, second, strict=True)) / len(first)


def test_signature_is_the_same_on_every_machine_and_with_every_version():
    """Signatures are stored: a library that makes others must not be taken without making all of them again."""
    signature = make_signature(STORY, "en")
    assert (len(signature), signature[:4]) == (100, (82111194, 106581112, 3179469, 1318166))
    assert all(0 <= place < 2**32 for place in signature)


def replace_words(text, every):
    words = text.split()
    return " ".join("instead" if n % every == 0 else word for n, word in enumerate(words))


@pytest.mark.parametrize(
    ("copy", "least", "most"),
    [
        (STORY.upper().replace(",", ";"), 1, 1),  # case and punctuation
        (re.sub(r"\s+", "\n", STORY), 1, 1),
        (STORY + " Copyright of the agency, all rights are reserved by it.", 0.85, 0.99),
        (STORY.rsplit(".", 3)[0], 0.6, 0.95),  # the last sentences are cut
        (replace_words(STORY, 40), 0.75, 0.99),  # edited
        (" ".join(STORY.split()[::-1]), 0, 0.05),  # the same words say something else
    ],
)
def test_similarity(copy, least, most):
    assert least <= compare(STORY, copy) <= most


def test_a_short_text_has_no_signature():
    assert make_signature("The company must delete the scans within a month. " * 3, "en") == ()


def test_the_brief_of_an_agency_has_a_signature():
    brief = " ".join(STORY.split()[:60])
    assert compare(brief, f"Ferries inspected. {brief}") > 0.85


def test_texts_without_spaces_between_words():
    story = "".join(chr(0x4E00 + n * 37 % 2000) for n in range(300))
    assert list_runs("個人 情報、保護法", "ja") == {"個人情報保", "人情報保護", "情報保護法"}
    assert compare(story, story[:270], "ja") > 0.8
