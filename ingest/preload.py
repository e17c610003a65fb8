"""What takes a second to load before a page can be read, loaded once: imported by the server that workers are forked from.

Nothing comes in and nothing goes out; `ingest.workers` names this module, and no other imports it.
"""

import gc
from contextlib import suppress

import ingest.articles
import ingest.reading
from ingest.similarity import make_signature
from ingest.text import detect_language

_TEXT = " ".join(f"word{n}" for n in range(100))
# py3langid unpacks its model into a temporary file: where there is no room each page says so, and not a traceback
with suppress(OSError):
    # as a side effect the first call loads the language model and the library of signatures
    make_signature(_TEXT, detect_language(_TEXT, None))
# what is there by now stays: no worker need look through it for garbage, nor copy the pages that it lies on
gc.freeze()
__all__ = ["ingest"]
