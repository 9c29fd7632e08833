"""An index as a file that any engine can be filled from: rows read afresh in the order of keys, in constant memory.

Each document's content hash is compared with the index's. Where they differ the dump has what the database has.
"""

import gzip
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import orjson
from django.db.models import Model
from django.utils import timezone

from backends.core.errors import DocumentRefused
from backends.core.schema import CONTENT_HASH, Schema
from searchsvc.indexing.documents import Source, backend, sources, store
from searchsvc.indexing.portable import NotPortable, line_of, manifest
from searchsvc.indexing.verify import answering
from searchsvc.indexing.walk import held

CHUNK = 500  # rows read at once
FIRST = 20  # documents that are named
SQUEEZED = 6  # gzip's level: 9 is half as fast for two per cent less


@dataclass(slots=True)
class Dumped:
    """What a dump holds. `differ` and `left_out` name the first documents, with a word on each."""

    generation: int
    count: int = 0
    matched: int = 0  # documents of the index that have a row
    differing: int = 0
    omitted: int = 0
    ghosts: int = 0
    differ: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    sha256: str = ""

    @property
    def is_clean(self) -> bool:
        return not (self.differing or self.omitted or self.ghosts)

    def differs(self, id_: str, why: str) -> None:
        self.differing += 1
        if len(self.differ) < FIRST:
            self.differ[id_] = why

    def leaves_out(self, id_: str, why: str) -> None:
        self.omitted += 1
        if len(self.left_out) < FIRST:
            self.left_out[id_] = why


@contextmanager
def target(name: str, standard: BinaryIO) -> Iterator[BinaryIO]:
    """Where to write: '-' is standard output; a file, gzipped where it ends in .gz, has its name once it is whole."""
    if name == "-":
        yield standard
        standard.flush()
        return
    path = Path(name)
    draft = path.with_name(f".{path.name}.part")
    try:
        with draft.open("wb") as file:
            if path.suffix == ".gz":
                with gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=SQUEEZED, mtime=0) as packed:
                    yield packed  # type: ignore[misc] # it is written to, as a BinaryIO is
            else:
                yield file
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def dump(alias: str, out: BinaryIO, clock: Callable[[], datetime] = timezone.now) -> Dumped:
    """Write an index. Raises IndexMissing before anything is written, and what the engine or the database raises."""
    found = Dumped(answering(alias))
    schema, digest = backend(alias).index_schema, hashlib.sha256()

    def write(line: bytes) -> None:
        digest.update(line + b"\n")
        out.write(line + b"\n")

    there = store(alias).count(found.generation)
    write(orjson.dumps(manifest(alias, schema, clock())))
    for source in sources(alias):
        for rows in source.pages(None, None, CHUNK):
            for line in _lines(source, rows, schema, found):
                write(line)
    found.ghosts, found.sha256 = max(0, there - found.matched), digest.hexdigest()
    out.write(orjson.dumps({"end": {"count": found.count, "sha256": found.sha256}}) + b"\n")
    return found


def _lines(source: Source, rows: list[Model], schema: Schema, found: Dumped) -> Iterator[bytes]:
    there = held(store(source.alias), found.generation, [source.id_of(row.pk) for row in rows])
    found.matched += len(there)
    for row in rows:
        id_ = source.id_of(row.pk)
        try:
            made = source.prepared(row)
            line = made and line_of(schema, *made)
        except (DocumentRefused, NotPortable) as error:
            found.leaves_out(id_, str(error))
            continue
        if made is None or line is None:
            continue
        if id_ not in there:
            found.differs(id_, "the index has it not")
        elif there[id_].hash != made[1].stored[CONTENT_HASH]:
            found.differs(id_, "its content in the index is another one")
        found.count += 1
        yield line
