"""Indexes and aliases: what belongs to a generation, what is none, and what a write to a dropped one does."""

import orjson
import pytest

from backends.core.errors import IndexCorrupt, IndexMissing, SchemaMismatch
from backends.core.nodes import All
from backends.core.request import Request
from backends.jsondsl.store import JsonStore
from tests.backends.jsondsl.conftest import MakeStore
from tests.contract.corpus import SCHEMA, make

WORK = make("a", {"title": "Work"})


def put(store: JsonStore, path: str, body: object) -> None:
    store.server.call("PUT", path, orjson.dumps(body))


def indexes(store: JsonStore) -> set[str]:
    name = store.made.name
    return {index.removeprefix(name) for index in store.server.call("GET", f"/{name}-*/_alias")}


def test_an_index_without_a_manifest_is_no_generation(store: JsonStore) -> None:
    put(store, f"/{store.made.index(2)}", {})
    assert store.generations() == [1]
    with pytest.raises(IndexMissing, match="g2"):
        store.promote(2)
    with pytest.raises(IndexMissing, match="g2"):
        store.write(2, [WORK])


def test_an_index_of_another_engine_is_refused(store: JsonStore, make_store: MakeStore) -> None:
    manifest = {"engine": "another", "analysis": "1", "schema": "x"}
    put(store, f"/{store.made.index(1)}/_mapping", {"_meta": {"searchsvc": manifest}})
    with pytest.raises(SchemaMismatch, match=f"engine another, now {store.engine}"):
        make_store().count()


def test_a_write_to_a_dropped_generation_fails_and_makes_no_index(store: JsonStore, make_store: MakeStore) -> None:
    other = make_store()
    fresh = other.create(SCHEMA)
    assert store.write(fresh, [WORK]) == []
    other.drop(fresh)
    before = indexes(store)
    with pytest.raises(IndexMissing):
        store.write(fresh, [WORK])  # it was checked before, and nobody told this store
    with pytest.raises(IndexMissing):
        store.delete(fresh, ["a"])
    assert indexes(store) == before


def test_a_number_is_not_used_again_after_its_generation_was_dropped(store: JsonStore) -> None:
    fresh = store.create(SCHEMA)
    store.drop(fresh)
    assert store.create(SCHEMA) == fresh + 1


def test_with_the_last_generation_all_is_gone(make_store: MakeStore) -> None:
    store = make_store()
    store.drop(store.create(SCHEMA))
    assert indexes(store) == set()


def test_an_alias_on_two_indexes_is_named(store: JsonStore) -> None:
    fresh = store.create(SCHEMA)
    add = {"actions": [{"add": {"index": store.made.index(fresh), "alias": store.made.name}}]}
    store.server.call("POST", "/_aliases", orjson.dumps(add))
    with pytest.raises(IndexCorrupt, match=r"its alias stands for .*rebuild_index"):
        store.current()


def test_an_index_whose_state_is_lost_asks_for_a_rebuild(store: JsonStore) -> None:
    store.server.call("DELETE", f"/{store.made.state}")
    for call in (store.count, store.revision, lambda: store.search(Request(All()))):
        with pytest.raises(IndexMissing, match="rebuild_index"):
            call()
    store.promote(store.create(SCHEMA))
    assert store.count() == 0


def test_two_writers_count_their_writes_apart(store: JsonStore, make_store: MakeStore) -> None:
    other, seen = make_store(), set()
    for at in range(3):
        for writer in (store, other):
            writer.write(1, [make(f"w{at}", {"title": "Work"})])
            seen.add(store.revision())
    assert len(seen) == 6
