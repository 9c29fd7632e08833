"""Facets of dates and queries, narrow() and the faceted form, as a stock Haystack project uses them."""

# ruff: noqa: DTZ001 - the moments of Haystack's date facets carry no time zone

from datetime import UTC, date, datetime

import pytest
from django.http import HttpRequest, QueryDict
from haystack.exceptions import FacetingError
from haystack.forms import FacetedSearchForm
from haystack.generic_views import FacetedSearchView
from haystack.query import SQ, EmptySearchQuerySet, SearchQuerySet

from backends.core.errors import BadQuery, UnknownField
from backends.core.queryset import SearchQuerySet as OwnSearchQuerySet
from searchsvc.catalog.models import Item


def found(query: SearchQuerySet) -> set[str]:
    return {result.pk for result in query[:2000]}


def test_query_facets_are_named_by_field_and_query_and_do_not_collide() -> None:
    counts = SearchQuerySet().query_facet("kind", "film").query_facet("kind", "print").facet_counts()
    assert counts["queries"] == {
        "kind:film": Item.objects.filter(kind="film").count(),
        "kind:print": Item.objects.filter(kind="print").count(),
    }


def test_date_facets_count_calendar_spans() -> None:
    year = datetime.now(UTC).year
    counts = SearchQuerySet().date_facet("created", date(year - 1, 1, 1), date(year + 1, 1, 1), "year").facet_counts()
    assert counts["dates"]["created"] == [
        (datetime(year - 1, 1, 1), 0),
        (datetime(year, 1, 1), Item.objects.count()),
    ]


def test_a_date_facet_wants_a_known_gap_and_both_ends() -> None:
    with pytest.raises(FacetingError):
        SearchQuerySet().date_facet("created", None, None, "week")
    with pytest.raises(BadQuery, match="created"):
        SearchQuerySet().date_facet("created", None, None, "year").facet_counts()


def test_all_facets_and_their_options_stay_over_several_runs() -> None:
    query = (
        SearchQuerySet()
        .facet("kind", size=2)
        .facet("century")
        .query_facet("kind", "film")
        .date_facet("created", date(2020, 1, 1), date(2040, 1, 1), "year", gap_amount=5)
    )
    first = query.facet_counts()
    assert len(first["fields"]["kind"]) == 2
    assert len(first["dates"]["created"]) == 4
    assert [query.facet_counts(), query.all().facet_counts()] == [first, first]
    assert list(query[:3])
    assert query.facet_counts() == first
    assert list(query[30:33])
    assert query.facet_counts() == first


def test_narrowing_by_a_facet_s_value_finds_as_many_as_it_counted() -> None:
    for value, count in SearchQuerySet().facet("kind").facet_counts()["fields"]["kind"]:
        assert SearchQuerySet().narrow(f'kind:"{value}"').count() == count


def test_narrow_takes_what_filter_takes() -> None:
    assert found(SearchQuerySet().narrow(SQ(kind="film"))) == found(SearchQuerySet().filter(kind="film"))
    either = SQ(kind="film") | ~SQ(year__gte=1900)
    assert found(SearchQuerySet().narrow(either)) == found(SearchQuerySet().filter(either))
    assert found(SearchQuerySet().narrow("kind:film").narrow("year:[1900 TO *]")) == found(
        SearchQuerySet().filter(kind="film", year__gte=1900)
    )
    assert found(OwnSearchQuerySet().narrow("kind:film")) == {
        result.pk for result in OwnSearchQuerySet().narrow("kind:film").page(size=1000).results
    }
    with pytest.raises(UnknownField):
        SearchQuerySet().narrow('nosuch:"film"').count()


def test_the_faceted_form_narrows_by_what_was_chosen() -> None:
    chosen = FacetedSearchForm({"q": "the"}, selected_facets=["kind:painting", "century:19", "broken", "kind:"])
    assert chosen.is_valid()
    assert found(chosen.search()) == found(SearchQuerySet().auto_query("the").filter(kind="painting", century=19))


def test_the_faceted_view_shows_facets_beside_results() -> None:
    request = HttpRequest()
    request.method = "GET"
    request.GET = QueryDict("q=the&selected_facets=kind:painting")
    view = FacetedSearchView.as_view(facet_fields=["kind"], template_name="none.html")
    context = view(request).context_data
    kinds = dict(context["facets"]["fields"]["kind"])
    assert kinds == {"painting": context["paginator"].count}
    assert {result.object.kind for result in context["object_list"]} == {"painting"}


def test_nothing_has_no_facets() -> None:
    nothing = SearchQuerySet().facet("kind").none()
    assert isinstance(nothing, EmptySearchQuerySet)
    assert (list(nothing), nothing.count(), nothing.facet_counts()) == ([], 0, {})


def test_our_page_refuses_facets_that_it_does_not_count() -> None:
    with pytest.raises(BadQuery, match="facet_counts"):
        OwnSearchQuerySet().query_facet("kind", "film").page()
