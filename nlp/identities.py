"""Which names of a text belong to one organisation, what its id is, and what to call it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from functools import cache, lru_cache
from itertools import pairwise

from babel import Locale, UnknownLocaleError
from slugify import slugify

from nlp.declensions import undecline
from nlp.extensions import CompanyMention
from nlp.gazetteer import KnownCompany, data_folder, load_companies, load_legal_forms, load_lexicons, read_toml
from nlp.models import Span

UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĖĘĚĞĠĢĪĮİĶĹĻĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŲŴŶŸŹŻŽȘȚΆΈ-ΊΌΎΏΑ-ΩА-Я"
_REACH_OF_INITIALS = 120
_SHORTEST_DECLINED = 4
# A text has the same few names again and again; so many are remembered of what is worked out of a name alone.
_NAMES = 4096
# What stands between an abbreviation and the name it is short for.
_SPELLING_OUT = frozenset({" (", " - ", " – ", " — "})
# "the Land Registry (in Lithuanian: VĮ Registrų centras)": what stands right behind a name in brackets
_OWN_NAME = re.compile(
    r"[ \u00a0]\((?:in [A-Z][a-z]+: ?)?[\"“„«]?(?P<alias>[^\W_][^()\"”»]{1,80}?)[\"”»]?(?: [-–] [^()]{1,20})?\)"
)
_INTRODUCED = re.compile(
    r"\.?\s*\((?:[\w ,-]{0,40}?[\s(])?[\"'“”„«‘’]?\s*(?P<alias>[^\s()\"'“”„«»‘’][^()\"'“”„«»‘’]{1,30}?)\s*[\"'“”»’]?\)"
)


@cache
def known_names() -> dict[str, KnownCompany]:
    """Return the gazetteer's organisations by each of their names."""
    return {alias: company for company in load_companies() for alias in (company.name, *company.aliases)}


@cache
def _known_ids() -> dict[str, str]:
    """Return the name of each organisation of the gazetteer by its id."""
    return {company.id: company.name for company in load_companies()}


@cache
def legal_forms_source() -> str:
    """Return the legal forms as a choice in a regular expression; the last full stop of each may be left out."""
    return "|".join(map(_form_source, load_legal_forms()))


def _form_source(form: str) -> str:
    source = re.escape(form.removesuffix(".")).replace(r"\ ", r"\s+") + (r"\.?" if form[-1] == "." else "")
    return f"(?i:{source})" if form.count(".") > 1 else source  # full stops tell it from a word in any case


@cache
def form_synonyms() -> dict[str, str]:
    """Return the usual spelling of a legal form for another, both lower case and without marks: "ltd" for "limited"."""
    return dict(read_toml(data_folder() / "legal_form_synonyms.toml")["synonyms"])


@cache
def _form_suffix() -> re.Pattern[str]:
    return re.compile(rf"(?:[,\s]+(?:{legal_forms_source()})\.?)+$", re.IGNORECASE)


@lru_cache(maxsize=_NAMES)
def has_legal_form(name: str) -> bool:
    """Return whether a name ends in a legal form, or is nothing else ("S.p.A.", which a list cut in two leaves behind)."""
    return _form_suffix().search(f" {name}") is not None


@lru_cache(maxsize=_NAMES)
def is_legal_form(name: str) -> bool:
    """Return whether a name is a legal form and nothing else."""
    return _form_suffix().fullmatch(f" {name}") is not None


@lru_cache(maxsize=_NAMES)
def company_id(name: str) -> str:
    """Return a readable id of a name: a slug of it without its legal form, or of the whole when nothing else is left."""
    bare = _form_suffix().sub("", name).strip(" ,.")
    return slugify(bare) or slugify(name) or "unnamed"


