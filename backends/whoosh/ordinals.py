"""The values of one column over a whole revision: in order, with the documents of each and the ordinals of each.

Everything that is not a word goes through here: filters and ranges are slices of documents, facets count ordinals,
orders compare them.
"""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate, chain, pairwise
from typing import Any

from backends.whoosh.codec import NUMBER, WIDTH
from backends.whoosh.columns import Rows, Value

NONE = -1  # the ordinal of a document without a value
Row = tuple[int, ...]


class Ordinals:
    """`first[d]` is the ordinal of document d's first value; `rows[d]` all of them, None where no document has two.

    A deleted document has none.
    """

    def __init__(self, parts: Sequence[Rows], deleted: Iterable[int]) -> None:
        self.values = _merged(parts)
        number = {value: at for at, value in enumerate(self.values)}
        flats = [list(map([number[value] for value in part.values].__getitem__, part.flat)) for part in parts]
        pairs = list(zip(parts, flats, strict=True))
        self.first: list[int] = list(chain.from_iterable(_first(part, flat) for part, flat in pairs))
        self.rows: list[Row] | None = None
        if any(part.has_several for part in parts):
            self.rows = list(chain.from_iterable(_rows(part, flat) for part, flat in pairs))
        for document in deleted:
            self.first[document] = NONE
            if self.rows is not None:
                self.rows[document] = ()

    def find(self, value: Value) -> int:
        """The ordinal of a value, or NONE."""
        at = bisect_left(self.values, value)
        return at if at < len(self.values) and self.values[at] == value else NONE

    @cached_property
    def counts(self) -> list[int]:
        """How many documents each value has."""
        counted = Counter(self.first if self.rows is None else chain.from_iterable(self.rows))
        return [counted[at] for at in range(len(self.values))]

    @cached_property
    def _starts(self) -> list[int]:
        return list(accumulate(self.counts, initial=0))

    @cached_property
    def _by_value(self) -> Sequence[int]:
        """The documents of the first value, those of the second, ..."""
        if self.rows is None:
            first = self.first
            return sorted((document for document, at in enumerate(first) if at != NONE), key=first.__getitem__)
        documents = array(NUMBER, bytes(WIDTH * self._starts[-1]))
        free = self._starts[:]
        for document, row in enumerate(self.rows):
            for at in row:
                documents[free[at]] = document
                free[at] += 1
        return documents

    def documents(self, ordinals: Iterable[int]) -> set[int]:
        """The documents that have one of these values; a range is one slice."""
        starts, documents = self._starts, self._by_value
        if isinstance(ordinals, range) and ordinals.step == 1 and ordinals:
            return set(documents[starts[ordinals[0]] : starts[ordinals[-1] + 1]])
        return set(chain.from_iterable(documents[starts[at] : starts[at + 1]] for at in ordinals))

    def present(self) -> set[int]:
        """The documents that have any value."""
        return {document for document, at in enumerate(self.first) if at != NONE}


def _merged(parts: Sequence[Rows]) -> list[Any]:
    if len(parts) == 1:
        return parts[0].values
    return sorted(set().union(*(rows.values for rows in parts)))


def _first(rows: Rows, flat: list[int]) -> Iterable[int]:
    return (flat[start] if length else NONE for start, length in zip(rows.starts, rows.lengths, strict=False))


def _rows(rows: Rows, flat: list[int]) -> Iterator[Row]:
    starts = rows.starts
    return (tuple(flat[start:end]) for start, end in pairwise(starts))
