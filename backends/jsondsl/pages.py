"""Pages of hits: orders in the servers' words, sort values there and back, and the way to any depth.

A missing number comes back as the last one there is. Where a document really holds that, its `_edge` is 1, and it
sorts before those that hold nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from backends.core.request import Hit, Request, Sort, SortValue
from backends.core.schema import ID, KEY, ColumnType, Schema
from backends.core.values import LONG_MAX, LONG_MIN
from backends.jsondsl import places
from backends.jsondsl.mapping import EDGE, STORED, WINDOW, has_edge

Body = dict[str, Any]
# By relevance, equal scores by key; the score is in the sort values.
BY_SCORE: tuple[Body, ...] = ({"_score": {"order": "desc"}}, {KEY: {"order": "asc"}})
REAL = 1  # what `_edge` holds


@dataclass(frozen=True, slots=True)
class Order:
    """A request's order as the server takes it. `backwards` reads it from its end."""

    sorts: tuple[Sort, ...]
    schema: Schema

    @property
    def body(self) -> list[Body]:
        return [part for sort in self.sorts for part in self._parts(sort)] or list(BY_SCORE)

    def _parts(self, sort: Sort) -> Iterator[Body]:
        if sort.origin is not None:
            yield places.by_distance(sort)
            return
        order = {
            "order": "desc" if sort.descending else "asc",
            "missing": "_first" if sort.missing_first else "_last",
        }
        yield {sort.column: order}
        if has_edge(self.schema.by_column[sort.column]):
            yield {f"{EDGE}.{sort.column}": order}

    def values(self, native: Sequence[Any]) -> tuple[SortValue, ...]:
        """A hit's sort values, of the server's."""
        left = iter(native)
        out: list[SortValue] = []
        for sort in self.sorts:
            value, none = next(left), self._missing(sort)
            is_real = next(left) == REAL if self._has_edge(sort) else False
            out.append(None if value == none and not is_real else value)
        return tuple(out)

    def native(self, values: Sequence[SortValue]) -> list[Any]:
        """The server's sort values, of a hit's."""
        out: list[Any] = []
        for sort, value in zip(self.sorts, values, strict=True):
            none = self._missing(sort)
            out.append(none if value is None else value)
            if self._has_edge(sort):
                out.append(REAL if value in (LONG_MIN, LONG_MAX) else none)
        return out

    def _has_edge(self, sort: Sort) -> bool:
        return sort.origin is None and has_edge(self.schema.by_column[sort.column])

    def _missing(self, sort: Sort) -> SortValue:
        """What the server gives for a missing value: of numbers, the one that stands where missing ones do."""
        if sort.origin is not None:
            return places.missing(sort)
        highest = sort.descending == sort.missing_first
        match self.schema.by_column[sort.column].type:
            case ColumnType.LONG:
                return LONG_MAX if highest else LONG_MIN
            case ColumnType.DOUBLE:
                return "Infinity" if highest else "-Infinity"
        return None


def order_of(request: Request, schema: Schema) -> Order:
    sorts = tuple(sort.reversed() for sort in request.sort) if request.backwards else request.sort
    return Order(sorts, schema)


@dataclass(frozen=True, slots=True)
class Found:
    """The hits of a page, and the first answer: its total and counts are the search's."""

    hits: tuple[Hit, ...]
    first: Body


def walk(request: Request, order: Order, ask: Callable[[Body], Body]) -> Found:
    """The hits from `offset` on. `ask` answers one search of at most WINDOW hits; deeper pages are walked to."""
    start, end = request.offset, request.offset + request.size
    if not request.size:
        return Found((), ask({"size": 0}))
    after = None if request.after is None else order.native(request.after)
    at = start if after is None and end <= WINDOW else 0
    rows: list[Body] = []
    first: Body | None = None
    while at < end:
        step = min(WINDOW, end - at)
        answer = ask(
            _page(order, at if first is None and after is None else 0, step, after, with_source=at + step > start)
        )
        first = answer if first is None else first
        found = answer["hits"]["hits"]
        rows += found[max(0, start - at) :]
        at += step
        if len(found) < step:
            break
        after = found[-1]["sort"]
    hits = tuple(_hit(row, order) for row in rows)
    return Found(tuple(reversed(hits)) if request.backwards else hits, first or {})


def _page(order: Order, offset: int, size: int, after: list[Any] | None, *, with_source: bool) -> Body:
    page: Body = {"size": size, "sort": order.body}
    if offset:
        page["from"] = offset
    if after is not None:
        page["search_after"] = after
    if not with_source:
        page["_source"] = False
    return page


def _hit(row: Body, order: Order) -> Hit:
    stored: Body = row["_source"][STORED]
    native = row["sort"]
    score, sort = (0.0, order.values(native)) if order.sorts else (float(native[0]), ())
    return Hit(stored.pop(ID), stored.pop(KEY), score, sort, stored)
