"""near() without GDAL, and Haystack's own geography with it, on the demo catalogue."""

import pickle

import pytest
from haystack.exceptions import SpatialError
from haystack.query import SearchQuerySet as StockSearchQuerySet

from backends.core.errors import BadValue
from backends.core.geo import kilometres
from backends.core.queryset import SearchQuerySet
from searchsvc.catalog.models import Item

CAIRO = (30.04, 31.24)


def distances() -> dict[str, float]:
    """Return primary key -> kilometres from Cairo, of every work that is somewhere."""
    placed = Item.objects.filter(latitude__isnull=False)
    return {str(item.pk): kilometres(CAIRO, (float(item.latitude), float(item.longitude))) for item in placed}


def test_near_finds_what_the_database_has() -> None:
    for km in (50, 1000, 9000):
        expected = {pk for pk, far in distances().items() if far <= km}
        query = SearchQuerySet().near("location", CAIRO, km)
        assert {result.pk for result in query[:2000]} == expected
        assert query.count() == len(expected) > 0
        assert query.page(5).total == len(expected)


def test_results_come_nearest_first_and_say_how_far() -> None:
    query = SearchQuerySet().near("location", CAIRO, 2000).order_by("distance")
    far = [result.distance.km for result in query[:30]]
    assert far == sorted(far)
    assert far == pytest.approx(sorted(distances().values())[: len(far)])
    page = query.page(30)
    assert [result.distance for result in page.results] == far
    assert page.ordered
    farthest = SearchQuerySet().near("location", CAIRO).order_by("-distance")
    assert farthest[0].distance.km == pytest.approx(max(distances().values()))
    assert farthest.count() == Item.objects.count()


def test_near_goes_with_everything_else_and_survives_a_pickle() -> None:
    query = SearchQuerySet().filter(kind="building").near("location", CAIRO, 1000).facet("kind").order_by("distance")
    again = pickle.loads(pickle.dumps(query))  # noqa: S301 - made on this line
    assert [result.pk for result in again[:10]] == [result.pk for result in query[:10]]
    assert query.facet_counts()["fields"]["kind"] == [("building", query.count())]
    assert {result.kind for result in query[:10]} == {"building"}


def test_what_is_no_point_is_refused_at_once() -> None:
    with pytest.raises(BadValue, match="location"):
        SearchQuerySet().near("location", (95, 0), 5)


def test_a_pair_in_haystack_s_own_lookups_is_told_about_near() -> None:
    with pytest.raises(SpatialError, match=r"GDAL.*near\(\)"):
        StockSearchQuerySet().dwithin("location", CAIRO, 5)


def gis() -> tuple[type, type]:
    """Django's point and distance; skips where GEOS or GDAL is not installed."""
    from django.core.exceptions import ImproperlyConfigured

    try:
        from django.contrib.gis.geos import Point
        from django.contrib.gis.measure import D

        Point(0, 0)
    except ImproperlyConfigured as error:
        pytest.skip(f"GDAL is not installed: {error}")
    return Point, D


def test_dwithin_and_distance_mean_what_near_means() -> None:
    Point, D = gis()  # noqa: N806 - Django's names
    point = Point(CAIRO[1], CAIRO[0])
    near = SearchQuerySet().near("location", CAIRO, 700).order_by("distance")
    stock = StockSearchQuerySet().dwithin("location", point, D(km=700)).distance("location", point).order_by("distance")
    assert [(result.pk, result.distance.km) for result in stock[:20]] == [
        (result.pk, result.distance.km) for result in near[:20]
    ]
    assert stock.count() == near.count() > 0
    other = Point(CAIRO[1], CAIRO[0], srid=4326).transform(3857, clone=True)  # metres of web maps
    metres = StockSearchQuerySet().dwithin("location", other, D(m=700_000))
    assert {result.pk for result in metres[:2000]} == {result.pk for result in near[:2000]}


def test_within_is_a_box() -> None:
    Point, _D = gis()  # noqa: N806 - Django's names
    boxed = StockSearchQuerySet().within("location", Point(25, 22), Point(35, 32))
    rows = Item.objects.filter(latitude__range=(22, 32), longitude__range=(25, 35))
    assert {result.pk for result in boxed[:2000]} == {str(pk) for pk in rows.values_list("pk", flat=True)}
    assert boxed.count() > 0
    assert SearchQuerySet().within("location", Point(25, 22), Point(35, 32)).page(5).total == boxed.count()
