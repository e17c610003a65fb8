"""What brackets behind a name introduce for it."""

import pytest

from db.companies.aliases import find_aliases

TEXTS = [
    # initials in quotes
    ("Radio Verde Italiana S.p.A.", "Radio Verde Italiana S.p.A. (\"RVI\") was fined.", ["rvi"]),
    # initials without quotes
    ("General Rosso", "General Rosso (GR) was fined.", ["gr"]),
    # a part of the name
    ("Rosso Platforms Ireland Limited", "Rosso Platforms Ireland Limited ('Rosso') was fined.", ["rosso"]),
    # a lead, in several languages
    ("Radio Verde SA", "Radio Verde SA (hereinafter, “RV”) …", ["rv"]),
    ("Radio Verde SA", "Radio Verde SA (ci-après « Verde ») …", ["verde"]),
    ("Radio Verde AG", "Radio Verde AG (im folgenden: Radio Verde) …", ["radio verde"]),
    # a brand in quotes
    ("Foodino s.r.l.", "Foodino s.r.l. («Globo») …", ["globo"]),
    # one in quotes, behind what may be no full name
    ("Internal Market", "Internal Market (\"OCCP\") …", []),
    # what is in brackets and no alias: a place, a year, any party
    ("Rosso SA", "Rosso SA (Paris) …", []),
    ("Rosso SA", "Rosso SA (2019) …", []),
    ("Rosso SA", "Rosso SA (\"the Company\") …", []),
    ("Rosso SA", "Rosso SA (la «Sociedad») …", []),
    # not right behind the name
    ("Rosso SA", "Rosso SA was fined (\"RS\").", []),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "keys"), TEXTS)
def test_aliases_stand_in_brackets(name, text, keys):
    found = list(find_aliases(text, name, [(0, len(name))]))
    assert [alias.key for alias in found] == keys
    assert all(text[alias.start : alias.end].lower().split()[0].startswith(alias.key[0]) for alias in found)
