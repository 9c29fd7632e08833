"""Statistics: Tantivy's aggregations where they are exact, for they add up floats; else document by document."""

from collections import Counter, defaultdict
from typing import Any

import tantivy
from tantivy import Query

from backends.core.errors import UnsupportedQuery
from backends.core.request import Stats, StatsReply, StatsRequest
from backends.core.schema import KEY, ColumnType, Schema
from backends.core.stats import is_exact, of_aggregation, summary
from backends.tantivy.facets import MOST_VALUES
from backends.tantivy.places import walk


def add_up(searcher: tantivy.Searcher, query: Query, request: StatsRequest, schema: Schema) -> StatsReply:
    """The statistics of one column over what a query finds."""
    numbers = {"numbers": {"extended_stats": {"field": request.column}}, "present": {"filter": f"{request.column}:*"}}
    terms = [{"field": by, "size": MOST_VALUES, "segment_size": MOST_VALUES} for by in request.by]
    groups = {f"by {one['field']}": {"terms": one, "aggs": numbers} for one in terms}
    whole = searcher.aggregate(query, {"whole": {"filter": "*", "aggs": {**numbers, **groups}}})["whole"]
    if schema.by_column[request.column].type is ColumnType.LONG and not is_exact(whole):
        exact = (_read(searcher, query, (*by, request.column, KEY), schema) for by in ((), *zip(request.by)))
        return StatsReply(next(exact)[0][1], tuple(exact))
    return StatsReply(of_aggregation(whole), tuple(_grouped(whole[name]) for name in groups))


def _grouped(reply: dict[str, Any]) -> tuple[tuple[Any, Stats], ...]:
    if reply["sum_other_doc_count"]:
        raise UnsupportedQuery(f"Tantivy does statistics by at most {MOST_VALUES:,} values of a field.")
    return tuple(sorted((bucket["key"], of_aggregation(bucket)) for bucket in reply["buckets"]))


def _read(
    searcher: tantivy.Searcher, query: Query, columns: tuple[str, ...], schema: Schema
) -> tuple[tuple[Any, Stats], ...]:
    """The statistics of the last column but the key; for each value of the first where there are three."""
    groups: dict[Any, Counter[Any]] = defaultdict(Counter)
    is_grouped = len(columns) > len((columns[-2], KEY))
    for row in walk(searcher, schema, query, columns):
        groups[row[0] if is_grouped else ""][row[-2]] += 1
    groups.pop(None, None)  # documents that are in no group
    return tuple((value, summary(counted.items(), counted.pop(None, 0))) for value, counted in groups.items())
