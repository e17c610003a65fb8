"""The data a lawyer can correct keeps to the contract's words, and its faults are named with their file."""

from typing import get_args

import pytest

from nlp import gazetteer
from nlp.citations import parse_chains
from nlp.errors import GazetteerError
from nlp.gazetteer import (
    KnownCompany,
    Lexicon,
    build_record,
    load_companies,
    load_countries,
    load_laws,
    load_lexicon,
    load_lexicons,
    load_regulators,
)
from nlp.models import Status
from nlp.patterns import compile_frames, compile_phrases
from nlp.words import WordIndex

SANCTIONS = {
    "warning", "reprimand", "rights-order", "compliance-order", "breach-notice-order", "processing-ban",
    "erasure-order", "certification-withdrawal", "fine", "transfer-suspension", "formal-notice", "penalty-payment",
    "settlement", "algorithm-deletion", "investigation", "intent-to-fine", "fine-reduced", "fine-annulled",
    "case-closed", "other",
}  # fmt: skip
VIOLATIONS = {
    "legal-basis", "principles", "security", "data-subject-rights", "information-obligations", "cooperation",
    "breach-notification", "dpo", "processing-agreement", "transfers", "cookies-and-tracking", "children",
    "marketing", "dpia",
}  # fmt: skip
ROLES = frozenset({"respondent", "complainant", "processor", "mentioned", "publisher"})


@pytest.mark.parametrize("lexicon", load_lexicons(), ids=lambda lexicon: lexicon.lang)
def test_a_lexicon_uses_the_contracts_words(lexicon):
    assert set(lexicon.sanctions) <= SANCTIONS
    assert set(lexicon.violations) <= VIOLATIONS
    assert set(lexicon.status) <= set(get_args(Status)) - {"decided"}
    assert (
        {"respondent", "complainant", "mentioned"}
        <= set(lexicon.frames)
        <= ROLES | {"appellant", "controller", "introduced", "natural"}
    )


@pytest.mark.parametrize("lexicon", load_lexicons(), ids=lambda lexicon: lexicon.lang)
def test_every_phrase_compiles_and_every_frame_has_a_company(lexicon):
    groups = [
        *lexicon.sanctions.values(),
        *lexicon.status.values(),
        *lexicon.cues.values(),
        *lexicon.violations.values(),
    ]
    assert all(compile_phrases(phrases) for phrases in groups if phrases)
    for phrases in lexicon.frames.values():
        assert all("c" in frame.pattern.groupindex for frame in compile_frames(phrases))


def test_a_language_without_a_lexicon_reads_with_the_english_one():
    assert load_lexicon("is").sanctions == load_lexicon("en").sanctions


def test_the_english_file_is_read_once_for_all_languages(monkeypatch):
    asked, read = [], gazetteer.read_toml
    monkeypatch.setattr(gazetteer, "read_toml", lambda path: asked.append(path.name) or read(path))
    gazetteer._sections.cache_clear()
    for lang in ("en", "de", "nl", "is"):
        load_lexicon.__wrapped__(lang)
    assert sorted(asked) == ["de.toml", "en.toml", "nl.toml"]


@pytest.mark.parametrize("lexicon", load_lexicons(), ids=lambda lexicon: lexicon.lang)
def test_a_word_that_only_english_has_is_none_in_a_language(lexicon):
    english = load_lexicon("en")
    for section in ("citation", "cues", "frames", "words"):
        assert getattr(english, section).keys() <= getattr(lexicon, section).keys()
    assert lexicon.words["never_head"] == (english.words["never_head"] if lexicon.lang == "en" else ())


def test_regulator_ids_are_country_and_abbreviation_and_unique():
    ids = [entry.id for entry in load_regulators()]
    assert len(ids) == len(set(ids)) >= 200
    assert all(entry.id.startswith(entry.country.lower() + "-") for entry in load_regulators())


def test_countries_point_to_regulators_that_exist():
    ids = {entry.id for entry in load_regulators()}
    assert {c.dpa for c in load_countries() if c.dpa} <= ids


def test_the_laws_of_regulators_exist():
    laws = {law.id for law in load_laws()}
    assert {law for entry in load_regulators() for law in entry.laws} <= laws


def test_company_ids_and_aliases_name_one_organisation():
    ids = [company.id for company in load_companies()]
    assert len(ids) == len(set(ids))
    aliases = [alias for company in load_companies() for alias in {company.name, *company.aliases}]
    assert len(aliases) == len(set(aliases))


@pytest.mark.parametrize("law", load_laws(), ids=lambda law: law.id)
def test_the_articles_of_a_law_are_numbers_that_can_be_cited(law):
    numbers = [article.number for article in law.articles]
    assert len(numbers) == len(set(numbers))
    assert {a.violation for a in law.articles} - {None} <= VIOLATIONS
    assert all(
        len(parse_chains(WordIndex(f"{law.article_words[0]} {without_its_word(law, number)}"))) == 1
        for number in numbers
    )


@pytest.mark.parametrize("law", load_laws(), ids=lambda law: law.id)
def test_titles_are_headings_and_links_are_addresses(law):
    assert all(a.title == a.title.strip() != "" and not a.title.endswith(".") for a in law.articles)
    assert all(u.startswith(("https://", "http://")) for u in (law.url, *(a.url for a in law.articles)) if u)


def without_its_word(law, number):
    """A principle keeps the word it is cited by ("APP 11") where a section has the same number."""
    return number.partition(" ")[2] if number.partition(" ")[0] in law.article_words else number


def test_a_fault_names_the_file_and_the_key():
    with pytest.raises(GazetteerError, match=r"x\.toml.*'colour'"):
        build_record(KnownCompany, {"id": "a", "name": "A", "colour": "red"}, "x.toml")
    with pytest.raises(GazetteerError, match=r"y\.toml.*'citation' is missing"):
        build_record(Lexicon, {"lang": "xx"}, "y.toml")
