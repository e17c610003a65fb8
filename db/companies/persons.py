"""A check that no natural person has become a company; readings leave them out, and nothing else may let them in."""

from __future__ import annotations

import re

from rigour.names import NameTypeTag, analyze_names
from sqlite_utils import Database

from db.companies.names import form_key, name_key

# two to four words with a capital, and between them the small ones of families' names
_RUN = re.compile(
    r"[^\W\d_a-z][\w'’-]+(?: (?:de|del|la|le|da|do|dos|das|di|van|der|den|von|zu|af|y|al|el|bin|ibn))*"
    r"(?: [^\W\d_a-z][\w'’-]+){1,3}"
)


def find_person_rows(db: Database) -> list[str]:
    """Return the names of companies that read like a person's: two to four words, each a given or a family name.

    Companies of the data file, and those that a text names with a legal form, are none. The lists of names are rigour's
    (from Wikidata), so the check does not share the words that readings go by. It takes seconds to load them.
    """
    sql = """select id, name from companies where origin = 'text' and name like '% %' order by id"""
    return [
        name for company, name in db.execute(sql).fetchall() if reads_like_person(name) and not _is_formed(db, company)
    ]


def reads_like_person(name: str) -> bool:
    """Tell whether every word of a name is one that people have."""
    if not _RUN.fullmatch(name) or name_key(name) != form_key(name):
        return False
    (organised,) = analyze_names(NameTypeTag.ORG, [name], phonetics=False)
    if organised.spans:  # "school", "bank"
        return False
    (analysed,) = analyze_names(NameTypeTag.PER, [name], phonetics=False)
    named = {part.form for span in analysed.spans if "NAME" in str(span.symbol.category) for part in span.parts}
    words = {word.lower() for word in re.split(r"[ '’-]", name) if not word.islower()}
    return words <= named


def _is_formed(db: Database, company: str) -> bool:
    sql = "select distinct text from mentions where kind = 'company' and entity = ?"
    return any(name_key(text) != form_key(text) for (text,) in db.execute(sql, [company]))
