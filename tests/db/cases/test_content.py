"""What a text is about: its telling words and figures, and how much two texts share."""

from collections import Counter

import pytest

from db.cases.content import Measured, load_counted, measure, shared_information, telling_words, weigh, words_of
from db.cases.parties import name_words, names_alike, share_party, tell_apart


def test_words_are_counted_by_their_stem_and_figures_without_separators():
    found = words_of(
        "Turnstiles: 330,000 users, 330.000 users and 330 000 users; on 3 May 2021, the turnstile's 12 doors."
    )
    assert (found["turnsti"], found["330000"], found["12"]) == (2, 3, 1)
    assert not {"3", "2021"} & set(found)


def test_what_is_masked_is_left_out_and_what_stands_far_behind_is_not_read():
    assert set(words_of("Alpha Beta Gamma", [(6, 10)])) == {"alpha", "gamma"}
    assert "omega" not in words_of("alpha " * 4000 + "omega")
    assert set(words_of("alpha " * 4000, [(11_990, 40_000)])) == {"alpha"}


def test_a_common_word_tells_less_than_a_rare_one():
    weights = weigh(["data", "turnsti", "330000"], "en")
    assert weights["data"] < 1 < weights["330000"] < weights["turnsti"]
    assert weigh(["turnsti"], "xx") == {"turnsti": 0.0}
    assert measure(["330000"], "en") == Measured("en", {"330000": weights["330000"] ** 2}, weights["330000"] ** 2)


@pytest.mark.parametrize("lang", ["de", "en", "es", "fr", "it", "nl", "pl", "pt"])
def test_the_words_of_a_language_are_weighed_by_the_texts_counted(lang):
    counted = load_counted(lang)
    assert counted.texts >= 25
    assert counted.weights
    assert all(0 <= weight <= 6 and len(word) <= 7 and word == word.lower() for word, weight in counted.weights.items())


def test_articles_are_looked_up_by_rare_and_repeated_words():
    words = words_of("the data of the controller " + "turnstile " * 3 + "hedgehog")
    found = telling_words(words, "en")
    assert found == telling_words(words_of("hedgehog turnstile turnstile turnstile"), "en")
    assert len(found) == 2
    assert len(telling_words(Counter(f"hedge{chr(97 + n)}" for n in range(26)), "en")) == 16
    assert telling_words(words, "xx") == {}


def test_shared_information_is_the_same_both_ways_and_whole_for_a_part():
    long, short = (Measured("en", {"a": 25.0, "b": 4.0, "c": 1.0}, 30.0), Measured("en", {"a": 25.0, "c": 1.0}, 26.0))
    assert shared_information(long, short) == shared_information(short, long) == (26.0, 1.0)
    assert shared_information(long, Measured("en", {}, 0.0)) == (0.0, 0.0)


def test_a_word_that_two_languages_have_counts_as_in_that_where_it_tells_less():
    english, dutch = Measured("en", {"a": 25.0, "b": 4.0}, 29.0), Measured("nl", {"a": 9.0, "b": 16.0}, 25.0)
    assert shared_information(english, dutch) == shared_information(dutch, english) == (13.0, 13 / 25)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("free-mobile", "freee-mobile", True),
        ("grupo-norconsulting", "norconsulting", True),
        ("dobrzyniewo-duze-municipality", "municipality-of-dobrzyniewo-duze", True),
        ("banca-sella", "banca-stella-marina", False),
        ("azienda-sanitaria-torino", "azienda-sanitaria-milano", False),
        ("abc", "abd", False),
    ],
)
def test_names_alike(one, other, expected):
    assert names_alike([one], [other]) is expected
    assert names_alike([other], [one]) is expected
    assert name_words("a-of-shop") == {"shop"}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        # another word
        ("rosso-trading", "rosso-travel", True),
        ("clinica-dental-sol", "clinica-dental-sor", True),
        ("north-rosso-bank", "south-rosso-bank", True),
        # another number, as of buildings, farms or schools
        ("comunidad-rosso-100043", "comunidad-rosso-100053", True),
        # other words behind a common beginning, however many
        ("rosso-kitchens", "rosso-kitchen-repairs", True),
        ("rosso-boats", "rosso-boat-insurance-brokers", True),
        ("rosso-garden-centres", "rosso-travel-insurance", True),
        # of other words the last is one with another ending, or all are one that is written apart
        ("rosso-technology", "rosso-information-technologies", False),
        ("hospital-verderosso", "hospital-de-verde-rosso", False),
        # behind the beginning they have a word in common
        ("rosso-services-milano", "rosso-milano", False),
        # a plural
        ("rosso-boat", "rosso-boats", False),
        # a slip of the pen in a long word, in any place
        ("rosso-tradign", "rosso-trading", False),
        ("rosso-logistic", "rosso-logistics", False),
        # another ending, as other languages have it
        ("universidad-rosso", "university-rosso", False),
        # a name that is a part of the other, and one that is written otherwise
        ("rosso", "rosso-trading", False),
        ("azienda-usl-verde", "azienda-unita-sanitaria-locale-verde", False),
        # a letter tells nothing, and neither does the kind
        ("rosso-a", "rosso-b", False),
        ("amsterdam-hospital", "olvg-hospital", False),
        ("rosso", "verde", False),
    ],
)
def test_names_tell_firms_apart(one, other, expected):
    assert tell_apart([one], [other]) is expected
    assert tell_apart([other], [one]) is expected
    assert not tell_apart([one], [])
    assert not tell_apart([one, "third"], [other])


def test_a_group_is_a_party_with_its_members_only():
    assert share_party(["meta"], ["meta"], ["meta-ireland"], ["meta"])
    assert share_party(["meta-ireland"], ["meta"], ["meta"], ["meta"])
    assert not share_party(["whatsapp"], ["meta"], ["meta-ireland"], ["meta"])
