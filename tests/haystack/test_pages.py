"""Pages and walks of a project without searchsvc: by positions, in constant memory, with as few searches as can be."""

import gc
import tracemalloc
from collections.abc import Iterable
from itertools import islice
from math import ceil
from typing import Any

import pytest
from django.core.signing import Signer
from haystack.query import SearchQuerySet as StockSearchQuerySet

from backends.core.queryset import SearchQuerySet
from backends.core.results import Result
from searchsvc.catalog.models import Item

ORDERS = [(), ("title",), ("-year", "title"), ("created",), ("-price",), ("kind", "-created")]


def keys(results: Iterable[Result]) -> list[str]:
    return [result.key for result in results]


@pytest.mark.parametrize("order", ORDERS, ids=" ".join)
def test_next_and_previous_pages_by_positions(order: tuple[str, ...]) -> None:
    query = SearchQuerySet().filter(kind="painting").order_by(*order)
    forward, page = [], query.page(30)
    while True:
        forward.append(keys(page.results))
        if not page.more:
            break
        page = query.page(30, after=page.results[-1].sort)
    back = [keys(page.results)]
    while (page := query.page(30, after=page.results[0].sort, backwards=True)).results:
        back.append(keys(page.results))
    assert back[::-1] == forward
    assert sum(map(len, forward)) == query.count() == len({key for found in forward for key in found})


def turn(query: SearchQuerySet, cursor: str = "") -> tuple[list[str], str, str]:
    """A page, and the cursors of the next and the previous, as `backends/README.md` shows it."""
    after, backwards = Signer().unsign_object(cursor) if cursor else (None, False)
    page = query.page(20, after=after, backwards=backwards)
    if not page.results:
        return [], "", ""
    following = Signer().sign_object((page.results[-1].sort, False)) if page.more or backwards else ""
    previous = Signer().sign_object((page.results[0].sort, True)) if (page.more if backwards else cursor) else ""
    return keys(page.results), following, previous


def test_a_project_makes_cursors_of_positions() -> None:
    query = SearchQuerySet().filter(kind="painting").order_by("title")
    first, following, _ = turn(query)
    second, _, previous = turn(query, following)
    assert first == keys(query.page(20).results)
    assert second == keys(query.page(20, offset=20).results)
    assert turn(query, previous)[0] == first


def test_a_walk_is_a_search_a_step_and_meets_everything(searches: list[Any]) -> None:
    found = keys(SearchQuerySet().order_by("title").walk(100))
    assert len(found) == len(set(found)) == Item.objects.count()
    assert len(searches) == ceil(len(found) / 100)
    assert {request.offset for request in searches} == {0}


def test_a_walk_holds_no_more_than_its_step() -> None:
    walk = SearchQuerySet().walk(20)
    early = peak(islice(walk, 100))
    late = peak(walk)
    assert late < 1.25 * early + 50_000


def peak(results: Iterable[Result]) -> int:
    """Bytes allocated at most while a walk goes on."""
    gc.collect()
    tracemalloc.start()
    try:
        for _result in results:
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_two_hundred_hits_of_a_stock_query_are_one_search(searches: list[Any]) -> None:
    query = StockSearchQuerySet().filter(kind__in=["painting", "print", "sculpture"])
    assert 100 < len(list(query[:200])) <= 200
    assert len(searches) == 1
