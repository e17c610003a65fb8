"""Sentences that have none of the words of a phrase are not searched for it, and none is missed by that."""

import pytest

from nlp.beginnings import beginning_of, beginnings_of
from nlp.gazetteer import load_lexicon, load_lexicons
from nlp.patterns import PatternIndex, compile_frames, compile_phrases


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("fine", {"fine$"}),
        ("fine*", {"fin"}),
        ("penal*", {"penal"}),
        ("minors?", {"minor$", "minors$"}),
        ("organi[sz]ation", {"organ"}),
        ("l'amende", {"l$"}),
        ("cease-and-desist", {"cease$"}),
        ("{n}", {"{n}"}),
        ("deciș*", {"dec"}),
        ("a*", None),
        ("*werk", None),
        ("a|the", None),
    ],
)
def test_how_a_word_begins(word, expected):
    assert beginning_of(word) == (frozenset(expected) if expected else None)


def test_a_text_lists_its_words_and_placeholders():
    compile_phrases(("fined", "fine*", "finances*", "l'amende"))
    held = beginnings_of("Fined \ue000 l’amende of \uf8ff")
    assert {"fined$", "fin", "l$", "{c}", "{n}"} <= held
    assert "{r}" not in beginnings_of("Fined \ue000")


def test_a_text_lists_what_a_phrase_made_later_needs():
    assert "zyzzyva$" not in beginnings_of("A zyzzyva crept.")
    assert compile_phrases(("zyzzyva",)).may_stand_in("A zyzzyva crept.")


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("a fine of", {"fine$"}),
        ("(the)? order* ... (delete|eras*)", {"order"}),
        ("(fine|monetary penalt*)", {"fine$", "monetary$"}),
        ("{c} ... (got|received*)", {"got$", "recei"}),
        ("(a|b*)", None),
        ("*werk", None),
    ],
)
def test_a_phrase_needs_its_most_telling_word(phrase, expected):
    needs = compile_phrases((phrase,)).needs
    assert (needs.telling if needs else None) == (frozenset(expected) if expected else None)


def test_a_phrase_needs_all_its_certain_words():
    pattern = compile_phrases(("duty ... (erase|delete)", "must pay"))
    may_stand = pattern.may_stand_in
    assert may_stand("A duty to delete it.") and may_stand("They must soon pay.")
    assert not may_stand("A duty to pay.") and not may_stand("They must delete it.")


LANGUAGES = [lexicon.lang for lexicon in load_lexicons()]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_a_phrase_finds_has_what_it_needs(lang):
    """Each phrase of a lexicon is written out in its simplest form, which its own pattern must still find."""
    lexicon = load_lexicon(lang)
    sections = (lexicon.sanctions, lexicon.status, lexicon.cues, lexicon.frames, lexicon.violations, lexicon.happenings)
    phrases = {phrase for section in sections for group in section.values() for phrase in group}
    assert len(phrases) > 100
    held = 0
    for phrase in phrases:
        for compiled in (compile_phrases((phrase,)), *compile_frames((phrase,))):
            text = _write_out(phrase)
            if compiled.pattern.search(text):
                held += 1
                assert list(compiled.finditer(text)), (phrase, text)
    assert held > len(phrases)


def _write_out(phrase: str) -> str:
    """Return a text that a phrase finds: each choice at its first way, what is optional left out, a word for each gap."""
    plain = phrase.replace("{c}", "\ue000").replace("{r}", "\uf000").replace("{n}", "\uf8ff")
    words = []
    for word in plain.split(" "):
        if word in ("...", "~"):
            continue
        while "(" in word and ")" in word:
            head, _, rest = word.partition("(")
            inner, _, tail = rest.partition(")")
            word = head + inner.split("|")[0] + tail
        words.append(word.split("|")[0].strip("()?*"))
    return " ".join(words).replace("*", "")


def test_an_index_gives_every_pattern_a_text_can_hold_and_no_other():
    patterns = {
        key: compile_phrases((phrase,)) for key, phrase in (("a", "fined"), ("b", "order*"), ("c", "... *werk"))
    }
    index = PatternIndex([*patterns.items(), ("none", None)])
    assert [key for key, _ in index.possible("It ordered the works.")] == ["b", "c"]
    assert [key for key, _ in index.possible("It fined them.")] == ["a", "c"]
