"""What components work out of a `Doc` and share: kept as long as it lives, and never written with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary, ref

from spacy.tokens import Doc

T = TypeVar("T")


class OnceADoc(Generic[T]):
    """Answers as a function of a doc does, and asks it once a doc."""

    def __init__(self, find: Callable[[Doc], T]) -> None:
        update_wrapper(self, find)
        self._find = find
        self._known: WeakKeyDictionary[Doc, T] = WeakKeyDictionary()
        self._last: tuple[ref[Doc], T] | None = None

    def __call__(self, doc: Doc) -> T:
        """Return what is known of doc, or found now."""
        last = self._last  # loops ask again and again, and a dictionary of weak references takes ten times as long
        if last and last[0]() is doc:
            return last[1]
        return self.keep(doc, self._known[doc] if doc in self._known else self._find(doc))

    def keep(self, doc: Doc, found: T) -> T:
        """Keep for doc what the caller has already, and return it."""
        self._known[doc] = found
        self._last = ref(doc), found
        return found


def once_a_doc(find: Callable[[Doc], T]) -> OnceADoc[T]:
    """Return a function that answers as `find` does, and asks it once a doc."""
    return OnceADoc(find)
