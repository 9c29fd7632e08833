"""The result page of one index."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_safe

from backends.core.errors import BadQuery
from indexes.registry import Index
from searchsvc.search.cursor import BadCursor
from searchsvc.search.facets import applied
from searchsvc.search.params import BadParams, ParameterError, SearchParams, read_params
from searchsvc.search.results import Applied, ResultPage
from searchsvc.search.service import index_named, run
from searchsvc.web import sidebar
from searchsvc.web.addresses import cleared, first_index, from_the_start, search_url
from searchsvc.web.cards import card_of
from searchsvc.web.nothing import ways_on
from searchsvc.web.pages import TITLES, explained, show
from searchsvc.web.visitors import viewer_for

CURSOR_STATUS = {"cursor-expired": 410}
MANY_FILTERS = 2  # pages with as many are not for search engines: there are too many of them


@require_safe
@explained
def search(request: HttpRequest) -> HttpResponse:
    index = index_named(request.GET.get("index") or first_index())
    try:
        params = read_params(request.GET, index, strict=False)
    except BadParams as error:
        return refused(request, index, readable(request.GET, index, error.errors), [one.detail for one in error.errors])
    viewer = viewer_for(request, index.name)
    try:
        page = run(params, viewer)
    except BadCursor as error:
        return refused(request, index, params, [str(error)], CURSOR_STATUS.get(error.code, 400))
    except BadQuery as error:
        return refused(request, index, params, [str(error)])
    context = found(page, request.GET)
    if not page.total:
        context |= {"ways_on": ways_on(page, viewer)}
    return show(request, "search", context)


def found(page: ResultPage, data: QueryDict) -> dict[str, Any]:
    params = page.params
    return form(page.index, params, data, page.applied) | {
        "address": search_url(params, params.cursor or None),
        "is_deep": bool(params.cursor) or len(page.applied) >= MANY_FILTERS,
        "total": page.total,
        "cards": [card_of(page.index, result) for result in page.results],
        "filters": sidebar.filters_of(page.index, page.facets, params),
        "counted": page.index.counted(page.total),
        "understood": page.understood,
        "warnings": page.warnings,
        "next": search_url(params, page.next) if page.next else "",
        "previous": search_url(params, page.previous) if page.previous else "",
        "first": search_url(from_the_start(params)) if params.cursor else "",
    }


def form(index: Index, params: SearchParams, data: QueryDict, on: Sequence[Applied]) -> dict[str, Any]:
    """The form and what is applied: the same whether the search was made or not."""
    return {
        "q": params.q,
        "current": index.name,
        "index": index.name if index.name != first_index() else "",
        "plural": index.plural,
        "boxes": sidebar.boxes_of(index, data),
        "kept": sidebar.kept_of(index, params),
        "sorts": sidebar.sorts_of(index, params),
        "sizes": sidebar.sizes_of(params),
        "chips": sidebar.chips_of(on),
        "clear": search_url(cleared(params)),
    }


def refused(
    request: HttpRequest, index: Index, params: SearchParams, sentences: Sequence[str], status: int = 400
) -> HttpResponse:
    """A sentence for each thing that is wrong, the form as it was filled in, and a way to start again."""
    context = form(index, params, request.GET, applied(index, params)) | {
        "q": request.GET.get("q", "").strip(),
        "title": TITLES[status],
        "sentences": sentences,
        "filters": sidebar.filters_of(index, sidebar.chosen_only(index, params), params),
        "first": search_url(from_the_start(params)),
        "is_deep": True,
    }
    return show(request, "search", context, status)


def readable(data: QueryDict, index: Index, errors: Sequence[ParameterError]) -> SearchParams:
    """The params without what is wrong in them."""
    kept = data.copy()
    for error in errors:
        for name in (error.parameter, f"{error.parameter}.from", f"{error.parameter}.to"):
            kept.pop(name, None)
    return read_params(kept, index, strict=False)
