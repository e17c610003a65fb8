"""Files that users give: bytes in (plain, gzip or stdin), texts and JSON records out, and what is wrong with the rest."""

from __future__ import annotations

import gzip
import io
import json
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from dpawatch.errors import InputError

STDIN = "-"
_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Record:
    """One JSON object of a file of JSON lines, with the line it stands on (from 1)."""

    file: str
    line: int
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be used, and why; no line is the whole file."""

    file: str
    line: int | None
    reason: str

    @classmethod
    def whole_file(cls, path: str, error: InputError) -> BadLine:
        """Return the fault of a file that could not be read, or not to its end."""
        return cls(_name(path), None, str(error).removeprefix(f"{_name(path)}: "))

    def __str__(self) -> str:
        return f"{self.file}: {self.reason}" if self.line is None else f"{self.file}: line {self.line}: {self.reason}"


def read_text(path: str) -> str:
    """Return the text of a UTF-8 file (plain or gzip; "-" is stdin) without its byte order mark.

    Raises: InputError: unreadable, not UTF-8, or nothing in it.
    """
    with open_input(path) as file:
        body = _read(file, path).removeprefix(_BOM)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{_name(path)}: is not UTF-8 text (byte {error.start})") from error
    if not text.strip():
        raise InputError(f"{_name(path)}: is empty")
    return text


def read_records(path: str) -> Iterator[Record | BadLine]:
    """Yield the JSON object of each line of a file (plain or gzip; "-" is stdin); a line that holds none is a BadLine.

    Empty lines are passed over. Raises: InputError when the file cannot be read, or breaks off.
    """
    with open_input(path) as file:
        number = 0
        while line := _read(file, path, line=True):
            number += 1
            if number == 1:
                line = line.removeprefix(_BOM)
            if line.strip():
                yield _parse_line(_name(path), number, line)


def read_all_records(paths: Iterable[str]) -> Iterator[Record | BadLine]:
    """Yield the records of several files; a file that cannot be read, or holds nothing, is a BadLine without a line."""
    for path in paths:
        empty = True
        try:
            for record in read_records(path):
                empty = False
                yield record
        except InputError as error:
            yield BadLine.whole_file(path, error)
            continue
        if empty:
            yield BadLine(_name(path), None, "is empty")


@contextmanager
def open_input(path: str) -> Iterator[IO[bytes]]:
    """Open a file for reading bytes, unpacked when it is gzip whatever its name; raises InputError."""
    try:
        raw = sys.stdin.buffer if path == STDIN else Path(path).open("rb")  # noqa: SIM115 (closed below)
        buffered = raw if isinstance(raw, io.BufferedReader) else io.BufferedReader(cast(io.RawIOBase, raw))
        packed = buffered.peek(2)[:2] == _GZIP
    except OSError as error:
        raise InputError(f"{_name(path)}: cannot be read: {error.strerror}") from error
    try:
        yield cast(IO[bytes], gzip.GzipFile(fileobj=buffered) if packed else buffered)
    finally:
        if path != STDIN:
            raw.close()


def _read(file: IO[bytes], path: str, line: bool = False) -> bytes:
    try:
        return file.readline() if line else file.read()
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InputError(f"{_name(path)}: is not a whole gzip file: {error}") from error
    except OSError as error:
        raise InputError(f"{_name(path)}: cannot be read: {error.strerror}") from error


def _parse_line(file: str, number: int, line: bytes) -> Record | BadLine:
    try:
        text = line.decode("utf-8")
        fields = json.loads(text)
        json.dumps(fields, ensure_ascii=False).encode("utf-8")
    except UnicodeDecodeError:
        return BadLine(file, number, "is not UTF-8")
    except UnicodeEncodeError:
        return BadLine(file, number, "holds half a character (a lone surrogate)")
    except json.JSONDecodeError as error:
        return BadLine(file, number, f"is not JSON: {error.msg} at column {error.colno}")
    except (RecursionError, ValueError) as error:
        return BadLine(file, number, f"is not JSON that can be read: {error}")
    if not isinstance(fields, dict):
        return BadLine(file, number, "is no JSON object")
    return Record(file, number, fields)


def _name(path: str) -> str:
    return "stdin" if path == STDIN else path
