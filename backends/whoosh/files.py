"""Opening a Whoosh index: its newest table of contents, and the segments that names."""

import os
import re
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from backends.core.schema import Schema
from backends.whoosh.columns import native_schema
from backends.whoosh.segments import Damaged, Segment, careful
from backends.whoosh.snapshot import Snapshot

NAME = "MAIN"  # what Whoosh calls an index without a name
CONTENTS = re.compile(rf"_{NAME}_([0-9]+)\.toc")
TRIES = 10  # a writer may remove the files of one revision while they are being opened; the next one is there then


class Files(FileStorage):
    """Remembers what it opened: where reading fails, Whoosh leaves the file open."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self._given: list[Any] = []

    def open_file(self, name: str, **options: Any) -> Any:
        file = super().open_file(name, **options)
        self._given.append(file)
        return file

    def close_all(self) -> None:
        for file in self._given:
            if not file.is_closed:
                file.close()


@dataclass(frozen=True, slots=True)
class Opened:
    """A generation as it was after its `commit`-th write."""

    number: int
    commit: int
    snapshot: Snapshot

    @property
    def revision(self) -> str:
        return f"{self.number}.{self.commit}"


def latest(folder: Path) -> int:
    """The number of the newest commit, whichever process made it. Raises FileNotFoundError."""
    found = [int(match[1]) for name in os.listdir(folder) if (match := CONTENTS.fullmatch(name))]  # noqa: PTH208 - asked at each search, and twice as fast as Path.iterdir
    if not found:
        raise FileNotFoundError(f"no table of contents in {folder}")
    return max(found)


def open_generation(number: int, folder: Path, schema: Schema, before: Opened | None, lock: threading.RLock) -> Opened:
    """The newest revision; segments that were open `before` stay open. Raises OSError or Damaged."""
    for left in reversed(range(TRIES)):
        commit = latest(folder)
        try:
            return Opened(number, commit, _snapshot(folder, commit, schema, before, lock))
        except (OSError, Damaged):
            if not left or latest(folder) == commit:
                raise
    raise AssertionError  # the last try returns or raises


def _snapshot(folder: Path, commit: int, schema: Schema, before: Opened | None, lock: threading.RLock) -> Snapshot:
    storage = Files(folder)
    try:
        with careful():
            return _read(storage, commit, schema, before, lock)
    except (OSError, Damaged):
        storage.close_all()
        raise


def _read(storage: Files, commit: int, schema: Schema, before: Opened | None, lock: threading.RLock) -> Snapshot:
    known = {segment.name: segment for segment in before.snapshot.segments} if before else {}
    segments: list[Segment] = []
    deleted: list[int] = []
    base = 0
    # Our schema, not the pickled one: its classes may have moved since, and the manifest says that it is the same.
    for native in TOC.read(storage, NAME, gen=commit, schema=native_schema(schema)).segments:
        segments.append(known.get(native.segment_id()) or Segment(storage, native, lock))
        deleted += [base + document for document in native.deleted_docs()]
        base += native.doc_count_all()
    return Snapshot(schema, segments, frozenset(deleted), lock)