def unify_names(text: str, firm: list[Span], weak: list[Span], lang: str) -> list[CompanyMention]:
    """Return mentions in order, each with the id and name of the organisation it belongs to.

    A shorter name that begins a longer one of the same text ("Clearview" for "Clearview AI") is the same organisation.
    """
    names = {span: _undeclined(re.sub(r"\s+", " ", text[span[0] : span[1]]), lang) for span in (*firm, *weak)}
    ids = {span: _identity(name) for span, name in names.items()}
    ids = _part_legal_persons(names, ids)
    introduced, translated = {**_spelt_out(text, ids), **_introduced(text, ids)}, _translated(text, names, ids)
    ids = {span: introduced.get(ids[span], ids[span]) for span in ids}
    ids = {span: translated.get(ids[span], ids[span]) for span in ids}
    formed = {ids[span] for span, name in names.items() if has_legal_form(name)}
    full = _full_ids({ids[s] for s in firm}, set(ids.values()), formed)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for span, name in names.items():
        counts[full.get(ids[span], ids[span])][name] += 1
    short = {name for name in set(names.values()) if _identity(name) in introduced.keys() | translated.keys()}
    display = {i: _display(i, counter, short) for i, counter in counts.items()}
    mentions = []
    for span in sorted(names):
        identity = full.get(ids[span], ids[span])
        mentions.append(CompanyMention(identity, display[identity], span, "mentioned"))
    return mentions


def _undeclined(name: str, lang: str) -> str:
    """Return the known name of which one word is a case ("Amazona", "Facebookowi"), else the name as it is."""
    if " " in name or name in known_names():
        return name
    found = (stem for stem in undecline(name, lang) if len(stem) >= _SHORTEST_DECLINED and stem in known_names())
    return next(found, name)


def _part_legal_persons(names: dict[Span, str], ids: dict[Span, str]) -> dict[Span, str]:
    """Return ids in which names that differ in their legal form alone ("Rosso s.r.l.", "Rosso s.r.l.s.") are two organisations.

    The known ones are groups, whose members have many forms.
    """
    known = _known_ids().keys()
    forms: dict[str, set[str]] = defaultdict(set)
    own = {span: _read_form(name) for span, name in names.items()}
    for span, identity in ids.items():
        if own[span] and identity not in known:
            forms[identity].add(own[span])
    return {s: f"{i}-{own[s]}" if own[s] and len(forms[i]) > 1 else i for s, i in ids.items()}


@lru_cache(maxsize=_NAMES)
def _read_form(name: str) -> str:
    """Return the legal form at the end of a name in one spelling ("srl" for "S.r.l."), or "" where there is none."""
    found = _form_suffix().search(name)
    form = re.sub(r"\W", "", found.group()).lower() if found else ""
    return form_synonyms().get(form, form)


def _introduced(text: str, ids: dict[Span, str]) -> dict[str, str]:
    """Return the id of the full name for the id of each short one that brackets introduce: "General Motors (GM)"."""
    by_name = {text[span[0] : span[1]]: identity for span, identity in ids.items()}
    found = {}
    for (_, end), identity in ids.items():
        match = _INTRODUCED.match(text, end)
        # the full stop of a legal form may be no part of the name that was read
        names = (match["alias"], match["alias"].removesuffix(".")) if match else ()
        alias = next((by_name[name] for name in names if name in by_name), None)
        if (
            match
            and alias
            and alias != identity
            and _abbreviates(match.group("alias"), text[max(0, end - _REACH_OF_INITIALS) : end])
        ):
            found[alias] = identity
    return found


def _spelt_out(text: str, ids: dict[Span, str]) -> dict[str, str]:
    """Return the id of the full name for the id of each abbreviation that it stands right behind: "GM – General Motors"."""
    found = {}
    for one, other in pairwise(sorted(ids)):
        alias, joint = text[slice(*one)], text[one[1] : other[0]]
        if alias.isupper() and joint in _SPELLING_OUT and _is_initials(alias, text[slice(*other)]):
            found[ids[one]] = ids[other]
    return found


def _translated(text: str, names: dict[Span, str], ids: dict[Span, str]) -> dict[str, str]:
    """Return the id of an organisation's own name for the id of each translation that it stands behind in brackets."""
    spans = {name: span for span, name in names.items()}
    known = _known_ids().keys()
    found: dict[str, str] = {}
    for (_, end), name in [(span, name) for span, name in names.items() if text[span[1] : span[1] + 2] == " ("]:
        match = _OWN_NAME.match(text, end)
        alias = match.group("alias") if match else ""
        span = spans.get(alias)
        if (
            span
            and not {ids[span], _identity(name)} & known
            and ids[span] != _identity(name)
            and _is_own(alias, name, text[max(0, end - _REACH_OF_INITIALS) : end])
        ):
            found[_identity(name)] = ids[span]
    return {i: own for i, own in found.items() if own not in found}


