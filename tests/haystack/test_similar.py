"""more_like_this() through Haystack's own SearchQuerySet: right pages, exact counts, and all that a search takes."""

import pickle

import pytest
from haystack import connections
from haystack.exceptions import MoreLikeThisError
from haystack.models import SearchResult
from haystack.query import SearchQuerySet
from haystack.utils import get_identifier

from backends.core.errors import UnknownField
from backends.core.queryset import SearchQuerySet as OwnSearchQuerySet
from searchsvc.catalog.models import Creator, Item

PAGE = 7


def opera() -> Item:
    return Item.objects.get(title="Sydney Opera House")


def pks(query: SearchQuerySet) -> list[str]:
    return [result.pk for result in query[:2000]]


def test_similar_works_are_found_and_the_work_itself_is_not() -> None:
    item = opera()
    found = SearchQuerySet().more_like_this(item)
    assert 0 < found.count() < Item.objects.count()
    assert str(item.pk) not in pks(found)
    scores = [result.score for result in found[:50]]
    assert scores == sorted(scores, reverse=True)
    assert "building" in {result.kind for result in found[:5]}


def test_the_second_page_follows_the_first() -> None:
    found = SearchQuerySet().more_like_this(opera())
    every = pks(found)
    assert len(every) == len(set(every)) == found.count() > 3 * PAGE
    pages = [[result.pk for result in found.all()[at : at + PAGE]] for at in range(0, 3 * PAGE, PAGE)]
    assert [pk for page in pages for pk in page] == every[: 3 * PAGE]
    assert found.all()[PAGE].pk == every[PAGE]
    assert [result.pk for result in found.all()] == every


def test_filters_models_and_narrowing_hold() -> None:
    found = SearchQuerySet().more_like_this(opera())
    every, kinds = pks(found), dict(Item.objects.values_list("pk", "kind"))
    buildings = [pk for pk in every if kinds[int(pk)] == "building"]
    assert 0 < len(buildings) < len(every)
    assert pks(found.filter(kind="building")) == buildings
    assert pks(found.narrow('kind:"building"')) == buildings
    assert found.filter(kind="building").count() == len(buildings)
    assert pks(found.exclude(kind="building")) == [pk for pk in every if pk not in buildings]
    assert pks(found.models(Item)) == every
    with pytest.raises(UnknownField):
        found.filter(knid="building").count()


@pytest.mark.filterwarnings("ignore:The model .* is not registered")
def test_another_model_has_nothing_similar_here() -> None:
    assert SearchQuerySet().more_like_this(opera()).models(Creator).count() == 0


def test_it_takes_what_a_search_takes() -> None:
    found = SearchQuerySet().more_like_this(opera())
    assert dict(found.facet("kind").facet_counts()["fields"]["kind"])["building"] > 0
    assert found.stats("year").stats_results()["year"]["count"] > 0
    years = [result.year for result in found.order_by("-year")[:30]]
    assert years == sorted(years, reverse=True)
    assert any(result.highlighted for result in found.highlight()[:5])
    assert found.values_list("pk", flat=True)[:3] == pks(found)[:3]
    assert found.values("title")[0].keys() == {"title"}

    class Mine(SearchResult):
        pass

    assert isinstance(found.result_class(Mine)[0], Mine)


def test_objects_are_loaded_in_one_query(django_assert_num_queries) -> None:
    found = SearchQuerySet().more_like_this(opera()).load_all()
    with django_assert_num_queries(3):  # the items, and what their index reads with them
        assert all(result.object for result in found[:10])


def test_a_deferred_model_has_the_same_similar_works() -> None:
    item = opera()
    assert pks(SearchQuerySet().more_like_this(Item.objects.only("key").get(pk=item.pk))) == pks(
        SearchQuerySet().more_like_this(item)
    )


def test_what_is_not_in_the_index_is_read_as_it_would_be_written() -> None:
    item = Item.objects.create(key="test:new", kind="building", title="An opera house", description="By the harbour.")
    index = connections["default"].get_unified_index().get_index(Item)
    found = pks(SearchQuerySet().more_like_this(item))
    assert str(opera().pk) in found[:5]
    index.update_object(item, using="default")
    try:
        assert str(item.pk) not in pks(SearchQuerySet().more_like_this(item))
        assert str(opera().pk) in pks(SearchQuerySet().more_like_this(item))[:5]
    finally:
        index.remove_object(get_identifier(item), using="default")


def test_our_pages_and_walks_find_the_same() -> None:
    found = OwnSearchQuerySet().more_like_this(opera()).filter(kind="building")
    every = pks(found)
    first, second = found.page(PAGE), found.page(PAGE, offset=PAGE)
    assert [result.pk for result in (*first.results, *second.results)] == every[: 2 * PAGE]
    assert first.total == len(every)
    assert first.more
    assert sorted(result.pk for result in found.walk(PAGE)) == sorted(every)
    assert {result.fields["kind"] for result in found.where(year__gte=1900).page(PAGE).results} == {"building"}


def test_a_page_costs_three_searches(monkeypatch: pytest.MonkeyPatch) -> None:
    store = connections["default"].get_backend().store
    asked, search = [], store.search
    monkeypatch.setattr(store, "search", lambda request, *rest: [asked.append(request), search(request, *rest)][1])
    found = SearchQuerySet().more_like_this(opera())
    assert found.count() > PAGE
    assert len(found[:PAGE]) == PAGE
    assert len(asked) == 3  # the work, its words' documents, the page that came with the count


def test_it_can_be_pickled() -> None:
    found = SearchQuerySet().more_like_this(opera())
    assert pks(pickle.loads(pickle.dumps(found))) == pks(found)  # noqa: S301 - made on this line


def test_the_backend_can_be_asked_itself() -> None:
    item, backend = opera(), connections["default"].get_backend()
    reply = backend.more_like_this(item, start_offset=2, end_offset=5)
    every = pks(SearchQuerySet().more_like_this(item))
    assert [result.pk for result in reply["results"]] == every[2:5]
    assert reply["hits"] == len(every)
    assert 0 < backend.more_like_this(item, "house")["hits"] < reply["hits"]


def test_nothing_to_compare_is_an_error_and_silence_covers_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MoreLikeThisError):
        SearchQuerySet().more_like_this(None).count()
    monkeypatch.setattr(connections["default"].get_backend(), "silently_fail", True)
    assert SearchQuerySet().more_like_this(opera()).filter(knid="building").count() == 0
