"""The seam to an engine: a store keeps documents in generations and answers requests.

A store is one a process and connection, shared by its threads; the registry makes it once and forgets it after a
fork, for neither open files of a writer nor an engine's threads survive one.
"""

import os
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from backends.core.errors import DocumentRefused
from backends.core.features import Features
from backends.core.request import Request, Response
from backends.core.schema import Schema

ColumnValue = str | int | float | list[str]


@dataclass(frozen=True, slots=True)
class Document:
    """A document ready for any engine: the values of each column, and the stored fields.

    A TERMS column holds a list of terms a value; the others hold whole strings or numbers.
    """

    id: str
    key: str
    columns: Mapping[str, tuple[ColumnValue, ...]]
    stored: Mapping[str, Any]


Changes = Mapping[str, Document | None]  # by id, the document that is there from now on, or None for one removed


class Searched(Protocol):
    """What can be asked: a store, or one generation of it."""

    @property
    def features(self) -> Features: ...

    def search(self, request: Request) -> Response: ...


class Speller(Searched, Protocol):
    """What can also be asked for near words; see `Store.near`."""

    def near(self, column: str, word: str, most: int) -> tuple[tuple[str, int], ...]: ...


class Store(Protocol):
    """One connection's index. Each method raises the errors of `backends.core.errors` and none of the engine's own."""

    features: Features

    def generations(self) -> list[int]:
        """The numbers of the generations there are, oldest first."""
        ...

    def current(self) -> int | None:
        """The generation that answers, or None before the first promote."""
        ...

    def create(self, schema: Schema) -> int:
        """Make an empty generation and return its number; it does not answer yet."""
        ...

    def write(self, generation: int, documents: Iterable[Document]) -> list[DocumentRefused]:
        """Add or replace documents by id, durable on return. Returns what was refused; the rest is written.

        Refused is a document whose public key another one has; see `backends.core.claims`.
        """
        ...

    def delete(self, generation: int, ids: Iterable[str]) -> None:
        """Remove documents by id; unknown ids are no error."""
        ...

    def search(self, request: Request, generation: int | None = None) -> Response:
        """Answer from the current generation, or from the one named."""
        ...

    def near(self, column: str, word: str, most: int, generation: int | None = None) -> tuple[tuple[str, int], ...]:
        """Other terms of a TERMS column near a word, and how many documents hold each: nearest first, then most held.

        Near is what `lookups.distance` forgives, the first letter alike. Documents that were deleted may still be
        counted, and terms that only they held be listed.
        """
        ...

    def promote(self, generation: int) -> None:
        """Let this generation answer, atomically."""
        ...

    def drop(self, generation: int) -> None:
        """Remove a generation that does not answer."""
        ...

    def count(self, generation: int | None = None) -> int:
        """How many documents there are."""
        ...

    def revision(self) -> str:
        """'<generation>.<last applied batch>': changes with every write that can be seen. Cheap."""
        ...

    def close(self) -> None:
        """Let go of files and connections; the next call opens them again."""
        ...


@runtime_checkable
class Sized(Protocol):
    """A store that knows how much room it takes: those on this machine's disk. Of others the server can be asked."""

    def size(self, generation: int) -> int:
        """The bytes of a generation on disk."""
        ...


_lock = threading.Lock()  # guards _stores
_stores: dict[tuple[str, str], Store] = {}


def shared_store(alias: str, identity: str, make: Callable[[], Store]) -> Store:
    """The store of this process for a connection; `identity` tells apart the same alias with other options."""
    with _lock:
        known = _stores.get((alias, identity))
        if known is None:
            known = _stores[alias, identity] = make()
        return known


def close_stores() -> None:
    """Close and forget every store of this process; tests and forking servers call it."""
    with _lock:
        stores = list(_stores.values())
        _stores.clear()
    for store in stores:
        store.close()


def _after_fork() -> None:
    """In the child, where another thread of the parent may have had the lock."""
    global _lock  # noqa: PLW0603 - the registry is process-wide by nature
    _lock = threading.Lock()
    _stores.clear()


os.register_at_fork(after_in_child=_after_fork)
