"""Slips of one name are told from other names, and found by what they have in common."""

import pytest

from db.companies.spelling import is_misspelling, spelling_hashes

PAIRS = [
    # a letter doubled
    ("freee mobile", "free mobile", True),
    # the last letter of a long word left out
    ("reti televisive italian", "reti televisive italiane", True),
    # another letter in a long word
    ("clearview ai", "clearwiew ai", True),
    # two neighbours swapped
    ("gogole ireland", "google ireland", True),
    # a space
    ("media markt", "mediamarkt", True),
    # a letter that makes another short word
    ("banca sella", "banca stella", False),
    ("telia norway", "delia norway", False),
    # two letters
    ("alfa telecom", "alpha telecom", False),
    # digits are no slips
    ("radio station 1", "radio station 2", False),
    # two words differ
    ("freee mobille", "free mobile", False),
    # too short to tell
    ("abba", "aba", False),
]


@pytest.mark.parametrize(("one", "other", "expected"), PAIRS)
def test_slips_are_told_from_other_names(one, other, expected):
    assert is_misspelling(one, other) is expected
    assert is_misspelling(other, one) is expected
    if expected:
        assert set(spelling_hashes(one)) & set(spelling_hashes(other))
