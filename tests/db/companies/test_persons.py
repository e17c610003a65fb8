"""The check for natural persons: what it takes for one, and what not."""

import pytest

from db.companies.persons import find_person_rows, reads_like_person

NAMES = [
    ("Jan Kowalski", True),
    ("Marie-Laure Dubois", True),
    ("Anna van der Berg", True),
    # a legal form, a word for an organisation, one word, words that are no names
    ("Paul Smith Ltd", False),
    ("Essex School", False),
    ("Kowalski", False),
    ("Supreme Court of Justice", False),
    ("appel de Bruxelles", False),
    ("Parent A", False),
    ("Clearview AI", False),
]


@pytest.mark.parametrize(("name", "expected"), NAMES)
def test_persons_are_told_from_companies(name, expected):
    assert reads_like_person(name) is expected


def test_a_company_that_a_text_names_with_its_form_is_none(db, read, make_action, make_article, now):

    text = "Paul Smith Ltd and Jan Kowalski were fined."
    for key, name, span in (("a", "Paul Smith", (0, 14)), ("b", "Jan Kowalski", (19, 31))):
        read(key, make_action("fr-cnil", name))
        db.execute(
            "update mentions set text = ? where article = ? and kind = 'company'", [text[slice(*span)], f"id-{key}"]
        )
    assert find_person_rows(db) == ["Jan Kowalski"]
