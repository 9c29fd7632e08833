"""One batch of writes: what it replaces is marked as deleted, what it adds becomes one new segment."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from encodings import latin_1
from pathlib import Path
from typing import Any

import orjson
import whoosh.externalsort
import whoosh.writing
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex, LockError

from backends.core.embedded import unwritable
from backends.core.generations import Generations
from backends.core.lock import WriterLock
from backends.core.schema import ID, KEY, Schema
from backends.core.store import Changes
from backends.whoosh.codec import Codec
from backends.whoosh.columns import STORED, native_schema
from backends.whoosh.files import NAME
from backends.whoosh.segments import Damaged, careful
from backends.whoosh.snapshot import Snapshot

# Whoosh imports these when it first writes. A process that is forked just then would wait for that import for ever.
EARLY = (latin_1, whoosh.externalsort, whoosh.writing)
MEMORY_MB = 256  # of postings before Whoosh sorts them to disk
ALL_POSTINGS = 10**9  # Whoosh also counts them, to a million; the memory is what matters


class Durable(FileStorage):
    """Has files on the disk itself before the table of contents that names them takes its name."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self._made: set[str] = set()

    def create_file(self, name: str, **options: Any) -> Any:
        self._made.add(name)
        return super().create_file(name, **options)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        for name in self._made:
            with suppress(FileNotFoundError):  # gone again: a part of what is now one file
                _sync(Path(self.folder) / name)
        super().rename_file(oldname, newname, safe)
        _sync(Path(self.folder))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def writing(folders: Generations, number: int, schema: Schema, lock: WriterLock) -> Iterator[Any]:
    """Whoosh's writer; what was not committed when the block ends is dropped.

    Raises WriterBusy, IndexCorrupt or Unavailable.
    """
    folder = folders.folder(number)
    index = FileIndex(Durable(folder), native_schema(schema), NAME)
    try:
        writer = lock.until(lambda: _writer(index))
    except OSError as error:
        raise unwritable(folders.alias, error) from error
    try:
        writer.pool.maxsize = ALL_POSTINGS
        for draft in folder.glob(f"_{NAME}_*.toc.*"):  # of a writer that was killed; Whoosh leaves those for ever
            draft.unlink(missing_ok=True)
        yield writer
    except OSError as error:
        raise unwritable(folders.alias, error) from error
    except Damaged as error:
        raise folders.corrupt(str(error)) from error
    finally:
        if not writer.is_closed:
            writer.cancel()


def _writer(index: FileIndex) -> Any:
    """None where Whoosh's own lock is taken."""
    try:
        return index.writer(limitmb=MEMORY_MB, codec=Codec())
    except LockError:
        return None


def commit(writer: Any, before: Snapshot, changes: Changes) -> None:
    """Make the changes; where there are none to make, leave the revision as it is."""
    changed = False
    for id_, document in changes.items():
        for base, segment in before.based():
            if (old := segment.document_of(id_)) is not None:
                writer.delete_document(base + old)
                changed = True
        if document is not None:
            stored = orjson.dumps({ID: document.id, KEY: document.key, **document.stored})
            writer.add_document(**document.columns, **{STORED: stored})
            changed = True
    if changed:
        with careful():  # Whoosh may merge older segments now
            writer.commit()
