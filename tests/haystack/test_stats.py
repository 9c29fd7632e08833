"""stats() and stats_facet() through Haystack's own SearchQuerySet, against what the database says."""

import json
import pickle
from collections.abc import Iterator
from decimal import Decimal
from statistics import stdev
from typing import Any

import pytest
from django.db.models import Avg, Count, Max, Min, Sum
from haystack import connections
from haystack.query import SearchQuerySet

from backends.core.errors import BadQuery, UnknownField, UnsupportedQuery
from backends.core.queryset import SearchQuerySet as OwnSearchQuerySet
from searchsvc.catalog.models import Item

PRICED = 80  # works; the demo's have no prices of their own


@pytest.fixture(autouse=True)
def _priced(_built: None) -> Iterator[None]:
    items = list(Item.objects.with_related().order_by("key")[:PRICED])
    price(items, [Decimal(7 * at + 10) / 100 for at in range(PRICED)])
    yield
    price(items, [None] * PRICED)


def price(items: list[Item], prices: list[Decimal | None]) -> None:
    """In the database and in the index."""
    for item, amount in zip(items, prices, strict=True):
        item.price, item.currency = amount, "" if amount is None else "EUR"
    Item.objects.bulk_update(items, ["price", "currency"])
    connection = connections["default"]
    connection.get_backend().update(connection.get_unified_index().get_index(Item), items)


def in_database(**filters: Any) -> dict[str, Any]:
    rows = Item.objects.filter(**filters)
    prices = [float(price) for price in rows.filter(price__isnull=False).values_list("price", flat=True)]
    found = rows.aggregate(
        min=Min("price"),
        max=Max("price"),
        sum=Sum("price", default=Decimal()),
        mean=Avg("price"),
        count=Count("price"),
    )
    return {
        **{name: pytest.approx(None if value is None else float(value)) for name, value in found.items()},
        "missing": rows.filter(price__isnull=True).count(),
        "sumOfSquares": pytest.approx(sum(price * price for price in prices)),
        "stddev": pytest.approx(stdev(prices) if len(prices) > 1 else 0.0),
    }


def test_stats_have_haystack_s_shape_and_the_database_s_numbers() -> None:
    found = SearchQuerySet().stats("price").stats_results()
    assert found == {"price": {**in_database(), "facets": {}}}
    assert json.loads(json.dumps(found)) == found
    assert SearchQuerySet().filter(kind="film").stats("price").stats_results()["price"] == {
        **in_database(kind="film"),
        "facets": {},
    }


def test_each_value_of_each_facet_has_its_own() -> None:
    found = SearchQuerySet().stats("price").stats_facet("price", ["kind", "language"]).stats_results()["price"]
    kinds = set(Item.objects.values_list("kind", flat=True))
    assert set(found["facets"]) == {"kind", "language"}
    assert found["facets"]["kind"] == {kind: in_database(kind=kind) for kind in kinds}
    assert SearchQuerySet().stats_facet("price", "kind").stats_results()["price"]["facets"].keys() == {"kind"}
    assert SearchQuerySet().stats_facet("price", [["kind"], ["language"]]).stats_results() == {"price": found}


def test_several_fields_at_once_and_each_stays_itself() -> None:
    found = SearchQuerySet().stats("price").stats("year").stats_facet("created", ["kind"]).stats_results()
    assert list(found) == ["price", "year", "created"]
    assert found["price"] == SearchQuerySet().stats("price").stats_results()["price"]
    assert (found["year"]["min"], found["year"]["facets"]) == (
        min(year for year in SearchQuerySet().values_list("year", flat=True)[:2000] if year is not None),
        {},
    )
    assert isinstance(found["year"]["sum"], int)
    assert found["created"]["min"] <= found["created"]["mean"] <= found["created"]["max"]
    assert found["created"]["min"].startswith("20")


def test_nothing_found_has_no_ends_and_no_mean() -> None:
    found = SearchQuerySet().filter(content="nosuchwordanywhere").stats_facet("price", ["kind"]).stats_results()
    assert found["price"] == {
        "min": None, "max": None, "count": 0, "missing": 0, "sum": 0, "sumOfSquares": 0, "mean": None, "stddev": 0,
        "facets": {"kind": {}},
    }  # fmt: skip


def test_stats_go_with_everything_else_and_are_asked_once() -> None:
    query = SearchQuerySet().filter(kind__in=["film", "print"]).narrow("year:[1800 TO *]").facet("kind").stats("year")
    expected = query.stats_results()
    store = connections["default"].get_backend().store
    before = store.revision()
    results = list(query.order_by("title").highlight())
    assert [result.kind in {"film", "print"} for result in results] == [True] * len(results)
    ran = query.all()
    assert len(ran[:5]) == 5
    assert ran.stats_results() == expected
    assert ran.facet_counts()["fields"]["kind"]
    assert len(ran[20:25]) == 5
    assert ran.stats_results() == expected
    assert pickle.loads(pickle.dumps(query)).stats_results() == expected  # noqa: S301 - made on this line
    assert expected["year"]["count"] + expected["year"]["missing"] == query.count() == len(results)
    assert store.revision() == before
    assert SearchQuerySet().stats_results() == {}


def test_what_holds_no_numbers_is_refused_by_name() -> None:
    with pytest.raises(UnsupportedQuery, match="title"):
        SearchQuerySet().stats("title").stats_results()
    with pytest.raises(UnknownField, match="did you mean 'price'"):
        SearchQuerySet().stats("prize").stats_results()
    with pytest.raises(UnknownField, match="knid"):
        SearchQuerySet().stats_facet("price", ["knid"]).count()
    with pytest.raises(BadQuery, match="stats_results"):
        OwnSearchQuerySet().stats("price").page()


def test_silence_covers_statistics(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections["default"].get_backend(), "silently_fail", True)
    assert SearchQuerySet().stats("title").stats_results() == {}


def test_asking_for_facets_or_statistics_reads_no_more_than_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    store = connections["default"].get_backend().store
    sizes, search = [], store.search
    monkeypatch.setattr(store, "search", lambda request, *rest: [sizes.append(request.size), search(request, *rest)][1])
    assert SearchQuerySet().facet("kind").facet_counts()
    assert SearchQuerySet().stats("price").stats_results()
    assert [size for size in sizes if size] == [20, 20]  # one that reads nothing counts models without an index
