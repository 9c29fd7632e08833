"""Distances, which Tantivy does not compute: its documents' points are read with the composite aggregation.

Every point that could count is read, in steps; what is kept is the keys within a circle, or the hits of one page.
"""

from collections.abc import Callable, Iterator
from heapq import nsmallest
from typing import Any

import tantivy
from tantivy import Query

from backends.core import geo
from backends.core.request import Hit, Request, Sort
from backends.core.schema import Schema
from backends.tantivy.pages import MOST_BUCKETS, load, next_rows

Walk = Callable[[Query, tuple[str, ...]], Iterator[tuple[Any, ...]]]


def walk(searcher: tantivy.Searcher, schema: Schema, query: Query, columns: tuple[str, ...]) -> Iterator[Any]:
    """The values of these columns of every document found; the last is the key."""
    sorts = {schema.by_column[column]: Sort(column) for column in columns}
    after: tuple[Any, ...] | None = None
    while found := next_rows(searcher, query, sorts, after, MOST_BUCKETS):
        yield from found
        after = found[-1]


def by_distance(
    searcher: tantivy.Searcher, query: Query, request: Request, schema: Schema, native: tantivy.Schema
) -> tuple[Hit, ...]:
    """As `by_fields`, for an order that has a distance in it."""
    sorts = tuple(sort.reversed() for sort in request.sort) if request.backwards else request.sort
    place = geo.position(sorts)
    rows = (geo.values(sorts, row) for row in walk(searcher, schema, query, geo.columns_of(sorts)))
    if request.after is not None:
        start = place(request.after)
        rows = (row for row in rows if place(row) > start)
    page = nsmallest(request.offset + request.size, rows, key=place)[request.offset :]
    hits = load(searcher, native, page)
    return tuple(reversed(hits)) if request.backwards else hits
