"""The values of one column over a whole revision: in order, with the documents of each and the ordinals of each.

Everything that is not a word goes through here: filters and ranges are slices of `documents`, facets count ordinals,
orders compare them.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain
from typing import Any

from backends.whoosh.codec import NUMBER, WIDTH
from backends.whoosh.columns import Rows, Value

NONE = -1  # the ordinal of a document without a value

Part = tuple[int, Rows]  # the number of a segment's first document, and its rows


class Ordinals:
    """`first[d]` is the ordinal of document d's first value; `rows[d]` all of them, None where no document has two."""

    __slots__ = ("_documents", "_starts", "first", "rows", "values")

    def __init__(self, parts: Sequence[Part], size: int, deleted: frozenset[int]) -> None:
        self.values: list[Any] = _merged(parts)
        rows = _rows(parts, self.values, size, deleted)
        self.first = [row[0] if row else NONE for row in rows]
        self.rows = rows if any(len(row) > 1 for row in rows) else None
        counts = [0] * len(self.values)
        for at in chain.from_iterable(rows):
            counts[at] += 1
        self._starts = list(accumulate(counts, initial=0))
        self._documents = _by_value(rows, self._starts)

    def find(self, value: Value) -> int:
        """The ordinal of a value, or NONE."""
        at = bisect_left(self.values, value)
        return at if at < len(self.values) and self.values[at] == value else NONE

    def documents(self, ordinals: Iterable[int]) -> set[int]:
        """The documents that have one of these values; a range is one slice."""
        if isinstance(ordinals, range) and ordinals.step == 1 and ordinals:
            return set(self._documents[self._starts[ordinals[0]] : self._starts[ordinals[-1] + 1]])
        starts, documents = self._starts, self._documents
        return set(chain.from_iterable(documents[starts[at] : starts[at + 1]] for at in ordinals))

    def present(self) -> set[int]:
        """The documents that have any value."""
        return set(self._documents)

    def counts(self) -> list[int]:
        """How many documents each value has."""
        return [end - start for start, end in zip(self._starts, self._starts[1:], strict=False)]


def _merged(parts: Sequence[Part]) -> list[Any]:
    if len(parts) == 1:
        return parts[0][1].values
    return sorted(set().union(*(rows.values for _base, rows in parts)))


def _rows(parts: Sequence[Part], values: list[Any], size: int, deleted: frozenset[int]) -> list[tuple[int, ...]]:
    """The ordinals of each document; a deleted one has none."""
    out: list[tuple[int, ...]] = []
    ordinal_of = {value: at for at, value in enumerate(values)}
    for _base, rows in parts:
        flat = [ordinal_of[value] for value in rows.values]
        moved = [flat[at] for at in rows.flat]
        out.extend(tuple(moved[start:end]) for start, end in zip(rows.starts, rows.starts[1:], strict=False))
    for document in deleted:
        out[document] = ()
    out.extend(() for _ in range(size - len(out)))
    return out


def _by_value(rows: list[tuple[int, ...]], starts: list[int]) -> "array[int]":
    documents = array(NUMBER, bytes(WIDTH * starts[-1]))
    free = starts[:]
    for document, row in enumerate(rows):
        for at in row:
            documents[free[at]] = document
            free[at] += 1
    return documents
