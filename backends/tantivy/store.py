"""One connection's Tantivy index: generations as folders, one writer, any number of readers."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import orjson
import tantivy

from backends.core.embedded import EmbeddedStore, busy, unwritable
from backends.core.errors import DocumentRefused, IndexCorrupt
from backends.core.features import Features
from backends.core.request import FacetReply, FacetRequest, Request, Response, narrowed
from backends.core.schema import ID, KEY, Schema
from backends.core.store import Document
from backends.tantivy.columns import ADD, STORED, native_schema
from backends.tantivy.compiler import ALL_TERMS, TantivyCompiler
from backends.tantivy.facets import count_values
from backends.tantivy.pages import by_fields, by_score, total
from backends.tantivy.trouble import named

HEAP_BYTES = 128_000_000  # Tantivy's own default; half of it doubles the number of segments of a rebuild
WRITER_THREADS = 1  # one thread keeps documents in the order written, and two gain nothing beside Python's analysis


@dataclass(slots=True)
class Opened:
    """An open generation. `stamp` is its meta file as last seen: another process's commit changes it."""

    number: int
    index: tantivy.Index
    native: tantivy.Schema
    meta: Path
    stamp: tuple[int, int]
    opstamp: int

    @property
    def revision(self) -> str:
        return f"{self.number}.{self.opstamp}"


def _stamp(meta: Path) -> tuple[int, int]:
    seen = meta.stat()
    return seen.st_mtime_ns, seen.st_ino


class TantivyStore(EmbeddedStore[Opened]):
    """See `backends.core.store.Store`."""

    engine = "tantivy"
    features = Features(
        facets=True, field_order=True, keyset=True, phrases=True, fuzzy=True,
        parts_of_words=True, keyword_ranges=True, scores=True, transactions=True,
    )  # fmt: skip

    def make_index(self, folder: Path, schema: Schema) -> None:
        tantivy.Index(native_schema(schema), path=str(folder))

    # Writing

    @contextmanager
    def _writer(self, generation: int) -> Iterator[tantivy.IndexWriter]:
        opened = self._open(generation)
        try:
            writer = opened.index.writer(HEAP_BYTES, WRITER_THREADS)
        except ValueError as error:
            raise busy(self.alias, error) from error
        try:
            yield writer
            writer.commit()
        except (OSError, ValueError) as error:
            writer.rollback()
            raise unwritable(self.alias, error) from error
        finally:
            # Gives the lock back; a writer merely forgotten holds it until Python collects it.
            writer.wait_merging_threads()
        opened.index.reload()

    def write(self, generation: int, documents: Iterable[Document]) -> list[DocumentRefused]:
        with self._writer(generation) as writer:
            for document in documents:
                writer.delete_documents_by_term(ID, document.id)
                writer.add_document(self._native(document))
        return []

    def _native(self, document: Document) -> tantivy.Document:
        native = tantivy.Document()
        columns = self.schema.by_column
        for name, values in document.columns.items():
            add = ADD[columns[name].type]
            for value in values:
                add(native, name, value)
        native.add_bytes(STORED, orjson.dumps({ID: document.id, KEY: document.key, **document.stored}))
        return native

    def delete(self, generation: int, ids: Iterable[str]) -> None:
        with self._writer(generation) as writer:
            for id_ in ids:
                writer.delete_documents_by_term(ID, id_)

    # Reading

    def _open(self, generation: int | None) -> Opened:
        """The generation, opened and up to date. Raises IndexMissing, IndexCorrupt or SchemaMismatch."""
        number = self.folders.answering() if generation is None else generation
        meta = self.folders.folder(number) / "meta.json"
        try:
            stamp = _stamp(meta)
            opened = self._opened.get(number)
            if opened is not None and opened.stamp == stamp:
                return opened
            with self._lock:
                opened = self._fresh(number, meta, stamp)
                self._opened = {number: opened} if generation is None else {**self._opened, number: opened}
        except (OSError, ValueError, KeyError) as error:
            raise IndexCorrupt(self.alias, str(meta.parent), str(error)) from error
        return opened

    def _fresh(self, number: int, meta: Path, stamp: tuple[int, int]) -> Opened:
        known = self._opened.get(number)
        if known is None:
            self.folders.check(number, self.schema)
            index = tantivy.Index.open(str(meta.parent))
            # Reloading is ours: the library's own thread dies in a fork, and a stat costs a microsecond.
            index.config_reader("manual")
            known = Opened(number, index, index.schema, meta, stamp, 0)
        known.index.reload()
        known.stamp, known.opstamp = stamp, int(orjson.loads(meta.read_bytes())["opstamp"])
        return known

    def search(self, request: Request, generation: int | None = None) -> Response:
        opened = self._open(generation)
        searcher = opened.index.searcher()
        compiler = TantivyCompiler(self.schema, opened.native, partial(_terms, searcher))
        with named(self.alias, str(opened.meta.parent)):
            query = compiler.visit(narrowed(request))
            if request.sort:
                hits = by_fields(searcher, query, request, self.schema, opened.native)
                found = total(searcher, query)
            else:
                hits, found = by_score(searcher, query, request)
            facets = tuple(self._facet(searcher, compiler, request, facet) for facet in request.facets)
        return Response(hits, found, facets, opened.revision, opened.stamp[0] / 1e9)

    def _facet(
        self, searcher: tantivy.Searcher, compiler: TantivyCompiler, request: Request, facet: FacetRequest
    ) -> FacetReply:
        return count_values(searcher, compiler.visit(narrowed(request, facet.without)), facet, self.schema)

    def count(self, generation: int | None = None) -> int:
        return int(self._open(generation).index.searcher().num_docs)

    def revision(self) -> str:
        return self._open(None).revision


def _terms(searcher: tantivy.Searcher, column: str, prefix: str) -> list[str]:
    return [term for term, _count in searcher.terms_with_prefix(column, prefix, None, ALL_TERMS)]
