"""The versions that a run works with, beside that of its pipeline."""

from __future__ import annotations

import platform
import sqlite3
from importlib.metadata import version


def list_versions() -> dict[str, str]:
    """Return the versions of this program, of Python and of SQLite; the pipeline's has those of the models in it."""
    return {"dpawatch": version("dpawatch"), "python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
