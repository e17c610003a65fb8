"""PDF decisions: the bytes of a PDF in, its text in paragraphs out, read in a process that may be ended.

A PDF knows lines, not sentences: lines are joined to paragraphs, words divided at line ends are put together, and what
stands at the head or foot of most pages is left out.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Any

from ingest.errors import ArticleError, UnreadablePdf
from ingest.text import clean_text

MAX_PAGES = 500
MAX_MEMORY = 1_000_000_000
MAX_SECONDS = 60
# fewer letters than this on a page are a stamp on a picture
LETTERS_A_PAGE = 30
GARBLED = 0.2
EDGE_LINES = 2
MIN_PAGES = 3
DIGITS = re.compile(r"\d+")
END = re.compile(r"""[.!?:;…。！？]["'”’»)\]]*$""")
# "Art." at the end of a line, and a number that is no paragraph's own
ABBREVIATION = re.compile(r"\b[^\W\d_]{1,5}\.$")
NUMBER = re.compile(r"\d+(?![\d.]*[.)]\s)")
DIVIDED = re.compile(r"(?<=[^\W\d_])[-\xad\u2010]$")
# a line this much shorter than the longest ends its paragraph
SHORT = 0.6
CJK = "\u2e80"


def is_pdf(body: bytes) -> bool:
    """Say whether a body is a PDF, which may begin with other bytes (ISO 32000-1, annex H.3.4.1)."""
    return b"%PDF-" in body[:1024] and body.lstrip()[:1] != b"<"


def read_pdf(body: bytes) -> str:
    """Return the text of a PDF: paragraphs of one line each.

    Raises: UnreadablePdf: encrypted, scanned, without meaning, or past a cap; no later attempt will be better.
        ArticleError: broken, perhaps on the way here.
    """
    answer = _run_worker(body)
    if "reason" in answer:
        kind = ArticleError if answer.get("broken") else UnreadablePdf
        raise kind(f"the PDF {answer['reason']}")
    pages: list[str] = answer["pages"]
    text = "".join(pages)
    if sum(c.isalpha() for c in text) < LETTERS_A_PAGE * len(pages):
        raise UnreadablePdf(f"the PDF holds no text on its {len(pages)} pages: they are pictures, as of a scanner")
    strange = sum(c == "\ufffd" or unicodedata.category(c) in ("Co", "Cn", "Cs") for c in text)
    if strange > GARBLED * len(text):
        raise UnreadablePdf("the PDF does not say which letters its signs stand for")
    return clean_text(join_pages(pages))


def _run_worker(body: bytes) -> dict[str, Any]:
    """Return the answer of the process, or the reason why there is none."""
    command = [sys.executable, "-P", "-m", "ingest.pdf_worker", str(MAX_PAGES), str(MAX_MEMORY), str(MAX_SECONDS)]
    try:
        done = subprocess.run(  # noqa: S603 (our own module)
            command, input=body, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=MAX_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return {"reason": f"takes longer than {MAX_SECONDS} seconds to read"}
    if done.returncode < 0:
        return {"reason": f"takes too much time or memory: signal {-done.returncode} ended its reader"}
    if done.returncode:
        return {"reason": f"broke its reader, which ended with status {done.returncode}", "broken": True}
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def join_pages(pages: Sequence[str]) -> str:
    """Return the text of pages as paragraphs, one a line, that run on from page to page."""
    lines = [[" ".join(line.split()) for line in page.splitlines()] for page in pages]
    around = _find_repeated(lines)
    paragraphs: list[str] = []
    previous = ""
    for page in lines:
        kept = [line for n, line in enumerate(page) if not (_is_edge(n, page) and _blur(line) in around)]
        longest = max(map(len, kept), default=0)
        for line in filter(None, kept):
            if not paragraphs or _begins_paragraph(previous, line, longest):
                paragraphs.append(line)
            else:
                paragraphs[-1] = _join(paragraphs[-1], line)
            previous = line
    return "\n".join(paragraphs)


def _find_repeated(pages: Sequence[Sequence[str]]) -> set[str]:
    """Return the lines that stand at the edge of most pages, numbers aside; of few pages nothing can be said."""
    if len(pages) < MIN_PAGES:
        return set()
    edges = Counter(
        line for page in pages for line in {_blur(text) for n, text in enumerate(page) if _is_edge(n, page)}
    )
    return {line for line, count in edges.items() if count > len(pages) / 2}


def _is_edge(number: int, page: Sequence[str]) -> bool:
    return number < EDGE_LINES or number >= len(page) - EDGE_LINES


def _blur(line: str) -> str:
    return DIGITS.sub("#", line)


def _begins_paragraph(previous: str, line: str, longest: int) -> bool:
    if line[0].islower() or (ABBREVIATION.search(previous) and NUMBER.match(line)):
        return False
    return END.search(previous) is not None or len(previous) < SHORT * longest


def _join(paragraph: str, line: str) -> str:
    if DIVIDED.search(paragraph) and line[0].islower():
        return paragraph[:-1] + line
    return paragraph + ("" if min(paragraph[-1], line[0]) >= CJK else " ") + line
