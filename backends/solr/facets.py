"""Counts and statistics in Solr's JSON facets; levels of a hierarchy in its older ones, which take an expression."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from backends.core.request import PATH_SEPARATOR, FacetReply, FacetRequest, Stats, StatsReply, StatsRequest
from backends.core.schema import ColumnType, Schema
from backends.core.stats import summary
from backends.solr.columns import field_of

SIGN = re.compile(r"([^\w/ ])")  # of Java's expressions, where a sign behind a backslash is itself
Json = dict[str, Any]
# Of several shards each gives its own most frequent values; those beyond the ones asked for keep ties in order.
EXACT: Json = {"refine": True, "overrequest": 10_000}


def terms(request: FacetRequest, schema: Schema, excluded: list[str]) -> Json:
    """One facet of a flat field. One value more than wanted tells whether there are more."""
    column = schema.by_column[request.column]
    facet: Json = {
        "type": "terms",
        "field": field_of(column),
        "limit": -1 if request.size is None else request.size + 1,
        "missing": request.missing,
        **EXACT,
        "domain": {"excludeTags": excluded},
    }
    if request.prefix and column.type is ColumnType.KEYWORD:
        facet["prefix"] = request.prefix
    return facet


def read_terms(request: FacetRequest, found: Mapping[str, Any]) -> FacetReply:
    counted = sorted(((bucket["val"], bucket["count"]) for bucket in found["buckets"]), key=_rank)
    kept = tuple(counted if request.size is None else counted[: request.size])
    return FacetReply(kept, len(kept) == len(counted), found.get("missing", {}).get("count", 0))


def _rank(pair: tuple[Any, int]) -> tuple[int, Any]:
    return -pair[1], pair[0]


def levels(at: int, request: FacetRequest, schema: Schema, excluded: list[str]) -> Json:
    """The parameters of a facet of paths: below each open path what has no further separator."""
    field = field_of(schema.by_column[request.column])
    parameters: Json = {"facet": "true", "facet.field": []}
    for number, path in enumerate(request.below or ()):
        start = path + PATH_SEPARATOR if path else ""
        name = f"level{at}_{number}"
        parameters[f"{name}_prefix"] = start
        parameters[f"{name}_matches"] = SIGN.sub(r"\\\1", start) + f"[^{PATH_SEPARATOR}]+"
        parameters["facet.field"].append(
            f"{{!key={name} ex={','.join(excluded)} facet.prefix=${name}_prefix facet.matches=${name}_matches "
            f"facet.limit=-1 facet.mincount=1}}{field}"
        )
    return parameters


def absent(request: FacetRequest, schema: Schema, excluded: list[str]) -> Json:
    """A facet of no value, for the documents that have none."""
    return {**terms(request, schema, excluded), "limit": 0, "missing": True}


def read_levels(at: int, request: FacetRequest, found: Mapping[str, list[Any]], missing: int) -> FacetReply:
    """The values of all open levels. `missing` is counted beside them."""
    flat = [found[f"level{at}_{number}"] for number in range(len(request.below or ()))]
    counted = sorted({pair for level in flat for pair in _pairs(level)}, key=_rank)
    kept = tuple(counted if request.size is None else counted[: request.size])
    return FacetReply(kept, len(kept) == len(counted), missing)


def _pairs(flat: list[Any]) -> Iterable[tuple[str, int]]:
    return zip(flat[::2], flat[1::2], strict=True)


def numbers(request: StatsRequest, schema: Schema, excluded: str) -> dict[str, Json]:
    """Facets of a column's values and of those in each group, for Solr adds up floats, and `summary` whole numbers."""
    domain = {"domain": {"excludeTags": excluded}}
    every: Json = {"type": "terms", "limit": -1, **EXACT}
    values = {**every, "field": field_of(schema.by_column[request.column]), "missing": True}
    groups = {
        f"by{at}": {**every, **domain, "field": field_of(schema.by_column[by]), "facet": {"values": values}}
        for at, by in enumerate(request.by)
    }
    return {"values": {**values, **domain}, **groups}


def read_numbers(request: StatsRequest, found: Mapping[str, Json]) -> StatsReply:
    groups = (found[f"by{at}"]["buckets"] for at in range(len(request.by)))
    return StatsReply(
        _summed(found["values"]),
        tuple(tuple(sorted((bucket["val"], _summed(bucket["values"])) for bucket in group)) for group in groups),
    )


def _summed(found: Json) -> Stats:
    pairs = ((bucket["val"], bucket["count"]) for bucket in found["buckets"])
    return summary(pairs, found["missing"]["count"])
