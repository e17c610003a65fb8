"""The filter of lists: what an address says becomes conditions and words, and nothing of it is an error."""

import pytest

from dpawatch.web.filters import CaseFilter

NAMES = {"regulator": "CNIL", "company": "Clearview AI", "group": "Meta"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "All cases"),
        ({"sort": "largest"}, "All cases"),
        ({"sanction": "fine"}, "Fines"),
        (
            {"sanction": "fine", "min": "1000000", "year": "2023", "provision": "GDPR:32"},
            "Fines of EUR 1,000,000 or more under GDPR:32 in 2023",
        ),
        ({"country": "fr", "status": "appealed"}, "Cases from France that are under appeal"),
        ({"regulator": "fr-cnil", "company": "x"}, "Cases against Clearview AI by CNIL"),
        ({"group": "meta"}, "Cases against companies of Meta"),
        ({"sanction": "erasure-order"}, "Cases with the measure “order to erase data”"),
        ({"violation": "children"}, "Cases about children's data"),
        ({"from": "2023-05", "to": "2024"}, "Cases from May 2023 on until 2024"),
        ({"q": 'say "AND"', "lang": "de"}, 'Cases with the words “say "AND"” told in German'),
    ],
)
def test_a_filter_is_said_in_words(arguments, words):
    assert CaseFilter.read(arguments).describe(NAMES) == words


@pytest.mark.parametrize(
    ("text", "least"),
    [
        ("1000000", 1e6), ("1,000,000", 1e6), ("1 000 000", 1e6), ("EUR 1m", 1e6), ("€20k", 20_000), ("1.5bn", 1.5e9), ("0", 0),
        ("1.000.000", None), ("much", None), ("-1", None), ("nan", None), ("inf", None), ("1e9", None), ("9" * 40, None), ("١٢", None),
    ],
)  # fmt: skip
def test_sums_are_read_as_people_write_them(text, least):
    found = CaseFilter.read({"min": text})
    assert found.least == least
    assert found.ignored == (() if least is not None else ("min",))


@pytest.mark.parametrize(
    "arguments",
    [
        {"year": "20233"}, {"year": "2023-05"}, {"from": "soon"}, {"to": "2023-13"}, {"sort": "worst"}, {"q": '"'}, {"after": "x"},
    ],
)  # fmt: skip
def test_what_says_nothing_is_left_out_and_named(arguments):
    assert CaseFilter.read(arguments) == CaseFilter(ignored=tuple(arguments))


@pytest.mark.parametrize(
    "arguments", [{"since": "2023"}, {"ignored": "x"}, {"_size": "5"}, {"year": " "}, {"where": "1"}]
)
def test_what_is_no_condition_is_left_alone(arguments):
    assert CaseFilter.read(arguments) == CaseFilter()


def test_equal_filters_have_one_address_and_an_address_is_read_back():
    one = CaseFilter.read({"min": "1m", "q": "l'oréal & co", "sort": "largest", "from": "2020"})
    other = CaseFilter.read({"from": "2020", "sort": "largest", "q": "l'oréal & co ", "min": "1,000,000"})
    assert one == other
    assert one.address == "q=l%27or%C3%A9al+%26+co&from=2020&min=1000000&sort=largest"
    assert CaseFilter.read({"sort": "newest"}).address == ""


def test_a_condition_can_be_taken_away_from_the_beginning_of_the_list():
    found = CaseFilter.read({"year": "2023", "country": "FR", "after": "2023~x"})
    assert found.without("year") == CaseFilter(country="FR")
