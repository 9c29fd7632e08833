"""Answers beyond the limits at which Tantivy gives up or gives less."""

from collections.abc import Iterator

import pytest

from backends.core.documents import document
from backends.core.nodes import All, Term
from backends.core.request import FacetRequest, Request, Sort
from backends.core.schema import Field, Kind, Schema
from backends.core.store import Store
from backends.tantivy.facets import MOST_VALUES
from backends.tantivy.pages import MOST_BUCKETS, TIES
from backends.tantivy.store import TantivyStore

SCHEMA = Schema((Field("title", Kind.TEXT), Field("tag", Kind.KEYWORD), Field("year", Kind.INTEGER, sort=True)))
MANY = MOST_VALUES + 1000
KEY = "k{:06}".format


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """As many documents as values of a tag, all alike in words; every third has no year."""
    store = TantivyStore("limits", tmp_path_factory.mktemp("limits"), SCHEMA)
    generation = store.create(SCHEMA)
    store.promote(generation)
    store.write(
        generation,
        (
            document(
                SCHEMA,
                (f"i{at}", KEY(at), "tests.work", str(at)),
                {"title": "same", "tag": KEY(at), "year": None if at % 3 == 0 else 2000 + at % 2},
            )
            for at in reversed(range(MANY))  # so that they lie otherwise on disk than by key
        ),
    )
    yield store
    store.close()


def test_a_facet_with_too_many_values_says_that_there_are_more(store: Store):
    (facet,) = store.search(Request(All(), size=0, facets=(FacetRequest("tag", size=None),))).facets
    assert len(facet.values) == MOST_VALUES
    assert not facet.exhaustive


def test_equal_counts_of_many_values_are_told_apart_by_value(store: Store):
    (facet,) = store.search(Request(All(), size=0, facets=(FacetRequest("tag", size=3),))).facets
    assert facet.values == tuple((KEY(at), 1) for at in range(3))


@pytest.mark.parametrize("offset", [0, MOST_BUCKETS - 2, MOST_BUCKETS, MOST_BUCKETS + 5000, MANY - 2, MANY + 5])
def test_any_offset_is_reached_in_field_order(store: Store, offset: int):
    response = store.search(Request(All(), sort=(Sort("key"),), offset=offset, size=4))
    assert [hit.key for hit in response.hits] == [KEY(at) for at in range(offset, min(offset + 4, MANY))]
    assert response.total == MANY


def test_any_offset_is_reached_among_missing_values(store: Store):
    sort = (Sort("sort_year", descending=True), Sort("key"))
    response = store.search(Request(All(), sort=sort, offset=MANY - 3, size=5))
    last = [at for at in range(MANY) if at % 3 == 0][-3:]
    assert [(hit.key, hit.sort[0]) for hit in response.hits] == [(KEY(at), None) for at in last]


def test_more_equal_scores_than_are_read_lose_and_repeat_nothing(store: Store):
    size, pages = 500, 2 * TIES[-1] // 500
    walked = [
        hit.key
        for page in range(pages)
        for hit in store.search(Request(Term("title", "same"), offset=page * size, size=size)).hits
    ]
    assert len(set(walked)) == len(walked) == size * pages
