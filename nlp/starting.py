"""Starting without what no text needs, for a command that reads one and ends."""

from __future__ import annotations

import sys
from contextlib import suppress
from types import ModuleType
from typing import Any

_COMMAND_LINE = "spacy.cli"


def import_spacy() -> None:
    """Import spaCy without its command line, which it imports for one function: a third of its time, and two HTTP clients.

    That function, `spacy.info`, and `spacy.cli` are there for who asks for them.
    """
    if "spacy" in sys.modules:
        return
    package, module = ModuleType(_COMMAND_LINE), ModuleType(f"{_COMMAND_LINE}.info")
    vars(module)["info"] = _info
    stood_in = {package.__name__: package, module.__name__: module}
    sys.modules |= stood_in
    try:
        with suppress(ImportError):  # a version that asks for more of it is imported whole by who needs spaCy
            import spacy  # noqa: F401
    finally:
        for name in stood_in:
            del sys.modules[name]


def _info(*args: Any, **extra: Any) -> Any:
    from spacy.cli.info import info

    return info(*args, **extra)
