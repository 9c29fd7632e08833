"""Read your own write."""

import pytest
from haystack.query import SearchQuerySet

from backends.core.errors import Busy, TimedOut
from searchsvc.catalog.models import Creator, Item
from searchsvc.indexing.documents import store
from searchsvc.indexing.models import Change
from searchsvc.indexing.settle import MOST_ATTEMPTS
from searchsvc.indexing.ticket import noted
from searchsvc.indexing.waiting import NotIndexed, indexed, wait_indexed
from tests.indexing.conftest import item
from tests.indexing.test_delivery import broken, down

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("index")]


def found(**filters):
    return sorted(hit.title for hit in SearchQuerySet().filter(**filters))


def test_what_the_block_saved_is_found_when_it_ends():
    with indexed(20.0):
        made = item("1", title="Harbour")
    assert found(title="harbour") == ["Harbour"]
    with indexed(20.0):
        made.title = "Bridge"
        made.save()
    assert (found(title="harbour"), found(title="bridge")) == ([], ["Bridge"])
    with indexed(20.0):
        made.delete()
    assert found(title="bridge") == []


def test_it_waits_for_no_change_of_others(work):
    others = [work(f"t:{at}") for at in range(3)]
    with indexed(20.0):
        item("mine")
    assert found() == ["Work mine"]
    assert Change.objects.count() >= len(others)


def test_it_waits_for_the_documents_that_depend_on_what_was_saved(catalogue):
    with indexed(20.0):
        catalogue.c1.name = "Ann Renamed"
        catalogue.c1.save()
    assert found(creator="Ann Renamed") == ["Work i1", "Work i2"]
    assert Creator.objects.get(pk=catalogue.c1.pk).name == "Ann Renamed"


def test_an_engine_that_is_out_is_named_when_the_time_is_up(monkeypatch):
    down(monkeypatch, Busy("The server is busy."))
    with pytest.raises(TimedOut, match="The server is busy"), indexed(0.1):
        item("1")
    assert Item.objects.count() == 1
    monkeypatch.undo()


def test_a_document_that_was_refused_for_good_is_named_with_the_reason(monkeypatch):
    broken(monkeypatch)
    with noted() as ticket:
        item("1", title="Broken")
    Change.objects.update(attempts=MOST_ATTEMPTS - 1)
    with pytest.raises(NotIndexed, match="ZeroDivisionError"):
        wait_indexed(ticket, 20.0)


def test_a_ticket_names_what_its_block_changed_and_nothing_else(work):
    work("t:other")
    with noted() as outer, noted() as inner:
        item("1")
    item("2")
    assert inner == outer
    rows = set().union(*outer.changes.values())
    assert {Change.objects.get(pk=pk).object_pk for pk in rows} == {str(Item.objects.get(key="t:1").pk)}


def test_a_block_that_changed_nothing_asks_nobody(django_assert_num_queries):
    with django_assert_num_queries(0), indexed(1.0):
        pass


def test_where_a_broker_takes_tasks_others_deliver(settings, monkeypatch):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr("searchsvc.indexing.wake.notify", lambda _aliases: None)
    with pytest.raises(TimedOut, match="nobody delivers"), indexed(0.05):
        item("1")
    assert store("default").count() == 0
