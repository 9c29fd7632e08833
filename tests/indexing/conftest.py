"""An empty index of each kind, on the embedded default, for tests of the pipeline."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from searchsvc.catalog.models import Item
from searchsvc.indexing.documents import backend, store
from searchsvc.indexing.models import Change
from searchsvc.indexing.outbox import changed
from tests.sites import site

NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def no_index(db: None, tmp_path: Path) -> Iterator[None]:
    """Give connections of this test's own; nothing is built yet."""
    with site("tantivy", tmp_path):
        yield


@pytest.fixture
def index(no_index: None) -> None:
    """Give an empty index to every connection."""
    for alias in ("default", "creators", "collections"):
        made = store(alias).create(backend(alias).index_schema)
        store(alias).promote(made)


@pytest.fixture
def work(db: None) -> Callable[..., Item]:
    """Return `work(key, **columns)`: a new item whose change stands in the outbox, made at NOW."""

    def make(key: str = "t:1", *, made: datetime = NOW, **columns: object) -> Item:
        item = Item.objects.create(**{"key": key, "kind": "painting", "title": "Harbour at dusk"} | columns)
        told(item, made=made)
        return item

    return make


def told(item: Item, *, made: datetime = NOW) -> None:
    """Write one more change of an item into the outbox, and only that one."""
    before = set(Change.objects.values_list("pk", flat=True))
    changed(Item, [item.pk])
    fresh = Change.objects.exclude(pk__in=before).order_by("pk")
    Change.objects.filter(pk__in=[change.pk for change in fresh[1:]]).delete()
    Change.objects.exclude(pk__in=before).update(made=made, due=made)
