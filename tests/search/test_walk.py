"""Walks in field orders: any catalogue, order and page size, while documents come and go, over rebuilds and engines."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backends.core.asked import Asked, page
from backends.core.parse import parse
from backends.core.queryset import SearchQuerySet
from backends.core.request import SortValue
from backends.core.results import Page
from backends.core.store import Store
from backends.tantivy.store import TantivyStore
from backends.whoosh.store import WhooshStore
from tests.contract.corpus import SCHEMA, make

NAMES = [f"w{at:02}" for at in range(14)]
ROWS = st.fixed_dictionaries(
    {"title": st.sampled_from(["Sea", "sea", "Éa", "Boat 10", "boat 9", ""])},
    optional={"year": st.integers(-3, 3), "lent": st.booleans(), "kind": st.sampled_from(["a", "B", "ä"])},
)
CATALOGUES = st.dictionaries(st.sampled_from(NAMES), ROWS, max_size=12)
ORDERS = st.lists(
    st.builds("{}{}".format, st.sampled_from(["", "-"]), st.sampled_from(["title", "year", "lent", "kind"])),
    min_size=1, max_size=3,
)  # fmt: skip
SIZES = st.integers(1, 5)
CHANGES = st.lists(st.tuples(st.sampled_from(NAMES), st.none() | ROWS), max_size=4)
MADE: dict[str, Callable[..., Store]] = {"tantivy": TantivyStore, "whoosh": WhooshStore}
few = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Store]]:
    made = {name: make_store("walk", tmp_path_factory.mktemp(name), SCHEMA) for name, make_store in MADE.items()}
    yield made
    for store in made.values():
        store.close()


def fill(store: Store, rows: dict[str, dict[str, object]]) -> None:
    """A rebuild: a new generation answers, the old one goes."""
    before = store.current()
    store.promote(store.create(SCHEMA))
    store.write(store.current() or 0, [make(name, row) for name, row in rows.items()])
    if before is not None:
        store.drop(before)


def turn(store: Store, order: list[str], size: int, after: tuple[SortValue, ...] | None, back: bool = False) -> Page:
    return page(store, SCHEMA, Asked(parse(""), order_by=tuple(order), size=size, after=after, backwards=back))


def names(found: Page) -> list[str]:
    return [result.key.removeprefix("t:") for result in found.results]


@pytest.mark.folder
@few
@given(rows=CATALOGUES, order=ORDERS, size=SIZES, data=st.data())
def test_what_stays_is_met_once_while_others_come_and_go(stores, engine, rows, order, size, data) -> None:
    store = stores[engine]
    fill(store, rows)
    walked, changed, after = [], set(), None
    for turned in count():
        found = turn(store, order, size, after)
        walked += names(found)
        if not found.more:
            break
        after = found.results[-1].sort
        for name, row in data.draw(CHANGES) if turned < 3 else []:
            changed.add(name)
            if row is None:
                store.delete(store.current() or 0, [f"tests.work.{name}"])
            else:
                store.write(store.current() or 0, [make(name, row)])
    stayed = [name for name in walked if name not in changed]
    assert sorted(stayed) == sorted(set(rows) - changed)


@pytest.mark.folder
@few
@given(rows=CATALOGUES, order=ORDERS, size=SIZES)
def test_engines_and_generations_may_change_between_pages_and_back_is_forth(stores, engine, rows, order, size) -> None:
    other = next(name for name in MADE if name != engine)
    for store in stores.values():
        fill(store, rows)
    whole = names(turn(stores[engine], order, 100, None))
    pages = [turn(stores[engine], order, size, None)]
    while pages[-1].more:
        fill(stores[engine], rows)
        at = (engine, other)[len(pages) % 2]
        pages.append(turn(stores[at], order, size, pages[-1].results[-1].sort))
    assert [name for found in pages for name in names(found)] == whole
    for at, found in enumerate(pages[1:]):
        back = turn(stores[(other, engine)[at % 2]], order, size, found.results[0].sort, True)
        assert (names(back), back.more) == (names(pages[at]), at > 0)


@pytest.mark.parametrize("order", [(), ("title",), ("-year", "kind")])
def test_walk_meets_every_result_once_in_the_order_asked(order: tuple[str, ...]) -> None:
    query = SearchQuerySet().filter(content="the").facet("kind")
    query = query.order_by(*order) if order else query
    whole = [result.key for result in query.order_by(*(order or ("key",))).page(5000).results]
    assert [result.key for result in query.walk(size=37)] == whole
    assert len(whole) == len(query)
    assert list(query.filter(content="nosuchword").walk()) == []
