"""For tests of the pipeline: an empty index of each kind on the embedded default, a small catalogue, its outbox."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from searchsvc.catalog.models import Collection, Creator, Item, Subject
from searchsvc.indexing.documents import backend, store
from searchsvc.indexing.models import Change, Expansion
from searchsvc.indexing.outbox import changed, silent
from tests.indexing.engines import embedded_engine, every_engine
from tests.sites import SERVED, site

__all__ = ["embedded_engine", "every_engine"]
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
        with silent():
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


class Outbox:
    """What waits in the outbox: 'i1' is the document of item t:i1, 'c1' of a creator, 's1' of a collection."""

    def documents(self):
        """Names of the documents that wait, each once."""
        names = {
            (f"catalog.{model._meta.model_name}", str(row.pk)): row.key.partition(":")[2]
            for model in (Item, Creator, Collection)
            for row in model.objects.all()
        }
        rows = Change.objects.values_list("model", "object_pk").distinct()
        return sorted(names.get(row, f"{row[0]}.{row[1]}") for row in rows)

    def expansions(self):
        return sorted(Expansion.objects.values_list("alias", "lookup", "object_pk").distinct())

    def clear(self):
        Change.objects.all().delete()
        Expansion.objects.all().delete()

    def is_empty(self):
        return not Change.objects.exists() and not Expansion.objects.exists()


def item(name, **columns):
    return Item.objects.create(**{"key": f"t:{name}", "kind": "painting", "title": f"Work {name}"} | columns)


def creator(name):
    return Creator.objects.create(key=f"t:{name}", name=f"Painter {name}")


def collection(name):
    return Collection.objects.create(key=f"t:{name}", title=f"Shelf {name}")


class Catalogue:
    """i1 by c1 in s1 about A/B; i2 by c1 and c2; i3 alone; s2 and c3 hold nothing."""

    def __init__(self):
        self.c1, self.c2, self.c3 = (creator(name) for name in ("c1", "c2", "c3"))
        self.s1, self.s2 = collection("s1"), collection("s2")
        self.subject = Subject.objects.for_path("A/B")
        self.i1, self.i2, self.i3 = item("i1", collection=self.s1), item("i2"), item("i3")
        self.i1.contributions.create(creator=self.c1)
        self.i2.contributions.create(creator=self.c1)
        self.i2.contributions.create(creator=self.c2)
        self.i1.topics.create(subject=self.subject)


@pytest.fixture
def outbox():
    return Outbox()


@pytest.fixture
def catalogue(db, outbox):
    """Return a small catalogue, with nothing in the outbox."""
    made = Catalogue()
    outbox.clear()
    return made


# What is the same code on every engine runs on the servers in the long form only: building there takes seconds.
SHORT_FORM = {
    "test_a_generation_is_walked_once_by_key_from_any_place",
    "test_what_differs_is_mended_through_the_outbox",
    "test_documents_without_a_row_are_removed_in_bulk",
    "test_no_search_fails_or_finds_fewer_through_swap_and_rollback",
    "test_what_is_neither_answering_nor_kept_goes",
    "test_the_live_generation_answers_until_the_swap_and_stays_for_a_rollback",
    "test_what_was_stopped_goes_on_with_the_chunks_that_are_left",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        name, _, case = item.name.partition("[")
        if name in SHORT_FORM and any(server in case for server in SERVED):
            item.add_marker(pytest.mark.long)
