"""Redacting: what is meant found, logged, taken out of archive, articles, cases and file, and looked for again at the end.

Everything after the log is found by the hashes that the log keeps, so whoever starts a killed redaction again completes it.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from urllib.parse import unquote

from sqlite_utils import Database

from db.alerts import collect_alerts, settle_redacted
from db.errors import RedactionError, StorageError
from db.faults import find_file
from db.redactions import Blocked, finish_redactions, load_blocked, make_blocked, start_redaction
from db.schema import is_database
from db.scrubbing import (
    count_affected,
    find_left,
    find_places,
    find_stated,
    forget_places,
    prepare_scrubbing,
    scrub_articles,
    scrub_file,
    scrub_rows,
)
from db.summaries import refresh_summaries
from db.targets import Kind, Target, find_target
from dpawatch.errors import InputError
from dpawatch.guarding import PDF, clean_article, must_withhold, name_address
from dpawatch.run import Run, group_cases, tag_articles
from dpawatch.targets import name_file
from ingest.blanking import blank_records
from ingest.documents import read_document
from ingest.errors import IngestError
from ingest.models import Response, make_article_id


def choose_target(db: Database, word: str, kind: Kind | None, reason: str) -> tuple[Target, dict[str, int]] | None:
    """Return what a person's word means, and how much of what its redaction would touch; None when it is redacted already.

    Raises: InputError when nothing is called so; RedactionError when it cannot be redacted: it stands in the program's
        own data, or in the reason.
    """
    article, before = make_article_id(name_address(word)), load_blocked(db)
    if before.refuses(word, article):
        return None
    target = find_target(db, word, article, kind)
    if target is None:
        raise InputError(f"no {kind} is called {word!r}")
    blocked = make_blocked(b"", target.phrases, target.addresses)
    prepare_scrubbing(db, blocked)
    if blocked.holds(reason):
        raise RedactionError("the reason has what is to be redacted, and is kept; say it without")
    if stated := find_stated(db):
        raise RedactionError(
            f"{word!r} stands in the table {stated}, which the program's own data fills; take it out there"
        )
    found = count_affected(db)
    if kind is None and target.kind == "text" and not any(found.values()):
        raise InputError(f"no article, company or text here has {word!r}; --text keeps it out of what is still to come")
    return target, found


def redact(run: Run, target: Target, reason: str, by: str, archive: Path) -> int:
    """Log a redaction, complete it and all that were interrupted, and return its id."""
    # what is new for another cause is not the redaction's doing: it has its history, and is told
    tag_articles(run)
    group_cases(run)
    collect_alerts(run.db, run.clock())
    number = start_redaction(run.db, target, reason, by, run.clock())
    complete_redactions(run, archive)
    return number


def complete_redactions(run: Run, archive: Path) -> None:
    """Take out all that was ever redacted, so that no byte of it is left in the database or in its archive.

    Counts what scrub_articles counts, `raw_responses` and `rows`; and what tag_articles and group_cases count.
    Raises: StorageError when something is left, as where a reader keeps it; the next call goes on.
    """
    db, blocked = run.db, load_blocked(run.db)
    prepare_scrubbing(db, blocked)
    places = blank_records(archive, find_places(db), partial(_is_unwanted, blocked))
    forget_places(db, places)
    run.counts.update(scrub_articles(db, blocked, partial(clean_article, blocked)), raw_responses=len(places))
    # by now it has all addresses of the articles that were removed
    prepare_scrubbing(db, load_blocked(db))
    tag_articles(run)
    group_cases(run)
    settle_redacted(db, run.clock())
    run.counts["rows"] = scrub_rows(db)
    refresh_summaries(db)
    if left := find_left(db):
        raise StorageError(f"{find_file(db)}: the table {left} still has what was to be redacted")
    scrub_file(db)
    finish_redactions(db, run.counts, run.clock())


def _is_unwanted(blocked: Blocked, response: Response) -> bool:
    if not response.body.lstrip().startswith(PDF):
        return must_withhold(blocked, response)
    try:
        page = read_document(response)
    except IngestError:  # what nobody can look into may hold it
        return must_withhold(blocked, response)
    return blocked.refuses(response.final_url) or blocked.holds(page.title) or blocked.holds(page.text)


def list_copies(db: Database) -> list[Path]:
    """Return what may still hold what was removed: other databases in the folder, backups, and a file of targets that does."""
    path = Path(find_file(db)).resolve()
    copies = {other for other in path.parent.iterdir() if other != path and is_database(other)}
    copies |= {backup for (name,) in db.execute("select path from backups") if (backup := Path(name)).exists()}
    own = name_file(path)
    if own.exists() and load_blocked(db).holds(unquote(own.read_text(encoding="utf-8", errors="replace"))):
        copies.add(own)
    return sorted(copies)
