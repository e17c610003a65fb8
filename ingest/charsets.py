"""Which encoding a document is in: its bytes and what is declared about them in, its text and what was odd out.

Feeds and pages share it: servers send a default of theirs in the header, whatever the document declares of itself.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

UTF8 = ("utf-8", "utf8")
# characters that XML 1.0 cannot hold, not even escaped
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# what servers send that were told nothing, so that the document's own word goes first
DEFAULTS = ("iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii")
# what is in use under the name of an older or smaller set (WHATWG Encoding Standard, "Names and labels")
MEANT = {
    **dict.fromkeys(DEFAULTS, "windows-1252"),
    **dict.fromkeys(("gb2312", "gbk", "x-gbk"), "gb18030"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis"), "cp932"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "korean"), "cp949"),
    "iso-8859-9": "windows-1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
}
# codecs of Python that are no encodings of documents, or in which bytes of any other can be read
NAMES = re.compile(r"(?:windows-?|cp|ibm|iso-?8859-?|iso-2022-|koi8-?|euc-?|big5|gb|mac|hz|johab|shift)[\w-]*")
# how a document in UTF-32 or UTF-16 begins: with a byte-order mark, or with "<" and another character
WIDE_BEGINNINGS = (
    (re.compile(re.escape(codecs.BOM_UTF32_LE) + b"|" + re.escape(codecs.BOM_UTF32_BE)), "utf-32"),
    (re.compile(re.escape(codecs.BOM_UTF16_LE) + b"|" + re.escape(codecs.BOM_UTF16_BE)), "utf-16"),
    (re.compile(rb"<\0{3}[^\0]\0{3}"), "utf-32-le"),
    (re.compile(rb"\0{3}<\0{3}[^\0]"), "utf-32-be"),
    (re.compile(rb"<\0[^\0]\0"), "utf-16-le"),
    (re.compile(rb"\0<\0[^\0]"), "utf-16-be"),
)
CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A document as text, the encoding it was read in, and how many of its bytes are none of that and were replaced."""

    text: str
    encoding: str
    replaced: int = 0


def find_sent(content_type: str) -> str:
    """Return the charset of a Content-Type header in lower case, or ""."""
    sent = CHARSET.search(content_type)
    return sent.group(1).lower() if sent else ""


def decode_document(body: bytes, sent: str, written: str) -> Decoded | None:
    """Return a document as text, trusting its bytes over what is declared about them; None when nothing declared fits.

    UTF-8 is recognised by its form whatever is declared; stray invalid bytes in what is said to be UTF-8 are replaced,
    so that one bad headline does not garble the others. UTF-16 and UTF-32 are told by their first bytes.

    Args:
        sent, written: the charset by the header and by the document itself, in lower case, or "".
    """
    for beginning, wide in WIDE_BEGINNINGS:
        if beginning.match(body):
            return Decoded(body.decode(wide, "replace").removeprefix("\ufeff"), wide)
    declared = [name for name in ((written, sent) if sent in DEFAULTS else (sent, written)) if name]
    others = [name for name in declared if name not in UTF8]
    # seven bits with escapes are UTF-8 by their form too
    escaped = [name for name in others if name.startswith("iso-2022")] if b"\x1b" in body else []
    form = None if escaped else _decode_utf8(body, may_stray=not declared or len(others) < len(declared))
    return form or _decode_first(body, others)


def _decode_utf8(body: bytes, may_stray: bool) -> Decoded | None:
    try:
        return Decoded(body.decode("utf-8-sig"), "utf-8")
    except UnicodeDecodeError:
        text = body.decode("utf-8-sig", "replace")
    # of other encodings a few characters look like UTF-8 by chance, most do not
    invalid = text.count("\ufffd")
    valid = sum(1 for c in text if c > "\x7f") - invalid
    return Decoded(text, "utf-8", invalid) if may_stray and invalid <= valid else None


def _decode_first(body: bytes, names: Iterable[str]) -> Decoded | None:
    """Return the text in the first of these encodings in which all bytes have a meaning."""
    for name in names:
        meant = MEANT.get(name, name)
        # not every name of a codec is known to every Python
        with suppress(UnicodeDecodeError, LookupError):
            if NAMES.fullmatch(meant):
                return Decoded(body.decode(meant), name)
    return None
