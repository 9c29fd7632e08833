"""Boosts as Haystack spells them: of words, of fields, of whole documents."""

from typing import Any

import pytest
from haystack import connections
from haystack import fields as stock
from haystack.query import SearchQuerySet

from backends.core import fields
from backends.core.build import schema
from backends.core.errors import BadQuery
from backends.core.writing import RefusedDocuments
from searchsvc.catalog.models import Item


def ranked(query: SearchQuerySet) -> list[str]:
    return [result.pk for result in query[:1000]]


def test_a_boosted_word_ranks_higher_and_filters_nothing() -> None:
    plain = SearchQuerySet().filter(content="sea")
    last = plain[plain.count() - 1]
    word = max(last.title.split(), key=len)
    boosted = plain.boost(word, 50)
    assert set(ranked(boosted)) == set(ranked(plain))
    assert ranked(boosted).index(last.pk) < ranked(plain).index(last.pk)
    assert boosted.count() == plain.count()


def test_everything_boosted_is_still_everything_and_ranked() -> None:
    boosted = SearchQuerySet().all().boost("opera", 2)
    assert boosted.count() == Item.objects.count()
    assert "opera" in str(boosted[0].get_stored_fields()).lower()
    assert "opera^2" in boosted.query.build_query()


def test_a_backend_that_is_asked_directly_boosts_too() -> None:
    backend = connections["default"].get_backend()
    best = backend.search("*", boost={"opera": 2}, end_offset=1)["results"][0]
    assert "opera" in str(best.get_stored_fields()).lower()
    with pytest.raises(BadQuery, match="above 0"):
        backend.search("*", boost={"opera": -2})


def test_boosts_of_stock_fields_are_weights_where_they_are_searched() -> None:
    made = schema({
        "text": stock.CharField(document=True, boost=1.5),
        "title": stock.CharField(boost=1.125),
        "name": stock.CharField(weight=4.0),
        "plain": stock.CharField(),
        "both": fields.TextField(searched=2.0, boost=3.0),
    })  # fmt: skip
    assert {field.name: (field.weight, field.boost) for field in made.fields} == {
        "text": (1.5, 1.5), "title": (0.0, 1.125), "name": (0.0, 4.0), "plain": (0.0, 1.0), "both": (6.0, 3.0),
    }  # fmt: skip


def _boosting(monkeypatch: pytest.MonkeyPatch, boost: object) -> Any:
    """The index of items, which boosts every document as Haystack's documentation says."""
    index = connections["default"].get_unified_index().get_index(Item)
    prepare = index.prepare

    def boosted(obj: Any) -> dict[str, Any]:
        return {**prepare(obj), "boost": boost}

    monkeypatch.setattr(index, "prepare", boosted)
    return index


def test_a_boosted_document_ranks_higher(monkeypatch: pytest.MonkeyPatch) -> None:
    query = SearchQuerySet().filter(content="sea")
    plain = ranked(query)
    last = Item.objects.get(pk=plain[-1])
    backend = connections["default"].get_backend()
    try:
        backend.update(_boosting(monkeypatch, 100), [last])
        boosted = ranked(query.all())
    finally:
        monkeypatch.undo()
        backend.update(connections["default"].get_unified_index().get_index(Item), [last])
    assert boosted[0] == str(last.pk)
    assert set(boosted) == set(plain)
    assert ranked(query.all())[0] != str(last.pk)


@pytest.mark.parametrize("boost", [0, -1.5, "high"])
def test_a_boost_that_is_no_positive_number_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, boost: object) -> None:
    index = _boosting(monkeypatch, boost)
    with pytest.raises(RefusedDocuments, match=r"takes a number from 0\.01 to 100"):
        connections["default"].get_backend().update(index, [Item.objects.first()])
