"""Regular expressions from phrases a lawyer can write: the small language of the lexicons.

A phrase is words with single spaces. `order*` is any word that begins so, `minors?` has an optional last letter, `=may` is
spelt just so (and no month), `(fine|penalty)` is a choice, `,` between words a comma that must stand there, `(the)?` an
optional word, `(the|a)*` up to six of these words, `...` up to ten words in between. `~` is what a name may be introduced by:
an article, and up to five words without a capital, or with one and an uncapitalised word behind it, none of them a stop word
of the language but for its `links` ("the French *energy supplier* Enel", "la *plataforma de crédito* Rapido"). In a frame a
preposition stands for its contractions with the article too ("a" for "al"). `{c}` stands for a company, `{r}` for a regulator
and `{n}` for a sum of money; they are single private-use characters that `mask_sentence` puts in the place of the names.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Generic, TypeVar

from nlp.beginnings import Needs, Way, beginning_of, beginnings_of, is_open, needed
from nlp.gazetteer import Lexicon
from nlp.models import Span
from nlp.placeholders import AMOUNT, COMPANY, REGULATOR

K = TypeVar("K")
# Each text can be cut in one way only, hence what is possessive: separators that give some of ",,,,,," to the next, and gaps
# that may cut "a,b,c,d" anywhere, take the seventh or tenth power of its length.
_SEPARATOR = r"""(?:[\s,"“”„«»(]++['‘]?|(?<=['’]))"""
# Words of a gap are whole up to the next white space, but for the last one, which a name may stand in ("l'", "(so-called").
_WHOLE_WORD = rf"{_SEPARATOR}[^\s;:]++(?=\s)"
_GAP = rf"(?:{_WHOLE_WORD}){{0,9}}?(?:{_SEPARATOR}[^\s;:]{{1,60}})??"
_ANY_WORD = r"[^\W\d_][\w’'-]*+"
_PLAIN_WORD = r"(?-i:[^\W\d_A-Z][\w’'-]*+|[A-Z][\w’'-]*+(?=\s[a-z]))"
_INTRODUCTION = (
    rf"(?:{_SEPARATOR}(?:%articles))?(?:{_SEPARATOR}(?!(?:%stops)\b)(?:%word)(?:{_SEPARATOR}(?:%links)){{0,2}}){{0,5}}?"
)
# What a sentence says of a name in between: "Rosso, which sells shoes, was fined".
_ASIDE = rf"(?:,\s(?=\w)(?-i:[^,;:{COMPANY[1]}-{AMOUNT}A-Z]){{3,90}}(?=,))?"
# A phrase begins with a word or a placeholder; seeing that first saves trying every phrase at every mark.
_BEGINNING = r"(?=[\w\ue000-\uf8ff])"
_COMMA = r"\s?,"
_GAPS = {"...": _GAP, "~": _INTRODUCTION}
# The words of a text that is no longer are listed once, and not anew for every part of it that is searched.
_SENTENCE = 600
# Measures that a party receives, as news has it.
_HANDED = ("fine", "reprimand", "warning")


@dataclass(frozen=True, eq=False)
class PhrasePattern:
    """A pattern, and the words without which it finds nothing in a text, where they are known."""

    source: str
    needs: Needs | None

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The pattern, compiled when a text has what is needed: a short one needs few of hundreds."""
        return re.compile(self.source, re.IGNORECASE)

    def finditer(self, text: str, start: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
        """Return the matches between start and end, in order."""
        if not self.may_stand_in(text):
            return iter(())
        return self.pattern.finditer(text, start, len(text) if end is None else end)

    def may_stand_in(self, text: str) -> bool:
        """Return whether text has the words that are needed: if not, there is nothing to find."""
        return self.needs is None or self.needs.are_in(beginnings_of(text))

    def match(self, text: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        """Return the match that begins at start, if there is one."""
        return self.pattern.match(text, start, len(text) if end is None else end)

    def fullmatch(self, text: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        """Return the match of all from start to end, if it is one."""
        return self.pattern.fullmatch(text, start, len(text) if end is None else end)


class PatternIndex(Generic[K]):
    """Patterns by how the words begin that they need: of many, a text can mostly hold a few, which one look finds."""

    def __init__(self, patterns: Iterable[tuple[K, PhrasePattern | None]]) -> None:
        self._patterns = [(key, pattern) for key, pattern in patterns if pattern]
        self._always = {i for i, (_, pattern) in enumerate(self._patterns) if pattern.needs is None}
        self._places: dict[str, list[tuple[int, Way]]] = defaultdict(list)
        for i, (_, pattern) in enumerate(self._patterns):
            for beginning, ways in pattern.needs.ways.items() if pattern.needs else ():
                self._places[beginning] += ((i, way) for way in ways)
        self._telling = frozenset(self._places)

    def possible(self, text: str, marks: Iterable[str] = ()) -> list[tuple[K, PhrasePattern]]:
        """Return the patterns that text can hold, in the order they were given.

        Args:
            marks: placeholders that may stand in it for names, beside those that do.
        """
        held = beginnings_of(text).union(marks)
        found = set(self._always)
        for beginning in self._telling & held:
            for i, way in self._places[beginning]:
                if i not in found and is_open(way, held):
                    found.add(i)
        return [self._patterns[i] for i in sorted(found)]


@cache
def compile_phrases(phrases: tuple[str, ...]) -> PhrasePattern | None:
    """Return one case-insensitive pattern that finds any of the phrases at word edges, or None for no phrases."""
    if not phrases:
        return None
    choices = FrameWords().fill("|".join(phrase_source(p) for p in sorted(phrases, key=len, reverse=True)))
    return PhrasePattern(rf"(?<!\w){_BEGINNING}(?:{choices})(?!\w)", _needed(phrases))


@dataclass(frozen=True, slots=True)
class FrameWords:
    """The words of a language that stand around a name in a frame.

    Args:
        stop_words: words that introduce no name.
        articles: may stand in front of what introduces it.
        links: stop words that join the words which introduce it ("of", where a language says "platform of credit").
        prepositions: behind which a name is not what a sentence is about ("listed at Nasdaq, disputes").
        contractions: a preposition with each of the forms in which it is one word with an article.
        nouns: the language writes every noun with a capital, so that "~" takes them too.
    """

    stop_words: frozenset[str] = frozenset()
    articles: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    prepositions: tuple[str, ...] = ()
    contractions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    nouns: bool = False

    def fill(self, source: str) -> str:
        """Return the regular expression of a frame with the words of the language put in."""
        words = {
            "%stops": {*self.stop_words, *self.links},
            "%articles": self.articles,
            "%links": self.links,
        }
        for mark, choice in words.items():
            if mark in source:
                source = source.replace(mark, "|".join(_word(w) for w in sorted(choice)) or "(?!)")
        return source.replace("%word", _ANY_WORD if self.nouns else _PLAIN_WORD)

    def widen(self, phrase: str) -> str:
        """Return a phrase in which each preposition stands for its contractions too."""
        for word, forms in self.contractions:
            phrase = re.sub(rf"(?<![\w*{{]){word}(?![\w*}}'’])", f"({'|'.join((word, *forms))})", phrase)
        return phrase


def frame_words(lexicon: Lexicon, stop_words: Iterable[str], nouns: bool) -> FrameWords:
    """Return the words around names of a lexicon's language, without its prepositions."""
    return FrameWords(
        stop_words=frozenset(stop_words),
        articles=tuple(lexicon.words.get("articles", ())),
        links=tuple(lexicon.words.get("links", ())),
        contractions=tuple(lexicon.contractions.items()),
        nouns=nouns,
    )


@cache
def compile_frames(
    phrases: tuple[str, ...], words: FrameWords = FrameWords(), nearest: bool = False
) -> tuple[PhrasePattern, ...]:
    """Return one pattern a phrase, each with a group `c` at its first company.

    Args:
        nearest: no other company may stand in a gap.
    """
    widened = [words.widen(phrase) for phrase in phrases]
    sources = (words.fill(phrase_source(phrase)) for phrase in widened)
    if nearest:
        sources = (source.replace(_GAP, _GAP.replace(";:", f";:{COMPANY[1:-1]}")) for source in sources)
    named = (_name_first(source, words) for source in sources)
    sources = (rf"(?<!\w){_BEGINNING}(?:{source})(?!\w)" for source in named)
    return tuple(PhrasePattern(source, _needed((phrase,))) for source, phrase in zip(sources, widened, strict=True))


def article_words(lexicon: Lexicon) -> str:
    """Return the articles of a language as alternatives of a phrase, "" where none are listed."""
    words = lexicon.words
    return "|".join(dict.fromkeys((*words.get("indefinite", ()), *words.get("articles", ()))))


def is_loose(frame: PhrasePattern) -> bool:
    """Return whether words of any kind may stand somewhere in a frame ("...")."""
    return "){0,9}?" in frame.source


def _name_first(source: str, words: FrameWords) -> str:
    """Return the source of a frame with its first company in the group `c`.

    Where the frame begins with it, an aside may stand behind it, and before it no preposition where a word, and no sum, follows.
    """
    if not source.startswith(COMPANY) or source == COMPANY:
        return source.replace(COMPANY, f"(?P<c>{COMPANY})", 1)
    no_subject = "".join(rf"(?<!\b{p[:-1]}['’])" if p[-1] == "'" else rf"(?<!\b{p}\s)" for p in words.prepositions)
    with_sum = re.match(rf"{re.escape(COMPANY)}(?:{re.escape(_COMMA)})?{re.escape(_SEPARATOR + AMOUNT)}", source)
    return ("" if with_sum else no_subject) + source.replace(COMPANY, f"(?P<c>{COMPANY}){_ASIDE}", 1)


def any_of(words: Iterable[str], space: str = " ") -> str:
    """Return a regular expression that matches any of the words, the longest where one begins another; none match nothing.

    Common beginnings are tried once: a choice of a thousand names, each written out, is tried a thousand times at every word.

    Args:
        space: what is matched where a word has a space.
    """
    tree: dict[str, Any] = {}
    for word in words:
        branch = tree
        for char in word:
            branch = branch.setdefault(char, {})
        branch[""] = {}
    return _branch_source(tree, space) if tree else "(?!)"


def _branch_source(branch: dict[str, Any], space: str) -> str:
    ways = [
        (space if char == " " else re.escape(char)) + _branch_source(rest, space)
        for char, rest in branch.items()
        if char
    ]
    if not ways:
        return ""
    source = ways[0] if len(ways) == 1 and "" not in branch else f"(?:{'|'.join(ways)})"
    return f"{source}?" if "" in branch else source


def receiving_frames(lexicon: Lexicon) -> tuple[str, ...]:
    """Return the frames of a measure told by what its respondent got or paid, the verb before it or last.

    "Uber received 600,000 euros", "dat Uber een boete kreeg".
    """
    got = "|".join(lexicon.cues["receive"])
    phrases = (p for kind in _HANDED for p in lexicon.sanctions.get(kind, ()))
    measure = "|".join(p for p in phrases if "{" not in p and "..." not in p)
    return (f"{{c}} ({got}) ... ({{n}}|{measure})", f"{{c}} ... ({measure}) ({got})")


def sharing_frame(lexicon: Lexicon) -> str:
    """Return the frame of a party whose sum follows that of another, without a verb: "…, and Bolt with 500,000 euros"."""
    share = "|".join(lexicon.cues.get("share", ()))
    return f"{{n}} ... {{c}} ({share})? {{n}}" if share else "{n} ... {c} {n}"


def phrase_source(phrase: str) -> str:
    """Return the regular expression of one phrase, without the word edges."""
    source = ""
    joint = ""  # optional words at the start carry their separator behind them, all others before
    for word in _split(phrase, " "):
        if word in _GAPS:
            source += _GAPS[word]
        elif word == "," and joint:
            source += _COMMA
        elif _is_optional(word):
            times = "?" if word.endswith("?") else "{0,6}"
            inner = _choice(word[1:-2])
            source += f"(?:{joint}{inner}){times}" if joint else f"(?:{inner}{_SEPARATOR}){times}"
        else:
            source += joint + _word(word)
            joint = _SEPARATOR
    return source


def _needed(phrases: Iterable[str]) -> Needs | None:
    """Return the words a text must have where it can hold one of the phrases."""
    return needed([_need(word) for word in _split(phrase, " ") if not _is_optional(word)] for phrase in phrases)


def _need(word: str) -> frozenset[str] | None:
    """Return how words begin of which a text must have one for a word of a phrase: of a choice the most telling word of each way."""
    if not (word.startswith("(") and word.endswith(")")):
        return beginning_of(word)
    chosen = _needed(_split(word[1:-1], "|"))
    return chosen.telling if chosen else None


def first_words(phrase: str) -> set[str]:
    """Return the words that what a phrase finds can begin with, as the phrase has them, with "*" where any letters may follow.

    Raises ValueError where it can begin with any word.
    """
    found: set[str] = set()
    for word in _split(phrase, " "):
        whole = word.startswith("(") and word.endswith((")", ")?", ")*"))
        parts = _split(word[1:].rstrip("?*")[:-1], "|") if whole else []
        found |= {first for part in parts for first in first_words(part)}
        if not whole:
            if not (word[0].isalpha() or word.startswith("{")):
                raise ValueError(f"{phrase!r} can begin with any word")
            found.add(f"{word[:-2]}*" if word.endswith("?") else word)
        if not _is_optional(word):
            break
    return found


def _is_optional(word: str) -> bool:
    return word in _GAPS or (word.startswith("(") and word.endswith((")?", ")*")))


def _choice(inner: str) -> str:
    return "(?:" + "|".join(phrase_source(part) for part in _split(inner, "|")) + ")"


def _word(word: str) -> str:
    if word.startswith("(") and word.endswith(")"):
        return _choice(word[1:-1])
    if word.startswith(r"\x28"):  # the separator in front takes the bracket
        return r"(?<=\()" + _word(word.removeprefix(r"\x28"))
    if word.startswith("="):
        return f"(?-i:{re.escape(word[1:])})"
    piece = word.replace(".", r"\.").replace("*", r"\w*").replace("'", "['’]").replace("&", r"\&")
    piece = piece.replace("ș", "[șş]").replace("ț", "[țţ]")  # Romanian is written with a comma or a cedilla below
    return piece.replace("{c}", COMPANY).replace("{r}", REGULATOR).replace("{n}", AMOUNT)


def _split(text: str, mark: str) -> list[str]:
    """Return text split at mark, but not inside brackets; empty parts are left out."""
    parts, depth, current = [], 0, ""
    for char in text:
        depth += (char == "(") - (char == ")")
        if char == mark and depth == 0:
            parts.append(current)
            current = ""
        else:
            current += char
    return [part for part in [*parts, current] if part]


def find_phrases(phrases: PhrasePattern | None, text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Return the spans of all matches between start and end, in order; none where there are no phrases."""
    if phrases is None:
        return []
    end = len(text) if end is None else end
    if not phrases.may_stand_in(text if len(text) <= _SENTENCE else text[start:end]):
        return []
    return [m.span() for m in phrases.pattern.finditer(text, start, end)]
