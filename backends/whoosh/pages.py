"""Pages of hits, by score or in an order."""

from collections.abc import Set as AbstractSet
from heapq import nlargest

from backends.core.request import Hit, Request, SortValue
from backends.core.schema import DOCUMENT_BOOST, ID, KEY
from backends.whoosh.matches import Matches, Scores
from backends.whoosh.snapshot import Snapshot


def _hit(snapshot: Snapshot, document: int, score: float, sort: tuple[SortValue, ...]) -> Hit:
    stored = snapshot.stored(document)
    return Hit(stored.pop(ID), stored.pop(KEY), score, sort, stored)


def by_score(snapshot: Snapshot, matches: Matches, found: AbstractSet[int], request: Request) -> tuple[Hit, ...]:
    """The hits of one page, best first; equal scores by key."""
    last = request.offset + request.size
    if not request.size or request.offset >= len(found):
        return ()
    scores = dict.fromkeys(found, 0.0)
    matches.add(scores, 1.0)
    _weigh(snapshot, scores)
    lowest = nlargest(last, scores.values())[-1]
    key = snapshot.ordinals(KEY).first
    best = [(-score, key[document], document) for document, score in scores.items() if score >= lowest]
    page = sorted(best)[request.offset : last]
    return tuple(_hit(snapshot, document, -score, ()) for score, _key, document in page)


def _weigh(snapshot: Snapshot, scores: Scores) -> None:
    """Multiply the scores of documents by their own boosts."""
    if not any(segment.rows(DOCUMENT_BOOST).values for segment in snapshot.segments):
        return
    boosts = snapshot.ordinals(DOCUMENT_BOOST)
    for document in scores.keys() & boosts.documents(range(len(boosts.values))):
        scores[document] *= boosts.values[boosts.first[document]]


def by_fields(snapshot: Snapshot, found: AbstractSet[int], request: Request) -> tuple[Hit, ...]:
    """The hits of one page in the order of `request.sort`, which ends in the key."""
    if not request.size:
        return ()
    order = snapshot.order(request.sort)
    return tuple(_hit(snapshot, document, 0.0, order.values(document)) for document in order.page(found, request))
