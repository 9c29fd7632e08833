"""Pages of hits: by score from Tantivy's own collector, by fields through its composite aggregation.

Tantivy sorts by one numeric column and has no search-after. The composite aggregation walks (sort columns..., key)
in order and goes on behind any of them; `missing_bucket` keeps the documents without a value.
"""

from collections.abc import Iterable, Mapping
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any

import orjson
import tantivy
from tantivy import Query

from backends.core.request import Hit, Request, Sort, SortValue
from backends.core.schema import ID, KEY, Column, Schema
from backends.core.timing import in_time
from backends.tantivy.columns import STORED, after_value

TIES = 8, 200, 2000  # hits read behind a page to see out equal scores, in steps: few searches need the second
MOST_BUCKETS = 60_000  # Tantivy aborts an aggregation of more than 65,000
Ranked = tuple[float, tantivy.DocAddress]
FEWEST = 1  # a limit of 0 is a panic in tantivy-py 0.27


def _hits(searcher: tantivy.Searcher, ranked: Iterable[Ranked]) -> list[Hit]:
    """Loaded. Half of what a search costs beyond Tantivy's own work is here, so no call is made that need not be."""
    kept = [(score, orjson.loads(searcher.doc(at)[STORED][0])) for score, at in ranked]
    return [tuple.__new__(Hit, (each.pop(ID), each.pop(KEY), score, (), each, {}, None)) for score, each in kept]


def by_score(
    searcher: tantivy.Searcher, query: Query, request: Request, weight: str | None
) -> tuple[tuple[Hit, ...], int]:
    """The hits of one page, equal scores by key, and the exact total. `weight` is a column that multiplies scores.

    Tantivy tells equal scores apart by where they lie on disk. The ties that a page begins or ends within are
    therefore read whole, or pages would repeat some of them and lose others.
    """
    if not request.size:
        return (), total(searcher, query)
    start, end = request.offset, request.offset + request.size
    for more in TIES:
        found = searcher.search(query, end + more, count=True, weight_by_field=weight)
        count, ranked = found.count, found.hits  # type: ignore[attr-defined] # missing from tantivy's stubs
        if len(ranked) == count or ranked[-1][0] != ranked[end - 1][0]:
            break
    return tuple(_between(searcher, ranked, start, min(end, len(ranked))) if start < len(ranked) else ()), count


def _between(searcher: tantivy.Searcher, ranked: list[Ranked], start: int, end: int) -> list[Hit]:
    """The hits of these places among all that were read."""
    first, last = start, end
    while first and ranked[first - 1][0] == ranked[start][0]:
        first -= 1
    while last < len(ranked) and ranked[last][0] == ranked[end - 1][0]:
        last += 1
    if last - first > TIES[-1]:
        return _between_ties(searcher, ranked, start, end)
    hits = sorted(_hits(searcher, ranked[first:last]), key=attrgetter("key"))
    hits.sort(key=attrgetter("score"), reverse=True)  # equal scores stay by key
    return hits[start - first : end - first]


def _between_ties(searcher: tantivy.Searcher, ranked: list[Ranked], start: int, end: int) -> list[Hit]:
    """As `_between`, a group at a time: more ties than are read stay as they lie on disk, on each page alike."""
    hits: list[Hit] = []
    at = 0
    for _score, group in groupby(ranked, key=itemgetter(0)):
        tied = list(group)
        if at < end and at + len(tied) > start:
            part = slice(max(0, start - at), end - at)
            many = len(tied) > TIES[-1]
            loaded = _hits(searcher, tied[part] if many else tied)
            hits += loaded if many else sorted(loaded, key=attrgetter("key"))[part]
        at += len(tied)
    return hits


def total(searcher: tantivy.Searcher, query: Query) -> int:
    return int(searcher.search(query, FEWEST, count=True).count)  # type: ignore[attr-defined] # as above


def _source(sort: Sort) -> dict[str, Any]:
    terms = {
        "field": sort.column,
        "order": "desc" if sort.descending else "asc",
        "missing_bucket": True,
        "missing_order": "first" if sort.missing_first else "last",
    }
    return {sort.column: {"terms": terms}}


def by_fields(
    searcher: tantivy.Searcher, query: Query, request: Request, schema: Schema, native: tantivy.Schema
) -> tuple[Hit, ...]:
    """The hits of one page in the order of `request.sort`, which ends in the key."""
    if not request.size:
        return ()
    sorts = tuple(sort.reversed() for sort in request.sort) if request.backwards else request.sort
    last = request.offset + request.size
    rows: list[tuple[SortValue, ...]] = []
    after = request.after
    while len(rows) < last:
        step = min(last - len(rows), MOST_BUCKETS)
        found = next_rows(searcher, query, {schema.by_column[sort.column]: sort for sort in sorts}, after, step)
        rows += found
        if len(found) < step:
            break
        after = found[-1]
    hits = load(searcher, native, rows[request.offset :])
    return tuple(reversed(hits)) if request.backwards else hits


def next_rows(
    searcher: tantivy.Searcher,
    query: Query,
    sorts: Mapping[Column, Sort],
    after: tuple[SortValue, ...] | None,
    size: int,
) -> list[tuple[SortValue, ...]]:
    """The sort values of the next documents behind `after`: a step of a walk. Raises TimedOut."""
    in_time()
    composite: dict[str, Any] = {"size": size, "sources": [_source(sort) for sort in sorts.values()]}
    if after is not None:
        pairs = zip(sorts, after, strict=True)
        composite["after"] = {column.name: after_value(column, value) for column, value in pairs}
    reply = searcher.aggregate(query, {"page": {"composite": composite}})
    return [tuple(bucket["key"][column.name] for column in sorts) for bucket in reply["page"]["buckets"]]


def load(
    searcher: tantivy.Searcher, native: tantivy.Schema, wanted: Iterable[tuple[SortValue, ...]]
) -> tuple[Hit, ...]:
    """Documents by key, in the order given; a row of sort values ends in its key."""
    rows = {str(row[-1]): row for row in wanted}
    if not rows:
        return ()
    query = Query.term_set_query(native, KEY, list(rows))
    found = searcher.search(query, len(rows), count=False).hits
    hits = {hit.key: hit for hit in _hits(searcher, found)}
    return tuple(hits[key]._replace(score=0.0, sort=row) for key, row in rows.items() if key in hits)
