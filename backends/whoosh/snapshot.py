"""One revision of an index in memory: its segments side by side, its documents numbered through."""

import threading
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from math import log
from typing import Any, TypeVar

from backends.core.geo import axes
from backends.core.request import Sort
from backends.core.schema import ColumnType, Schema
from backends.whoosh.codec import Postings
from backends.whoosh.columns import Value
from backends.whoosh.orders import Order
from backends.whoosh.ordinals import NONE, Ordinals
from backends.whoosh.places import distances
from backends.whoosh.segments import Segment

ORDERS = 32  # kept; each takes about 3 MB for 69,202 documents
Made = TypeVar("Made")


class Snapshot:
    """Never changes: a commit makes a new one, which takes over the segments that stayed."""

    def __init__(
        self, schema: Schema, segments: Sequence[Segment], deleted: frozenset[int], lock: threading.RLock
    ) -> None:
        self.schema, self.segments, self.deleted = schema, segments, deleted
        self._lock = lock  # guards _columns and _orders, and makes a second thread wait for what a first one builds
        self._columns: dict[str, Any] = {}
        self._orders: OrderedDict[tuple[Sort, ...], Order] = OrderedDict()

    @cached_property
    def size(self) -> int:
        """Documents, the deleted among them; statistics count those too until Whoosh merges them away."""
        return sum(segment.size for segment in self.segments)

    @cached_property
    def live(self) -> frozenset[int]:
        return frozenset(range(self.size)) - self.deleted

    def based(self) -> Iterator[tuple[int, Segment]]:
        """Each segment behind the number of its first document."""
        base = 0
        for segment in self.segments:
            yield base, segment
            base += segment.size

    def stored(self, document: int) -> dict[str, Any]:
        base, segment = next(pair for pair in reversed(list(self.based())) if pair[0] <= document)
        return segment.stored(document - base)

    def column(self, name: str) -> "Ordinals | Lexicon":
        """The dictionary of a column: its values in order, and the documents of each."""
        terms = self.schema.by_column[name].type is ColumnType.TERMS
        return self.lexicon(name) if terms else self.ordinals(name)

    def _once(self, name: str, make: Callable[[], Made]) -> Made:
        with self._lock:
            if name not in self._columns:
                self._columns[name] = make()
            made: Made = self._columns[name]
            return made

    def lexicon(self, name: str) -> "Lexicon":
        return self._once(name, lambda: Lexicon(self, name))

    def ordinals(self, name: str) -> Ordinals:
        return self._once(name, lambda: Ordinals([segment.rows(name) for segment in self.segments], self.deleted))

    def order(self, sorts: tuple[Sort, ...]) -> Order:
        if any(sort.origin for sort in sorts):  # not kept: there are as many as there are points
            return Order(sorts, [self._sorted_by(sort) for sort in sorts], self.live)
        with self._lock:
            if sorts not in self._orders:
                self._orders[sorts] = Order(sorts, [self.ordinals(sort.column) for sort in sorts], self.live)
                while len(self._orders) > ORDERS:
                    self._orders.popitem(last=False)
            self._orders.move_to_end(sorts)
            return self._orders[sorts]

    def _sorted_by(self, sort: Sort) -> Ordinals:
        if sort.origin is None:
            return self.ordinals(sort.column)
        lat, lon = map(self.ordinals, axes(sort.column))
        return Ordinals([distances(lat, lon, sort.origin)], ())

    # Words

    def postings(self, column: str, term: str) -> list[tuple[int, Segment, Postings]]:
        found = ((base, segment, segment.postings(column, term)) for base, segment in self.based())
        return [(base, segment, postings) for base, segment, postings in found if postings is not None]

    def rarity(self, documents: int) -> float:
        """The inverse document frequency as Whoosh's BM25F has it."""
        return log(self.size / (documents + 1)) + 1

    def average_length(self, column: str) -> float:
        return (sum(segment.total_length(column) for segment in self.segments) / (self.size or 1)) or 1


class Lexicon:
    """The terms of a TERMS column, by code point."""

    def __init__(self, snapshot: Snapshot, column: str) -> None:
        self._snapshot, self._column = snapshot, column
        lists = [segment.terms(column) for segment in snapshot.segments]
        self.values = lists[0] if len(lists) == 1 else sorted(set().union(*lists))

    def find(self, value: Value) -> int:
        at = bisect_left(self.values, str(value))
        return at if at < len(self.values) and self.values[at] == value else NONE

    def documents(self, ordinals: Iterable[int]) -> set[int]:
        """The documents that hold one of these terms."""
        found = (self._snapshot.postings(self._column, self.values[at]) for at in ordinals)
        return set(
            chain.from_iterable(shifted(base, postings) for lists in found for base, _segment, postings in lists)
        )

    def present(self) -> set[int]:
        """The documents that hold any term."""
        return {
            base + document
            for base, segment in self._snapshot.based()
            for document, length in enumerate(segment.lengths(self._column))
            if length
        }


def shifted(base: int, postings: Postings) -> Iterable[int]:
    """A segment's documents in the numbers of the snapshot."""
    return map(base.__add__, postings.documents) if base else postings.documents
