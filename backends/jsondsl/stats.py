"""Statistics: the servers add up floats. Whole numbers that this would round are added up again by a script."""

import math
from collections.abc import Iterator
from typing import Any

from backends.core.errors import UnsupportedQuery
from backends.core.request import Stats, StatsReply, StatsRequest
from backends.core.schema import ColumnType, Schema
from backends.core.stats import EXACT, of_aggregation
from backends.jsondsl.compiler import Query
from backends.jsondsl.facets import ALL_OF_A_SHARD, MOST_VALUES

HALF = 32  # bits: the sums of the upper and the lower halves stay within 64 for 2**31 documents
# Distances from the mean are floats: they are small, and their squares lose nothing that a deviation would show.
EXACTLY = {
    "init_script": "state.high = 0L; state.low = 0L; state.apart = 0.0; state.squares = 0.0; state.count = 0L;"
    "state.least = Long.MAX_VALUE; state.most = Long.MIN_VALUE;",
    "map_script": "for (v in doc[params.column]) { state.count += 1; state.high += v >> 32;"
    "state.low += v & 0xffffffffL; double d = v - params.mean; state.apart += d; state.squares += d * d;"
    "if (v < state.least) { state.least = v; } if (v > state.most) { state.most = v; } }",
    "combine_script": "return state;",
    "reduce_script": "return states;",
}


def _terms(column: str) -> Query:
    return {"terms": {"field": column, "size": MOST_VALUES, "shard_size": ALL_OF_A_SHARD, "order": {"_key": "asc"}}}


def aggregations(request: StatsRequest, mean: float | None = None) -> Query:
    """What adds up one column, in all and for each value of the `by` columns; exactly where about the mean is known."""
    column = {"column": request.column}
    exactly = {} if mean is None else {"exactly": {"scripted_metric": {**EXACTLY, "params": {**column, "mean": mean}}}}
    inner = {
        "numbers": {"extended_stats": {"field": request.column}},
        "present": {"filter": {"exists": {"field": request.column}}},
        **exactly,
    }
    return {**inner, **{f"by {by}": {**_terms(by), "aggs": inner} for by in request.by}}


def inexact_mean(request: StatsRequest, bucket: Query, schema: Schema) -> float | None:
    """The mean of whole numbers whose squares a float could not add up; None where it could."""
    numbers = bucket["numbers"]
    if schema.by_column[request.column].type is not ColumnType.LONG or not numbers["count"]:
        return None
    largest = max(abs(numbers["min"]), abs(numbers["max"]))
    return None if largest**2 * numbers["count"] <= EXACT else float(numbers["avg"])


def reply(request: StatsRequest, bucket: Query) -> StatsReply:
    return StatsReply(_stats(bucket), tuple(tuple(_grouped(bucket[f"by {by}"])) for by in request.by))


def _grouped(terms: Query) -> Iterator[tuple[Any, Stats]]:
    if terms["sum_other_doc_count"]:
        raise UnsupportedQuery(f"Statistics are done by at most {MOST_VALUES:,} values of a field.")
    for bucket in terms["buckets"]:
        yield bucket["key"], _stats(bucket)


def _stats(bucket: Query) -> Stats:
    about = of_aggregation(bucket)
    if "exactly" not in bucket or not about.count:
        return about
    shards = [shard for shard in bucket["exactly"]["value"] if shard and shard["count"]]
    high, low, apart, squares = (sum(shard[name] for shard in shards) for name in ("high", "low", "apart", "squares"))
    count = about.count
    deviation = math.sqrt(max(0.0, squares - apart * apart / count) / (count - 1)) if count > 1 else 0.0
    ends = min(shard["least"] for shard in shards), max(shard["most"] for shard in shards)
    return Stats(count, about.missing, *ends, (high << HALF) + low, about.squares, deviation)
