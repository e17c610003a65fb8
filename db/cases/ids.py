"""What a case is called for ever: `fr-cnil-2021-clearview-ai`, and which case an id that is gone stands for now."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import chain, count

from sqlite_utils import Database

from db.cases.actions import ActionRow
from db.cases.matching import order_of
from db.cases.summary import case_respondents

_LENGTH = 60
UNKNOWN, UNDATED = "unknown", "undated"


def first_act(actions: Collection[ActionRow]) -> ActionRow:
    """Return the act that a matter began with, as far as is known: it gives the case its year."""
    return min(actions, key=order_of)


def case_slug(actions: Sequence[ActionRow]) -> str:
    """Return the id that a case of these acts should have: regulator, year of its first act, respondent named most."""
    first = first_act(actions)
    year = (first.decision_date or first.published or "")[:4] or UNDATED
    return f"{_regulator(actions)}-{year}-{_slugs(actions)[0]}"


def still_says(slug: str, actions: Sequence[ActionRow]) -> bool:
    """Tell whether an id, made as a slug, still names the regulator and one of the respondents; its year may stay as it was."""
    wanted = case_slug(actions)
    if slug == wanted:
        return True
    if UNKNOWN in slug.split("-") or UNDATED in slug.split("-"):
        return False
    regulator = wanted.removesuffix(f"-{_slugs(actions)[0]}")[:-4]
    return any(slug.startswith(regulator) and slug[len(regulator) + 4 :] == f"-{whom}" for whom in _slugs(actions))


def names_regulator(slug: str, actions: Sequence[ActionRow]) -> bool:
    """Tell whether an id, made as a slug, is of a case of the acts' regulator."""
    regulator = _regulator(actions)
    return re.match(rf"{re.escape(regulator)}-(\d{{4}}|{UNDATED})-", slug) is not None


def free_id(db: Database, slug: str, actions: Sequence[ActionRow], taken: Collection[str]) -> str:
    """Return the slug, or what is nearest to it and no id yet: with month and day of the first act, then with a number."""
    when = first_act(actions)
    day = (when.decision_date or when.published or "")[5:10].replace("-", "")
    names = [slug, f"{slug}-{day}"] if day else [slug]
    every = chain(names, (f"{names[-1]}-{number}" for number in count(2)))
    return next(name for name in every if name not in taken and not _is_known(db, name))


def _regulator(actions: Sequence[ActionRow]) -> str:
    return next((a.regulator for a in sorted(actions, key=order_of) if a.regulator), UNKNOWN)


def _slugs(actions: Sequence[ActionRow]) -> list[str]:
    return [company[:_LENGTH].strip("-") for company in case_respondents(actions)] or [UNKNOWN]


def _is_known(db: Database, case: str) -> bool:
    sql = "select 1 from cases where id = :id union all select 1 from case_redirects where old_id = :id"
    return db.execute(sql, {"id": case}).fetchone() is not None


def redirect_case(db: Database, old: str, case: str, why: str, moment: str) -> None:
    """Store that an id stands for another case now, and so does all that stood for it; the case `old` may be gone already."""
    db.execute("update case_redirects set case_id = ? where case_id = ?", [case, old])
    sql = """insert into case_redirects (old_id, case_id, why, made) values (?, ?, ?, ?)
        on conflict (old_id) do update set case_id = excluded.case_id, why = excluded.why, made = excluded.made"""
    db.execute(sql, [old, case, why, moment])


def resolve_case(db: Database, case: str) -> str | None:
    """Return the id of the case that an id stands for: itself, or what it was merged into; None for an unknown one."""
    row = db.execute("select id from cases where id = ?", [case]).fetchone()
    row = row or db.execute("select case_id from case_redirects where old_id = ?", [case]).fetchone()
    return row[0] if row else None
