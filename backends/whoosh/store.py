"""One connection's Whoosh index: generations as folders, one writer, any number of readers."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from whoosh.index import create_in

from backends.core.embedded import EmbeddedStore
from backends.core.errors import IndexCorrupt, UnsupportedQuery
from backends.core.features import Features
from backends.core.request import Request, Response, narrowed
from backends.core.schema import Schema
from backends.core.spelling import nearest
from backends.core.store import Changes
from backends.whoosh.columns import native_schema
from backends.whoosh.compiler import WhooshCompiler
from backends.whoosh.facets import add_up, count_values
from backends.whoosh.files import Opened, latest, open_generation
from backends.whoosh.pages import by_fields, by_score
from backends.whoosh.segments import Damaged
from backends.whoosh.writing import commit, writing


class WhooshStore(EmbeddedStore[Opened]):
    """See `backends.core.store.Store`. Its lock also guards every read of a file; what is in memory needs none."""

    engine = "whoosh"
    features = Features(
        facets=True, counts=True, stats=True, spelling=True, geo=True, field_order=True, keyset=True, phrases=True,
        fuzzy=True, parts_of_words=True, keyword_ranges=True, scores=True, document_boosts=True, transactions=True,
    )  # fmt: skip

    def make_index(self, folder: Path, schema: Schema) -> None:
        create_in(str(folder), native_schema(schema))

    # Writing

    def commit(self, generation: int, changes: Changes) -> None:
        self._open(generation)  # tells a broken or foreign index apart from one that cannot be written
        with writing(self.folders, generation, self.schema, self.writer_lock) as writer:
            # Opened under the writer's lock, so its documents are the writer's.
            commit(writer, self._open(generation).snapshot, changes)

    # Reading

    def opening(self, number: int) -> Opened:
        folder = self.folders.folder(number)
        with self._reading(folder):
            opened = self._opened.get(number)
            if opened is not None and opened.commit == latest(folder):
                return opened
            with self._lock:
                return self._fresh(number, folder)

    def _fresh(self, number: int, folder: Path) -> Opened:
        before = self._opened.get(number)
        if before is None:
            self.folders.check(number, self.schema)
        opened = open_generation(number, folder, self.schema, before, self._lock)
        self._opened = {**self._opened, number: opened}
        return opened

    @contextmanager
    def _reading(self, folder: Path) -> Iterator[None]:
        try:
            yield
        except (OSError, Damaged) as error:
            raise IndexCorrupt(self.alias, str(folder), str(error)) from error

    def search(self, request: Request, generation: int | None = None) -> Response:
        opened = self._open(generation)
        with self._reading(self.folders.folder(opened.number)):
            try:
                return _answer(opened, request)
            except RecursionError:
                raise UnsupportedQuery("The query is nested too deep for Whoosh.") from None

    def near(self, column: str, word: str, most: int, generation: int | None = None) -> tuple[tuple[str, int], ...]:
        opened = self._open(generation)
        with self._reading(self.folders.folder(opened.number)):
            lexicon = opened.snapshot.lexicon(column)
            return nearest(word, lexicon.values, lambda term: len(lexicon.documents((lexicon.find(term),))), most)

    def count(self, generation: int | None = None) -> int:
        return len(self._open(generation).snapshot.live)

    def revision(self) -> str:
        return self._open(None).revision


def _answer(opened: Opened, request: Request) -> Response:
    snapshot = opened.snapshot
    compiler = WhooshCompiler(snapshot)
    matches = compiler.visit(narrowed(request))
    found = matches.ids - snapshot.deleted
    hits = by_fields(snapshot, found, request) if request.sort else by_score(snapshot, matches, found, request)
    facets = tuple(
        count_values(
            snapshot,
            compiler.visit(narrowed(request, facet.without)).ids - snapshot.deleted if facet.without else found,
            facet,
        )
        for facet in request.facets
    )
    counts = tuple(len(found & compiler.visit(node).ids) for node in request.counts)
    stats = tuple(add_up(snapshot, found, part) for part in request.stats)
    return Response(hits, len(found), facets, opened.revision, counts=counts, stats=stats)
