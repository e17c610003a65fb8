"""Reading takes time in proportion to the length of a text, whatever it is made of."""

from time import process_time

import pytest

from nlp.analyze import analyze_document
from nlp.models import Document

LETTERS = "bcdfglmnprst"
# A text doubled twice takes four times as long; a quadratic step takes sixteen times. The rest is for a loaded machine.
MOST = 2.3 * 2.3


def name(number: int) -> str:
    return "Ro" + "".join(LETTERS[number // 12**i % 12] + "a" for i in range(3))


def roundup(number: int) -> str:
    """Return a paragraph about parties of its own, and one that leaves them out."""
    return (
        f"On {number % 28 + 1} March 2024, the ICO fined {name(number)} Ltd £{number + 10},000 for a breach of Article "
        f"{number % 50 + 5} GDPR. The company was also ordered to erase the data. The AEPD fined {name(number + 900)} S.L. "
        f"€{number + 20},000 and {name(number + 800)} S.A. €{number + 30},000. In 2019 the FTC had fined a shop.\n"
    )


def repeated(number: int) -> str:
    """Return the same paragraph again and again, as a page with a broken template has it."""
    return roundup(3)


def nameless(number: int) -> str:
    """Return a paragraph about a party that has no name."""
    return f"The authority fined a company {number * 13 + 1000} euros under Article {number % 50 + 5} GDPR.\n"


def decision(number: int) -> str:
    """Return a piece of one long decision about one party, without any paragraph."""
    return (
        f"The controller, Rovanta Ltd, told {name(number)} S.A. (R{number}) on {number % 28 + 1} May 2023 that Article "
        f"{number % 90 + 1}(2) GDPR did not apply. The ICO found that it violated Article 15(1) GDPR. "
    )


def seconds(text: str, lang: str = "en") -> float:
    """Return the processor's time for reading a text."""
    begin = process_time()
    analyze_document(Document(text, lang=lang))
    return process_time() - begin


@pytest.mark.parametrize("paragraph", [roundup, repeated, nameless, decision])
def test_four_times_the_text_takes_four_times_as_long(paragraph):
    short, long = ("".join(map(paragraph, range(count))) for count in (80, 320))
    most = MOST * min(seconds(short) for _ in range(3))
    # the best of three is less where one of them is
    assert any(seconds(long) < most for _ in range(3))


@pytest.mark.parametrize("mark", list(",(«\"' "))
@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "The ICO fined Alder Ltd {} and ordered it to {} comply, the controller {} said."),
        (
            "de",
            "Die Behörde hat gegen die Alder GmbH {} ein Bußgeld verhängt und {} angewiesen, die Daten {} zu löschen.",
        ),
        ("fr", "La CNIL a sanctionné la société Alder SAS {} et lui ordonne {} de se mettre {} en conformité."),
        ("es", "La AEPD multa a Alder SL {} y le ordena {} que adopte {} las medidas."),
        ("it", "Il Garante privacy ha sanzionato Alder S.p.A. {} che dovrà {} cancellare {} i dati."),
        ("pl", "UODO nałożył karę na Alder sp. z o.o. {} i nakazał {} usunąć {} dane, administrator."),
    ],
)
def test_a_run_of_marks_between_words_is_passed_over_at_once(lang, text, mark):
    assert (
        seconds(text.format(*[mark * 700] * 3), lang) < 5
    )  # more than the seventh power of its length would end after days


@pytest.mark.parametrize(
    ("lang", "unit", "size"),
    [
        ("en", "Alder-", 8000),  # one word without an end
        ("en", "L’", 8000),
        ("de", "Stadt-", 8000),
        ("fr", "d’Alder-", 8000),
        ("en", "Art.5-", 8000),
        ("en", "Mr. ", 20000),  # a person at every word
        ("en", "100 ", 20000),  # a table of numbers
        ("en", "123\u00a0456,", 20000),
    ],
)
def test_one_word_again_and_again_takes_no_longer_each_time(lang, unit, size):
    short, long = (seconds(unit * (length // len(unit)), lang) for length in (size, 4 * size))
    assert long < MOST * max(short, 0.1)


@pytest.mark.parametrize("unit", ["A\n", "'", "—", "GDPR "])
def test_what_says_nothing_is_passed_over(unit):
    assert seconds(unit * (20_000 // len(unit)), "en") < 1.5
