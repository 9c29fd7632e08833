"""Two toy engines, in Python lists: what a new engine needs to take part in the suite, and what it may lack.

`Bare` can do nothing that a flag names, `Toy` all but rank and survive its process. Each node is a test on a document.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from functools import cmp_to_key
from itertools import chain, pairwise, product
from pathlib import Path
from typing import Any, ClassVar

from backends.core import nodes
from backends.core.claims import unclaimed
from backends.core.compiler import Compiler
from backends.core.distance import edits_within
from backends.core.errors import DocumentRefused, GenerationInUse, IndexMissing, UnsupportedQuery
from backends.core.features import Features
from backends.core.request import (
    FacetReply,
    FacetRequest,
    Hit,
    Request,
    Response,
    Sort,
    Stats,
    StatsReply,
    StatsRequest,
    narrowed,
)
from backends.core.requests import scores
from backends.core.schema import KEY, ColumnType, Schema
from backends.core.stats import summary
from backends.core.store import Document

Test = Callable[[Document], bool]


def values(document: Document, column: str) -> Iterator[Any]:
    """The terms, whole strings or numbers of a column."""
    for value in document.columns.get(column, ()):
        yield from value if isinstance(value, list) else (value,)


def some(column: str, holds: Callable[[Any], bool]) -> Test:
    return lambda document: any(map(holds, values(document, column)))


def within(node: nodes.Range, value: Any) -> bool:
    above = node.lower is None or value > node.lower or (node.include_lower and value == node.lower)
    return above and (node.upper is None or value < node.upper or (node.include_upper and value == node.upper))


def in_a_row(terms: list[str], phrase: tuple[str, ...], slop: int) -> bool:
    places = [[at for at, term in enumerate(terms) if term == wanted] for wanted in phrase]
    return any(
        all(first < second for first, second in pairwise(row)) and row[-1] - row[0] < len(phrase) + slop
        for row in product(*places)
    )


class BareCompiler(Compiler[Test]):
    engine = "Bare"

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    def visit_all(self, _node: nodes.All) -> Test:
        return lambda _document: True

    def visit_nothing(self, _node: nodes.Nothing) -> Test:
        return lambda _document: False

    def visit_and(self, node: nodes.And) -> Test:
        tests = [self.visit(child) for child in node.nodes]
        return lambda document: all(test(document) for test in tests)

    def visit_or(self, node: nodes.Or) -> Test:
        tests = [self.visit(child) for child in node.nodes]
        return lambda document: any(test(document) for test in tests)

    def visit_not(self, node: nodes.Not) -> Test:
        test = self.visit(node.node)
        return lambda document: not test(document)

    def visit_boost(self, node: nodes.Boost | nodes.Filter | nodes.Prefer) -> Test:
        return self.visit(node.node)

    visit_filter = visit_prefer = visit_boost  # these change the rank alone

    def visit_term(self, node: nodes.Term) -> Test:
        return some(node.column, node.term.__eq__)

    def visit_prefix(self, node: nodes.Prefix) -> Test:
        return some(node.column, lambda term: term.startswith(node.text))

    def visit_equals(self, node: nodes.Equals) -> Test:
        return some(node.column, lambda value: value == node.value)

    def visit_anyof(self, node: nodes.AnyOf) -> Test:
        wanted = frozenset(node.values)
        return some(node.column, wanted.__contains__)

    def visit_exists(self, node: nodes.Exists) -> Test:
        return some(node.column, lambda _value: True)

    def visit_range(self, node: nodes.Range) -> Test:
        if self.schema.by_column[node.column].type is ColumnType.KEYWORD:
            raise UnsupportedQuery(f"{self.engine} cannot compare text: '{node}'.")
        return some(node.column, lambda value: within(node, value))


class ToyCompiler(BareCompiler):
    engine = "Toy"

    def visit_phrase(self, node: nodes.Phrase) -> Test:
        return lambda document: any(
            in_a_row(terms, node.terms, node.slop) for terms in document.columns.get(node.column, ())
        )

    def visit_suffix(self, node: nodes.Suffix) -> Test:
        return some(node.column, lambda term: term.endswith(node.text))

    def visit_infix(self, node: nodes.Infix) -> Test:
        return some(node.column, lambda term: node.text in term)

    def visit_fuzzy(self, node: nodes.Fuzzy) -> Test:
        begins = node.term[: node.prefix]
        return some(node.column, lambda term: term.startswith(begins) and edits_within(node.term, term, node.distance))

    def visit_range(self, node: nodes.Range) -> Test:
        return some(node.column, lambda value: within(node, value))


def order(sorts: tuple[Sort, ...]) -> Callable[[tuple[Any, ...], tuple[Any, ...]], int]:
    def compare(one: tuple[Any, ...], other: tuple[Any, ...]) -> int:
        for sort, a, b in zip(sorts, one, other, strict=True):
            if a == b:
                continue
            if a is None or b is None:
                return 1 if (a is None) != sort.missing_first else -1
            return 1 if (a > b) != sort.descending else -1
        return 0

    return compare


def position(document: Document, sorts: tuple[Sort, ...]) -> tuple[Any, ...]:
    return tuple(document.columns.get(sort.column, (None,))[0] for sort in sorts)


def page(found: list[Document], request: Request) -> list[Document]:
    """The documents of one page. Backwards is forwards in the reversed order, read from its end."""
    sorts = tuple(sort.reversed() for sort in request.sort) if request.backwards else request.sort
    compare, after = order(sorts), request.after
    ranked = sorted(found, key=cmp_to_key(lambda a, b: compare(position(a, sorts), position(b, sorts))))
    if after is not None:
        ranked = [document for document in ranked if compare(position(document, sorts), after) > 0]
    cut = ranked[request.offset : request.offset + request.size]
    return cut[::-1] if request.backwards else cut


def wanted(value: Any, facet: FacetRequest) -> bool:
    if facet.below is not None:
        return value.rpartition("/")[0] in facet.below
    return not isinstance(value, str) or value.startswith(facet.prefix)


def count_values(found: list[Document], facet: FacetRequest) -> FacetReply:
    counted = Counter(chain.from_iterable(values(document, facet.column) for document in found))
    ranked = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    kept = [pair for pair in ranked if wanted(pair[0], facet)]
    missing = sum(1 for document in found if facet.missing and not document.columns.get(facet.column))
    return FacetReply(tuple(kept[: facet.size]), facet.size is None or len(kept) <= facet.size, missing)


def add_up(found: list[Document], request: StatsRequest) -> StatsReply:
    def of(documents: list[Document]) -> Stats:
        counted = Counter(chain.from_iterable(values(document, request.column) for document in documents))
        return summary(counted.items(), sum(1 for document in documents if not document.columns.get(request.column)))

    groups = []
    for by in request.by:
        held = sorted(set(chain.from_iterable(values(document, by) for document in found)))
        groups.append(tuple((value, of([one for one in found if value in values(one, by)])) for value in held))
    return StatsReply(of(found), tuple(groups))


@dataclass(frozen=True)
class Generation:
    """Never changed, but replaced by the next: a reader holds a whole one."""

    writes: int
    documents: dict[str, Document]


class BareStore:
    """See `backends.core.store.Store`."""

    features = Features()
    compiler: ClassVar[type[BareCompiler]] = BareCompiler

    def __init__(self, alias: str, path: Path, schema: Schema) -> None:
        self.alias, self.path, self.schema = alias, path, schema
        self._generations: dict[int, Generation] = {}
        self._made = 0
        self._current: int | None = None

    def _at(self, number: int | None) -> tuple[int, Generation]:
        number = self._current if number is None else number
        if number is None or (held := self._generations.get(number)) is None:
            raise IndexMissing(self.alias, "memory")
        return number, held

    def generations(self) -> list[int]:
        return sorted(self._generations)

    def current(self) -> int | None:
        return self._current

    def create(self, _schema: Schema) -> int:
        self._made += 1
        self._generations[self._made] = Generation(0, {})
        return self._made

    def promote(self, generation: int) -> None:
        self._current = self._at(generation)[0]

    def drop(self, generation: int) -> None:
        if generation == self._current:
            raise GenerationInUse("promote another one first")
        self._generations.pop(generation, None)

    def write(self, generation: int, documents: Iterable[Document]) -> list[DocumentRefused]:
        kept, refused = unclaimed(self, generation, documents)
        self._replace(generation, dict(kept))
        return refused

    def delete(self, generation: int, ids: Iterable[str]) -> None:
        self._replace(generation, dict.fromkeys(ids))

    def _replace(self, number: int, changed: dict[str, Any]) -> None:
        _, held = self._at(number)
        kept = {**held.documents, **changed}
        self._generations[number] = Generation(held.writes + 1, {id_: kept[id_] for id_ in kept if kept[id_]})

    def search(self, request: Request, generation: int | None = None) -> Response:
        number, held = self._at(generation)
        self.refuse(request)
        request = request if request.sort else replace(request, sort=(Sort(KEY),))
        found = self._found(held, narrowed(request))
        hits = tuple(
            Hit(document.id, document.key, 0.0, position(document, request.sort), document.stored)
            for document in page(found, request)
        )
        facets = tuple(
            count_values(self._found(held, narrowed(request, facet.without)), facet) for facet in request.facets
        )
        stats = tuple(add_up(found, part) for part in request.stats)
        return Response(hits, len(found), facets, f"{number}.{held.writes}", stats=stats)

    def _found(self, held: Generation, node: nodes.Node) -> list[Document]:
        test = self.compiler(self.schema).visit(node)
        return [document for document in held.documents.values() if test(document)]

    def near(self, _column: str, _word: str, _most: int, _generation: int | None = None) -> tuple[tuple[str, int], ...]:
        raise UnsupportedQuery(f"{self.compiler.engine} lists no words.")

    def count(self, generation: int | None = None) -> int:
        return len(self._at(generation)[1].documents)

    def revision(self) -> str:
        number, held = self._at(None)
        return f"{number}.{held.writes}"

    def close(self) -> None:
        pass

    # What this engine is: the parts of a request that it knows, and what it says no to.

    known: ClassVar[frozenset[str]] = frozenset({"node", "refinements", "sort", "offset", "size"})

    def refuse(self, request: Request) -> None:
        """Raise for every part of a request that is not known here, also for one that the core grows tomorrow."""
        usual = Request(request.node)
        asked = {item.name for item in fields(request) if getattr(request, item.name) != getattr(usual, item.name)}
        if asked - self.known:
            raise UnsupportedQuery(f"{self.compiler.engine} does not do {', '.join(sorted(asked - self.known))}.")
        if any(type(facet) is not FacetRequest for facet in request.facets):
            raise UnsupportedQuery(f"{self.compiler.engine} counts plain values alone.")
        if not request.sort and scores(request.node):
            raise UnsupportedQuery(f"{self.compiler.engine} does not rank; name an order.")
        if not self.features.field_order and {sort.column for sort in request.sort} - {KEY}:
            raise UnsupportedQuery(f"{self.compiler.engine} orders by key alone.")


class ToyStore(BareStore):
    features = Features(
        facets=True, stats=True, field_order=True, keyset=True, phrases=True, fuzzy=True, parts_of_words=True,
        keyword_ranges=True,
    )  # fmt: skip
    compiler = ToyCompiler
    known = BareStore.known | {"after", "backwards", "facets", "stats"}
