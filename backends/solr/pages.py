"""Pages of hits. Solr has no search-after for addresses that outlive it, so a position becomes a condition."""

from collections.abc import Iterable
from typing import Any

import orjson

from backends.core import geo
from backends.core.nodes import Equals, Exists, Node, Not, Nothing, Range
from backends.core.request import Hit, Request, Sort, SortValue
from backends.core.schema import ID, KEY
from backends.core.simplify import simplify
from backends.solr.columns import STORED
from backends.solr.compiler import Json, SolrCompiler

FAR = 1e6  # kilometres; the globe is smaller


def order(compiler: SolrCompiler, sorts: Iterable[Sort]) -> str:
    """Solr's sort: missing values come last by the schema, where they are to come first a clause in front says so."""
    clauses = []
    for sort in sorts:
        field = _measured(compiler, sort)
        if sort.column != KEY and (sort.origin or sort.missing_first):
            there = compiler.field(geo.lat_column(sort.column)) if sort.origin else field
            clauses.append(f"if(exists({there}),1,0) {'asc' if sort.missing_first else 'desc'}")
        clauses.append(f"{field} {'desc' if sort.descending else 'asc'}")
    return ",".join(clauses) or f"score desc,{compiler.field(KEY)} asc"


def _measured(compiler: SolrCompiler, sort: Sort) -> str:
    return compiler.distance(sort.column, sort.origin) if sort.origin else compiler.field(sort.column)


def fields(compiler: SolrCompiler, sorts: Iterable[Sort]) -> list[str]:
    """What a hit brings: its identity, what is stored, and its sort values as `s0`, `s1`, ..."""
    out = [ID, STORED, "score", f"key:{compiler.field(KEY)}"]
    for at, sort in enumerate(sorts):
        out.append(f"s{at}:{_measured(compiler, sort)}")
        if sort.origin:
            out.append(f"p{at}:{compiler.field(geo.lat_column(sort.column))}")
    return out


def hit(document: Json, sorts: tuple[Sort, ...]) -> Hit:
    place: tuple[SortValue, ...] = tuple(
        document.get(f"s{at}") if not sort.origin or f"p{at}" in document else None for at, sort in enumerate(sorts)
    )
    return Hit(document[ID], document["key"], document["score"], place, orjson.loads(document[STORED]))


def behind(compiler: SolrCompiler, request: Request, sorts: tuple[Sort, ...]) -> Json | None:
    """The condition that a document stands behind `request.after`: later in one column, and level in all before it."""
    if request.after is None:
        return None
    level: list[Json] = []
    either = []
    for sort, value in zip(sorts, request.after, strict=True):
        later = _later(compiler, sort, value)
        if later is not None:
            either.append({"bool": {"filter": [*level, later]}})
        level.append(_level(compiler, sort, value))
    return {"bool": {"should": either}} if either else compiler.visit(Nothing())


def _missing(sort: Sort) -> Node:
    return Not(Exists(geo.lat_column(sort.column) if sort.origin else sort.column))


def _level(compiler: SolrCompiler, sort: Sort, value: Any) -> Json:
    if value is None:
        return compiler.visit(simplify(_missing(sort)))
    if sort.origin:
        return _span(compiler, sort, value, value)
    return compiler.visit(Equals(sort.column, value))


def _later(compiler: SolrCompiler, sort: Sort, value: Any) -> Json | None:
    missing = _missing(sort)
    if value is None:
        return compiler.visit(simplify(Not(missing))) if sort.missing_first else None
    if sort.origin:
        low, high = (0.0, value) if sort.descending else (value, FAR)
        found = _span(compiler, sort, low, high, open_end=True)
    else:
        found = compiler.visit(
            Range(sort.column, None, value, include_upper=False)
            if sort.descending
            else Range(sort.column, value, None, include_lower=False)
        )
    if sort.missing_first or sort.column == KEY:
        return found
    return {"bool": {"should": [found, compiler.visit(simplify(missing))]}}


def _span(compiler: SolrCompiler, sort: Sort, low: float, high: float, open_end: bool = False) -> Json:
    """Locations whose distance lies between; with `open_end` without the end that was given."""
    ends: Json = {"l": low, "u": high}
    if open_end:
        ends["incu" if sort.descending else "incl"] = "false"
    there = compiler.visit(Exists(geo.lat_column(sort.column)))
    return {"bool": {"filter": [there, {"frange": {**ends, "query": _measured(compiler, sort)}}]}}
