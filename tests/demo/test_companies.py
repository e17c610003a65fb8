"""The companies of the demo: no natural person among them, each of one group, none under two spellings."""

import pytest

from db.companies.persons import find_person_rows
from db.schema import open_existing


def test_no_natural_person_is_a_company(built):
    db = open_existing(built.path)
    assert find_person_rows(db) == []
    # what the check looks for, it finds
    db.execute("begin")
    db.execute("insert into companies (id, name) values ('jan-kowalski', 'Jan Kowalski')")
    assert find_person_rows(db) == ["Jan Kowalski"]
    db.rollback()
    db.close()


FINED = [
    # the Irish company of the group, where the text spells it out
    ("DPC", 1_200_000_000, "meta-platforms-ireland", "meta"),
    # a spelling of another language
    ("AEPD", 8_150_000, "vodafone-espana", "vodafone"),
]


@pytest.mark.parametrize(("authority", "amount", "company", "parent"), FINED)
def test_fines_are_on_the_company_within_its_group(built, authority, amount, company, parent):
    found = built.rows(
        f"""select distinct company, parent from action_respondents join companies on companies.id = company
        join actions on actions.id = action join regulators on regulators.id = regulator
        where amount = {amount} and abbreviation = '{authority}'"""
    )
    assert (company, parent) in found


def test_every_name_leads_to_a_company_and_every_respondent_to_a_name(built):
    assert built.rows("select count(*) from mentions where kind = 'company' and name_key is null") == [(0,)]
    assert built.rows("""select count(*) from action_respondents r where not exists (select 1 from action_names n
        join company_names c on c.key = n.key where n.action = r.action and c.company = r.company)""") == [(0,)]
    assert built.rows("""select count(*) from mentions join company_names on key = name_key
        where entity <> company""") == [(0,)]
    assert built.rows("select count(*) from stale_names") == [(0,)]
