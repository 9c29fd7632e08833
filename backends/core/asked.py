"""One search in the caller's names, and how a store answers it."""

from collections.abc import Mapping
from dataclasses import field, replace
from typing import Any

from backends.core.errors import UnsupportedQuery
from backends.core.frozen import dataclass
from backends.core.geo import Origin, distance
from backends.core.highlight import Style, highlights
from backends.core.lower import lower
from backends.core.nodes import AnyOf, Node
from backends.core.registered import among
from backends.core.request import FacetRequest, Hit, Refinement, Request, Response, SortValue, StatsRequest
from backends.core.requests import facet, refinement, scores, sorts
from backends.core.results import Page, Result
from backends.core.schema import DJANGO_CT, Schema
from backends.core.store import Searched
from backends.core.timing import in_time


@dataclass(frozen=True, slots=True)
class Refine:
    """A filter by field values; a facet on the same field leaves it out of its own counts when `operator` is 'or'."""

    name: str
    values: tuple[Any, ...]
    operator: str = "or"


@dataclass(frozen=True, slots=True)
class Asked:
    """`order_by` holds field names, '-' in front for descending. `style` None asks for no highlights.

    `models` filters by models, 'app_label.model_name'. Where `registered` names models, documents of others are as if
    they were not there.
    """

    node: Node
    models: tuple[str, ...] = ()
    filters: tuple[Node, ...] = ()
    refines: tuple[Refine, ...] = ()
    order_by: tuple[str, ...] = ()
    offset: int = 0
    size: int = 20
    after: tuple[SortValue, ...] | None = None
    backwards: bool = False
    facets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    style: Style | None = None
    counts: tuple[Node, ...] = ()
    stats: tuple[StatsRequest, ...] = ()
    origin: Origin | None = None
    registered: tuple[str, ...] | None = None


def request_of(asked: Asked, schema: Schema) -> Request:
    """What the store is asked. Without an order, a query that does not rank is ordered by key.

    Raises UnknownField, BadValue or UnsupportedQuery.
    """
    node = lower(asked.node, schema)
    refined = [refinement(schema, refine.name, refine.values, refine.operator) for refine in asked.refines]
    refined += [Refinement(f"filter {at}", lower(part, schema)) for at, part in enumerate(asked.filters)]
    if asked.models:
        refined.append(Refinement("models", AnyOf(DJANGO_CT, asked.models)))
    facets: list[FacetRequest] = []
    if asked.facets:
        own = {refine.name for refine in asked.refines if refine.operator == "or"}
        facets = [facet(schema, name, options, frozenset({name} & own)) for name, options in asked.facets.items()]
    ordered = asked.order_by or asked.after is not None or not scores(node)
    return Request(
        node,
        tuple(refined),
        sorts(schema, asked.order_by, asked.origin) if ordered else (),
        asked.offset,
        asked.size,
        asked.after,
        asked.backwards,
        tuple(facets),
        tuple([lower(part, schema) for part in asked.counts]),
        asked.stats,
    )


def answer(store: Searched, request: Request, registered: tuple[str, ...] | None = None) -> Response:
    """The store's answer. Raises TimedOut, and UnsupportedQuery for what its engine says it cannot count."""
    in_time()
    if request.counts and not store.features.counts:
        raise UnsupportedQuery("This engine cannot count conditions beside a search: no date_facet and no query_facet.")
    if request.stats and not store.features.stats:
        raise UnsupportedQuery("This engine cannot do statistics: no stats() and no stats_facet().")
    if request.sort and any(sort.origin for sort in request.sort) and not store.features.geo:
        raise UnsupportedQuery("This engine cannot order by distance.")
    return store.search(request) if registered is None else among(store, request, registered)


def results_of(
    hits: tuple[Hit, ...], schema: Schema, node: Node, style: Style | None, origin: Origin | None = None
) -> tuple[Result, ...]:
    """The hits with their highlights and distances; `node` is lowered. Raises TimedOut."""
    if style is not None:
        hits = tuple([hit._replace(highlights=_highlights(hit.fields, schema, node, style)) for hit in hits])
    if origin is not None:
        hits = tuple([hit._replace(distance=distance(origin, schema, hit.fields)) for hit in hits])
    return hits


def _highlights(stored: Mapping[str, Any], schema: Schema, node: Node, style: Style) -> Mapping[str, Any]:
    in_time()  # those of a thousand long texts take seconds
    return highlights(stored, schema, node, style)


def page(store: Searched, schema: Schema, asked: Asked) -> Page:
    """One page of results, exact total, facets by field name, and whether more follow in the direction asked."""
    request = request_of(asked, schema)
    # One hit more than asked tells whether any follow behind a position, without a second search. By score the total
    # tells it, and no document is loaded for it.
    response = answer(store, replace(request, size=request.size + 1) if request.sort else request, asked.registered)
    hits = response.hits
    if request.sort:
        more = len(hits) > request.size
        hits = hits[1:] if more and asked.backwards else hits[: request.size]
    else:
        more = request.offset + len(hits) < response.total
    results = results_of(hits, schema, request.node, asked.style, asked.origin)
    facets = dict(zip(asked.facets, response.facets, strict=True)) if asked.facets else {}
    return Page(
        results, response.total, facets, more, bool(request.sort), response.revision, response.written,
        response.counts, response.stats,
    )  # fmt: skip
