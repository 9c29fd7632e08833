"""From params to a SearchQuerySet: one step an aspect, in one order."""

from collections.abc import Callable

from haystack.backends import SQ

from backends.core.inputs import NamedQuery
from backends.core.queryset import SearchQuerySet
from indexes.base import Facet
from indexes.registry import Index
from searchsvc.search.facets import open_paths
from searchsvc.search.params import SearchParams
from searchsvc.search.viewer import Viewer, visible_to
from searchsvc.search.wording import names_of

Step = Callable[[SearchQuerySet, SearchParams, Index, Viewer], SearchQuerySet]


def match(query: SearchQuerySet, params: SearchParams, index: Index, viewer: Viewer) -> SearchQuerySet:
    """The words; none match everything."""
    return query.filter(content=NamedQuery(params.q, names_of(params.q, index, viewer))) if params.q else query


def refine(query: SearchQuerySet, params: SearchParams, _index: Index, _viewer: Viewer) -> SearchQuerySet:
    """Chosen facet values: OR within a facet, AND between facets."""
    for name, values in params.filters:
        query = query.refine(name, *values)
    return query


def exclude(query: SearchQuerySet, params: SearchParams, _index: Index, _viewer: Viewer) -> SearchQuerySet:
    for name, values in params.excluded:
        query = query.where(~SQ(**{f"{name}__in": values}))
    return query


def span(query: SearchQuerySet, params: SearchParams, index: Index, _viewer: Viewer) -> SearchQuerySet:
    """A document's span overlaps the one asked for when it begins before its end and ends after its beginning."""
    declared = {span.name: span for span in index.declared.ranges}
    for name, (low, high) in params.ranges:
        if low is not None:
            query = query.where(**{f"{declared[name].end}__gte": low})
        if high is not None:
            query = query.where(**{f"{declared[name].start}__lte": high})
    return query


def visible(query: SearchQuerySet, _params: SearchParams, index: Index, viewer: Viewer) -> SearchQuerySet:
    return visible_to(query, index, viewer)


def sort(query: SearchQuerySet, params: SearchParams, index: Index, _viewer: Viewer) -> SearchQuerySet:
    fields = next((sort.fields for sort in index.declared.sorts if sort.name == params.sort), ())
    return query.order_by(*fields) if fields else query


def facet(query: SearchQuerySet, params: SearchParams, index: Index, _viewer: Viewer) -> SearchQuerySet:
    for declared in index.declared.facets:
        if params.facets is None or declared.field in params.facets:
            query = query.facet(declared.field, **_facet_options(declared, params))
    return query


def _facet_options(declared: Facet, params: SearchParams) -> dict[str, object]:
    """A hierarchy is cut level by level when it is shown: all of each open level is wanted, and nothing else."""
    if not declared.hierarchy:
        return {"size": declared.size}
    return {"size": None, "below": open_paths(dict(params.filters).get(declared.field, ()))}


def highlight(query: SearchQuerySet, params: SearchParams, _index: Index, _viewer: Viewer) -> SearchQuerySet:
    return query.highlight(before="<mark>", after="</mark>") if params.highlight and params.q else query


STEPS: tuple[Step, ...] = (match, refine, exclude, span, visible, sort, facet, highlight)


def build(params: SearchParams, index: Index, viewer: Viewer, steps: tuple[Step, ...] = STEPS) -> SearchQuerySet:
    query = SearchQuerySet(using=index.alias)
    for step in steps:
        query = step(query, params, index, viewer)
    return query
