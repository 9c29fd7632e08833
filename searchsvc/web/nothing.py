"""When nothing is found: which filter to take off, and where else the words are found. Each with its exact total."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from indexes.registry import registered
from searchsvc.reliability.fanout import Answer, fan_out
from searchsvc.search.params import SearchParams
from searchsvc.search.results import ResultPage
from searchsvc.search.service import run
from searchsvc.search.viewer import Viewer
from searchsvc.web.addresses import cleared, elsewhere, search_url

TIMEOUT = 2.0  # seconds for all of them together: the page is useful without
MOST_FILTERS = 6  # tried without, one by one


@dataclass(frozen=True, slots=True)
class Way:
    """A search that finds something."""

    label: str
    url: str
    total: int
    kind: str


def ways_on(page: ResultPage, viewer: Viewer) -> tuple[Way, ...]:
    asked = dict(_candidates(page))
    answers = fan_out({way: partial(run, counted(params), viewer) for way, params in asked.items()}, TIMEOUT)
    return tuple(_ways(asked, answers))


def counted(params: SearchParams) -> SearchParams:
    """The cheapest search that still has an exact total."""
    return replace(params, size=1, facets=(), highlight=False, cursor="")


def _candidates(page: ResultPage) -> list[tuple[tuple[str, str], SearchParams]]:
    params, names = page.params, registered()
    without = [(("without", f"{on.title}: {on.label}"), on.without) for on in page.applied[:MOST_FILTERS]]
    bare = [(("bare", page.index.plural), cleared(params))] if len(page.applied) > 1 else []
    others = [
        (("other", index.plural), elsewhere(params, name))
        for name, index in names.items()
        if name != params.index and params.q
    ]
    return [*without, *bare, *others]


def _ways(
    asked: Mapping[tuple[str, str], SearchParams], answers: Mapping[tuple[str, str], Answer[ResultPage]]
) -> list[Way]:
    """A search that failed is left out: these are hints, and the answer itself did not fail."""
    return [
        Way(label, search_url(asked[kind, label]), answer.value.total, kind)
        for (kind, label), answer in answers.items()
        if answer.value is not None and answer.value.total
    ]
