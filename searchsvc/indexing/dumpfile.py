"""A dump read back line by line: whole, unaltered and for these fields, or refused with what to do."""

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from backends.core.schema import Schema
from backends.core.writing import Prepared
from searchsvc.indexing.portable import FORMAT, Line, fields_of, ordered, read_line

GZIP = b"\x1f\x8b"


class DumpRefused(Exception):
    """The file is no dump of this index that could be restored. What answers goes on doing so."""


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The file, unpacked by its content. Raises DumpRefused where it cannot be read."""
    try:
        with path.open("rb") as file:
            is_packed = file.read(2) == GZIP
            file.seek(0)
            if is_packed:
                with gzip.GzipFile(fileobj=file) as unpacked:
                    yield unpacked  # type: ignore[misc] # it is read from, as a BinaryIO is
            else:
                yield file
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DumpRefused(f"{path} is not whole ({error}). Make the dump again, or copy it again.") from error
    except OSError as error:
        raise DumpRefused(f"{path} cannot be read: {error}.") from error


def documents(path: Path, schema: Schema) -> Iterator[Prepared]:
    """The documents of a dump. Raises DumpRefused, for a broken end behind all the others."""
    with opened(path) as file:
        digest, count = hashlib.sha256(), 0
        order = _begun(path, file.readline(), digest, schema)
        for text in file:
            line = _parsed(path, text, count + 2)
            if "end" in line:
                _check_end(path, line["end"], count, digest.hexdigest())
                if file.read(1):
                    raise DumpRefused(f"{path} goes on behind its end. Make the dump again.")
                return
            digest.update(text)
            count += 1
            yield _document(path, line, order, count + 1)
    raise DumpRefused(f"{path} ends after {count:,} documents and was not finished. Make the dump again.")


def _parsed(path: Path, text: bytes, number: int) -> Line:
    try:
        line = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise DumpRefused(f"{path}, line {number}, is broken ({error}). Make the dump again.") from error
    if not isinstance(line, dict):
        raise DumpRefused(f"{path}, line {number}, is no line of a dump. Make the dump again.")
    return line


def _document(path: Path, line: Line, schema: Schema, number: int) -> Prepared:
    try:
        found = read_line(schema, line)
    except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
        raise DumpRefused(f"{path}, line {number}, is no document ({error!r}). Make the dump again.") from error
    if found is None:
        raise DumpRefused(f"{path}, line {number}, was altered: its hash is another one. Make the dump again.")
    return found


def _begun(path: Path, text: bytes, digest: Any, schema: Schema) -> Schema:
    """The schema in the dump's order of fields. Raises DumpRefused for other fields, or for what is no dump."""
    digest.update(text)
    if not text:
        raise DumpRefused(f"{path} is empty. Make the dump again.")
    line = _parsed(path, text, 1)
    if line.get("dump") != FORMAT:
        raise DumpRefused(
            f"{path} is no dump of format {FORMAT}, which manage.py index dump of this version writes "
            f"(it says {line.get('dump')!r})."
        )
    theirs, ours = {tuple(each) for each in line["fields"]}, {tuple(each) for each in fields_of(schema)}
    if theirs != ours:
        names = ", ".join(sorted({str(name) for name, *_ in theirs ^ ours}))
        raise DumpRefused(
            f"{path} was made of an index with other fields (different: {names}). Restore it with the version of the "
            "code that made it, or build the index from the database: manage.py index rebuild"
        )
    return ordered(schema, line["fields"])


def _check_end(path: Path, end: Line, count: int, sha256: str) -> None:
    if end.get("count") != count:
        raise DumpRefused(f"{path} has {count:,} documents and says {end.get('count')!r}. Make the dump again.")
    if end.get("sha256") != sha256:
        raise DumpRefused(f"{path} was altered: its checksum is another one. Make the dump again, or copy it again.")