def _is_own(alias: str, name: str, before: str) -> bool:
    """Return whether what brackets have is another name of what they stand behind, and no place, product, owner or initials.

    It shares a word with it, has a legal form or letters that English lacks, or abbreviates other words than the translated ones.
    """
    if _is_initials(alias, before):
        return False
    words = [set(re.findall(r"\w{3,}", n.lower())) for n in (alias, name)]
    foreign = not alias.isascii() and name.isascii()
    other = alias.isalpha() and alias.isupper() and len(alias) > 2
    return other or has_legal_form(alias) or (len(words[0]) > 1 and (foreign or bool(words[0] & words[1])))


def _abbreviates(alias: str, before: str) -> bool:
    """Return whether an alias is made of the initials, or begins with the first word, of what stands before it."""
    return _is_initials(alias, before) or alias.split()[0] in re.findall(rf"[{UPPER}][\w.&'’-]*", before)


def _is_initials(alias: str, before: str) -> bool:
    initials = "".join(w[0] for w in re.findall(rf"[{UPPER}][\w.&'’-]*", before))
    return (_form_suffix().sub("", alias) or alias).upper() in initials


@lru_cache(maxsize=_NAMES)
def _identity(name: str) -> str:
    known = known_names().get(name) or known_names().get(_form_suffix().sub("", name)) or _known_beginning(name)
    return known.id if known else company_id(name)


def _known_beginning(name: str) -> KnownCompany | None:
    """Return the known organisation a longer name adds only a country or a word like "Group" to ("Vodafone España")."""
    bare = _form_suffix().sub("", name)
    for joint in reversed(list(re.finditer("[ -]", bare))):  # "Vodafone España", "Facebook-Konzern"
        known = known_names().get(bare[: joint.start()])
        if known:
            added = re.split("[ -]", bare[joint.end() :])
            return known if all(w.lower() in corporate_words() for w in added) else None
    return None


def territory_names(lang: str) -> set[str]:
    """Return the names of countries and regions in a language. Source: Unicode CLDR, through Babel."""
    try:
        return {str(name) for name in Locale.parse(lang).territories.values()}
    except (UnknownLocaleError, ValueError):
        return set()


@cache
def corporate_words() -> frozenset[str]:
    """Return words that a name may add without naming another organisation, lower case: countries and the lexicons' own."""
    words = {w for lexicon in load_lexicons() for w in lexicon.words["corporate"]}
    for lexicon in load_lexicons():
        words |= territory_names(lexicon.lang)
    return frozenset(w.lower() for w in words)


def _full_ids(firm: set[str], every: set[str], formed: set[str]) -> dict[str, str]:
    """Return for each id that begins exactly one longer id of the text that longer id.

    A known one stands for both, unless the longer is that of a legal person of its own ("AXA Rosso Managers S.A.").
    """
    known_ids = _known_ids().keys()
    ordered = sorted(firm)
    full = {}
    for short in every:
        low = bisect_left(ordered, f"{short}-")
        longer = [i for i in ordered[low : low + 2] if i.startswith(f"{short}-")]
        if len(longer) == 1 and not {short, longer[0]} <= known_ids:
            stands = short in known_ids and longer[0] not in formed
            full.update({longer[0]: short} if stands else {short: longer[0]})
    return full


def _display(identity: str, counter: Counter[str], short: set[str]) -> str:
    """Return what to call an organisation: as the gazetteer does if the text does too, else as the text has it in full.

    A legal person with a name of its own goes before the brand ("Foodinho s.r.l.", not "Glovo"), and the full name before
    those that brackets introduce for it.
    """
    known = _known_ids().get(identity)
    legal = [n for n in counter if _form_suffix().search(n) and not company_id(n).startswith(slugify(known or ""))]
    if known in counter and not legal:
        return str(known)
    return max(counter, key=lambda n: (bool(_form_suffix().search(n)), n not in short, counter[n], len(n)))
