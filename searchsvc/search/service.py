"""The one way to search: pages, fragments and JSON all call `run`."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from django.utils import timezone

from backends.core.results import Page, Result
from indexes.registry import Index, registered
from searchsvc.reliability.fanout import Answer, fan_out
from searchsvc.search.cursor import Position, read_cursor, write_cursor
from searchsvc.search.facets import applied, facet_lists
from searchsvc.search.keys import key_labels
from searchsvc.search.params import SearchParams
from searchsvc.search.queries import build, visible
from searchsvc.search.ranked import DEEPER, Asker, after_first, turn
from searchsvc.search.ranklist import FARTHEST, RankLists, rank_lists
from searchsvc.search.results import ResultPage
from searchsvc.search.viewer import Viewer
from searchsvc.search.wording import read_words, said

GROUP_TIMEOUT = 5.0  # seconds for all indexes of a grouped search together
PER_GROUP = 4  # results an index shows on the home search


class UnknownIndex(LookupError):
    """There is no index of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no index '{name}'; there are {', '.join(registered())}.")


class UnknownRecord(LookupError):
    """No such record, or not for this viewer: the two are not told apart."""


def index_named(name: str) -> Index:
    """Raises UnknownIndex."""
    try:
        return registered()[name]
    except KeyError:
        raise UnknownIndex(name) from None


def run(
    params: SearchParams,
    viewer: Viewer,
    *,
    clock: Callable[[], float] = time.perf_counter,
    now: Callable[[], datetime] = timezone.now,
    lists: RankLists | None = None,
) -> ResultPage:
    """One page of what this viewer may see.

    Raises BadCursor, UnknownIndex, and the errors of `backends.core.errors`: BadQuery for what the caller has to
    change, Unavailable when the engine cannot answer.
    """
    started = clock()
    index = index_named(params.index)
    position = read_cursor(params)
    if position.offset or position.ranks:
        page = _ranked(Asker(params, index, viewer, lists or rank_lists(), now()), position)
    else:
        page = _ordered(params, index, viewer, position)
    return replace(_told(page, params, index, viewer), took=clock() - started)


def _told(page: ResultPage, params: SearchParams, index: Index, viewer: Viewer) -> ResultPage:
    """The page with its question in words: what was understood, what was not, and the filters that are on."""
    reading = read_words(params.q, index, viewer)
    return replace(
        page,
        understood=said(reading.asked),
        warnings=(*map(str, reading.remarks), *page.warnings),
        applied=applied(index, params, key_labels(params, index, viewer, page.results)),
    )


def _ordered(params: SearchParams, index: Index, viewer: Viewer, position: Position) -> ResultPage:
    """A first page, or one behind or before a position of a field order."""
    query = build(params, index, viewer)
    page = query.page(params.size, after=position.after, backwards=position.backwards)
    forward, back = _neighbours(position, page)
    return _shown(page, params, index, page.results, forward, back)


def _ranked(asker: Asker, position: Position) -> ResultPage:
    """A later page of score order; total and facets are those of now."""
    params, index = asker.params, asker.index
    ranked = turn(asker, position)
    page = build(params, index, asker.viewer).page(0)
    shown = _shown(page, params, index, ranked.results, ranked.next, ranked.previous)
    warnings = (DEEPER,) if ranked.is_cut and page.total > FARTHEST else ()
    return replace(shown, expires=ranked.expires, warnings=(*shown.warnings, *warnings))


def _shown(
    page: Page,
    params: SearchParams,
    index: Index,
    results: tuple[Result, ...],
    forward: Position | None,
    back: Position | None,
) -> ResultPage:
    return ResultPage(
        index=index,
        params=params,
        results=results,
        total=page.total,
        facets=facet_lists(index, page.facets, params),
        applied=(),
        next=None if forward is None else write_cursor(forward, params),
        previous=None if back is None else write_cursor(back, params),
        revision=page.revision,
        took=0.0,
        written=page.written,
    )


def _neighbours(position: Position, page: Page) -> tuple[Position | None, Position | None]:
    """Where the next and the previous page are, None where there is none."""
    if not page.results:
        return None, None
    if not page.ordered:
        return after_first(page.results) if page.more else None, None
    ahead = Position(after=page.results[-1].sort)
    behind = Position(after=page.results[0].sort, backwards=True)
    has_next = page.more or position.backwards
    has_previous = page.more if position.backwards else position.after is not None
    return ahead if has_next else None, behind if has_previous else None


def record(name: str, key: str, viewer: Viewer) -> tuple[Index, Result]:
    """One record by its public id, through the same filter as every search. Raises UnknownRecord."""
    index = index_named(name)
    query = build(SearchParams(index=name), index, viewer, steps=(visible,))
    page = query.where(key__exact=key).page(1)
    if not page.results:
        raise UnknownRecord(f"There is no record '{key}' in '{name}'.")
    return index, page.results[0]


def grouped(q: str, viewer: Viewer, timeout: float = GROUP_TIMEOUT) -> Mapping[str, Answer[ResultPage]]:
    """The first results of every index, side by side; an index that fails shows its error and not an empty list."""
    calls = {
        name: partial(run, SearchParams(index=name, q=q, size=PER_GROUP, facets=()), viewer) for name in registered()
    }
    return fan_out(calls, timeout)
