"""Addresses of pages, each built in one place. All are paths of this site, ready for `href` once escaped."""

from dataclasses import replace
from urllib.parse import quote, urlencode

from indexes.base import PATH_SEPARATOR, RELEVANCE
from indexes.registry import registered
from searchsvc.search.links import query_string
from searchsvc.search.params import SearchParams

HOME, SEARCH = "/", "/search"


def first_index() -> str:
    """The index that is searched when none is named; '' where a project has none."""
    return next(iter(registered()), "")


def search_url(params: SearchParams, cursor: str | None = None) -> str:
    """The result page of these params; the index is named where it is not the first."""
    named = [] if params.index == first_index() else [urlencode({"index": params.index})]
    query = "&".join([*named, *filter(None, [query_string(params, cursor)])])
    return f"{SEARCH}?{query}" if query else SEARCH


def home_url(q: str = "") -> str:
    return f"{HOME}?{urlencode({'q': q})}" if q else HOME


def filter_url(index: str, field: str, value: str) -> str:
    """Everything of an index that has one facet value."""
    return search_url(SearchParams(index=index, filters=((field, (value,)),)))


def record_url(index: str, key: str) -> str:
    return f"/{index}/{quote(key, safe=':')}"


def cover_url(index: str, key: str) -> str:
    return f"/covers/{index}/{quote(key, safe=':')}.svg"


def cleared(params: SearchParams) -> SearchParams:
    """The words alone, in the same order and page size."""
    return replace(params, filters=(), excluded=(), ranges=(), cursor="")


def from_the_start(params: SearchParams) -> SearchParams:
    return replace(params, cursor="")


def elsewhere(params: SearchParams, index: str) -> SearchParams:
    """The words asked of another index, which has other filters and orders."""
    return replace(cleared(params), index=index, sort=RELEVANCE)


def excluding(params: SearchParams, field: str, value: str) -> SearchParams:
    """The same without what has this value."""
    chosen = params.without_value(field, value)
    excluded = dict(chosen.excluded)
    excluded[field] = (*(kept for kept in excluded.get(field, ()) if kept != value), value)
    return replace(chosen, excluded=tuple(sorted(excluded.items())))


def within(params: SearchParams, field: str, path: str) -> SearchParams:
    """Go to a path of a hierarchy. What is chosen above or below it goes, for values of a facet are joined by OR."""
    for value in dict(params.filters).get(field, ()):
        if is_above(value, path) or is_above(path, value):
            params = params.without_value(field, value)
    return params.with_value(field, path)


def is_above(upper: str, lower: str) -> bool:
    return lower.startswith(f"{upper}{PATH_SEPARATOR}")
