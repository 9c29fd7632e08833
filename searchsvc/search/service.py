"""The one way to search: pages, fragments and JSON all call `run`."""

import time
from collections.abc import Callable, Mapping
from functools import partial

from backends.core.results import Page, Result
from indexes.registry import Index, registered
from searchsvc.reliability.fanout import Answer, fan_out
from searchsvc.search.cursor import FARTHEST, Position, read_cursor, write_cursor
from searchsvc.search.facets import applied, facet_lists
from searchsvc.search.params import SearchParams
from searchsvc.search.queries import build, visible_to
from searchsvc.search.results import ResultPage
from searchsvc.search.viewer import Viewer

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


def run(params: SearchParams, viewer: Viewer, *, clock: Callable[[], float] = time.perf_counter) -> ResultPage:
    """One page of what this viewer may see.

    Raises BadCursor, UnknownIndex, and the errors of `backends.core.errors`: BadQuery for what the caller has to
    change, Unavailable when the engine cannot answer.
    """
    started = clock()
    index = index_named(params.index)
    position = read_cursor(params)
    query = build(params, index, viewer)
    page = query.page(params.size, offset=position.offset, after=position.after, backwards=position.backwards)
    forward, back = _neighbours(params, position, page)
    return ResultPage(
        index=index,
        params=params,
        results=page.results,
        total=page.total,
        facets=facet_lists(index, page.facets, params),
        applied=applied(index, params),
        next=forward,
        previous=back,
        revision=page.revision,
        took=clock() - started,
        written=page.written,
    )


def _neighbours(params: SearchParams, position: Position, page: Page) -> tuple[str | None, str | None]:
    """The cursors of the next and the previous page, None where there is none."""
    if not page.ordered:
        return _offsets(params, position, page)
    if not page.results:
        return None, None
    ahead = Position(after=page.results[-1].sort)
    behind = Position(after=page.results[0].sort, backwards=True)
    has_next = page.more or position.backwards
    has_previous = page.more if position.backwards else position.after is not None
    return (
        write_cursor(ahead, params) if has_next else None,
        write_cursor(behind, params) if has_previous else None,
    )


def _offsets(params: SearchParams, position: Position, page: Page) -> tuple[str | None, str | None]:
    ahead, behind = position.offset + params.size, max(0, position.offset - params.size)
    can_go_on = page.more and ahead < FARTHEST
    return (
        write_cursor(Position(offset=ahead), params) if can_go_on else None,
        write_cursor(Position(offset=behind), params) if position.offset else None,
    )


def record(name: str, key: str, viewer: Viewer) -> tuple[Index, Result]:
    """One record by its public id, through the same filter as every search. Raises UnknownRecord."""
    index = index_named(name)
    query = build(SearchParams(index=name), index, viewer, steps=(visible_to,))
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
