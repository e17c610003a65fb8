"""Keys of names: spellings of one name have one, other names another."""

import pytest

from db.companies.names import form_key, name_key, split_country

SPELLINGS = [
    # the thirteen spellings of one Spanish company: form, marks, case, punctuation, brackets, language of the country
    ("vodafone spain", [
        "Vodafone España, S.A.U.", "Vodafone España S.A.U.", "VODAFONE ESPAÑA, S.A.U.", "Vodafone Espana SAU",
        "Vodafone España, S.A.U", "Vodafone España", "Vodafone Spain", "Vodafone Espagne", "Vodafone Spanien",
        "VODAFONE ESPAÑA, S.A. (Unipersonal)", "Vodafone España, Sociedad Anónima Unipersonal",
        "Vodafone España S. A. U.", "“Vodafone Spagna”",
    ]),
    # the form stands in front as well
    ("fan curier", ["S.C. Fan Curier S.R.L.", "SC Fan Curier SRL", "Fan Curier"]),
    # "and" in several languages
    ("rosso and figli", ["Rosso & Figli S.p.A.", "Rosso e Figli spa", "Rosso and Figli", "Rosso et Figli"]),
    # a form with a partner in it
    ("rosso mode", ["Rosso Mode GmbH & Co. KG", "Rosso Mode GmbH", "Rosso-Mode"]),
    # letters of other alphabets, quotes, a form in front
    ("rosso", ["ООО «Россо»", "SIA \"Rosso\"", "AS \"Rosso\"", "The Rosso", "Rosso sp. z o. o.", "Rosso Sàrl", "Rosso A/S"]),
    # an apostrophe is none
    ("loreal", ["L'Oréal", "L’Oreal S.A."]),
    # what the firm was called before does not count
    ("rosso ireland", ["Rosso Ireland Limited (formerly Verde Ireland Limited)", "Rosso Éire", "Rosso Irlanda"]),
]  # fmt: skip


@pytest.mark.parametrize(("key", "names"), SPELLINGS, ids=[key for key, _ in SPELLINGS])
def test_spellings_of_one_name_have_one_key(key, names):
    assert {name: name_key(name) for name in names} == dict.fromkeys(names, key)
    assert name_key(key) == key


OTHERS = [
    # a letter more
    ("Banca Sella", "Banca Stella"),
    ("Alfa Telecom", "Alpha Telecom"),
    # a form that is a part of the name, where it stands in front of it
    ("AS Roma", "Roma"),
    ("SC Johnson", "Johnson"),
    ("AB InBev", "InBev"),
    # another country, another number
    ("Vodafone España", "Vodafone Italia"),
    ("Radio 1", "Radio 2"),
    # a country alone is a name
    ("Spain", "España Rosso"),
]


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_other_names_have_other_keys(one, other):
    assert name_key(one) != name_key(other)


def test_a_name_without_letters_has_no_key_and_a_bare_form_is_kept():
    assert name_key("«—»") == ""
    assert name_key("S.p.A.") == "spa"


def test_forms_tell_apart_what_nothing_else_does():
    assert name_key("Rosso s.r.l.") == name_key("Rosso s.r.l.s.")
    assert form_key("Rosso s.r.l.") != form_key("Rosso s.r.l.s.")


COUNTRIES = [
    ("vodafone romania", ("vodafone", "RO")),
    (name_key("Rosso UK"), ("rosso", "GB")),
    (name_key("Rosso Vereinigtes Königreich"), ("rosso", "GB")),
    ("romania", None),
    ("rosso", None),
]


@pytest.mark.parametrize(("key", "parts"), COUNTRIES)
def test_a_country_at_the_end_is_known(key, parts):
    assert split_country(key) == parts
