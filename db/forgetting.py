"""Forgetting what was read in articles, which then wait to be read again."""

from __future__ import annotations

from collections.abc import Iterable

from sqlite_utils import Database

from db.values import json_list

_NAMED = "in (select value from json_each(?))"
_MARKS = f"""update articles set pipeline = null, analysed = null, analysis_error = null, is_enforcement = null, relevance = null
    where id {_NAMED}"""  # noqa: S608 (a constant of this module)


def forget_readings(db: Database, articles: Iterable[str]) -> None:
    """Forget what was read in articles; to be called in the transaction that changes what they say."""
    named = [json_list(articles)]
    for table in ("mentions", "actions", "case_events"):
        db.execute(f"delete from {table} where article {_NAMED}", named)  # noqa: S608 (the names above)
    db.execute(_MARKS, named)
