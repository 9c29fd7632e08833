"""A ResultPage as the API's reply."""

from datetime import UTC, datetime
from typing import Any

from searchsvc.search.links import query_string
from searchsvc.search.params import SearchParams
from searchsvc.search.results import FacetList, FacetValue, ResultPage

MILLISECONDS = 1000


def search_reply(page: ResultPage, path: str, request_id: str | None) -> dict[str, Any]:
    """The reply of `GET .../search`; `path` is its own address without the query."""
    name = page.index.name
    return {
        "data": [
            {
                "id": result.key,
                "index": name,
                "score": result.score,
                "fields": page.public(result),
                "highlights": result.highlights,
            }
            for result in page.results
        ],
        "facets": [_facet(facet, page.params, path) for facet in page.facets],
        "page": {
            "size": page.params.size,
            "next": _link(path, page.params, page.next),
            "previous": _link(path, page.params, page.previous),
            "expires_at": page.expires,
        },
        "total": {"value": page.total, "relation": "eq"},
        "partial": False,
        "warnings": page.warnings,
        "meta": {
            "request_id": request_id,
            "engine": page.index.engine,
            "revision": page.revision,
            "took_ms": round(page.took * MILLISECONDS, 1),
            "indexed_at": datetime.fromtimestamp(page.written, UTC),
        },
    }


def _link(path: str, params: SearchParams, cursor: str | None) -> str | None:
    return None if cursor is None else f"{path}?{query_string(params, cursor)}"


def _facet(facet: FacetList, params: SearchParams, path: str) -> dict[str, Any]:
    return {
        "field": facet.field,
        "operator": facet.operator,
        "exhaustive": facet.exhaustive,
        "missing": facet.missing,
        "values": [_value(facet, value, params, path) for value in facet.values],
    }


def _value(facet: FacetList, value: FacetValue, params: SearchParams, path: str) -> dict[str, Any]:
    add = None if value.selected else query_string(params.with_value(facet.field, value.value))
    remove = query_string(params.without_value(facet.field, value.value)) if value.selected else None
    return {
        "value": value.value,
        "label": value.label,
        "count": value.count,
        "selected": value.selected,
        "add": None if add is None else f"{path}?{add}",
        "remove": None if remove is None else f"{path}?{remove}",
    }
