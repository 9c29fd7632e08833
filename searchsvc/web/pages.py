"""What every page has around its own part: the tabs of the indexes, the search box, the address it is known by."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import wraps
from math import ceil
from typing import Any, Concatenate, ParamSpec

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from backends.core.errors import BadQuery, SearchError, Unavailable
from indexes.registry import registered
from searchsvc.reliability.fanout import Answer, Late
from searchsvc.search.params import SearchParams
from searchsvc.search.results import ResultPage
from searchsvc.search.service import UnknownIndex, UnknownRecord
from searchsvc.web.addresses import home_url, search_url

log = structlog.get_logger(__name__)
Rest = ParamSpec("Rest")
View = Callable[Concatenate[HttpRequest, Rest], HttpResponse]

TITLES = {
    400: "This cannot be searched as asked",
    404: "There is nothing at this address",
    410: "This page of results has expired",
    503: "The search cannot answer now",
}


@dataclass(frozen=True, slots=True)
class Tab:
    title: str
    url: str
    is_current: bool


def tabs(q: str, current: str | None) -> tuple[Tab, ...]:
    """'All', and every index with the same words. `current` is an index's name, '' for all, None for none."""
    indexes = registered().values()
    return (
        Tab("All", home_url(q), current == ""),
        *(Tab(index.plural, search_url(SearchParams(index.name, q)), index.name == current) for index in indexes),
    )


def show(request: HttpRequest, template: str, context: Mapping[str, Any], status: int = 200) -> HttpResponse:
    """Render a page. The context's `address` is the path it is known by, `current` the tab it stands under."""
    q = str(context.get("q", ""))
    shown = {
        "q": q,
        "tabs": tabs(q, context.get("current")),
        "canonical": request.build_absolute_uri(context.get("address", request.path)),
        **context,
    }
    return render(request, f"web/{template}.html", shown, status=status)


def problem(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    """A page that says what is wrong, with a way on."""
    context = {
        "title": TITLES[status],
        "sentence": sentence,
        "q": request.GET.get("q", ""),
        "is_problem": True,
        "status": status,
    }
    response = show(request, "problem", context, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def explained(view: View[Rest]) -> View[Rest]:
    """Show what a view raises as a page. The engine's sentence names the command that mends it, so all may read it."""

    @wraps(view)
    def shown(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except (UnknownIndex, UnknownRecord) as error:
            return problem(request, 404, str(error))
        except Unavailable as error:
            log.warning("unavailable", reason=str(error))
            return with_retry(problem(request, 503, str(error)), [error])
        except BadQuery as error:
            return problem(request, 400, str(error))

    return shown


def with_retry(response: HttpResponse, errors: Iterable[Exception | None]) -> HttpResponse:
    """The page of an outage, which says when all of what failed may answer again."""
    seconds = [error.seconds if isinstance(error, Unavailable) else Unavailable.seconds for error in errors]
    response.headers["Retry-After"] = str(ceil(max(seconds)))
    return response


def failure(answer: Answer[ResultPage]) -> str:
    """The sentence for one index of several that could not answer, '' for one that did."""
    if answer.error is None:
        return ""
    if isinstance(answer.error, (SearchError, Late)):
        log.warning("unavailable", reason=str(answer.error))
        return str(answer.error)
    log.error("a search failed", exc_info=answer.error)
    return "Something went wrong in this search; it has been noted."
