"""The site: Datasette on one database, with this project's metadata; the plugin comes by its entry point."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

from db.schema import open_existing

METADATA_DATABASE = "dpawatch"
_SETTINGS = {"sql_time_limit_ms": "3000", "facet_time_limit_ms": "500", "num_sql_threads": "4"}


def serve_database(db: Path, arguments: Sequence[str] = ()) -> None:
    """Serve the database until interrupted; the arguments go to `datasette serve`, where they win over ours.

    Raises: DatabaseError when there is no such database or it is not one of ours.
    """
    from datasette.cli import cli

    open_existing(db).close()
    with metadata_file(db.stem) as metadata:
        cli.main(args=datasette_arguments(db, metadata, arguments), prog_name="dpawatch", standalone_mode=False)


def datasette_arguments(db: Path, metadata: Path, arguments: Sequence[str]) -> list[str]:
    """Return the command line for Datasette."""
    settings = [word for name, value in _SETTINGS.items() for word in ("--setting", name, value)]
    return ["serve", str(db), "--metadata", str(metadata), *settings, *arguments]


@contextmanager
def metadata_file(database: str) -> Iterator[Path]:
    """Give a copy of the packaged metadata that is about this database; Datasette calls a database by its file's name."""
    metadata = json.loads((files("dpawatch") / "datasette-metadata.json").read_text(encoding="utf-8"))
    databases = metadata.get("databases", {})
    if METADATA_DATABASE in databases:
        databases[database] = databases.pop(METADATA_DATABASE)
    with TemporaryDirectory(prefix="dpawatch-") as folder:
        path = Path(folder) / "metadata.json"
        path.write_text(json.dumps(metadata, ensure_ascii=False), encoding="utf-8")
        yield path
