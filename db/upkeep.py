"""What a database needs around it: room on its disk, and a backup now and then; what it was read with."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from sqlite_utils import Database

from db.faults import find_file
from db.schema import is_published
from db.values import parse_time

# of backups: the last ones tell what is usual, a first one is taken for one of a week
LATEST = 10
FIRST_GAP = timedelta(days=7)
LEAST_GAP = timedelta(days=1)
LATE = 3
_PIPELINE = "select pipeline from runs where pipeline is not null order by id desc limit 1"
_BACKUPS = f"select made from backups order by made desc limit {LATEST}"  # noqa: S608 (a number)


def read_upkeep(db: Database, file: str | Path | None = None) -> dict[str, Any]:
    """Return `database_bytes`, `disk_free` (bytes, where its file lies), `last_backup`, `backup_due`, `pipeline` by name.

    `backup_due` is from when on a person should ask why there is no new backup, null when none was ever made. `pipeline` are
    the parts of what articles were last read with: the rules, and spaCy's models. Of a public copy only its own size is
    known, and of a database in memory nothing.

    Args:
        file: where the database lies, for a connection that may not tell.
    """
    path, is_copy = Path(file or find_file(db)), "backups" not in db.table_names()
    made = [] if is_copy else [parse_time(row[0]) for row in db.execute(_BACKUPS)]
    (pipeline,) = db.execute(_PIPELINE).fetchone() or ("",)
    return {
        "database_bytes": _measure(path) if path.exists() else None,
        "disk_free": shutil.disk_usage(path).free if path.exists() and not is_published(path) else None,
        "last_backup": made[0] if made else None,
        "backup_due": made[0] + LATE * _usual_gap(made) if made else None,
        "pipeline": pipeline.split("+") if pipeline else [],
    }


def _measure(path: Path) -> int:
    """Return the bytes of a database and of what was written since its last checkpoint."""
    files = (path, path.with_name(f"{path.name}-wal"))
    return sum(file.stat().st_size for file in files if file.exists())


def _usual_gap(made: list[datetime]) -> timedelta:
    gaps = [(later - earlier).total_seconds() for later, earlier in pairwise(made)]
    return max(timedelta(seconds=median(gaps)), LEAST_GAP) if gaps else FIRST_GAP
