"""spaCy component `dpawatch_amounts`: sums of money, exact, in the number format of the language they are written in.

Source: Unicode CLDR (through Babel) for the names of currencies and the decimal mark of each language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.numbers import get_decimal_symbol
from spacy.language import Language
from spacy.tokens import Doc

from nlp.bare_sums import BareSums
from nlp.currencies import ambiguous_words, bearer_of, currency_data, currency_words
from nlp.extensions import AmountMention, RegulatorMention, Use, context_of, mentions_of
from nlp.gazetteer import Lexicon, load_lexicon, load_lexicons
from nlp.letters import look_up
from nlp.models import Span
from nlp.patterns import any_of, compile_phrases, find_phrases
from nlp.regulators import currencies_of
from nlp.sentences import sentence_index, sentences_of, text_of
from nlp.spelt import spelt_sums
from nlp.words import Openings, WordIndex, index_of, openings_of

_SPACE = "[ \u00a0\u202f\u2009]"
# No sum has more groups: a table of numbers with three digits would be read to its end from each of them.
_GROUPS = "{1,8}"
_GROUPED = (
    rf"\d{{1,3}}(?:{_SPACE}\d{{3}}){_GROUPS}(?!\d)(?:[.,]\d{{1,2}}(?!\d))?"
    rf"|\d{{1,3}}(?:[.,'’]\d{{3}}){_GROUPS}(?!\d)(?:[.,]\d{{1,2}}(?!\d))?"
)
_NUMBER = rf"{_GROUPED}|\d++(?:[.,]\d++)?"
_LONGEST_NUMBER = 40
_POWERS = {"thousand": Decimal(1000), "million": Decimal(10) ** 6, "billion": Decimal(10) ** 9}
_CAPITAL_NOUNS = frozenset({"de"})  # languages that write every noun with a capital
_REACH_BEFORE, _REACH_BEHIND, _DAILY_REACH = 60, 45, 20
_ROUGHLY_REACH = 20
_COERCIVE_REACH = 40
# What stands between the words for a penalty payment and its sum: "de R$", "in Höhe von".
_TO_A_SUM = re.compile(r"(?:[\s\u00a0]+[^\W\d_]{1,5}){0,3}[\s\u00a0]*")
_REBATE_REACH = 45
_CEILING_REACH = 18


@cache
def multipliers(lang: str) -> dict[str, Decimal]:
    """Return the factor of each word for thousand, million and billion, in every language, lower case.

    The text's own language goes first, with a full stop or without: "mil" is a thousand in Spanish, "mil." a million in Czech.
    """
    words = {word: factor for lexicon in load_lexicons() for word, factor in _factors(lexicon)}
    own = dict(_factors(load_lexicon(lang)))
    stopped = {f"{word}.": factor for word, factor in own.items() if f"{word}." in words}
    return {**words, **stopped, **own}


def _factors(lexicon: Lexicon) -> Iterator[tuple[str, Decimal]]:
    for power, factor in _POWERS.items():
        yield from ((word.lower(), factor) for word in lexicon.multipliers.get(power, ()))


@cache
def number_words(lang: str) -> dict[str, Decimal]:
    """Return the value of each number word of a language, lower case; they count only before a multiplier."""
    return {word.lower(): Decimal(value) for value, words in load_lexicon(lang).numbers.items() for word in words}


@cache
def half_words(lang: str) -> frozenset[str]:
    """Return the words of a language that add half a multiplier behind it ("un million *et demi*"), lower case."""
    return frozenset(word.lower() for word in load_lexicon(lang).multipliers.get("half", ()))


def _rest_source(lang: str, factor: str) -> str:
    """Return the source of what may follow a number and its multiplier in one sum: "2 milioni *300mila*", "un million *et demi*".

    "And" stands between only in the languages that list it as a joint: elsewhere it makes two sums, as the same multiplier does
    in all ("90 mila e 40 mila euro").
    """
    joint = _alternation(load_lexicon(lang).multipliers.get("joint", ()))
    half = _alternation(half_words(lang))
    least = (
        rf"(?P<n3>\d{{1,3}})[ \u00a0\u202f-]?(?P<m3>(?!(?P=m2)(?!\w))(?i:{factor}))(?!\w)"
        rf"|(?P<n4>\d{{1,3}}[. \u00a0]\d{{3}})(?![.,]?\d)"
    )
    return rf"(?:{_SPACE}(?:(?P<half>(?i:{half}))(?!\w)|(?:(?i:{joint}){_SPACE})?(?:{least})))?"


@cache
def currency_pattern(lang: str) -> re.Pattern[str]:
    """Return the pattern of a currency behind a number."""
    mark = _alternation(_marks())
    return re.compile(rf"(?<!\w)(?:(?P<symbol>{mark})|(?P<word>(?i:{_alternation(currency_words(lang))})))(?!\w)")


@cache
def bare_pattern(lang: str) -> re.Pattern[str]:
    """Return the pattern of a large number that names no currency and counts nothing: "the second, of two million, …"."""
    factor, spelt = _alternation(multipliers(lang)), _alternation(number_words(lang))
    return re.compile(
        rf"(?<![\w.,])(?=\w)(?:(?P<n1>(?:{_NUMBER})|(?i:{spelt})(?=[ \u00a0-]))[ \u00a0\u202f-]?(?P<m1>(?i:{factor}))"
        rf"|(?P<n2>{_GROUPED}))(?!\w)"
    )


@cache
def currency_openings(lang: str) -> Openings:
    """Return what a currency behind a number begins with."""
    return openings_of((*_marks(), *currency_words(lang)))


@cache
def number_openings(lang: str) -> Openings:
    """Return what a number begins with."""
    return openings_of(number_words(lang), numbers=True)


@cache
def amount_openings(lang: str) -> Openings:
    """Return what a sum begins with: a number, or a currency in front of it."""
    return openings_of((*_marks(), *currency_data()["ambiguous"]["crown"]["before"], *number_words(lang)), numbers=True)


def _marks() -> tuple[str, ...]:
    """Return the symbols and the codes of all currencies."""
    return (*currency_data()["symbols"], *currency_data()["codes"]["codes"])


def _alternation(words: Iterable[str]) -> str:
    return any_of(words, space=r"\s+")


@cache
def amount_pattern(lang: str) -> re.Pattern[str]:
    """Return the pattern of a sum in a text of a language: currency, number, multiplier, in either order."""
    mark, words, factor = _alternation(_marks()), _alternation(currency_words(lang)), _alternation(multipliers(lang))
    spelt = _alternation(number_words(lang))
    lead = _alternation(currency_data()["ambiguous"]["crown"]["before"])
    gap = rf"{_SPACE}{{0,2}}"
    return re.compile(
        rf"(?<![\w.,])(?:(?:(?P<before>{mark})|(?P<lead>(?i:{lead}))){gap}"
        rf"(?P<n1>{_NUMBER})(?:[ \u00a0\u202f-]?(?P<m1>(?i:{factor}))(?![\w]))?"
        rf"|(?P<n2>{_NUMBER}|(?i:{spelt})(?=[ \u00a0-](?i:{factor})(?!\w)))"
        rf"(?:[ \u00a0\u202f-]?(?P<m2>(?i:{factor}))(?=[\s\u00a0\u202f€£$-]|(?<=['’])){_rest_source(lang, factor)})?"
        rf"(?:,[-–—]+)?[ \u00a0\u202f-]?(?:d[ei][ \u00a0]|d['’])?(?:(?P<symbol>{mark})(?!\w)|(?P<word>(?i:{words}))(?!\w)))"
    )


def parse_number(raw: str, decimal_mark: str, scaled: bool) -> Decimal:
    """Return the value of a number as written.

    Args:
        raw: digits with marks, such as "1.200.000,50" or "1 200".
        decimal_mark: "." or ",", the one of the language; decides only where the form leaves it open.
        scaled: a word like "million" follows, so that "1.234" can be a fraction.
    """
    digits = re.sub(rf"{_SPACE}|['’]", "", raw)
    marks = [c for c in digits if c in ".,"]
    if not marks:
        return Decimal(digits)
    last = marks[-1]
    tail = len(digits) - digits.rindex(last) - 1
    repeated = marks.count(last) > 1
    grouping = repeated or (tail == 3 and (not scaled or last != decimal_mark) and len(set(marks)) == 1)
    if grouping:
        return Decimal(digits.replace(".", "").replace(",", ""))
    whole, _, fraction = digits.rpartition(last)
    return Decimal(f"{whole.replace('.', '').replace(',', '')}.{fraction}")


class AmountTagger:
    """Finds sums of money and says which of them the words around declare no fine."""

    def __init__(self, lang: str, lexicon: Lexicon, stop_words: frozenset[str] = frozenset()) -> None:
        self.lang = lang
        self.decimal_mark = _decimal_mark(lang)
        self.maximum = compile_phrases(lexicon.cues["maximum"])
        self.other = compile_phrases(lexicon.cues["not_a_fine"])
        self.roughly = compile_phrases(lexicon.cues.get("roughly", ()))
        self.denied = compile_phrases(lexicon.cues.get("not_this", ()))
        self.daily = compile_phrases(lexicon.cues["daily"])
        self.coercive = compile_phrases(lexicon.sanctions.get("penalty-payment", ()))
        self.reduced = compile_phrases(lexicon.cues.get("reduced", ()))
        self.original = compile_phrases(lexicon.cues.get("original", ()))
        self.rebate = compile_phrases(lexicon.cues.get("rebate", ()))
        self.fine = compile_phrases(lexicon.sanctions["fine"])
        self.bare = BareSums(lexicon, stop_words)

    def __call__(self, doc: Doc) -> Doc:
        """Set `doc._.dpawatch_amounts`."""
        text, sentences = text_of(doc), sentences_of(doc)
        mentions: list[AmountMention] = []
        for value, currency, span in self._sums(doc):
            sentence = sentences[sentence_index(sentences, span[0])]
            use = self._use(text, sentence, span, currency, mentions)
            near = find_phrases(self.roughly, text, max(sentence[0], span[0] - _ROUGHLY_REACH), span[0])
            rough = span[0] < context_of(doc).title_end or any(not text[n[1] : span[0]].strip() for n in near)
            mentions.append(AmountMention(value, currency, span, use, rough))
        doc._.dpawatch_amounts = tuple(
            sorted(
                [*mentions, *self._bare(index_of(doc), sentences, mentions, mentions_of(doc, "regulators"))],
                key=lambda a: a.span,
            )
        )
        return doc

    def _sums(self, doc: Doc) -> list[tuple[Decimal, str, Span]]:
        """Return value, currency and span of every sum with a currency, in order; the longer where two overlap."""
        found = [
            (self._value(m), m.span(), m)
            for m in index_of(doc).finditer(amount_pattern(self.lang), amount_openings(self.lang))
        ]
        words = number_words(self.lang), multipliers(self.lang)
        currencies = index_of(doc).finditer(currency_pattern(self.lang), currency_openings(self.lang))
        found += spelt_sums(text_of(doc), self.lang, currencies, *words)
        sums: list[tuple[Decimal, str, Span]] = []
        for value, span, match in sorted(found, key=lambda f: (f[1][0], -f[1][1])):
            currency = self._currency(match, doc)
            if value is not None and currency and (not sums or sums[-1][2][1] <= span[0]):
                sums.append((value, currency, span))
        return sums

    def _bare(
        self,
        index: WordIndex,
        sentences: list[Span],
        found: list[AmountMention],
        regulators: Sequence[RegulatorMention],
    ) -> list[AmountMention]:
        """Return the large numbers that leave out the currency, behind a word for a fine or in a list of sums.

        It is the one the text names, or where it names none, that of the country of its regulators.
        """
        currencies = {m.currency for m in found}
        if not found:
            currencies = {code for r in regulators for code in currencies_of(r.id)}
        if len(currencies) != 1:
            return []
        currency, text = next(iter(currencies)), index.text
        mentions = []
        for match in index.finditer(bare_pattern(self.lang), number_openings(self.lang)):
            start, end = sentences[sentence_index(sentences, match.start())]
            value = self._value(match)
            if value and self.bare.is_sum(text, match.span(), start, found, scaled=bool(match.group("m1"))):
                use = self._use(text, (start, end), match.span(), currency, [])
                mentions.append(AmountMention(value, currency, match.span(), use))
        return mentions

    def _value(self, match: re.Match[str]) -> Decimal | None:
        groups = match.groupdict()
        word = groups.get("m1") or groups.get("m2")
        factor = look_up(multipliers(self.lang), re.sub(r"\s+", " ", word)) if word else Decimal(1)
        number = groups.get("n1") or groups["n2"]
        if len(number) > _LONGEST_NUMBER:
            return None
        spelt = number_words(self.lang).get(number.lower())
        value = (spelt or parse_number(number, self.decimal_mark, bool(word))) * factor + self._rest(groups, factor)
        short = currency_data()["short"]
        if groups.get("before") in short["marks"] and value < short["at_least"]:
            return None
        return value if 0 < value < Decimal(10) ** 14 else None

    def _rest(self, groups: dict[str, str | None], factor: Decimal) -> Decimal:
        """Return what a sum adds to its first number: half its multiplier, or a second, lesser number."""
        if groups.get("half"):
            return factor / 2
        whole = groups.get("n3") or groups.get("n4")
        if not whole:
            return Decimal(0)
        lesser = look_up(multipliers(self.lang), groups["m3"] or "") if groups.get("m3") else Decimal(1)
        return parse_number(whole, self.decimal_mark, scaled=False) * lesser

    def _currency(self, match: re.Match[str], doc: Doc) -> str:
        mark = match.groupdict().get("before") or match.group("symbol")
        if mark and mark not in ambiguous_words():
            code = str(currency_data()["symbols"].get(mark, mark))
            return "CNY" if code == "RMB" else code
        word = mark or re.sub(r"\s+", " ", match.groupdict().get("lead") or match.group("word"))
        code = look_up(currency_words(self.lang), word)
        return code or bearer_of(look_up(ambiguous_words(), word), doc, self.lang, match.start())

    def _use(self, text: str, sentence: Span, span: Span, currency: str, earlier: list[AmountMention]) -> Use:
        start, end = max(sentence[0], span[0] - _REACH_BEFORE), min(sentence[1], span[1] + _REACH_BEHIND)
        if self._is_rebate(text, sentence, span):
            return "rebate"
        if earlier and self._is_conversion(text, earlier[-1], span, currency):
            return "conversion"
        if find_phrases(self.maximum, text, max(start, span[0] - 30), span[0]) or self._is_ceiling(text, span[1]):
            return "maximum"
        if any(not text[found[1] : span[0]].strip() for found in find_phrases(self.denied, text, start, span[0])):
            return "other"
        if find_phrases(self.daily, text, span[1], min(sentence[1], span[1] + _DAILY_REACH)):
            return "daily"
        coercive = find_phrases(self.coercive, text, max(start, span[0] - _COERCIVE_REACH), span[0])
        if coercive and _TO_A_SUM.fullmatch(text, coercive[-1][1], span[0]):
            return "daily"
        nearest_fine = _distance(find_phrases(self.fine, text, start, end), span)
        nearest_other = _distance(
            [s for s in find_phrases(self.other, text, start, end) if not self._in_name(text, sentence, s)], span
        )
        return "other" if nearest_other < nearest_fine else "open"

    def _is_ceiling(self, text: str, end: int) -> bool:
        """Return whether a word for the most it may be stands right behind a sum: "raise to 30 million the ceiling of fines"."""
        behind = find_phrases(self.maximum, text, end, end + _CEILING_REACH)
        return bool(behind) and not re.search(r"[^\w\s'’]", text[end : behind[0][0]])

    def _is_rebate(self, text: str, sentence: Span, span: Span) -> bool:
        """Return whether a sum is what paying early or owning up leaves of a fine, not the fine: "€5,000 (reduced to €4,000)"."""
        before = max(sentence[0], span[0] - _REBATE_REACH)
        cut = find_phrases(self.reduced, text, before, span[0])
        if not cut or find_phrases(self.original, text, sentence[0], cut[-1][0]):
            return False
        return text[cut[-1][0] - 1] == "(" or bool(find_phrases(self.rebate, text, *sentence))

    def _in_name(self, text: str, sentence: Span, found: Span) -> bool:
        """Return whether a word is part of a name ("HH Invest SIA"): it has a capital where only names have one."""
        return self.lang not in _CAPITAL_NOUNS and found[0] > sentence[0] and text[found[0]].isupper()

    def _is_conversion(self, text: str, earlier: AmountMention, span: Span, currency: str) -> bool:
        """Return whether a sum right behind another is the same one in another currency: "£20m (€22m)", "TL 5,000, about $300"."""
        between = text[earlier.span[1] : span[0]]
        if re.fullmatch(r"\s*[(\[=~≈]\s*[^()\d]{0,25}", between):
            return True
        return currency != earlier.currency and re.fullmatch(r"\s*[,/–-]\s*[^()\d.;:]{0,25}", between) is not None


def _distance(found: list[Span], span: Span) -> int:
    """Return how far the nearest of found is from span; a very large number when there is none."""
    return min((max(s - span[1], span[0] - e, 0) for s, e in found), default=10**6)


def _decimal_mark(lang: str) -> str:
    try:
        return str(get_decimal_symbol(Locale.parse(lang)))
    except (UnknownLocaleError, ValueError):
        return "."


@Language.factory("dpawatch_amounts", assigns=["doc._.dpawatch_amounts"])
def make_amounts(nlp: Language, name: str) -> AmountTagger:
    """Return the component for the language of nlp."""
    return AmountTagger(nlp.lang or "en", load_lexicon(nlp.lang or "en"), frozenset(nlp.Defaults.stop_words))
