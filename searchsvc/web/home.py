"""The front page: every index side by side for words, and a way in without any."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_safe

from indexes.registry import Index, registered
from searchsvc.reliability.fanout import Answer, fan_out
from searchsvc.search.params import BadParams, SearchParams, read_params
from searchsvc.search.results import FacetList, ResultPage
from searchsvc.search.service import GROUP_TIMEOUT, grouped, index_named
from searchsvc.search.service import run as search
from searchsvc.search.viewer import Viewer
from searchsvc.web.addresses import filter_url, first_index, home_url, search_url
from searchsvc.web.cards import ResultCard, card_of
from searchsvc.web.nothing import counted
from searchsvc.web.pages import explained, failure, problem, show, with_retry
from searchsvc.web.visitors import viewer_for

SAMPLES = 14  # works on the front page: two full rows on a wide screen
NEWEST = "-created"
ENTRIES = ("kind", "century", "subject")  # facets one can start from, where an index has them
TOP_LEVEL = 0


@dataclass(frozen=True, slots=True)
class Group:
    """One index on the front page: results and their exact total, or the sentence why there are none.

    `counted` is the total in words, `understood` and `warnings` are the page's.
    """

    name: str
    plural: str
    url: str
    total: int
    counted: str
    understood: str
    warnings: tuple[str, ...]
    cards: tuple[ResultCard, ...]
    failure: str


@dataclass(frozen=True, slots=True)
class Entry:
    """`share` is in per cent of the most frequent value: the length of its bar."""

    label: str
    url: str
    count: int
    share: int


@require_safe
@explained
def home(request: HttpRequest) -> HttpResponse:
    q = request.GET.get("q", "").strip()
    return together(request, q) if q else welcome(request)


def together(request: HttpRequest, q: str) -> HttpResponse:
    asked = QueryDict(mutable=True)
    asked["q"] = q
    try:
        params = read_params(asked, index_named(first_index()), strict=False)
    except BadParams as error:
        return problem(request, 400, str(error))
    answers = grouped(params.q, viewer_for(request))
    groups = groups_of(answers, params.q)
    context: dict[str, Any] = {"q": params.q, "current": "", "address": home_url(params.q), "groups": groups}
    context["nothing"] = not any(group.total or group.failure for group in groups)
    return side_by_side(request, "groups", context, answers)


def side_by_side(
    request: HttpRequest, template: str, context: Mapping[str, Any], answers: Mapping[str, Answer[ResultPage]]
) -> HttpResponse:
    """Some indexes that fail leave a page of use; all of them are an outage."""
    errors = [answer.error for answer in answers.values()]
    if errors and all(errors):
        return with_retry(show(request, template, context, 503), errors)
    return show(request, template, context)


def groups_of(answers: Mapping[str, Answer[ResultPage]], q: str) -> tuple[Group, ...]:
    return tuple(group_of(registered()[name], answer, q) for name, answer in answers.items())


def group_of(index: Index, answer: Answer[ResultPage], q: str) -> Group:
    page = answer.value
    return Group(
        name=index.name,
        plural=index.plural,
        counted=index.counted(page.total if page else 0),
        understood=page.understood if page else "",
        warnings=page.warnings if page else (),
        url=search_url(SearchParams(index.name, q)),
        total=page.total if page else 0,
        cards=tuple(card_of(index, result) for result in page.results) if page else (),
        failure=failure(answer),
    )


def welcome(request: HttpRequest) -> HttpResponse:
    answers = fan_out(calls(viewer_for(request)), GROUP_TIMEOUT)
    groups = groups_of(answers, "")
    first = answers[first_index()].value if answers else None
    context: dict[str, Any] = {"current": "", "groups": groups, "sample": groups[0] if groups else None}
    if first is not None:
        context |= {"named": first.index.declared.card.title}
        context |= {"entries": [(facet, entries(first.index, facet)) for facet in first.facets if facet.values]}
    return side_by_side(request, "home", context, answers)


def calls(viewer: Viewer) -> dict[str, Any]:
    """The newest of the first index with the facets to start from; of the others how many there are."""
    found = {name: counted(SearchParams(name)) for name in registered()}
    if (name := first_index()) in found:
        found[name] = samples(registered()[name])
    return {name: partial(search, params, viewer) for name, params in found.items()}


def samples(index: Index) -> SearchParams:
    facets = tuple(facet.field for facet in index.declared.facets if facet.field in ENTRIES)
    sorts = [sort.name for sort in index.declared.sorts]
    sort = NEWEST if NEWEST in sorts else sorts[0]
    return SearchParams(index.name, sort=sort, size=SAMPLES, facets=facets, highlight=False)


def entries(index: Index, facet: FacetList) -> list[Entry]:
    """The values of a facet to start from: the top of a hierarchy, numbers in their order."""
    values = [value for value in facet.values if value.depth == TOP_LEVEL]
    if all(value.value.lstrip("-").isdigit() for value in values):
        values.sort(key=lambda value: int(value.value))
    most = max((value.count for value in values), default=0) or 1
    return [
        Entry(value.label, filter_url(index.name, facet.field, value.value), value.count, 100 * value.count // most)
        for value in values
    ]
