"""What components work out of a `Doc` and share: kept as long as it lives, and never written with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

from spacy.tokens import Doc

T = TypeVar("T")


def once_a_doc(find: Callable[[Doc], T]) -> Callable[[Doc], T]:
    """Return a function that answers as `find` does, and asks it once a doc."""
    known: WeakKeyDictionary[Doc, T] = WeakKeyDictionary()

    @wraps(find)
    def answer(doc: Doc) -> T:
        try:
            return known[doc]
        except KeyError:
            found = known[doc] = find(doc)
            return found

    return answer
