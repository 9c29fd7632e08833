"""Documents of models that are no longer registered: neither shown nor counted, and no filter where there are none."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings
from haystack import connections
from haystack.query import SearchQuerySet

from backends.core.documents import document
from searchsvc.catalog.models import Item


@pytest.fixture
def strangers() -> Iterator[None]:
    """Three documents of a model that had an index once."""
    backend = connections["default"].get_backend()
    generation = backend.store.current()
    ids = [f"old.thing.{at}" for at in range(3)]
    values = {"title": "A zyzzyva at sea", "text": "A zyzzyva at sea", "kind": "painting"}
    made = [document(backend.index_schema, (id_, id_, "old.thing", id_[-1]), values) for id_ in ids]
    assert backend.store.write(generation, made) == []
    yield
    backend.store.delete(generation, ids)


def kinds(query: SearchQuerySet) -> dict[str, int]:
    return dict(query.facet("kind").facet_counts()["fields"]["kind"])


def test_they_are_neither_shown_nor_counted(strangers: None) -> None:
    everything = SearchQuerySet().all()
    assert everything.count() == Item.objects.count()
    assert {result.model for result in everything} == {Item}
    assert kinds(everything)["painting"] == Item.objects.filter(kind="painting").count()
    assert SearchQuerySet().filter(content="zyzzyva").count() == 0


def test_a_project_can_have_them_shown_and_counted(strangers: None) -> None:
    with override_settings(HAYSTACK_LIMIT_TO_REGISTERED_MODELS=False):
        assert SearchQuerySet().filter(content="zyzzyva").count() == 3
        assert kinds(SearchQuerySet().all())["painting"] == Item.objects.filter(kind="painting").count() + 3
    backend = connections["default"].get_backend()
    assert backend.search("zyzzyva", limit_to_registered_models=False)["hits"] == 3
    assert backend.search("zyzzyva")["hits"] == 0
    assert backend.search("zyzzyva", models={Item})["hits"] == 0


def test_what_is_written_and_deleted_by_another_is_seen_at_once() -> None:
    everything = SearchQuerySet().all()
    assert everything.count() == Item.objects.count()
    backend = connections["default"].get_backend()
    generation = backend.store.current()
    stranger = document(backend.index_schema, ("old.thing.9", "old.thing.9", "old.thing", "9"), {"text": "sea"})
    backend.store.write(generation, [stranger])
    assert everything.all().count() == Item.objects.count()
    backend.store.delete(generation, ["old.thing.9"])
    assert everything.all().count() == Item.objects.count()


def test_an_index_without_them_is_searched_without_a_filter(searches: list[Any]) -> None:
    SearchQuerySet().filter(content="sea").count()  # the first search of a revision asks whether there are any
    searches.clear()
    assert SearchQuerySet().filter(content="sea")[:5]
    assert SearchQuerySet().all().count() == Item.objects.count()
    assert [request.refinements for request in searches] == [(), ()]


def test_pages_leave_them_out_too(strangers: None) -> None:
    from backends.core.queryset import SearchQuerySet as Ours

    page = Ours().filter(content="sea").page(500)
    assert page.total == len(page.results) == SearchQuerySet().filter(content="sea").count()
    assert {result.model for result in page.results} == {"catalog.item"}
    assert {result.model for result in Ours().walk(50)} == {"catalog.item"}
