"""Haystack's date and query facets as conditions that are counted, and the counts in Haystack's shape."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from backends.core.conditions import condition
from backends.core.errors import UnsupportedQuery
from backends.core.gaps import spans
from backends.core.nodes import Node, Range
from backends.core.schema import Kind, Schema
from backends.core.values import EPOCH, to_column


@dataclass(frozen=True, slots=True)
class Counted:
    """One condition to count. `moment` is where a date facet's span begins; a query facet has none."""

    name: str
    node: Node
    moment: datetime | None = None


def counted(
    schema: Schema, dates: Mapping[str, Mapping[str, Any]], queries: Iterable[tuple[str, Any]]
) -> list[Counted]:
    """All conditions of a search's date and query facets. Query facets are named 'field:query', as Solr does."""
    found = [part for name, details in dates.items() for part in _dated(schema, name, details)]
    return found + [Counted(f"{name}:{query}", condition(name, query, schema)) for name, query in queries]


def _dated(schema: Schema, name: str, details: Mapping[str, Any]) -> Iterable[Counted]:
    field = schema.field(name)
    if field.kind not in {Kind.DATE, Kind.DATETIME} or not field.indexed:
        raise UnsupportedQuery(f"Field '{name}' holds no dates that a date facet could count.")
    moments = replace(field, kind=Kind.DATETIME)
    start, end = (_moment(to_column(moments, details[side])) for side in ("start_date", "end_date"))
    for begin, low, high in spans(start, end, details["gap_by"], details.get("gap_amount", 1)):
        node = Range(field.name, to_column(moments, low), to_column(moments, high), include_upper=False)
        # Without a time zone, as Haystack's other engines give them.
        yield Counted(name, node, begin.replace(tzinfo=None))


def _moment(milliseconds: str | float) -> datetime:
    return EPOCH + timedelta(milliseconds=int(milliseconds))


def gathered(parts: Sequence[Counted], counts: Sequence[int], dates: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Haystack's 'dates' and 'queries': {field: [(moment, count), ...]} and {'field:query': count}."""
    dated: dict[str, list[tuple[datetime, int]]] = {name: [] for name in dates}
    queried: dict[str, int] = {}
    for part, count in zip(parts, counts, strict=True):
        if part.moment is None:
            queried[part.name] = count
        else:
            dated[part.name].append((part.moment, count))
    return {"dates": dated, "queries": queried}
