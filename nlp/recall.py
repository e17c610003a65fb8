"""What a text only recalls: which of its sentences tell of an earlier matter, and not of the news."""

from __future__ import annotations

import re

from spacy.tokens import Doc

from nlp.dates import find_year, find_years
from nlp.events import PASSING, Event, same_sum
from nlp.models import Span
from nlp.patterns import find_phrases
from nlp.sentences import sentences_of, text_of


def is_recalled(doc: Doc, event: Event, main: list[str], recalling: re.Pattern[str] | None) -> bool:
    """Return whether the sentence of an event recalls an earlier matter: it says so, or it names an earlier year.

    The first two sentences are news unless another tells of it (`recall_early`).

    Args:
        main: the respondents the text is about.
        recalling: phrases such as "had already been fined".
    """
    sentence = sentences_of(doc)[event.sentence]
    if sentence[0] < doc._.dpawatch_context.title_end or event.sentence <= 1:
        return False
    recalled, older = bool(find_phrases(recalling, text_of(doc), *sentence)), is_older(doc, sentence)
    elsewhere = bool(event.respondents) and bool(main) and not set(event.respondents) & set(main)
    return (recalled and (elsewhere or older or bool(event.amounts))) or (older and elsewhere)


def is_older(doc: Doc, sentence: Span) -> bool:
    """Return whether a sentence names a year well before the text's own, which is its date's or the last it names."""
    year = find_year(text_of(doc), sentence)
    published = doc._.dpawatch_context.published
    own = (published or "")[:4] or max(find_years(text_of(doc)), default="")
    return bool(year and own and int(year) < int(own) - (1 if published else 0))


def recall_early(doc: Doc, events: list[Event], recalling: re.Pattern[str] | None) -> None:
    """Mark as background what one of the first two sentences recalls, where another sentence has a decision of its own.

    The very first of the text has to name a year: "a leak last year" is told in the news of today.

    "It had been fined 20,000 in 2019. Now it must pay 60,000."
    """
    first = doc._.dpawatch_context.title_end
    sentences, text = sentences_of(doc), text_of(doc)
    lead = next((i for i, s in enumerate(sentences) if s[0] >= first), 0)

    def recalls(event: Event) -> bool:
        here = sentences[event.sentence]
        told = bool(find_phrases(recalling, text, *here))
        return (told and (event.sentence > lead or find_year(text, here) is not None)) or is_older(doc, here)

    news = [e for e in events if e.sanctions - PASSING and sentences[e.sentence][0] >= first and not recalls(e)]
    for event in events:
        if event.background or event.sentence > 1 or sentences[event.sentence][0] < first or event.amount() is None:
            continue
        apart = [e for e in news if not any(same_sum(a, b) for a in e.amounts for b in event.amounts)]
        told = [e for e in apart if e.amounts or "fine" not in e.sanctions]
        event.background = bool(told) and len(apart) == len(news) and recalls(event)
