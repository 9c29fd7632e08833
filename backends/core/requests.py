"""From the names a caller uses to a store's request: lowering, sort columns, facet columns."""

from collections.abc import Iterable, Mapping
from typing import Any

from backends.core import geo
from backends.core.errors import BadQuery, UnsupportedQuery
from backends.core.geo import Origin
from backends.core.lower import lower
from backends.core.nodes import And, Filter, Lookup, Node, Not, Or, Phrase, Term
from backends.core.request import FacetRequest, Refinement, Sort
from backends.core.schema import ANALYSED, KEY, SYSTEM, Kind, Schema

FACET_OPTIONS = frozenset({"size", "limit", "prefix", "below", "missing"})
OPERATORS = {"or": Or, "and": And}
SCORE, BY_SCORE = "score", "-score"  # what Haystack's Solr engine takes in order_by
SCORED, UNSCORED = (Term, Phrase), (Not, Filter)  # a union would be made anew each time
DEFAULT_FACET_SIZE = 100  # what Haystack's Solr engine gives; Elasticsearch's ten lose values silently


def scores(node: Node) -> bool:
    """Does the query rank? Words do; filters and ranges match or do not."""
    stack = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, SCORED):
            return True
        if not isinstance(current, UNSCORED):
            stack += current.children()
    return False


def sorts(schema: Schema, names: Iterable[str], start: Origin | None = None) -> tuple[Sort, ...]:
    """Sort columns of 'field' or '-field' names, ending in the key. Raises UnknownField or UnsupportedQuery."""
    out: dict[str, Sort] = {}
    for name in names:
        field_name = name.lstrip("-+")
        if field_name == SCORE and SCORE not in schema.by_name:
            raise UnsupportedQuery(f"Results are ordered by score alone and from the best: order_by('{BY_SCORE}').")
        if field_name == geo.DISTANCE and (start is not None or field_name not in schema.by_name):
            out.setdefault(field_name, geo.sort(schema, start, name.startswith("-")))
            continue
        if field_name in SYSTEM:
            column = field_name
        else:
            field = schema.field(field_name)
            if not field.sort:
                raise UnsupportedQuery(f"Field '{field_name}' has no sort column; declare it with sort=True.")
            column = field.sort_column
        out.setdefault(column, Sort(column, name.startswith("-")))
    out.setdefault(KEY, Sort(KEY))
    return tuple(out.values())


def order(schema: Schema, names: Iterable[str]) -> tuple[str, ...]:
    """The fields to order by, of names as Haystack's Solr engine takes them: '-score' alone is no order of fields."""
    found = tuple(names)
    return () if found == (BY_SCORE,) and SCORE not in schema.by_name else found


def facet_column(schema: Schema, name: str) -> str:
    """The column that holds a field's whole values."""
    field = schema.field(name)
    if field.exact:
        return field.exact
    if field.kind in ANALYSED or field.kind is Kind.LOCATION or not field.indexed:
        raise UnsupportedQuery(f"Field '{name}' is no facet; declare it faceted=True or as a KeywordField.")
    return field.name


def facet(schema: Schema, name: str, options: Mapping[str, Any], without: frozenset[str]) -> FacetRequest:
    unknown = set(options) - FACET_OPTIONS
    if unknown:
        known = ", ".join(sorted(FACET_OPTIONS))
        raise UnsupportedQuery(f"Facet '{name}' has no option '{min(unknown)}'; it takes {known}.")
    size = options.get("size", options.get("limit", DEFAULT_FACET_SIZE))
    if size is not None and (not isinstance(size, int) or size < 0):
        raise BadQuery(f"Facet '{name}': size takes a whole number from 0, or None for all values, not {size!r}.")
    column = facet_column(schema, name)
    below = options.get("below")
    return FacetRequest(
        column,
        size,
        str(options.get("prefix", "")),
        None if below is None else tuple(below),
        without,
        bool(options.get("missing")),
    )


def refinement(schema: Schema, name: str, values: Iterable[Any], operator: str) -> Refinement:
    """A filter on one field's values, by OR or AND, that a facet of the same name can leave out."""
    if operator not in OPERATORS:
        raise BadQuery(f"refine() takes operator 'or' or 'and', not {operator!r}.")
    equal = tuple(Lookup(facet_column(schema, name), "exact", value) for value in values)
    node = Lookup(facet_column(schema, name), "in", [item.value for item in equal])
    return Refinement(name, lower(node if operator == "or" else And(equal), schema))
