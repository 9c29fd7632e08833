"""Generations on a real Solr: cores that are swapped, collections behind an alias, and the same answers from both."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from backends.core.errors import GenerationInUse, IndexMissing, Unavailable
from backends.core.nodes import All, Range, Term
from backends.core.request import FacetRequest, Request, Sort
from backends.core.schema import KEY
from backends.solr import writing
from backends.solr.store import SolrStore
from searchsvc.reliability.http import HttpSettings
from tests.contract.corpus import ROWS, SCHEMA, documents, make

Make = Callable[..., SolrStore]


@pytest.fixture
def made(request: pytest.FixtureRequest) -> Iterator[Make]:
    """Return a maker of stores on a server whose fixture is named; two of one name share an index."""
    stores: list[SolrStore] = []
    names: dict[str, str] = {}

    def make_store(server: str, **options: Any) -> SolrStore:
        running = request.getfixturevalue(server)
        name = names.setdefault(server, running.unique("places"))
        stores.append(SolrStore("contract", name, SCHEMA, HttpSettings((running.url,)), options))
        return stores[-1]

    yield make_store
    for store in stores:
        store.close()


def keys(store: SolrStore, generation: int | None = None) -> list[str]:
    return [hit.key for hit in store.search(Request(All(), sort=(Sort(KEY),), size=100), generation).hits]


@pytest.mark.parametrize(("server", "options"), [("solr", {}), ("solr_cloud", {}), ("solr_cloud", {"SHARDS": 2})])
def test_generations_live_side_by_side_and_one_answers(made: Make, server: str, options: dict[str, Any]):
    store, other = made(server, **options), made(server, **options)
    with pytest.raises(IndexMissing, match=r"manage\.py rebuild_index"):
        other.count()
    first = store.create(SCHEMA)
    assert (store.current(), store.generations()) == (None, [first])
    store.promote(first)
    assert store.write(first, documents()) == []
    assert keys(other) == sorted(f"t:{name}" for name in ROWS)
    second = other.create(SCHEMA)
    other.write(second, [make("boat", {"title": "Only this"})])
    assert (keys(store), keys(store, second)) == (keys(store, first), ["t:boat"])
    before = store.revision()
    other.promote(second)
    assert (keys(store), store.current(), store.revision() != before) == (["t:boat"], second, True)
    with pytest.raises(GenerationInUse):
        store.drop(second)
    store.promote(first)  # back again
    assert (store.count(), store.revision()) == (len(ROWS), before)
    store.drop(second)
    assert store.generations() == [first]
    seen = {before, store.revision()}
    third = other.create(SCHEMA)
    store.promote(third)
    assert store.revision() not in seen


@pytest.mark.parametrize("server", ["solr", "solr_cloud"])
def test_counts_are_exact_also_where_documents_lie_in_two_places(made: Make, server: str):
    store = made(server, **({"SHARDS": 2} if server == "solr_cloud" else {}))
    store.promote(store.create(SCHEMA))
    rows = [make(f"w{at:03}", {"title": "Work", "kind": f"k{at % 40:02}", "year": at}) for at in range(200)]
    store.write(1, rows)
    asked = Request(
        Term("title", "work"), size=5, sort=(Sort("sort_year", descending=True), Sort(KEY)),
        facets=(FacetRequest("kind", 3),), counts=(Range("year", 50, None),), after=(100, "t:w100"),
    )  # fmt: skip
    found = store.search(asked)
    assert [hit.key for hit in found.hits] == ["t:w099", "t:w098", "t:w097", "t:w096", "t:w095"]
    assert (found.total, found.counts) == (200, (150,))
    assert found.facets[0].values == (("k00", 5), ("k01", 5), ("k02", 5))
    store.delete(1, [f"tests.work.w{at:03}" for at in range(50)])
    assert store.count() == 150


def test_a_write_into_a_core_that_holds_another_generation_by_now_is_refused(made: Make):
    store = made("solr")
    store.promote(store.create(SCHEMA))
    place = store.places.place(1)
    with pytest.raises(Unavailable, match="swapped away"):
        writing.write(store.client, place, 7, [], {"softCommit": "true"})


def test_a_write_that_need_not_be_seen_at_once_is_seen_within_its_time(made: Make):
    store = made("solr", COMMIT_WITHIN=1)
    store.promote(store.create(SCHEMA))
    store.write(1, documents())
    # Solr may commit in the middle of the batch; all of it is seen a moment later.
    assert any(store.count() == len(ROWS) for _ in range(2000))
