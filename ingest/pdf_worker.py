"""The process in which a PDF is read: its bytes on stdin, one JSON document with the text of its pages on stdout.

A PDF is a program of unknown length, so it is run in a process of its own that may be ended: the system keeps it to its
memory and time, pypdf keeps each stream to 75 MB. It imports nothing of ours and opens nothing.
"""

from __future__ import annotations

import io
import json
import logging
import struct
import sys
import zlib
from contextlib import suppress
from typing import Any

from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

MAX_CHARACTERS = 5_000_000
# what pypdf raises on documents that are not what it takes them for: its own errors, and whatever Python does then
BROKEN = (PyPdfError, ArithmeticError, AssertionError, AttributeError, LookupError, OSError, RuntimeError, TypeError,
          ValueError, struct.error, zlib.error)  # fmt: skip


def main(max_pages: int, memory: int, seconds: int) -> None:
    """Write {"pages": [text, …]} or {"reason": why not, "broken": whether that may be the way here}."""
    # what pypdf repairs is nobody's business here
    logging.disable(logging.CRITICAL)
    _limit(memory, seconds)
    try:
        answer = _read_pages(sys.stdin.buffer.read(), max_pages)
    except MemoryError:
        answer = {"reason": f"needs more than {memory // 1_000_000} MB of memory"}
    json.dump(answer, sys.stdout)


def _limit(memory: int, seconds: int) -> None:
    # no such module on Windows, no such limit on some systems: the time limit of the parent holds everywhere
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _read_pages(body: bytes, max_pages: int) -> dict[str, Any]:
    try:
        reader = PdfReader(io.BytesIO(body))
        # many are encrypted against changes only, and open with no password
        if reader.is_encrypted and not reader.decrypt(""):
            return {"reason": "is encrypted with a password"}
        count = len(reader.pages)
    except (DependencyError, FileNotDecryptedError, NotImplementedError) as error:
        return {"reason": f"is encrypted in an unknown way: {error}"}
    except BROKEN as error:
        return {"reason": f"is broken: {_describe(error)}", "broken": True}
    if count > max_pages:
        return {"reason": f"has {count} pages, more than {max_pages}"}
    return _extract(reader, count)


def _extract(reader: PdfReader, count: int) -> dict[str, Any]:
    pages: list[str] = []
    fault = ""
    failed = characters = 0
    for number in range(count):
        try:
            text = reader.pages[number].extract_text()
        except BROKEN as error:
            # one page that cannot be read does not hide the others
            failed, fault = failed + 1, _describe(error)
            continue
        characters += len(text)
        if characters > MAX_CHARACTERS:
            return {"reason": f"holds more than {MAX_CHARACTERS:,} characters"}
        pages.append(text.encode("utf-8", "replace").decode())
    if failed > count / 2 or not count:
        return {"reason": f"is broken: {fault or 'it has no pages'}", "broken": True}
    return {"pages": pages}


def _describe(error: Exception) -> str:
    message = " ".join(str(error).split())[:200]
    return message if isinstance(error, PyPdfError) and message else f"{type(error).__name__} {message}".strip()


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
