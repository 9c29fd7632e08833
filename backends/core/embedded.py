"""What engines inside this process share: an index is a folder on this machine, with generations in it."""

import atexit
import os
import shutil
import threading
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, ClassVar, Generic, Protocol, TypeVar, cast

from django.core.exceptions import ImproperlyConfigured
from haystack import connections

from backends.core.backend import SearchBackend
from backends.core.claims import unclaimed
from backends.core.commits import Commits
from backends.core.errors import DocumentRefused, Unavailable
from backends.core.features import Features
from backends.core.generations import Generations
from backends.core.lock import WRITE_TIMEOUT, WriterLock
from backends.core.request import Request, Response
from backends.core.schema import Schema
from backends.core.store import Changes, Document, Store

Opened = TypeVar("Opened")
STORAGES = ("file", "ram")
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - Linux's folder in memory; a private one is made in it


class EmbeddedStore(Generic[Opened]):
    """The half of a Store that is about folders; `Opened` is how an engine holds an open generation."""

    engine: ClassVar[str]
    features: Features

    def __init__(self, alias: str, path: Path, schema: Schema, write_timeout: float = WRITE_TIMEOUT) -> None:
        self.alias, self.schema = alias, schema
        self.folders = Generations(path, alias, self.engine)
        self.writer_lock = WriterLock(path, alias, write_timeout)
        self._commits = Commits(self.writer_lock, self.commit)
        self._opened: dict[int, Opened] = {}
        self._lock = threading.RLock()  # guards _opened

    def make_index(self, folder: Path, schema: Schema) -> None:
        """Put an empty index into an empty folder."""
        raise NotImplementedError

    def commit(self, generation: int, changes: Changes) -> None:
        """Make all changes durable and visible, or none. Called by one thread at a time, under the writer's lock."""
        raise NotImplementedError

    def search(self, request: Request, generation: int | None = None) -> Response:
        """See `Store`."""
        raise NotImplementedError

    def opening(self, number: int) -> Opened:
        """A generation, up to date, kept in `_opened`. Raises IndexMissing, IndexCorrupt or SchemaMismatch."""
        raise NotImplementedError

    def _open(self, generation: int | None) -> Opened:
        """The generation named, or the one that answers; then the others are forgotten."""
        return self.folders.follow(self._answering) if generation is None else self.opening(generation)

    def _answering(self, number: int) -> Opened:
        opened = self.opening(number)
        if len(self._opened) > 1:
            with self._lock:
                self._opened = {number: opened}
        return opened

    def generations(self) -> list[int]:
        return self.folders.numbers()

    def current(self) -> int | None:
        return self.folders.current()

    def create(self, schema: Schema) -> int:
        with self.writer_lock.held():
            number, folder = self.folders.create()
            self.make_index(folder, schema)
            self.folders.finish(number, schema)
            self.folders.sweep()
        return number

    def started(self, schema: Schema) -> int:
        """The generation that answers; made where there is none, by one process alone."""
        with self.writer_lock.held():
            if (number := self.current()) is None:
                number = self.create(schema)
                self.promote(number)
        return number

    def promote(self, generation: int) -> None:
        with self.writer_lock.held():
            self.folders.promote(generation)

    def drop(self, generation: int) -> None:
        with self.writer_lock.held():
            with self._lock:
                self._opened.pop(generation, None)
            self.folders.drop(generation)

    def write(self, generation: int, documents: Iterable[Document]) -> list[DocumentRefused]:
        kept, refused = unclaimed(self, generation, documents)
        if kept:
            self._commits.write(generation, kept)
        return refused

    def delete(self, generation: int, ids: Iterable[str]) -> None:
        self._commits.write(generation, dict.fromkeys(ids))

    def size(self, generation: int) -> int:
        return self.folders.size(generation)

    def close(self) -> None:
        with self._lock:
            self._opened.clear()


def unwritable(alias: str, error: Exception) -> Unavailable:
    return Unavailable(f"The index of connection '{alias}' could not be written: {error}")


@cache
def passing_folder(alias: str) -> str:
    """A folder that goes with this process, in memory where there is one: what STORAGE = "ram" means here.

    Processes forked from this one share it.
    """
    folder = mkdtemp(prefix=f"search-{alias}-", dir=IN_MEMORY if os.access(IN_MEMORY, os.W_OK) else None)
    atexit.register(_remove, folder, os.getpid())
    return folder


def _remove(folder: str, owner: int) -> None:
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


class StoreClass(Protocol):
    def __call__(self, alias: str, path: Path, schema: Schema, write_timeout: float) -> Store: ...


class EmbeddedBackend(SearchBackend):
    """A backend whose connection names a folder, in its setting PATH."""

    store_class: ClassVar[StoreClass]

    def __init__(self, connection_alias: str, **options: Any) -> None:
        storage = options.get("STORAGE", "file")
        if storage not in STORAGES:
            raise ImproperlyConfigured(f"Connection '{connection_alias}': STORAGE is 'file' or 'ram', not {storage!r}.")
        self.use_file_storage = storage == "file"
        if not self.use_file_storage:
            options["PATH"] = passing_folder(connection_alias)
        if not options.get("PATH"):
            raise ImproperlyConfigured(f"Connection '{connection_alias}' needs a PATH: a folder for its index.")
        self.path = str(options["PATH"])
        super().__init__(connection_alias, **options)

    def make_store(self, schema: Schema) -> Store:
        return self.store_class(self.connection_alias, Path(self.path), schema, self._write_timeout())

    def _write_timeout(self) -> float:
        given = self.options.get("WRITE_TIMEOUT", WRITE_TIMEOUT)
        if isinstance(given, int | float) and 0 <= given <= threading.TIMEOUT_MAX:
            return float(given)
        raise ImproperlyConfigured(
            f"WRITE_TIMEOUT of connection '{self.connection_alias}' is {given!r}; it takes seconds, from 0 up."
        )

    def _generation(self) -> int:
        store = cast("EmbeddedStore[Any]", self.store)
        current = store.current()
        return store.started(self.index_schema) if current is None else current

    # What projects call on Haystack's own embedded engine.

    def setup(self) -> None:
        """Make the index where there is none; writing does so too."""
        self._generation()

    def optimize(self) -> None:
        """Nothing to do: each commit merges the segments that are worth it."""

    def delete_index(self) -> None:
        """Empty the index."""
        self.clear()

    @property
    def content_field_name(self) -> str:
        """The document field of the connection's indexes."""
        name: str = connections[self.connection_alias].get_unified_index().document_field
        return name
