"""Counts and statistics of values: the ordinals of the documents found, counted."""

from collections import Counter
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from heapq import nsmallest
from itertools import chain

from backends.core.request import PATH_SEPARATOR, FacetReply, FacetRequest, Stats, StatsReply, StatsRequest
from backends.core.schema import ColumnType
from backends.core.stats import summary
from backends.whoosh.compiler import beginning
from backends.whoosh.ordinals import NONE, Ordinals
from backends.whoosh.snapshot import Snapshot


def _counts(snapshot: Snapshot, column: Ordinals, found: AbstractSet[int]) -> Iterable[tuple[int, int]]:
    if len(found) == len(snapshot.live):
        return enumerate(column.counts)
    if column.rows is None:
        return Counter(map(column.first.__getitem__, found)).items()
    return Counter(chain.from_iterable(map(column.rows.__getitem__, found))).items()


def _parent(path: str | float) -> str:
    return str(path).rpartition(PATH_SEPARATOR)[0]


def count_values(snapshot: Snapshot, found: AbstractSet[int], request: FacetRequest) -> FacetReply:
    """The counts of one facet over the documents found: most frequent first, equal ones by value."""
    column = snapshot.ordinals(request.column)
    wanted = range(len(column.values))  # leaves out NONE
    if request.prefix and snapshot.schema.by_column[request.column].type is ColumnType.KEYWORD:
        wanted = beginning(column.values, request.prefix)
    below = None if request.below is None else frozenset(request.below)
    counted = [(-count, at) for at, count in _counts(snapshot, column, found) if count and at in wanted]
    if below is not None:
        counted = [(count, at) for count, at in counted if _parent(column.values[at]) in below]
    first = sorted(counted) if request.size is None else nsmallest(request.size, counted)
    values = tuple((column.values[at], -count) for count, at in first)
    missing = sum(1 for document in found if column.first[document] == NONE) if request.missing else 0
    return FacetReply(values, len(first) == len(counted), missing)


def add_up(snapshot: Snapshot, found: AbstractSet[int], request: StatsRequest) -> StatsReply:
    """The statistics of one column over the documents found."""
    column = snapshot.ordinals(request.column)

    def of(held: AbstractSet[int]) -> Stats:
        pairs = ((column.values[at], many) for at, many in _counts(snapshot, column, held) if many and at != NONE)
        return summary(pairs, sum(1 for document in held if column.first[document] == NONE))

    def grouped(by: Ordinals) -> tuple[tuple[str | float, Stats], ...]:
        return tuple((value, of(held)) for at, value in enumerate(by.values) if (held := by.documents((at,)) & found))

    return StatsReply(of(found), tuple(grouped(snapshot.ordinals(by)) for by in request.by))
