"""Events of a text and how they become actions: what one sentence says happened, and which sentences tell of one matter."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise, takewhile

from spacy.tokens import Doc

from nlp.extensions import AmountMention, context_of, mentions_of
from nlp.gazetteer import load_regulators
from nlp.identities import has_legal_form
from nlp.models import Span
from nlp.regulators import currencies_of
from nlp.sanctions import MONEY
from nlp.sentences import T, sentence_index, sentences_of, text_of

# What a text says along the way; it makes no action of its own beside a decision.
PASSING = frozenset(
    {"other", "investigation", "compliance-order", "warning", "case-closed", "rights-order", "settlement"}
)
# What is not decided yet.
ANNOUNCED = frozenset({"intent-to-fine", "investigation"})
# Those of them that only an authority can do.
ORDERS = frozenset({"compliance-order", "rights-order", "warning", "other"})
_ASIDE = frozenset({"investigation", "warning", "other"})
# As many parties with a sum of their own make a text a roundup of matters.
ROUNDUP = 3
_FEW_DIGITS = 2
_MOST_ROUGH = 3  # with as many digits of its own no sum is rounded so roughly
# So many matters back, a sentence that leaves out the party may still speak of one.
_REACH = 50
# A matter has no more sums than this; a text with more leaves out whose they are.
_MOST_SUMS = 20
_ROUNDING = Decimal("0.02")


@dataclass(slots=True)
class Event:
    """What one clause says happened; `evidence` are the indexes of the clauses merged into it.

    `is_total`: its sum is said to be that of several. `parted`: the sentences that tell of another matter too. `strangers`: how
    many parties it has without a name; `unnamed`: its party is none that the text names.
    """

    clause: int
    sanctions: set[str]
    regulator: str | None = None
    respondents: list[str] = field(default_factory=list)
    amounts: list[AmountMention] = field(default_factory=list)
    background: bool = False
    evidence: set[int] = field(default_factory=set)
    named: bool = False
    is_total: bool = False
    parted: set[Span] = field(default_factory=set)
    strangers: int = 0
    unnamed: bool = False

    def amount(self) -> AmountMention | None:
        """Return the amount the event is about: the largest, which is the total where one is stated; the least of a reduction.

        An amount in the currency of the regulator's country goes before the same sum in another one.
        """
        native = currencies_of(self.regulator)
        amounts = [a for a in self.amounts if a.currency in native] or [a for a in self.amounts if a.use == "open"]
        if not amounts:
            return None
        pick = min if "fine-reduced" in self.sanctions and len(amounts) > 1 else max
        chosen = pick(amounts, key=lambda a: a.amount)
        return max((a for a in amounts if same_sum(a, chosen)), key=lambda a: _digits(a.amount))


def same_sum(one: AmountMention, other: AmountMention) -> bool:
    """Return whether two sums can be one, rounded in one place and exact in the other ("35 million", "35,258,707.95").

    What a title has, or the text calls "nearly" so much, may be rounded to its first digit ("€4 million" for 3,850,000).
    """
    if one.currency != other.currency:
        return False
    low, high = sorted((one.amount, other.amount))
    if low == high:
        return True
    rough, exact = sorted((low, high), key=_digits)
    is_rough = (one if one.amount == rough else other).rough and _digits(rough) < min(_digits(exact), _MOST_ROUGH)
    step = Decimal(10) ** rough.normalize().as_tuple().exponent  # type: ignore[operator]
    cut = _digits(rough) >= _FEW_DIGITS and 0 <= exact - rough < step  # "more than 18 million" for 18,416,400
    rounded = is_rough and (high - low) * 2 <= step
    return _digits(low) != _digits(high) and (cut or rounded or high - low <= high * _ROUNDING)


class _Sums:
    """The sums of a text, to look one up among them."""

    def __init__(self, sums: Iterable[AmountMention]) -> None:
        """Take sums in any order."""
        self._sums = sorted({(a.currency, a.amount): a for a in sums}.values(), key=_sum_key)

    def have(self, one: AmountMention) -> bool:
        """Return whether a sum can be one of them, rounded or exact; no two that are one differ by more than a tenth."""
        low = bisect_left(self._sums, (one.currency, one.amount * Decimal("0.9")), key=_sum_key)
        near = takewhile(lambda a: _sum_key(a) <= (one.currency, one.amount * Decimal("1.1")), self._sums[low:])
        return any(same_sum(one, a) for a in near)


def _sum_key(a: AmountMention) -> tuple[str, Decimal]:
    return (a.currency, a.amount)


def _digits(amount: Decimal) -> int:
    """Return how many digits an amount is written with before its zeros, which is how exact it is."""
    return len(amount.normalize().as_tuple().digits)


def group_by_sentence(sentences: list[Span], mentions: Sequence[T]) -> dict[int, list[T]]:
    """Return the mentions by the index of their sentence."""
    found: dict[int, list[T]] = {}
    for mention in mentions:
        found.setdefault(sentence_index(sentences, mention.span[0]), []).append(mention)
    return found


def main_respondents(doc: Doc) -> list[str]:
    """Return the names the text is about: the one most often in a respondent's place, and those as often as half of it.

    Those the text calls the controller go before all others.

    Where no organisation stands in such a place, it is the one named most, if that is more than once.
    """
    title_end = context_of(doc).title_end
    weights: Counter[str] = Counter()
    for mention in mentions_of(doc, "companies"):
        if mention.role == "respondent":
            weights[mention.name] += 3 if mention.span[0] < title_end else 2 if mention.span[0] < title_end + 300 else 1
    if described := _described_party(doc, sure=True):
        return described
    controllers = [m for m in mentions_of(doc, "companies") if m.is_controller]
    if controllers:  # of those that are called so later, one may stand beside the matter
        sentences = sentences_of(doc)
        first = sentence_index(sentences, controllers[0].span[0])
        return list(dict.fromkeys(m.name for m in controllers if sentence_index(sentences, m.span[0]) == first))
    if described := _described_party(doc, sure=False):
        return described
    if not weights:
        return [] if mentions_of(doc, "persons") else _most_named(doc, title_end)
    most = max(weights.values())
    return [name for name, weight in weights.most_common() if weight * 2 > most]


def _described_party(doc: Doc, sure: bool) -> list[str]:
    """Return the organisation introduced as what the first sentence about a measure says it was imposed on, or none.

    "The authority fined an IT company. … Rosso, an IT company, had lost …": that sentence itself names nobody.

    Args:
        sure: only where two words or the part of a processor say so, which a controller beside it does not share.
    """
    sentences, title_end = sentences_of(doc), context_of(doc).title_end
    cues = (c.span for c in mentions_of(doc, "sanctions") if c.modality == "imposed" and c.span[0] >= title_end)
    start, end = next((sentences[sentence_index(sentences, s[0])] for s in cues), (0, 0))
    here = [m for m in mentions_of(doc, "companies") if start <= m.span[0] < end]
    if any(m.role == "respondent" for m in here) or not mentions_of(doc, "regulators"):
        return []
    named = {m.id for m in here}
    words = re.findall(r"[\w-]+", text_of(doc)[start:end].lower())
    said = {*words, *(f"{first} {second}" for first, second in pairwise(words))}
    later = [m for m in mentions_of(doc, "companies") if m.span[0] >= end and m.id not in named]
    fitting = [m for m in later if any(not sure or " " in kind or m.role == "processor" for kind in m.kinds & said)]
    return [m.name for m in fitting[:1]]


def _most_named(doc: Doc, title_end: int) -> list[str]:
    """Return the one organisation that the title names, else the one named most often, if that is more than once."""
    mentions = [m for m in mentions_of(doc, "companies") if m.role == "mentioned"]
    in_title = list(dict.fromkeys(m.name for m in mentions if m.span[0] < title_end))
    if in_title:
        return in_title if len(in_title) == 1 else []
    named = Counter(m.name for m in mentions).most_common(2)
    alone = len(named) == 1 or (len(named) == 2 and named[0][1] > named[1][1])
    return [named[0][0]] if named and alone and named[0][1] > 1 else []


def introduced_party(doc: Doc) -> list[str]:
    """Return the first organisation of which the text says what it is ("Rosso, an insurer"), else the only legal person.

    Processors are it where the text names nobody else.

    A text that leaves out whom a measure is directed against mostly introduces it elsewhere; of itself it makes no matter.
    """
    mentions = [m for m in mentions_of(doc, "companies") if m.role == "mentioned"]
    introduced = [m.name for m in mentions if m.is_introduced][:1]
    formed = {m.name for m in mentions if has_legal_form(m.name)}
    processors = [] if mentions else [m.name for m in mentions_of(doc, "companies") if m.role == "processor"]
    return introduced or list(formed if len(formed) == 1 else dict.fromkeys(processors))


def main_regulator(doc: Doc) -> str | None:
    """Return the regulator named most, one of the title counting more; never a court, which reviews what another decides."""
    courts = {entry.id for entry in load_regulators() if entry.kind in ("court", "board")}
    weights: Counter[str] = Counter()
    for mention in mentions_of(doc, "regulators"):
        weights[mention.id] += 3 if mention.span[0] < context_of(doc).title_end else 1
    ranked = [i for i, _ in weights.most_common()]
    return next((i for i in ranked if i not in courts), None)


def fines_of(sanctions: set[str], amounts: list[AmountMention]) -> list[AmountMention]:
    """Return the amounts of a sentence that its sanctions make fines; what is due by the day only where no fine is told."""
    daily = "penalty-payment" in sanctions and not sanctions & MONEY
    if daily:
        return [replace(a, use="open") for a in amounts if a.use == "daily"]
    return [a for a in amounts if a.use != "daily"] if sanctions & MONEY else []


def pair_amounts(event: Event, sentence: Span, each: bool = False) -> list[Event]:
    """Return one event a respondent where a clause has several of them and as many sums, in order, or one that each must pay.

    "They fined A and B €1m and €2m respectively" are two fines, and so are those of "A and B, €1m each".
    """
    amounts = [a for a in event.amounts if a.use == "open"]
    parties = [[name] for name in event.respondents] or [[] for _ in range(event.strangers)]
    if each and len(amounts) == 1:
        amounts *= len(parties)
    if len(parties) < 2 or len(parties) != len(amounts):
        return [event]
    return [
        replace(
            event,
            sanctions=set(event.sanctions),
            respondents=party,
            amounts=[amount],
            evidence=set(event.evidence),
            parted={sentence},
        )
        for party, amount in zip(parties, amounts, strict=True)
    ]


def drop_passing(events: list[Event]) -> list[Event]:
    """Return the events without investigations and the like, when the text tells of a decision too."""
    for event in events:
        if "case-closed" in event.sanctions:  # what was looked into is no longer
            event.sanctions.discard("investigation")
    decided = [e for e in events if e.sanctions - PASSING and not e.background]
    if not decided:
        return events
    for event in events:
        if event.sanctions - {"investigation", "case-closed", "other"} or event.background:
            event.sanctions -= {"investigation", "other"}
    # who is named in a clause of its own is a matter of its own
    return [e for e in events if e.sanctions and ((e.parted and e.named) or not e.sanctions <= _ASIDE)]


def settle_roundup(events: list[Event]) -> list[Event]:
    """Return the events without sums over several matters: those of no party, beside two or more events that have one.

    A text that tells many matters recalls none of them: it is about them all.
    """
    own = [e for e in events if e.named and e.amounts]
    parties = {name for e in own for name in e.respondents}
    if len(parties) < 2:
        return events
    if len(parties) >= ROUNDUP:
        for event in own:
            event.background = False
    paid = _Sums(a for e in own for a in e.amounts)
    return [e for e in events if e.named or (amount := e.amount()) is None or paid.have(amount)]


def merge_events(events: list[Event]) -> list[Event]:
    """Return one event for each matter, in order of the text; an event is of a matter of its party, or of one told just before."""
    groups: list[Event] = []
    of_party: dict[str, list[int]] = defaultdict(list)
    for event in events:
        last = range(max(0, len(groups) - _REACH), len(groups))
        near = sorted({*last, *(i for name in event.respondents for i in of_party[name][-_REACH:])}, reverse=True)
        at = next((i for i in near if _same_matter(groups[i], event)), len(groups))
        if at == len(groups):
            groups.append(event)
        else:
            _absorb(groups[at], event)
        for name in event.respondents:
            if at not in of_party[name][-1:]:
                of_party[name].append(at)
    return groups


def separate_parties(groups: list[Event]) -> list[Event]:
    """Return the groups in which no party stands twice: one that has a fine of its own leaves the group it shared."""
    own = {g.respondents[0] for g in groups if g.amounts and len(g.respondents) == 1 and not g.background}
    for group in groups:
        if len(group.respondents) > 1 and group.amounts and not group.background:
            group.respondents = [n for n in group.respondents if n not in own] or group.respondents
            own.update(group.respondents if len(group.respondents) == 1 else ())
    return groups


def _same_matter(group: Event, event: Event) -> bool:
    if group.parted & event.parted and not set(group.respondents) & set(event.respondents):
        return False
    if group.regulator and event.regulator and group.regulator != event.regulator:
        return False
    if group.respondents and event.respondents and not set(group.respondents) & set(event.respondents):
        return False
    ours, theirs = group.amount(), event.amount()
    if (group.unnamed or event.unnamed) and not set(group.respondents) & set(event.respondents):
        return bool(ours and theirs and same_sum(ours, theirs))
    equal = ours is None or theirs is None or ours.currency != theirs.currency or same_sum(ours, theirs)
    if group.background != event.background:
        return bool(ours and theirs and equal) or (event.background and theirs is None)
    revised = bool({"fine-reduced", "fine-annulled"} & (event.sanctions | group.sanctions))
    return equal or revised or (set(group.respondents) == set(event.respondents) and not event.background)


def _absorb(group: Event, event: Event) -> None:
    group.regulator = group.regulator or event.regulator
    group.respondents += [name for name in event.respondents if name not in group.respondents]
    if event.background and not group.background:  # what is recalled adds nothing to what was decided now
        return
    # a fine takes the place of the one announced before it, and a reduced one that of the first
    announced = "intent-to-fine" in group.sanctions and "fine" not in group.sanctions and "fine" in event.sanctions
    if announced:
        group.clause = event.clause
    revised = (announced or "fine-reduced" in event.sanctions) and event.amounts
    if revised or not group.amounts:
        group.amounts = list(event.amounts)
    elif (first := group.amount()) and (
        event.is_total
        or group.is_total
        or first.currency not in currencies_of(group.regulator)
        or any(same_sum(first, a) for a in event.amounts)
    ):
        told = {(a.amount, a.currency, a.use): a for a in (*group.amounts, *event.amounts)}
        group.amounts = list(told.values())[:_MOST_SUMS]
    group.is_total = group.is_total or event.is_total
    group.sanctions |= event.sanctions
    group.evidence |= event.evidence
    group.parted |= event.parted
