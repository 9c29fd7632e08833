"""How many searches a stock SearchQuerySet makes, and that what it read ahead is never stale."""

import pickle
from typing import Any

import pytest
from haystack import connections
from haystack.constants import ITERATOR_LOAD_PER_QUERY
from haystack.models import SearchResult
from haystack.query import SearchQuerySet

from backends.core.errors import SearchError, UnknownField
from searchsvc.catalog.models import Item


@pytest.fixture
def searches(searches: list[Any]) -> list[Any]:
    """The requests behind the first of a revision, which also asks whether all documents are of known models."""
    SearchQuerySet().all().count()
    searches.clear()
    return searches


def test_a_whole_result_is_one_search(searches: list[Any]) -> None:
    found = SearchQuerySet().filter(kind="painting")
    assert ITERATOR_LOAD_PER_QUERY < len(list(found)) <= 200
    assert len(searches) == 1
    assert len({result.pk for result in found}) == found.count() == len(found[:])
    assert len(searches) == 1


def test_a_loop_is_one_search_and_facets_come_with_it(searches: list[Any]) -> None:
    found = SearchQuerySet().facet("kind").order_by("title")
    titles = [result.title for result in found]
    assert len(titles) == Item.objects.count()
    assert sum(count for _kind, count in found.facet_counts()["fields"]["kind"]) == len(titles)
    assert len(searches) <= 4  # 200, 200, 400 and 800 hits


def test_a_longer_walk_reads_on_and_counts_its_facets_once(
    searches: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backends.core.ahead.LEAST", 15)
    found = SearchQuerySet().facet("kind").order_by("title")
    assert [result.pk for result in found] == [result.pk for result in SearchQuerySet().order_by("title")[:2000]]
    walked = searches[:-1]
    assert 1 < len(walked) < 10
    assert [len(request.facets) for request in walked] == [1] + [0] * (len(walked) - 1)


def test_counting_before_or_after_the_first_page_costs_no_second_search(searches: list[Any]) -> None:
    before = SearchQuerySet().filter(content="the")
    assert before.count() > 20
    assert len(before[:20]) == 20
    assert len(searches) == 1
    after = SearchQuerySet().filter(content="the")
    assert len(after[5:25]) == 20
    assert after.count() == before.count()
    assert len(searches) == 2


def test_a_slice_asks_for_no_more_than_it_shows(searches: list[Any]) -> None:
    assert len(SearchQuerySet().all()[:ITERATOR_LOAD_PER_QUERY]) == ITERATOR_LOAD_PER_QUERY
    assert [request.size for request in searches] == [ITERATOR_LOAD_PER_QUERY]


def test_values_are_one_search_and_objects_one_query(searches: list[Any], django_assert_num_queries: Any) -> None:
    films = SearchQuerySet().filter(kind="painting").order_by("title")
    titles = list(films.values_list("title", flat=True))
    assert titles == [row["title"] for row in films.values("title", "year")] == [film.title for film in films]
    assert len(searches) == 3
    with django_assert_num_queries(3):  # the items, and what their index reads with them
        assert all(result.object for result in films.load_all())


def test_what_was_read_ahead_is_forgotten_when_the_index_changes() -> None:
    query = SearchQuerySet().filter(kind="film").query
    before = query.get_count()
    index = connections["default"].get_unified_index().get_index(Item)
    item = Item.objects.create(key="test:ahead", kind="film", title="A later film")
    index.update_object(item, using="default")
    try:
        query._reset()  # as a SearchQuerySet does before each part
        assert query.get_count() == before + 1
    finally:
        index.remove_object(item, using="default")


def test_pickles_before_and_after_running_and_half_way() -> None:
    for run in (lambda _query: None, len, list, lambda query: next(iter(query))):
        query = SearchQuerySet().filter(content="the").facet("kind")
        run(query)
        again = pickle.loads(pickle.dumps(query))  # noqa: S301 - made on this line
        assert [result.pk for result in again] == [result.pk for result in query]
        assert again.facet_counts() == query.facet_counts()
        bare = pickle.loads(pickle.dumps(query.all().query))  # noqa: S301 - made on this line
        assert bare.get_spelling_suggestion() is None


def test_best_match_latest_result_class_and_using() -> None:
    class Own(SearchResult):
        pass

    found = SearchQuerySet().filter(content="harbour")
    assert found.best_match().pk == found[0].pk
    assert found.latest("created").created == max(result.created for result in found)
    assert all(type(result) is Own for result in found.result_class(Own))
    assert all(type(result) is SearchResult for result in found.result_class(Own).result_class(None))
    assert {result.model_name for result in found.using("creators").all()} <= {"creator"}
    with pytest.raises(IndexError):
        SearchQuerySet().filter(content="nosuchword").best_match()


def test_failures_are_silent_only_where_a_project_says_so(monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    backend = connections["default"].get_backend()
    assert backend.silently_fail is False
    with pytest.raises(UnknownField):
        SearchQuerySet().filter(nosuch="x").count()
    monkeypatch.setattr(backend, "silently_fail", True)
    failing = SearchQuerySet().filter(nosuch="x").facet("kind")
    assert (list(failing), failing.count(), failing.facet_counts()["fields"]) == ([], 0, {})
    assert "failed in search()" in caplog.text

    def broken(*_args: Any) -> None:
        raise SearchError("broken")

    monkeypatch.setattr(backend.store, "write", broken)
    monkeypatch.setattr(backend.store, "delete", broken)
    index = connections["default"].get_unified_index().get_index(Item)
    backend.update(index, [Item.objects.first()])
    backend.remove(Item.objects.first())
    assert "failed in update()" in caplog.text
    assert "failed in remove()" in caplog.text
    monkeypatch.setattr(backend, "silently_fail", False)
    with pytest.raises(SearchError, match="broken"):
        backend.update(index, [Item.objects.first()])
