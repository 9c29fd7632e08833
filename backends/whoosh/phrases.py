"""Terms in a row: the documents that hold all of them, then their positions."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property

from backends.whoosh.codec import Postings
from backends.whoosh.matches import Found, Matches, Scores, rank
from backends.whoosh.snapshot import Snapshot, shifted


class Row(Matches):
    """A phrase scores as one term that is as rare as its words together."""

    def __init__(self, snapshot: Snapshot, column: str, terms: Sequence[str], slop: int) -> None:
        self._snapshot, self._column, self._slop = snapshot, column, slop
        lists = {term: snapshot.postings(column, term) for term in dict.fromkeys(terms)}
        self._rarity = sum(
            snapshot.rarity(sum(len(postings.documents) for *_, postings in lists[term])) for term in terms
        )
        by_segment = [{segment.name: postings for _base, segment, postings in lists[term]} for term in terms]
        self._segments = [
            (base, segment, [found[segment.name] for found in by_segment])
            for base, segment in snapshot.based()
            if all(segment.name in found for found in by_segment)
        ]

    @cached_property
    def _found(self) -> Found:
        return [(base, segment, self._in_row(postings)) for base, segment, postings in self._segments]

    def _in_row(self, postings: Sequence[Postings]) -> Postings:
        """The phrase as if it were a term."""
        common = set(postings[0].documents).intersection(*(part.documents for part in postings[1:]))
        places = [_places(part, common) for part in postings]
        times = {
            document: count
            for document in sorted(common)
            if (count := occurrences([place[document] for place in places], self._slop))
        }
        return Postings(list(times), list(times.values()))

    @cached_property
    def ids(self) -> AbstractSet[int]:
        return set().union(*(shifted(base, postings) for base, _segment, postings in self._found))

    def add(self, scores: Scores, factor: float) -> None:
        rank(self._snapshot, self._column, self._found, scores, self._rarity * factor)


def _places(postings: Postings, wanted: AbstractSet[int]) -> dict[int, Sequence[int]]:
    positions = postings.positions
    return {
        document: positions[start : start + count]
        for document, start, count in zip(postings.documents, postings.starts(), postings.counts, strict=False)
        if document in wanted
    }


def occurrences(places: Sequence[Iterable[int]], slop: int) -> int:
    """How many rows there are, each ending at another place; gaps in a row add up to at most `slop`."""
    gaps = dict.fromkeys(places[0], 0)  # where a row ends so far -> the fewest positions left out in it
    for following in places[1:]:
        reached: dict[int, int] = {}
        for place in following:
            before = (gaps[place - 1 - gap] + gap for gap in range(slop + 1) if place - 1 - gap in gaps)
            fewest = min(before, default=slop + 1)
            if fewest <= slop:
                reached[place] = fewest
        gaps = reached
    return len(gaps)
