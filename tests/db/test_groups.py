"""The data file of corporate groups: well formed, no name claimed twice, in accord with the gazetteer of the readings."""

import re
import tomllib
import unicodedata
from collections import defaultdict
from importlib.resources import files
from itertools import chain

import pytest
from babel import Locale

from nlp.gazetteer import load_companies, load_legal_forms
from nlp.regulators import names_of_regulators

GROUPS = tomllib.loads(files("db.companies").joinpath("groups.toml").read_text(encoding="utf-8"))["groups"]
GROUP_KEYS = {"id", "name", "kind", "country", "wikidata", "aliases", "former", "members"}
MEMBER_KEYS = {"id", "name", "country", "aliases"}
# CLDR's territories that are no country of ISO 3166-1; the European Union's EU is reserved there for bodies of the Union
NO_COUNTRIES = {"AC", "CP", "CQ", "DG", "EA", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
ORDINARY = {"free", "orange", "target", "visa", "ring", "sky", "signal", "play", "mango", "digi", "square", "x", "line"}


def companies_of(group):
    return [group, *group.get("members", [])]


COMPANIES = [(group, company) for group in GROUPS for company in companies_of(group)]


def names_of(company, former=True):
    return [company["name"], *company.get("aliases", []), *(company.get("former", []) if former else [])]


def fold(name):
    """Return a name without what does not tell names apart: capitals, accents, punctuation."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(c for c in letters if not unicodedata.combining(c)).replace(".", "")
    return " ".join(re.findall(r"\w+|[&+]", plain))


FORMS = {fold(form) for form in load_legal_forms()}


def strip_form(name):
    words = fold(name).split()
    while len(words) > 1 and words[-1] in FORMS:
        words.pop()
    return " ".join(words)


def bearers(key):
    """Return the companies that bear each name, by a key made of the name."""
    found = defaultdict(list)
    for group, company in COMPANIES:
        for name in names_of(company):
            found[key(name)].append((group["id"], company["id"]))
    return found


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group["id"])
def test_group_is_well_formed(group):
    assert set(group) <= GROUP_KEYS
    assert group.get("kind", "company") in ("company", "public-body")
    assert re.fullmatch(r"Q[1-9]\d*", group.get("wikidata", "Q1"))
    assert all(set(member) <= MEMBER_KEYS for member in group.get("members", []))
    for company in companies_of(group):
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", company["id"])
        names = names_of(company)
        assert all(isinstance(name, str) and name == name.strip() and len(name) > 1 for name in names)
        assert len(set(map(str.casefold, names))) == len(names), "a name stands there twice"


def test_there_are_hundreds_of_groups():
    assert len(GROUPS) >= 300


def test_countries_are_real():
    territories = {c for c in Locale("en").territories if re.fullmatch("[A-Z]{2}", c)} - NO_COUNTRIES
    assert {
        company["id"]: company["country"] for _, company in COMPANIES if company["country"] not in territories
    } == {}
    assert {group["id"] for group in GROUPS if group["country"] == "EU" and "kind" not in group} == set()


def test_ids_and_wikidata_are_unique():
    ids = [company["id"] for _, company in COMPANIES]
    assert {i for i in ids if ids.count(i) > 1} == set()
    wikidata = [group["wikidata"] for group in GROUPS if "wikidata" in group]
    assert {q for q in wikidata if wikidata.count(q) > 1} == set()


def test_no_name_belongs_to_two_companies():
    assert {name: by for name, by in bearers(fold).items() if len(set(by)) > 1} == {}


def test_no_two_groups_differ_in_a_legal_form_alone():
    groups = {name: {group for group, _ in by} for name, by in bearers(strip_form).items()}
    assert {name: by for name, by in groups.items() if len(by) > 1} == {}


def test_no_name_is_an_ordinary_word_or_an_authority():
    names = set(chain.from_iterable(names_of(company) for _, company in COMPANIES))
    assert {name for name in names if fold(name) in ORDINARY} == set()
    authorities = {fold(name) for name in names_of_regulators()[0]}
    assert {name for name in names if fold(name) in authorities} == set()


def test_ids_are_those_of_the_gazetteer():
    """A present name that the gazetteer heads a company with has that company's id; only a former one may differ."""
    ids = {fold(name): c["id"] for _, c in COMPANIES for name in names_of(c, former=False)}
    heads = {fold(c.name): c.id for c in load_companies()}
    assert {name: i for name, i in ids.items() if heads.get(name, i) != i} == {}


def test_an_id_of_the_gazetteer_means_the_same_company():
    ours = {company["id"]: set(map(fold, names_of(company))) for _, company in COMPANIES}
    both = [c for c in load_companies() if c.id in ours]
    assert len(both) > 200
    assert [c.id for c in both if not ours[c.id] & set(map(fold, (c.name, *c.aliases)))] == []


def test_what_the_gazetteer_holds_for_one_company_stays_in_one_group():
    group_of = {company["id"]: group["id"] for group, company in COMPANIES}
    owner = {name: by[0][0] for name, by in bearers(fold).items()}
    known = [(c.id, fold(name)) for c in load_companies() if c.id in group_of for name in (c.name, *c.aliases)]
    assert {(i, name) for i, name in known if owner.get(name, group_of[i]) != group_of[i]} == set()


@pytest.mark.parametrize(
    ("names", "companies", "group"),
    [
        # spellings of one company of a group
        (["Vodafone España", "VODAFONE ESPAÑA, S.A.U.", "Vodafone Espana SAU", "Vodafone Spain"], 1, "vodafone"),
        # national companies stay apart in their group, and a former name is the company's own
        (["Meta Platforms Ireland", "WhatsApp Ireland", "Facebook Ireland Ltd."], 2, "meta"),
        (["Facebook, Inc.", "Meta Platforms, Inc."], 1, "meta"),
        # a daughter under a name of its own
        (["Foodinho S.r.l.", "Glovoapp23, S.L."], 2, "delivery-hero"),
    ],
)
def test_names_lead_to_companies_and_groups(names, companies, group):
    by_name = bearers(strip_form)
    found = {by for name in names for by in by_name[strip_form(name)]}
    assert len(found) == companies
    assert {g for g, _ in found} == {group}
