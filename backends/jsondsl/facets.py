"""Counts of a column's values: the servers' terms aggregation, made exact."""

import re
from collections.abc import Iterable
from typing import Any

from backends.core.request import PATH_SEPARATOR, FacetReply, FacetRequest
from backends.core.schema import ColumnType, Schema
from backends.jsondsl.compiler import Query

MOST_VALUES = 60_000  # a search may return 65,536 buckets in all (search.max_buckets)
ALL_OF_A_SHARD = 2**31 - 1  # what each shard reports: with fewer, the sums over shards would be estimates
PATTERN = 900  # characters; the servers take 1,000 (index.max_regex_length)
SIGN = re.compile(r'([.?+*|{}\[\]()"\\#@&<>~^$-])')
Expression = tuple[str, bool]  # of the values that are wanted, '' for all, and whether it is whole or was cut off


def quoted(text: str) -> str:
    """Text as a Lucene expression that means itself."""
    return SIGN.sub(r"\\\1", text)


def aggregations(facet: FacetRequest, schema: Schema) -> Query:
    """What counts the values that a facet asks for."""
    out: Query = {}
    for at, (include, whole) in enumerate(_included(facet, schema)):
        size = MOST_VALUES if facet.size is None or not whole else min(facet.size, MOST_VALUES)
        terms = {
            "field": facet.column,
            "size": max(1, size),
            "shard_size": ALL_OF_A_SHARD,
            "order": [{"_count": "desc"}, {"_key": "asc"}],
        }
        out[f"values {at}"] = {"terms": {**terms, "include": include} if include else terms}
    if facet.missing:
        out["missing"] = {"missing": {"field": facet.column}}
    return out


def reply(facet: FacetRequest, found: Query) -> FacetReply:
    counted: list[tuple[Any, int]] = []
    left = 0
    for name, part in found.items():
        if name.startswith("values "):
            counted += [(bucket["key"], bucket["doc_count"]) for bucket in part["buckets"]]
            left += part["sum_other_doc_count"]
    ranked = sorted((pair for pair in counted if _wanted(facet, pair[0])), key=lambda pair: (-pair[1], pair[0]))
    size = MOST_VALUES if facet.size is None else facet.size
    missing = found["missing"]["doc_count"] if facet.missing else 0
    return FacetReply(tuple(ranked[:size]), not left and len(ranked) <= size, missing)


def _included(facet: FacetRequest, schema: Schema) -> list[Expression]:
    if schema.by_column[facet.column].type is not ColumnType.KEYWORD:
        return [("", True)]
    if facet.below is None:
        return [_expression(facet.prefix, ".*")] if facet.prefix else [("", True)]
    level = f"[^{PATH_SEPARATOR}]+"
    return _joined(_expression(path + PATH_SEPARATOR if path else "", level) for path in facet.below)


def _expression(text: str, rest: str) -> Expression:
    """What begins with a text; a longer one is cut off, and what it lets through too much is left out when read."""
    whole = quoted(text) + rest
    if len(whole) <= PATTERN:
        return whole, True
    return quoted(text[: PATTERN // 2 - 10]) + ".*", False


def _joined(expressions: Iterable[Expression]) -> list[Expression]:
    """As few expressions as can be, none longer than the servers take; those that are cut off stand alone."""
    out: list[Expression] = []
    for expression, whole in expressions:
        if out and whole and out[-1][1] and len(out[-1][0]) + len(expression) < PATTERN:
            out[-1] = f"{out[-1][0]}|{expression}", True
        else:
            out.append((expression, whole))
    return out


def _wanted(facet: FacetRequest, value: Any) -> bool:
    if not isinstance(value, str):
        return True
    if facet.below is None:
        return value.startswith(facet.prefix)
    return value.rpartition(PATH_SEPARATOR)[0] in facet.below
