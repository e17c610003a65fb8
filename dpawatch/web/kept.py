"""What is the same for all readers, kept in memory until the database changes."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

if TYPE_CHECKING:  # Datasette imports its plugins while it is itself being imported
    from datasette.database import Database

T = TypeVar("T")

_MOST = 50  # things of one database: the largest are pages of 100 kB


@dataclass(slots=True)
class _Memory:
    """What was made, and the state in which each thread, which has a connection of its own, last saw the database."""

    made: dict[Hashable, Any] = field(default_factory=dict)
    seen: dict[int, int] = field(default_factory=dict)


_memories: WeakKeyDictionary[Database, _Memory] = WeakKeyDictionary()


async def keep(database: Database, key: Hashable, make: Callable[[], Awaitable[T]]) -> T:
    """Return what make gives for a key, made once for each state of the database.

    Each time a connection is asked whether others have written since it was last asked; if so, all is forgotten. What is
    made while somebody writes is forgotten by the next who asks: his connection has seen another state before.
    """
    memory = _memories.setdefault(database, _Memory())
    thread, version = await database.execute_fn(_look)
    if memory.seen.get(thread) != version or (key not in memory.made and len(memory.made) >= _MOST):
        memory.seen[thread] = version
        memory.made = {}
    made = memory.made
    if key not in made:
        made[key] = await make()
    found: T = made[key]
    return found


def _look(connection: sqlite3.Connection) -> tuple[int, int]:
    """Return the thread, and a number that is another after each commit of another connection."""
    return threading.get_ident(), connection.execute("pragma data_version").fetchone()[0]
