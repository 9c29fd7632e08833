"""One batch of writes: what it replaces is marked as deleted, what it adds becomes one new segment."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from whoosh.index import LockError, open_dir

from backends.core.embedded import busy, unwritable
from backends.core.generations import Generations
from backends.core.schema import ID, KEY, Schema
from backends.core.store import Document
from backends.whoosh.codec import Codec
from backends.whoosh.columns import STORED, native_schema
from backends.whoosh.files import NAME
from backends.whoosh.segments import Damaged, careful
from backends.whoosh.snapshot import Snapshot

MEMORY_MB = 256  # of postings before Whoosh sorts them to disk
ALL_POSTINGS = 10**9  # Whoosh also counts them, to a million; the memory is what matters


class Batch:
    """Adds and removes by id, in the order called: a later document replaces an earlier one of its id."""

    def __init__(self, writer: Any, before: Snapshot) -> None:
        self._writer, self._before = writer, before
        self._new: dict[str, int] = {}  # id -> its place in the new segment
        self.changed = False

    def add(self, document: Document) -> None:
        self.delete(document.id)
        self._new[document.id] = self._writer.docnum
        stored = orjson.dumps({ID: document.id, KEY: document.key, **document.stored})
        self._writer.add_document(**document.columns, **{STORED: stored})
        self.changed = True

    def delete(self, id_: str) -> None:
        if (place := self._new.pop(id_, None)) is not None:
            self._writer.newsegment.delete_document(place)
        for base, segment in self._before.based():
            if (document := segment.document_of(id_)) is not None:
                self._writer.delete_document(base + document)
                self.changed = True


@contextmanager
def writing(folders: Generations, number: int, schema: Schema, now: Callable[[], Snapshot]) -> Iterator[Batch]:
    """A batch that is written when the block ends, durable then. `now` opens the newest revision.

    Raises WriterBusy, IndexCorrupt or Unavailable.
    """
    folder = folders.folder(number)
    now()  # tells a broken or foreign index apart from a busy one
    try:
        writer = open_dir(str(folder), schema=native_schema(schema)).writer(limitmb=MEMORY_MB, codec=Codec())
    except LockError as error:
        raise busy(folders.alias, error) from error
    try:
        writer.pool.maxsize = ALL_POSTINGS
        batch = Batch(writer, now())  # opened under the writer's lock, so its documents are the writer's
        yield batch
        _finish(writer, folder, batch)
    except OSError as error:
        raise unwritable(folders.alias, error) from error
    except Damaged as error:
        raise folders.corrupt(str(error)) from error
    finally:
        if not writer.is_closed:
            writer.cancel()


def _finish(writer: Any, folder: Path, batch: Batch) -> None:
    if not batch.changed:
        return
    with careful():  # Whoosh may merge older segments now
        writer.commit()
    _keep(folder, f"{writer.newsegment.segment_id()}.seg", f"_{NAME}_{writer.generation}.toc")


def _keep(folder: Path, *names: str) -> None:
    """Have files on the disk itself; Whoosh leaves that to the system."""
    for path in (*(folder / name for name in names), folder):
        if path.exists():
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
