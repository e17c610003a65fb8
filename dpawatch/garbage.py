"""Less search for garbage in a command that reads a few texts and ends: nearly all it makes is loaded to stay."""

from __future__ import annotations

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager

_MANY_OBJECTS = 100_000


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Look for garbage inside after a hundred thousand new objects, not after each 700, and not once more when Python ends."""
    usual = gc.get_threshold()
    gc.set_threshold(_MANY_OBJECTS)
    atexit.register(gc.freeze)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
