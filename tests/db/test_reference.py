from dataclasses import replace

import pytest

from db.reference import ensure_provisions, store_reference


def test_the_reference_is_stored_with_titles_and_links(rows):
    assert rows("select id, abbreviation, native_name, country, kind from regulators where id = 'fr-cnil'") == [
        ("fr-cnil", "CNIL", "Commission nationale", "FR", "dpa")
    ]
    assert rows("select id, law, article, title, url from provisions where id = 'GDPR:5'") == [
        ("GDPR:5", "GDPR", "5", "Principles", "https://law.example/gdpr/5")
    ]


def test_storing_the_reference_again_writes_nothing_and_corrections_arrive(db, reference, rows):
    regulators, laws = reference
    before = db.conn.total_changes
    store_reference(db, regulators, laws)
    assert db.conn.total_changes == before
    store_reference(db, [replace(regulators[0], name="Corrected")], [])
    assert rows("select name from regulators where id = ?", regulators[0].id) == [("Corrected",)]
    assert rows("select count(*) from regulators") == [(len(regulators),)]


PROVISIONS = [
    # a letter of a paragraph takes the heading of its article
    ("GDPR:5(1)(f)", ("GDPR", "5(1)(f)", "Principles", "https://law.example/gdpr/5")),
    # so does a clause behind a dot
    ("GDPR:5.1.2", ("GDPR", "5.1.2", "Principles", "https://law.example/gdpr/5")),
    # an article the reference does not have
    ("GDPR:99", ("GDPR", "99", None, None)),
    # the bare law
    ("GDPR", ("GDPR", None, "General Data Protection Regulation", "https://law.example/gdpr")),
    # a law the reference does not have
    ("CCPA:1798.100", ("CCPA", "1798.100", None, None)),
]


@pytest.mark.parametrize(("provision", "expected"), PROVISIONS)
def test_cited_provisions_get_a_row(db, rows, provision, expected):
    ensure_provisions(db, [provision, provision])
    assert rows("select law, article, title, url from provisions where id = ?", provision) == [expected]


def test_an_unknown_law_is_not_given_a_jurisdiction(db, rows):
    ensure_provisions(db, ["CCPA:1798.100"])
    assert rows("select name, jurisdiction, url from laws where id = 'CCPA'") == [("CCPA", None, None)]
