"""What a text is about, whatever it calls the parties: its telling words and figures, and how many two texts share.

Words that are common in texts about privacy enforcement tell nothing; `words/<lang>.tsv` says in how many of a hundred
texts each stands. A figure ("330,000 users") is telling in every language.
"""

from __future__ import annotations

import math
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from nlp.models import Span

# What is read of a text: a decision of 200 pages says what it is about on its first ones.
READ = 12_000
# Words that stand in no text counted are as telling as those of one text in three hundred.
RAREST = 300
FIGURE = 5.0
# What another text on the matter is looked up by: words rarer than one text in three, so many that others are known
# to use too and so many that stood in no text counted.
TELLING = 3
MET, UNMET = 32, 16
_REPEATED = 4
# of a language that was not counted, only figures tell
_LEAST = 0.1
_WORD = re.compile(r"[^\W\d_]{3,}|\d+(?:[.,\u00a0 ]\d{3})*(?:[.,]\d+)?")
_STEM = 7


@dataclass(frozen=True, slots=True)
class Measured:
    """What each word of a text adds to what another has in common with it, and what all of them add together.

    In texts of one language a word adds the same.
    """

    lang: str
    terms: Mapping[str, float]
    total: float


@dataclass(frozen=True, slots=True)
class Counted:
    """Of how many texts of a language words were counted, and the weight of each common word, as `weigh` gives it."""

    texts: int
    weights: Mapping[str, float]

    @property
    def rarest(self) -> float:
        """Return the weight of a word that was not met."""
        return math.log(min(self.texts, RAREST))

    @property
    def telling(self) -> float:
        """Return from which weight on a word tells enough to look others up by it: where few texts were counted, if it is in none."""
        return math.log(TELLING) if self.texts >= RAREST else self.rarest


@cache
def load_counted(lang: str) -> Counted:
    """Return what is known of a language's words; of one that was not counted, that every word is common."""
    path = files("db.cases") / "words" / f"{lang}.tsv"
    if not path.is_file():
        return Counted(1, {})
    first, *lines = path.read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines)
    return Counted(int(first.split()[1]), {word: -math.log(float(percent) / 100) for word, percent in pairs})


def stem(word: str) -> str:
    """Return what inflected forms of a word share, roughly: its first letters, in lower case."""
    word = word.lower()
    return word[:_STEM] if len(word) > _STEM else word.rstrip("s")


def words_of(text: str, masked: Iterable[Span] = ()) -> Counter[str]:
    """Return how often a text has each word, by its stem, and each figure, without separators; what is masked is left out.

    Numbers of one digit and years say nothing, and neither does what every text on enforcement has: its regulators,
    provisions, sums and dates, which is what is masked.
    """
    kept = list(text[:READ])
    for start, end in masked:
        kept[start:end] = " " * (min(end, READ) - min(start, READ))
    found: Counter[str] = Counter()
    for word in _WORD.findall("".join(kept)):
        if not word[0].isdigit():
            found[stem(word)] += 1
            continue
        figure = re.sub(r"\D", "", word)
        if len(figure) > 1 and not re.fullmatch(r"(?:19|20)\d\d", figure):
            found[figure] += 1
    return found


def weigh(words: Iterable[str], lang: str) -> dict[str, float]:
    """Return how telling each word is: the logarithm of one in how many texts has it, 5 for a figure."""
    counted = load_counted(lang)
    known, rarest = counted.weights, counted.rarest
    return {word: FIGURE if word[0].isdigit() else known.get(word, rarest) for word in words}


def measure(words: Iterable[str], lang: str) -> Measured:
    """Return what each word adds to what two texts have in common: the square of its weight."""
    terms = {word: weight * weight for word, weight in weigh(words, lang).items()}
    return Measured(lang, terms, math.fsum(terms.values()))


def telling_words(words: Mapping[str, int], lang: str) -> dict[int, float]:
    """Return the words that another text on the matter would share, by number (CRC-32), with the squares of their weights.

    Rare words and those that the text repeats go first; of those that stood in no text counted, at most 16.
    """
    counted = load_counted(lang)
    least = max(counted.telling, _LEAST)
    terms = {word: weight for word, weight in weigh(words, lang).items() if weight >= least}
    ranked = sorted(terms, key=lambda word: (-terms[word] * min(words[word], _REPEATED), word))
    met = [word for word in ranked if word in counted.weights or word[0].isdigit()]
    unmet = [word for word in ranked if word not in counted.weights and not word[0].isdigit()]
    return {zlib.crc32(word.encode()): terms[word] ** 2 for word in (*met[:MET], *unmet[:UNMET])}


def shared_information(a: Measured, b: Measured) -> tuple[float, float]:
    """Return how much two texts, as measured, have in common: the sum of shared words, and its part of the shorter's."""
    ours, theirs = a.terms, b.terms
    both = ours.keys() & theirs.keys()
    each = map(ours.__getitem__, both) if a.lang == b.lang else [min(ours[word], theirs[word]) for word in both]
    shared = math.fsum(each)  # the same in any order
    shorter = min(a.total, b.total)
    return shared, shared / shorter if shorter else 0.0
