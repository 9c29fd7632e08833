"""All documents of a revision in one order, and the place of a position in it."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from heapq import nsmallest
from itertools import islice

from backends.core.request import Request, Sort, SortValue
from backends.whoosh.ordinals import NONE, Ordinals

FEW = 16  # one in so many is picked by a heap; above, sorting all of them is as fast


class Order:
    """Documents by sort columns, the last of which is the key, so that no two are equal."""

    __slots__ = ("_codes", "_columns", "_ranks", "_sorts", "documents")

    def __init__(self, sorts: Sequence[Sort], columns: Sequence[Ordinals], live: AbstractSet[int]) -> None:
        self._sorts, self._columns = sorts, columns
        self._codes = [[_code(sort, column, at) for at in column.first] for sort, column in self._pairs()]
        self.documents = sorted(live)
        for codes in reversed(self._codes):
            self.documents.sort(key=codes.__getitem__)  # stable: the columns before decide, this one tells apart
        self._ranks = [0] * len(columns[0].first)
        for rank, document in enumerate(self.documents):
            self._ranks[document] = rank

    def _pairs(self) -> list[tuple[Sort, Ordinals]]:
        return list(zip(self._sorts, self._columns, strict=True))

    def values(self, document: int) -> tuple[SortValue, ...]:
        """A document's sort values and key."""
        return tuple(
            None if column.first[document] == NONE else column.values[column.first[document]]
            for column in self._columns
        )

    def _target(self, after: Sequence[SortValue]) -> tuple[float, ...]:
        return tuple(
            _code(sort, column, _between(column, value))
            for (sort, column), value in zip(self._pairs(), after, strict=True)
        )

    def _codes_of(self, document: int) -> tuple[float, ...]:
        return tuple(codes[document] for codes in self._codes)

    def page(self, found: AbstractSet[int], request: Request) -> list[int]:
        """The documents of one page. Its cost does not grow with the number of the page."""
        if request.backwards:
            return self._before(found, request)
        start = 0
        if request.after is not None:
            start = bisect_right(self.documents, self._target(request.after), key=self._codes_of)
        return self._pick(found, range(start, len(self.documents)), request)

    def _before(self, found: AbstractSet[int], request: Request) -> list[int]:
        end = len(self.documents)
        if request.after is not None:
            end = bisect_left(self.documents, self._target(request.after), key=self._codes_of)
        return self._pick(found, range(end - 1, -1, -1), request)[::-1]

    def _pick(self, found: AbstractSet[int], places: range, request: Request) -> list[int]:
        """The first of the documents found, along the places given."""
        last = request.offset + request.size
        if len(found) == len(self.documents):
            return [self.documents[at] for at in places[request.offset : last]]
        if last * len(self.documents) < len(found) ** 2:  # they stand so close that walking meets enough soon
            met = (document for at in places if (document := self.documents[at]) in found)
            return list(islice(met, request.offset, last))
        ranks = [rank for rank in map(self._ranks.__getitem__, found) if rank in places]
        sign = places.step
        signed = ranks if sign > 0 else [-rank for rank in ranks]
        first = nsmallest(last, signed) if last * FEW < len(signed) else sorted(signed)[:last]
        return [self.documents[sign * at] for at in first[request.offset :]]


def _between(column: Ordinals, value: SortValue) -> float:
    """The ordinal of a value; of one that is gone, half a step before the next."""
    if value is None:
        return NONE
    known = column.find(value)
    return known if known != NONE else bisect_left(column.values, value) - 0.5


def _code(sort: Sort, column: Ordinals, ordinal: float) -> float:
    """A number that sorts as the request wants: missing values at the end it names."""
    if ordinal == NONE:
        return -len(column.values) - 1 if sort.missing_first else len(column.values) + 1
    return -ordinal if sort.descending else ordinal
