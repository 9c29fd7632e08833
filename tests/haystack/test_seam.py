"""Haystack's own SearchQuerySet on our engines: what a project that changes nothing but ENGINE meets."""

import pickle

import pytest
from haystack import connections
from haystack.inputs import AltParser, AutoQuery, Clean, Exact, Not, Raw
from haystack.query import SQ, SearchQuerySet

from backends.core.errors import UnknownField, UnsupportedQuery
from backends.core.nodes import Lookup
from backends.core.translate import TreeQuery
from searchsvc.catalog.models import Creator, Item


def found(query: SearchQuerySet) -> set[str]:
    return {result.pk for result in query[:2000]}


def pks(*titles: str) -> set[str]:
    return {str(pk) for pk in Item.objects.filter(title__in=titles).values_list("pk", flat=True)}


def test_a_query_s_text_is_readable_and_carries_its_tree() -> None:
    query = SearchQuerySet().filter(content="harbour").query.build_query()
    assert isinstance(query, str)
    assert str(query) == "harbour"
    assert isinstance(query, TreeQuery)
    assert query.node == Lookup("content", "content", "harbour")
    assert pickle.loads(pickle.dumps(query)).node == query.node  # noqa: S301 - made one line above


def test_results_are_haystack_s_with_stored_fields_and_objects() -> None:
    result = SearchQuerySet().filter(content="Sydney Opera House")[0]
    assert (result.app_label, result.model_name) == ("catalog", "item")
    assert result.title == "Sydney Opera House"
    assert result.object == Item.objects.get(pk=result.pk)
    assert result.score > 0


def test_counts_are_exact_and_slices_are_pages() -> None:
    everything = SearchQuerySet().all()
    assert len(everything) == everything.count() == Item.objects.count()
    assert [result.pk for result in everything[10:20]] == [result.pk for result in SearchQuerySet()[0:20]][10:]


@pytest.mark.parametrize(
    ("condition", "same"),
    [
        (SQ(kind="film"), {"kind": "film"}),
        (~SQ(kind="painting"), None),
        (SQ(kind="print") | SQ(kind="photograph"), {"kind__in": ["print", "photograph"]}),
        (SQ(kind="print") & SQ(year__gte=1800), {"kind": "print", "year_from__gte": 1800}),
        (SQ(year__range=(1800, 1850)), {"year_from__range": (1800, 1850)}),
        (SQ(year__lt=0), {"year_from__lt": 0}),
    ],
)
def test_sq_trees_filter_as_the_database_does(condition: SQ, same: dict[str, object] | None) -> None:
    rows = Item.objects.filter(**same) if same is not None else Item.objects.exclude(kind="painting")
    assert found(SearchQuerySet().filter(condition)) == {str(pk) for pk in rows.values_list("pk", flat=True)}


def test_no_text_finds_nothing_and_a_star_everything() -> None:
    backend = connections["default"].get_backend()
    assert backend.search("") == {"results": [], "hits": 0}
    assert backend.search("*", end_offset=1)["hits"] == Item.objects.count()


def test_exclude_takes_away_and_filter_or_adds() -> None:
    prints, films = SearchQuerySet().filter(kind="print"), SearchQuerySet().filter(kind="film")
    assert found(prints | films) == found(prints) | found(films)
    assert found(prints & films) == set()
    assert found(SearchQuerySet().exclude(kind__in=["print", "film"])) == found(SearchQuerySet().all()) - found(
        prints
    ) - found(films)


def test_input_types_mean_what_haystack_says() -> None:
    opera = pks("Sydney Opera House")
    assert opera <= found(SearchQuerySet().filter(content=Exact("opera house")))
    assert found(SearchQuerySet().filter(content=Exact("house opera"))) == set()
    assert found(SearchQuerySet().filter(content=Clean("opera AND house"))) >= set()
    assert found(SearchQuerySet().filter(content=AutoQuery('"opera house" -sydney'))).isdisjoint(opera)
    assert found(SearchQuerySet().filter(content=Not("opera"))).isdisjoint(opera)
    assert opera <= found(SearchQuerySet().filter(content=Raw("opera house")))
    with pytest.raises(UnsupportedQuery, match="AltParser"):
        found(SearchQuerySet().filter(content=AltParser("dismax", "opera")))


