"""Counts of values: Tantivy's terms aggregation, made exact."""

from typing import Any

import tantivy
from tantivy import Query

from backends.core.request import PATH_SEPARATOR, FacetReply, FacetRequest
from backends.core.schema import ColumnType, Schema
from backends.tantivy.compiler import PATTERN_BYTES, quoted, terms_of

MOST_VALUES = 65_000  # Tantivy aborts an aggregation above 65,536 buckets
TIES = 20  # values asked for beyond the last one, to see whether equal counts go on behind it


def _terms(request: FacetRequest, size: int, include: str | list[str]) -> dict[str, Any]:
    # `segment_size` is what makes the counts exact: each segment else gives only its own most frequent values.
    terms: dict[str, Any] = {"field": request.column, "size": size, "segment_size": MOST_VALUES}
    if include != "":
        terms["include"] = include
    return {"values": {"terms": terms}}


def _included(searcher: tantivy.Searcher, request: FacetRequest, schema: Schema) -> str | list[str]:
    """The values that are wanted: an expression, or a list of them where it were too long; '' for all."""
    if schema.by_column[request.column].type is not ColumnType.KEYWORD:
        return ""
    pattern = _pattern(request)
    if len(pattern.encode()) <= PATTERN_BYTES:
        return pattern
    if request.below is None:
        return terms_of(searcher, request.column, request.prefix)
    starts = [path + PATH_SEPARATOR if path else "" for path in request.below]
    found = ((start, value) for start in starts for value in terms_of(searcher, request.column, start))
    return [value for start, value in found if PATH_SEPARATOR not in value[len(start) :]]


def _pattern(request: FacetRequest) -> str:
    """The regular expression of the values that are wanted, '' for all."""
    if request.below is None:
        return f"(?s){quoted(request.prefix)}.*" if request.prefix else ""
    level = f"[^{PATH_SEPARATOR}]+"
    paths = (quoted(path + PATH_SEPARATOR) if path else "" for path in request.below)
    return "|".join(path + level for path in paths)


def count_values(searcher: tantivy.Searcher, query: Query, request: FacetRequest, schema: Schema) -> FacetReply:
    """The counts of one facet: most frequent first, equal ones by value, whatever the segments are."""
    wanted = MOST_VALUES if request.size is None else request.size
    asked = min(wanted + TIES, MOST_VALUES)
    include = _included(searcher, request, schema)
    buckets = searcher.aggregate(query, _terms(request, asked, include))["values"]["buckets"]
    cut = len(buckets) == asked < MOST_VALUES
    if cut and wanted and buckets[wanted - 1]["doc_count"] == buckets[-1]["doc_count"]:
        buckets = searcher.aggregate(query, _terms(request, MOST_VALUES, include))["values"]["buckets"]
    ranked = sorted(((bucket["key"], bucket["doc_count"]) for bucket in buckets), key=lambda pair: (-pair[1], pair[0]))
    missing = 0
    if request.missing:
        present = Query.boolean_query(
            [(tantivy.Occur.Must, query), (tantivy.Occur.Must, Query.exists_query(request.column))]
        )
        missing = _count(searcher, query) - _count(searcher, present)
    return FacetReply(
        tuple(ranked[:wanted]), exhaustive=len(ranked) <= wanted and len(ranked) < MOST_VALUES, missing=missing
    )


def _count(searcher: tantivy.Searcher, query: Query) -> int:
    return int(searcher.search(query, 1, count=True).count)  # type: ignore[attr-defined] # missing from tantivy's stubs
