"""Depth, extremes and shards: what the corpus of the contract is too small for."""

from collections.abc import Iterator
from random import Random

import pytest

from backends.core.nodes import All, Term
from backends.core.request import FacetRequest, Request, Sort
from backends.core.values import LONG_MAX, LONG_MIN
from backends.jsondsl import pages
from backends.jsondsl.mapping import Layout
from backends.jsondsl.store import JsonStore
from tests.backends.jsondsl.conftest import MakeStore
from tests.contract.conftest import Questions
from tests.contract.corpus import SCHEMA, make

YEAR = (Sort("sort_year"), Sort("key"))


def keys(store: JsonStore, **request: object) -> list[str]:
    return [hit.key for hit in store.search(Request(All(), **request)).hits]  # type: ignore[arg-type] # as given


def test_no_year_and_the_first_and_last_year_there_can_be_are_three_things(store: JsonStore) -> None:
    years = {"z": LONG_MAX, "y": LONG_MAX - 1, "x": 5, "b": LONG_MIN + 1, "a": LONG_MIN, "n": None, "m": None}
    store.write(1, [make(name, {"title": "W", "year": year}) for name, year in years.items()])
    ask = Questions(store)
    for order, expected in (("year", "abxyzmn"), ("-year", "zyxbamn")):
        whole = ask.page("", order_by=(order,)).results
        assert "".join(result.key[2:] for result in whole) == expected
        assert [result.sort[0] for result in whole] == [years[result.key[2:]] for result in whole]
        for at, result in enumerate(whole):
            behind = ask.names("", order_by=(order,), after=result.sort)
            assert "".join(behind) == expected[at + 1 :]
            before = ask.names("", order_by=(order,), after=result.sort, backwards=True)
            assert "".join(before) == expected[:at]


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A window of ten, so that thirty documents are deep."""
    monkeypatch.setattr(pages, "WINDOW", 10)
    return


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize("sort", [YEAR, (Sort("sort_title", descending=True), Sort("key")), (Sort("key"),), ()])
def test_pages_beyond_the_window_are_walked_to(store: JsonStore, sort: tuple[Sort, ...]) -> None:
    rng = Random(3)
    rows = [{"title": "work " * (at % 4 + 1), **({"year": rng.randrange(5)} if at % 3 else {})} for at in range(35)]
    store.write(1, [make(f"w{at:02}", row) for at, row in enumerate(rows)])
    node = All() if sort else Term("title", "work")
    whole = [hit.key for hit in store.search(Request(node, sort=sort, size=35)).hits]
    assert len(set(whole)) == 35
    for offset, size in ((0, 11), (8, 4), (10, 10), (19, 3), (25, 20), (35, 5), (99, 5)):
        response = store.search(Request(node, sort=sort, offset=offset, size=size, facets=(FacetRequest("year"),)))
        assert [hit.key for hit in response.hits] == whole[offset : offset + size], (offset, size)
        assert (response.total, len(response.facets)) == (35, 1)
    if sort:
        hits = store.search(Request(node, sort=sort, size=35)).hits
        behind = store.search(Request(node, sort=sort, after=hits[4].sort, offset=12, size=9)).hits
        assert [hit.key for hit in behind] == whole[17:26]


def test_three_shards_answer_as_one(make_store: MakeStore) -> None:
    rng = Random(5)
    kinds = [f"kind {rng.randrange(40):02}" for _ in range(300)]
    documents = [
        make(f"w{at:03}", {"title": "work " * rng.randrange(1, 5), "kind": kind, "year": at % 7})
        for at, kind in enumerate(kinds)
    ]
    answers = []
    for shards in (1, 3):
        store = make_store(f"s{shards}", layout=Layout(shards=shards))
        store.promote(store.create(SCHEMA))
        store.write(1, documents)
        ask = Questions(store)
        page = ask.page("work", facets={"kind": {"size": 7}, "year": {"size": None}}, size=50)
        ranks = [(result.key, pytest.approx(result.score)) for result in page.results]
        order = ask.names("work", order_by=("-year",), size=300)
        answers.append((ranks, page.total, page.facets, order))
    one, three = answers
    assert [rank[0] for rank in one[0]] == [rank[0] for rank in three[0]]
    assert one[1:] == three[1:]
