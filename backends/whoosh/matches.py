"""What a query matches: sets of documents first, scores only for those that are left.

Whoosh's own matchers step through documents one by one, 183 ms for a common word on 63,666 documents. Here a whole
posting list is read at once and the sets are joined by the interpreter, which needs a tenth of that.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property

from whoosh.scoring import BM25F

from backends.whoosh.codec import Postings
from backends.whoosh.segments import LENGTHS, Segment
from backends.whoosh.snapshot import Snapshot, shifted

WEIGHTING = BM25F()
B, K1 = WEIGHTING.B, WEIGHTING.K1  # Whoosh's own, 0.75 and 1.2

Scores = dict[int, float]
Found = list[tuple[int, Segment, Postings]]


class Matches:
    """`ids` may hold deleted documents; who asks takes them out once, at the end."""

    @cached_property
    def ids(self) -> AbstractSet[int]:
        raise NotImplementedError

    def add(self, scores: Scores, factor: float) -> None:
        """Add this part's score to each document in `scores` that it matches."""


class Constant(Matches):
    """The same score for each match."""

    def __init__(self, ids: AbstractSet[int], score: float = 1.0) -> None:
        self._ids, self._score = ids, score

    @cached_property
    def ids(self) -> AbstractSet[int]:
        return self._ids

    def add(self, scores: Scores, factor: float) -> None:
        if points := self._score * factor:
            for document in scores.keys() & self._ids:
                scores[document] += points


class Word(Matches):
    """A term, ranked by BM25F."""

    def __init__(self, snapshot: Snapshot, column: str, term: str) -> None:
        self._snapshot, self._column = snapshot, column
        self._found = snapshot.postings(column, term)

    @cached_property
    def ids(self) -> AbstractSet[int]:
        return set().union(*(shifted(base, postings) for base, _segment, postings in self._found))

    def add(self, scores: Scores, factor: float) -> None:
        rarity = self._snapshot.rarity(sum(len(postings.documents) for *_, postings in self._found))
        rank(self._snapshot, self._column, self._found, scores, rarity * factor)


def rank(snapshot: Snapshot, column: str, found: Found, scores: Scores, rarity: float) -> None:
    """Add BM25F: `rarity` of the term times how often it stands in a document, damped, by the document's length."""
    average = snapshot.average_length(column)
    damping = [K1 * (1 - B + B * length / average) for length in LENGTHS]
    top = rarity * (K1 + 1)
    for base, segment, postings in found:
        lengths = segment.lengths(column)
        for document, often in zip(postings.documents, postings.counts, strict=True):
            if (number := base + document) in scores:
                scores[number] += top * often / (often + damping[lengths[document]])


class Each(Matches):
    """Each of several, without those excluded."""

    def __init__(self, parts: Sequence[Matches], excluded: Sequence[Matches]) -> None:
        self._parts, self._excluded = parts, excluded

    @cached_property
    def ids(self) -> AbstractSet[int]:
        sets = sorted((part.ids for part in self._parts), key=len)
        left = set(sets[0]).intersection(*sets[1:])
        return left.difference(*(part.ids for part in self._excluded)) if self._excluded else left

    def add(self, scores: Scores, factor: float) -> None:
        add_within(self.ids, self._parts, scores, factor)


class Either(Matches):
    """At least one of several; their scores are added."""

    def __init__(self, parts: Sequence[Matches]) -> None:
        self._parts = parts

    @cached_property
    def ids(self) -> AbstractSet[int]:
        return set().union(*(part.ids for part in self._parts))

    def add(self, scores: Scores, factor: float) -> None:
        for part in self._parts:
            part.add(scores, factor)


class Preferring(Matches):
    """The matches of one; those of the other score more."""

    def __init__(self, matches: Matches, preferred: Matches) -> None:
        self._matches, self._preferred = matches, preferred

    @cached_property
    def ids(self) -> AbstractSet[int]:
        return self._matches.ids

    def add(self, scores: Scores, factor: float) -> None:
        add_within(self.ids, (self._matches, self._preferred), scores, factor)


class Boosted(Matches):
    def __init__(self, matches: Matches, factor: float) -> None:
        self._matches, self._factor = matches, factor

    @cached_property
    def ids(self) -> AbstractSet[int]:
        return self._matches.ids

    def add(self, scores: Scores, factor: float) -> None:
        self._matches.add(scores, factor * self._factor)


def add_within(ids: AbstractSet[int], parts: Iterable[Matches], scores: Scores, factor: float) -> None:
    """Let the parts score only what matches them together."""
    if scores.keys() <= ids:
        for part in parts:
            part.add(scores, factor)
        return
    own = dict.fromkeys(scores.keys() & ids, 0.0)
    for part in parts:
        part.add(own, factor)
    for document, points in own.items():
        scores[document] += points