def test_what_was_asked_is_escaped_by_nobody_and_breaks_nothing() -> None:
    for text in ('"', "c++", "a:b", "(", "AND", "*", "don't", "\\"):
        assert SearchQuerySet().auto_query(text).count() >= 0


def test_orders_are_fields_in_either_direction() -> None:
    years = [result.year for result in SearchQuerySet().order_by("-year", "title")[:50]]
    assert years == sorted(years, reverse=True)


def test_facets_have_haystack_s_shape() -> None:
    counts = SearchQuerySet().facet("kind").facet("century", size=3).facet_counts()
    assert set(counts) == {"fields", "dates", "queries"}
    assert dict(counts["fields"]["kind"])["film"] == Item.objects.filter(kind="film").count()
    assert len(counts["fields"]["century"]) == 3


def test_narrow_filters_by_a_readable_query() -> None:
    assert found(SearchQuerySet().narrow("harbour")) == found(SearchQuerySet().filter(content="harbour"))


def test_highlights_are_a_dictionary_of_escaped_fragments() -> None:
    result = SearchQuerySet().filter(content="harbour").highlight()[0]
    assert "<em>" in "".join(part for parts in result.highlighted.values() for part in parts)


def test_models_and_connections_are_chosen() -> None:
    assert SearchQuerySet().models(Item).count() == Item.objects.count()
    assert SearchQuerySet(using="creators").count() == Creator.objects.count()
    assert SearchQuerySet().using("creators").filter(name="Hokusai")[0].object.name.endswith("Hokusai")


def test_values_come_without_objects() -> None:
    assert SearchQuerySet().filter(kind="film").order_by("title").values_list("title", flat=True)[0]
    assert set(SearchQuerySet().filter(kind="film").values("title", "year")[0]) == {"title", "year"}


def test_load_all_reads_the_objects_in_one_query(django_assert_num_queries) -> None:
    with django_assert_num_queries(3):  # the items, and what their index reads with them
        assert all(result.object for result in SearchQuerySet().filter(kind="film").load_all()[:10])


def test_a_result_set_can_be_pickled() -> None:
    query = SearchQuerySet().filter(content="harbour")
    again = pickle.loads(pickle.dumps(query))  # noqa: S301 - made on this line
    assert [result.pk for result in again[:5]] == [result.pk for result in query[:5]]


def test_an_unknown_field_raises_instead_of_matching_nothing() -> None:
    with pytest.raises(UnknownField, match="did you mean 'title'"):
        found(SearchQuerySet().filter(titel="harbour"))


def test_one_object_is_updated_and_removed() -> None:
    index = connections["default"].get_unified_index().get_index(Item)
    item = Item.objects.create(key="test:seam", kind="book", title="Zyzzyva of the seam")
    index.update_object(item, using="default")
    try:
        assert found(SearchQuerySet().filter(content="zyzzyva")) == {str(item.pk)}
    finally:
        index.remove_object(item, using="default")
    assert found(SearchQuerySet().filter(content="zyzzyva")) == set()


def test_by_score_alone_is_the_order_that_a_query_has_without_one() -> None:
    plain = SearchQuerySet().filter(content="sea")
    assert [result.pk for result in plain.order_by("-score")[:20]] == [result.pk for result in plain[:20]]
    for names in (("score",), ("-score", "title"), ("title", "-score")):
        with pytest.raises(UnsupportedQuery, match="by score alone"):
            len(plain.order_by(*names))


def test_a_raw_text_may_name_fields_and_is_a_person_s_words_else() -> None:
    named = SearchQuerySet().raw_search("kind:painting")
    assert 0 < named.count() == SearchQuerySet().filter(kind="painting").count()
    assert SearchQuerySet().raw_search("sea -boat").count() == SearchQuerySet().auto_query("sea -boat").count()
    with pytest.raises(UnknownField):
        len(SearchQuerySet().raw_search("knid:painting"))
