"""A query set's deadline is kept by each of its searches; what is late is an error and never half a result."""

import time

import pytest
from haystack import connections

from backends.core import asked
from backends.core.errors import TimedOut
from backends.core.highlight import Style
from backends.core.nodes import All
from backends.core.queryset import SearchQuerySet
from backends.core.request import Hit, Request, Sort
from backends.core.schema import KEY
from searchsvc.reliability.deadline import deadline, remaining

WAYS = {
    "page": lambda query: query.page(5),
    "count": lambda query: query.count(),
    "len": len,
    "iteration": list,
    "slice": lambda query: query[3:5],
    "facets": lambda query: query.facet("kind").facet_counts(),
    "walk": lambda query: list(query.walk(3)),
    "order": lambda query: query.order_by("-year").page(5),
    "raw": lambda query: list(query.raw_search("harbour")),
}
TINY = 1e-9


@pytest.fixture
def left(monkeypatch):
    """How much time each search has that reaches the store."""
    store = connections["default"].get_backend().store
    seen = []
    search = store.search

    def seeing(*arguments):
        seen.append(remaining(1000))
        return search(*arguments)

    monkeypatch.setattr(store, "search", seeing)
    return seen


@pytest.mark.parametrize("way", WAYS)
def test_what_is_late_is_an_error(way):
    query = SearchQuerySet().filter(kind="painting")
    assert WAYS[way](query.deadline(60)) is not None
    with pytest.raises(TimedOut):
        WAYS[way](query.deadline(TINY))


@pytest.mark.parametrize("way", WAYS)
def test_each_search_has_the_whole_time_and_an_outer_deadline_holds_too(way, left):
    WAYS[way](SearchQuerySet().filter(kind="painting").deadline(60))
    assert left
    assert all(59 < seconds <= 60 for seconds in left)
    left.clear()
    with deadline(30):
        WAYS[way](SearchQuerySet().filter(kind="painting").deadline(60))
    assert all(29 < seconds <= 30 for seconds in left)


def test_the_limit_can_be_taken_away_and_no_query_has_another_s(left):
    query = SearchQuerySet().filter(kind="painting")
    limited = query.deadline(TINY)
    assert query.count() == limited.deadline(None).count() > 0
    assert left == [1000, 1000]
    with pytest.raises(TimedOut):
        limited.count()


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_no_time_at_all_is_a_mistake(seconds):
    with pytest.raises(ValueError, match="seconds above 0"):
        SearchQuerySet().deadline(seconds)


def test_an_engine_itself_names_it_too():
    store = connections["default"].get_backend().store
    with deadline(TINY), pytest.raises(TimedOut):
        store.search(Request(All(), sort=(Sort(KEY),)))


def test_it_may_pass_between_the_documents_whose_highlights_are_made(monkeypatch):
    made = []

    def slow(*arguments):
        made.append(1)
        end = time.monotonic() + 0.06
        while time.monotonic() < end:
            pass
        return {}

    monkeypatch.setattr(asked, "highlights", slow)
    hits = [Hit(str(at), str(at), 1.0, (), {}) for at in range(9)]
    schema = connections["default"].get_backend().index_schema
    with deadline(0.05), pytest.raises(TimedOut):
        asked.results_of(tuple(hits), schema, All(), Style())
    assert len(made) == 1
