"""Shards on disk: read articles in, a folder of three Parquet files and a report out, there only when whole; and back.

`articles.parquet`, `mentions.parquet` and `actions.parquet` follow the same order of articles; `report.json` says what
they were made of.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree
from typing import Any
from uuid import uuid4

import pyarrow as pa
from pyarrow.parquet import ParquetFile, ParquetWriter, read_metadata

from dpawatch.errors import InputError
from dpawatch.scale.columns import SCHEMAS, ReadArticle, Row, read_rows, write_rows
from dpawatch.scale.warcs import Warc

REPORT = "report.json"
Tables = dict[str, pa.Table]
# of articles: what is in memory at once when a shard is read
_BATCH = 100


@dataclass(slots=True)
class Report:
    """What a shard was made of: its WARC file, the pipeline's version, what was counted, and why the file broke off."""

    warc: str
    pipeline: str
    counts: Counter[str] = field(default_factory=Counter)
    fault: str | None = None

    def to_json(self) -> str:
        """Return the report as JSON."""
        told = {"warc": self.warc, "pipeline": self.pipeline, "counts": dict(self.counts), "fault": self.fault}
        return json.dumps(told, ensure_ascii=False, indent=2)


def find_report(folder: Path, warc: Warc, pipeline: str) -> Report | None:
    """Return the report of the finished shard of a WARC file as it is now, or None."""
    path = folder / warc.name_shard(pipeline) / REPORT
    if not path.exists():
        return None
    found = json.loads(path.read_text(encoding="utf-8"))
    return Report(**found | {"counts": Counter(found["counts"])})


class ShardWriter:
    """The files of one shard while they are written."""

    def __init__(self, folder: Path) -> None:
        self._files = {
            name: ParquetWriter(folder / f"{name}.parquet", schema, compression="zstd")
            for name, schema in SCHEMAS.items()
        }

    def write(self, tables: Iterable[Tables]) -> None:
        """Append the rows of some articles, each table's as one row group."""
        held = list(tables)
        for name, file in self._files.items():
            file.write_table(pa.concat_tables(table[name] for table in held))

    def close(self) -> None:
        """End the files."""
        for file in self._files.values():
            file.close()


def make_tables(read: ReadArticle) -> Tables:
    """Return the rows of one article in the types of the files; raises pyarrow.ArrowException where they do not fit."""
    return {name: pa.Table.from_pylist(rows, SCHEMAS[name]) for name, rows in write_rows(read).items()}


@contextmanager
def new_shard(folder: Path, warc: Warc, report: Report) -> Iterator[ShardWriter]:
    """Yield a writer of the shard of a WARC file, which is in its place at the end, and after an error not at all.

    What a killed worker left of it is removed, and so are shards of the same file by an earlier pipeline.
    """
    name = warc.name_shard(report.pipeline)
    for left in folder.glob(f".{name}.*"):
        rmtree(left, ignore_errors=True)
    work = folder / f".{name}.{uuid4().hex}"
    work.mkdir()
    try:
        writer = ShardWriter(work)
        try:
            yield writer
        finally:
            writer.close()
        (work / REPORT).write_text(report.to_json(), encoding="utf-8")
        for earlier in folder.glob(f"{warc.stem}-{'?' * 8}-{'?' * 8}"):
            if earlier.name != name:
                rmtree(earlier, ignore_errors=True)
        # one that is there was made meanwhile by a worker that was believed dead
        with suppress(OSError):
            work.rename(folder / name)
    finally:
        rmtree(work, ignore_errors=True)


def list_shards(folder: Path) -> list[Path]:
    """Return the finished shards in a folder, by name."""
    return sorted(path.parent for path in folder.glob(f"*/{REPORT}") if not path.parent.name.startswith("."))


def count_articles(shard: Path) -> int:
    """Return how many articles a shard holds; raises InputError when it is damaged."""
    with _naming_damage(shard):
        return int(read_metadata(shard / "articles.parquet").num_rows)


def read_shard(shard: Path) -> Iterator[ReadArticle]:
    """Yield the articles of a shard, some at a time in memory; raises InputError when it is damaged."""
    with _naming_damage(shard):
        mentions, actions = (_Following(_read_rows(shard, name)) for name in ("mentions", "actions"))
        for row in _read_rows(shard, "articles"):
            yield read_rows(row, mentions.take(row["id"]), actions.take(row["id"]))


@contextmanager
def _naming_damage(shard: Path) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError, KeyError) as error:
        raise InputError(f"{shard}: is no whole shard: {str(error).partition(chr(10))[0]}") from error


def _read_rows(shard: Path, table: str) -> Iterator[Row]:
    with ParquetFile(shard / f"{table}.parquet") as file:
        for batch in file.iter_batches(batch_size=_BATCH):
            yield from batch.to_pylist()


class _Following:
    """The rows of a table that follows the order of the articles."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def take(self, article: str) -> list[Row]:
        """Return the rows of the next article, which may have none."""
        found: list[Any] = []
        while self._next is not None and self._next["article"] == article:
            found.append(self._next)
            self._next = next(self._rows, None)
        return found
