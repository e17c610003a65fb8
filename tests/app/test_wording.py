"""How values read: tables of what the database holds and what the page says."""

import pytest

from dpawatch import wording


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("2019-01-21", "21 January 2019"),
        ("2021-12", "December 2021"),
        ("2021", "2021"),
        ("2019-01-21T10:00:00Z", "21 January 2019"),
        ("2019-01-21T10:00:00.123+00:00", "21 January 2019"),
        ("2019-02-30", "2019-02-30"),  # no such day
        ("2019-13", "2019-13"),
        ("0000", "0000"),
        ("soon <b>", "soon <b>"),
        ("", ""),
        (None, ""),
        (2019, "2019"),
    ],
)
def test_dates_are_as_precise_as_they_are(value, said):
    assert wording.format_day(value) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [("2026-01-02T03:04:05Z", "2 January 2026, 03:04 UTC"), ("2026-01-02", "2 January 2026"), (None, "")],
)
def test_moments_have_a_clock(value, said):
    assert wording.format_moment(value) == said


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        (20000000, "EUR", "EUR 20,000,000"),
        (1234.5, "GBP", "GBP 1,234.50"),
        (0, "EUR", "EUR 0"),
        (5, None, "5"),
        (None, "EUR", ""),
        ("twenty", "EUR", ""),
        (float("inf"), "EUR", ""),
        (float("nan"), "EUR", ""),
        (True, "EUR", ""),
    ],
)
def test_sums(amount, currency, said):
    assert wording.format_money(amount, currency) == said


def test_sums_in_lists_are_whole():
    assert wording.format_whole_money(946337.45, "EUR") == "EUR 946,337"
    assert wording.format_whole_money(None, "EUR") == ""


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://www.cnil.fr/x?y=1#z", True),
        ("http://example.org", True),
        ("HTTPS://EXAMPLE.ORG/", True),
        ("javascript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("https://a b", False),
        ("https://", False),
        ("//example.org", False),
        ("data:text/html,x", False),
        ("ftp://example.org", False),
        ("http://[::1", False),
        ("/case/x", False),
        (None, False),
        (5, False),
    ],
)
def test_only_the_web_is_linked(url, link):
    assert wording.web_link(url) == (url if link else None)


@pytest.mark.parametrize(
    ("status", "amount", "sanctions", "said"),
    [
        ("decided", 5, ["fine", "reprimand"], ["reprimand"]),
        ("decided", None, ["fine"], ["fine"]),  # a fine whose sum nobody states
        ("investigation", None, ["investigation"], []),
        ("settled", 5, ["settlement", "algorithm-deletion"], ["deletion of algorithms"]),
        ("decided", None, ["new-thing"], ["new-thing"]),
    ],
)
def test_measures_do_not_repeat_the_status(status, amount, sanctions, said):
    assert wording.list_measures({"status": status, "amount": amount, "sanctions": sanctions}) == said


def test_provisions_sort_by_number():
    cited = ["GDPR:12", "GDPR:6", "DSA:28", "GDPR:5(1)(f)", "GDPR:5(1)(a)", "COPPA", "CCPA:1798.100"]
    assert sorted(cited, key=wording.provision_key) == [
        "CCPA:1798.100", "COPPA", "DSA:28", "GDPR:5(1)(a)", "GDPR:5(1)(f)", "GDPR:6", "GDPR:12",
    ]  # fmt: skip


def test_every_identifier_of_the_contract_has_a_name():
    from typing import get_args

    from nlp.models import ProvisionRole, Status

    assert all(wording.label(status, "status") != "" for status in get_args(Status))
    assert {wording.label(role, "role") for role in get_args(ProvisionRole)} == {
        "violated",
        "alleged",
        "authority's power",
        "cited",
    }
    assert wording.label("unheard-of", "sanction") == "unheard-of"
    assert wording.label(None, "status") == ""


def test_names_of_languages_and_countries():
    assert wording.language_name("fr") == "French"
    assert wording.country_name("GB") == "United Kingdom"
    assert wording.country_name("zz") == "zz"
