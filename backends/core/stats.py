"""Statistics of the numbers in a field: what may be asked, how they are added up, and Haystack's shape of them."""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from backends.core.errors import UnsupportedQuery
from backends.core.request import Stats, StatsReply, StatsRequest
from backends.core.requests import facet_column
from backends.core.schema import Field, Kind, Schema
from backends.core.values import from_column

MOMENTS = frozenset({Kind.DATE, Kind.DATETIME})
NUMBERS = frozenset({Kind.INTEGER, Kind.FLOAT, Kind.DECIMAL}) | MOMENTS
EXACT = 2**53  # whole numbers up to here are exact in a float


def stats_request(schema: Schema, name: str, by: Iterable[str] = ()) -> StatsRequest:
    """Statistics of a field, also for each value of some facets. Raises UnknownField or UnsupportedQuery."""
    field = schema.field(name)
    if field.kind not in NUMBERS or not field.indexed:
        raise UnsupportedQuery(f"Field '{name}' holds no numbers and no dates that stats() could add up.")
    columns = tuple(facet_column(schema, one) for one in by)
    if field.multi and field.name in columns:
        raise UnsupportedQuery(f"Field '{name}' has several values and cannot be the facet of its own statistics.")
    return StatsRequest(field.name, columns)


def summary(values: Iterable[tuple[Any, int]], missing: int) -> Stats:
    """Of (value, in how many documents) pairs. Whole numbers are added up exactly, floats without loss on the way."""
    pairs = list(values)
    count = sum(many for _value, many in pairs)
    if not count:
        return Stats(0, missing, None, None, 0, 0.0, 0.0)
    add: Callable[[Iterable[Any]], Any] = sum if all(isinstance(value, int) for value, _many in pairs) else math.fsum
    total = add(value * many for value, many in pairs)
    squares = add(value * value * many for value, many in pairs)
    deviation = 0.0
    if count > 1 and add is sum:
        deviation = math.sqrt((count * squares - total * total) / (count * (count - 1)))
    elif count > 1:
        mean = total / count
        deviation = math.sqrt(math.fsum((value - mean) ** 2 * many for value, many in pairs) / (count - 1))
    ends = min(pairs)[0], max(pairs)[0]
    return Stats(count, missing, *ends, total, float(squares), deviation)


def of_aggregation(bucket: Mapping[str, Any]) -> Stats:
    """From an extended_stats aggregation called 'numbers' and a count called 'present', as several engines reply."""
    found, missing = bucket["numbers"], bucket["doc_count"] - bucket["present"]["doc_count"]
    if not found["count"]:
        return Stats(0, missing, None, None, 0, 0.0, 0.0)
    ends = found["min"], found["max"]
    deviation = found["std_deviation_sampling"] if found["count"] > 1 else 0.0
    return Stats(found["count"], missing, *ends, found["sum"], found["sum_of_squares"], deviation)


def is_exact(bucket: Mapping[str, Any]) -> bool:
    """Whether such an aggregation of whole numbers, which adds up floats, was never rounded on the way."""
    found = bucket["numbers"]
    return not found["count"] or max(abs(found["min"]), abs(found["max"])) * found["count"] <= EXACT


def named(facets: object) -> tuple[str, ...]:
    """The facets that Haystack's stats_facet() hands on, which nests what it was given: [['kind']], ['kind'], [[]]."""
    if isinstance(facets, str):
        return (facets,)
    return tuple(dict.fromkeys(name for part in facets or () for name in named(part)))  # type: ignore[attr-defined] # a list


def requests_of(schema: Schema, asked: Mapping[str, object], name_of: Callable[[str], str]) -> tuple[StatsRequest, ...]:
    """What Haystack's stats() and stats_facet() ask, {field: facets}. `name_of` is from a name to the index's."""
    return tuple(stats_request(schema, name_of(name), map(name_of, named(by))) for name, by in asked.items())


def described(
    schema: Schema, asked: Mapping[str, object], requests: Iterable[StatsRequest], replies: Iterable[StatsReply]
) -> dict[str, Any]:
    """Haystack's stats_results(): {field as asked: {'min': ..., 'facets': {facet as asked: {value: {'min': ...}}}}}."""
    return {
        name: _described(schema, named(by), request, reply)
        for (name, by), request, reply in zip(asked.items(), requests, replies, strict=True)
    }


def _described(schema: Schema, names: Iterable[str], request: StatsRequest, reply: StatsReply) -> dict[str, Any]:
    field = schema.field(request.column)
    groups = {
        name: {from_column(schema.field(column), value): _numbers(field, stats) for value, stats in group}
        for name, column, group in zip(names, request.by, reply.groups, strict=True)
    }
    return {**_numbers(field, reply.whole), "facets": groups}


def _numbers(field: Field, stats: Stats) -> Mapping[str, Any]:
    """As Haystack's Solr engine gives them: decimals as floats, the ends and the mean of dates as ISO 8601."""
    scale = 10**field.places if field.kind is Kind.DECIMAL else 1

    def whole(value: float) -> float:
        return int(value) if field.kind is Kind.INTEGER else value / scale

    def point(value: float | None, number: Callable[[float], float]) -> Any:
        if value is None:
            return None
        return from_column(field, value) if field.kind in MOMENTS else number(value)

    return {
        "min": point(stats.minimum, whole),
        "max": point(stats.maximum, whole),
        "count": stats.count,
        "missing": stats.missing,
        "sum": whole(stats.total),
        "sumOfSquares": stats.squares / scale**2,
        "mean": point(stats.total / stats.count if stats.count else None, lambda value: value / scale),
        "stddev": stats.deviation / scale,
    }
