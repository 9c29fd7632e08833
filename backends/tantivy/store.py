"""One connection's Tantivy index: generations as folders, one writer, any number of readers."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import orjson
import tantivy

from backends.core.embedded import EmbeddedStore
from backends.core.errors import IndexCorrupt
from backends.core.features import Features
from backends.core.request import FacetReply, FacetRequest, Request, Response, meeting, narrowed
from backends.core.schema import DOCUMENT_BOOST, ID, KEY, Schema
from backends.core.spelling import nearest
from backends.core.store import Changes, Document
from backends.tantivy.boosts import WEIGHT, Boosts, weight
from backends.tantivy.columns import ADD, STORED, native_schema
from backends.tantivy.compiler import ALL_TERMS, TantivyCompiler, terms_of
from backends.tantivy.facets import count_values
from backends.tantivy.pages import by_fields, by_score, total
from backends.tantivy.places import by_distance, walk
from backends.tantivy.stats import add_up
from backends.tantivy.trouble import named, panics

HEAP_BYTES = 128_000_000  # Tantivy's own default; half of it doubles the number of segments of a rebuild
WRITER_THREADS = 1  # one thread keeps documents in the order written, and two gain nothing beside Python's analysis


@dataclass(frozen=True, slots=True)
class Opened:
    """A generation as it was after one commit. `stamp` is its meta file then: any process's commit changes it.

    `index` changes and takes one thread at a time: it is touched under the store's lock alone.
    """

    index: tantivy.Index
    native: tantivy.Schema
    searcher: tantivy.Searcher
    folder: str
    meta: Path
    stamp: tuple[int, int]
    revision: str
    boosts: Boosts


def _stamp(meta: Path) -> tuple[int, int]:
    seen = meta.stat()
    return seen.st_mtime_ns, seen.st_ino


class TantivyStore(EmbeddedStore[Opened]):
    """See `backends.core.store.Store`."""

    engine = "tantivy"
    features = Features(
        facets=True, counts=True, stats=True, spelling=True, geo=True, field_order=True, keyset=True, phrases=True,
        fuzzy=True, parts_of_words=True, keyword_ranges=True, scores=True, document_boosts=True, transactions=True,
    )  # fmt: skip

    def make_index(self, folder: Path, schema: Schema) -> None:
        tantivy.Index(native_schema(schema), path=str(folder))

    # Writing

    def commit(self, generation: int, changes: Changes) -> None:
        opened = self._open(generation)
        with named(self.alias, opened.folder, "be written"):
            writer = self.writer_lock.until(partial(self._writer, opened.index))
            try:
                replaces = opened.searcher.num_docs > 0  # into an empty index nothing: a tenth of the time of writing
                for id_, document in changes.items():
                    if replaces:
                        writer.delete_documents_by_term(ID, id_)
                    if document is not None:
                        writer.add_document(self._native(document))
                writer.commit()
            finally:
                # Gives the lock back, and drops what was not committed; a writer merely forgotten holds it until
                # Python collects it.
                writer.wait_merging_threads()

    def _writer(self, index: tantivy.Index) -> tantivy.IndexWriter | None:
        """None where Tantivy's own lock is taken."""
        try:
            with self._lock:
                return index.writer(HEAP_BYTES, WRITER_THREADS)
        except ValueError as error:
            if "LockBusy" not in str(error):
                raise
            return None

    def _native(self, document: Document) -> tantivy.Document:
        native = tantivy.Document()
        columns = self.schema.by_column
        for name, values in document.columns.items():
            add = ADD[columns[name].type]
            for value in values:
                add(native, name, value)
        for boost in document.columns.get(DOCUMENT_BOOST, ()):
            native.add_float(WEIGHT, weight(boost))  # type: ignore[arg-type] # a DOUBLE
        native.add_bytes(STORED, orjson.dumps({ID: document.id, KEY: document.key, **document.stored}))
        return native

    # Reading

    def opening(self, number: int) -> Opened:
        opened = self._opened.get(number)
        meta = self.folders.folder(number) / "meta.json" if opened is None else opened.meta
        try:
            stamp = _stamp(meta)
            if opened is None or opened.stamp != stamp:
                with self._lock, panics(self.alias, str(meta.parent)):
                    opened = self._fresh(number, meta, stamp)
                    self._opened = {**self._opened, number: opened}
        except (OSError, ValueError, KeyError) as error:
            raise IndexCorrupt(self.alias, str(meta.parent), str(error)) from error
        return opened

    def _fresh(self, number: int, meta: Path, stamp: tuple[int, int]) -> Opened:
        known = self._opened.get(number)
        if known is None:
            self.folders.check(number, self.schema)
        index = tantivy.Index.open(str(meta.parent)) if known is None else known.index
        # Reloading is ours: the library's own thread dies in a fork, and a stat costs a microsecond.
        index.config_reader("manual")
        # The revision first: what is found may be newer than it says, never older, or a cache would keep the old.
        opstamp = int(orjson.loads(meta.read_bytes())["opstamp"])
        index.reload()
        searcher, native = index.searcher(), index.schema
        boosts = Boosts(searcher, native)
        return Opened(index, native, searcher, str(meta.parent), meta, stamp, f"{number}.{opstamp}", boosts)

    def search(self, request: Request, generation: int | None = None) -> Response:
        opened = self._open(generation)
        searcher = opened.searcher
        compiler = TantivyCompiler(
            self.schema, opened.native, partial(terms_of, searcher), partial(walk, searcher, self.schema)
        )
        with named(self.alias, opened.folder):
            query = compiler.visit(narrowed(request))
            if request.sort:
                page = by_distance if any(sort.origin for sort in request.sort) else by_fields
                hits = page(searcher, query, request, self.schema, opened.native)
                found = total(searcher, query)
            else:
                hits, found = by_score(searcher, opened.boosts.halved(query), request, opened.boosts.column)
            facets = tuple([self._facet(searcher, compiler, request, facet) for facet in request.facets])
            counts = tuple([total(searcher, compiler.visit(node)) for node in meeting(request)])
            stats = tuple([add_up(searcher, query, part, self.schema) for part in request.stats])
        return Response(hits, found, facets, opened.revision, opened.stamp[0] / 1e9, counts, stats)

    def _facet(
        self, searcher: tantivy.Searcher, compiler: TantivyCompiler, request: Request, facet: FacetRequest
    ) -> FacetReply:
        return count_values(searcher, compiler.visit(narrowed(request, facet.without)), facet, self.schema)

    def near(self, column: str, word: str, most: int, generation: int | None = None) -> tuple[tuple[str, int], ...]:
        opened = self._open(generation)
        with named(self.alias, opened.folder):
            held = dict(opened.searcher.terms_with_prefix(column, word[:1], None, ALL_TERMS))
        return nearest(word, held, held.__getitem__, most)

    def count(self, generation: int | None = None) -> int:
        return int(self._open(generation).searcher.num_docs)

    def revision(self) -> str:
        return self._open(None).revision
