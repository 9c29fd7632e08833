"""One segment of a Whoosh index: its posting lists, its columns, its stored fields.

A segment's files never change (deletions are kept beside them), so what is read here stays true for its life.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import orjson
from whoosh.codec.whoosh3 import W3Codec
from whoosh.reading import TermNotFound
from whoosh.util.numeric import byte_to_length

from backends.core.schema import ID
from backends.whoosh.codec import Postings, read_postings
from backends.whoosh.columns import STORED, Rows, RowsColumn, encoded

LENGTHS = [byte_to_length(byte) for byte in range(256)]  # Whoosh keeps a field's length in one byte, rounded
Made = TypeVar("Made")


class Damaged(Exception):
    """A file of the index is missing, cut or changed."""


@contextmanager
def careful() -> Iterator[None]:
    """Around every read. Whoosh checks little: from damaged files come KeyError, struct.error, NameError and more.

    Raises Damaged, or OSError as it comes.
    """
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        raise Damaged(f"{type(error).__name__}: {error}") from error


class Segment:
    """Every read holds `lock`: Whoosh's files share one position among all who read them."""

    def __init__(self, storage: Any, native: Any, lock: threading.RLock) -> None:
        self.name: str = native.segment_id()
        self.size: int = native.doc_count_all()
        self._native, self._lock = native, lock
        self._files = native.open_compound_file(storage) if native.is_compound() else storage
        codec = native.codec()
        self._terms = codec.terms_reader(self._files, native)
        self._documents = codec.per_document_reader(self._files, native)
        self._postings = native.open_file(self._files, W3Codec.POSTS_EXT)
        self._kept: dict[tuple[str, str], Any] = {}

    def _once(self, what: str, column: str, read: Callable[[str], Made]) -> Made:
        """What a column holds, read once; no more is kept than the schema has columns."""
        with self._lock, careful():
            if (what, column) not in self._kept:
                self._kept[what, column] = read(column)
            made: Made = self._kept[what, column]
            return made

    def postings(self, column: str, term: str) -> Postings | None:
        """None where no document has the term."""
        with self._lock, careful():
            try:
                info = self._terms.term_info(column, encoded(term))
            except TermNotFound:
                return None
            return read_postings(self._postings, info)

    def terms(self, column: str) -> list[str]:
        """Every term of a column, by code point."""
        return self._once("terms", column, self._read_terms)

    def _read_terms(self, column: str) -> list[str]:
        out = []
        for name, term in self._terms.terms_from(column, b""):
            if name != column:
                break
            out.append(bytes(term).decode("utf-8", "surrogatepass"))
        return out

    def lengths(self, column: str) -> bytes:
        """For each document the length of its TERMS column as Whoosh's byte (see LENGTHS), 0 for no term."""
        return self._once("lengths", column, self._read_lengths)

    def _read_lengths(self, column: str) -> bytes:
        name = W3Codec.column_filename(self._native, f"_{column}_len")
        found = bytes(self._files.open_file(name).read()) if self._files.file_exists(name) else b""
        return found.ljust(self.size, b"\0")

    def total_length(self, column: str) -> int:
        return int(self._documents.field_length(column))

    def rows(self, column: str) -> Rows:
        """The values of a column that is not TERMS."""
        return self._once("rows", column, self._read_rows)

    def _read_rows(self, column: str) -> Rows:
        if not self._documents.has_column(column):
            return Rows([], [0] * self.size, [])
        rows: Rows = self._documents.column_reader(column, RowsColumn()).rows
        return rows

    def stored(self, document: int) -> dict[str, Any]:
        with self._lock, careful():
            stored: dict[str, Any] = orjson.loads(self._documents.stored_fields(document)[STORED])
            return stored

    def document_of(self, id_: str) -> int | None:
        """The document with this id, the last one written where there were several."""
        return self._once("documents", ID, self._read_documents).get(id_)

    def _read_documents(self, column: str) -> dict[str, int]:
        rows = self.rows(column)
        return {rows.values[ordinal]: document for document, ordinal in enumerate(rows.flat)}
