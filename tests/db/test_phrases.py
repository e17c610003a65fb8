"""Phrases are found again by their hashes in whatever form they come, and not where only a part of a word is the same."""

import time

import pytest

from db.phrases import MARK, Finder, list_phrases

KEY = b"k" * 32


def replace(text, *phrases):
    return Finder(KEY, {p for phrase in phrases for p in list_phrases(KEY, phrase)}).replace(text)


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("Erika Müller", "Erika Müller was fined.", "[redacted] was fined."),
        # case, a mark made of two characters, a possessive
        ("Erika Müller", "ERIKA MU\u0308LLER's firm", "[redacted]'s firm"),
        # spaces of every width, and line ends
        ("Erika Müller", "by Erika\u00a0\n  Müller, owner", "by [redacted], owner"),
        # a word broken at a line end, and by a soft hyphen
        ("Erika Müller", "Erika Mül-\n  ler and Eri\u00adka Müller", "[redacted] and [redacted]"),
        # a hyphen that is followed by another word
        ("Meta", "Meta- und Google-Dienste", "[redacted]- und Google-Dienste"),
        # ids and addresses are made of it
        ("Erika Müller", "/news/erika-muller_fined.html", "/news/[redacted]_fined.html"),
        ("Иванов Пётр", "ivanov-piotr, иванов пётр", "ivanov-piotr, [redacted]"),
        # hyphens of the name itself, here none, there one
        (
            "Jean-Paul Dupont",
            "Jean Paul Dupont; JeanPaul Dupont; Jean‑Paul Dupont",
            "[redacted]; [redacted]; [redacted]",
        ),
        # compatibility forms: full width, ligatures
        ("Office Fix", "ｏｆｆｉｃｅ ﬁx", "[redacted]"),
        ("Groß", "GROSS", "[redacted]"),
        # no word of the text is a part of it only
        ("Meta", "metadata, met a man, Metas, meta.", "metadata, met a man, Metas, [redacted]."),
        ("Erika Müller", "Erika Müllerin, Frederika Müller", "Erika Müllerin, Frederika Müller"),
        # apostrophes of all kinds, also those that count as letters
        (
            "Siobhán O'Malley",
            "O’Malley, Siobhan OʼMalley and SIOBHÁN OʻMALLEYʼs",
            "O’Malley, [redacted] and [redacted]ʼs",
        ),
        # the number of a footnote
        (
            "Erika Müller",
            "Erika Müller1, Erika Müller² and Erika Müller[3]",
            "[redacted]1, [redacted]² and [redacted][3]",
        ),
        (
            "Office 365",
            "Office365, office-365, Office 36, Office 3650",
            "[redacted], [redacted], Office 36, Office 3650",
        ),
        # a script without spaces
        ("李小龙", "罚款李小龙三万元", "罚款[redacted]三万元"),
    ],
)
def test_a_phrase_is_found_in_every_form(phrase, text, expected):
    assert replace(text, phrase) == expected


def test_the_longest_phrase_that_begins_at_a_word_is_taken():
    assert replace("Rosso Energia SpA and Rosso", "Rosso", "Rosso Energia SpA") == "[redacted] and [redacted]"


def test_a_text_without_phrases_is_the_same():
    text = "nothing of the kind"
    assert replace(text, "Erika Müller") is text
    assert replace(text) is text


def test_hashes_of_another_key_are_others_and_short_phrases_have_none():
    (one,), (other,) = list_phrases(KEY, "Erika Muller"), list_phrases(b"x", "Erika Muller")
    assert one.shape == other.shape == (5, 6)
    assert one.digest != other.digest
    assert list_phrases(KEY, "A. B.") == set()
    assert replace(MARK, "Erika Müller") == MARK


def test_the_time_is_that_of_the_length_of_the_text():
    phrase, seconds = "ab " * 30, []
    for times in (25_000, 200_000):
        began = time.process_time()
        found = replace("ab " * times, phrase)
        seconds.append(time.process_time() - began)
        assert (found.count(MARK), found.count("ab")) == divmod(times, 30)
    # of eight times the text, with room for what else the machine does
    assert seconds[1] < 16 * seconds[0]
