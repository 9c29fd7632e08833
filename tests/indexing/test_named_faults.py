"""Faults that lose nothing and hold up nobody: a field that does not fit, a record that is gone, a wrong clock."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from backends.core.schema import Schema
from searchsvc.catalog.models import Collection, Creator, Item
from searchsvc.indexing.delivery import deliver_batch, drain
from searchsvc.indexing.documents import backend, store
from searchsvc.indexing.models import Change, Expansion, Lane
from searchsvc.indexing.outbox import changed
from searchsvc.indexing.status import status
from searchsvc.indexing.verify import verify

pytestmark = pytest.mark.django_db
ALIASES = ("default", "creators", "collections")


def drain_all():
    return [drain(alias) for alias in ALIASES]


@pytest.fixture
def indexed(index, catalogue):
    """Return the small catalogue, which is in the index."""
    for model in (Item, Creator, Collection):
        changed(model, list(model.objects.values_list("pk", flat=True)))
    drain_all()
    return catalogue


def is_equal():
    return all(verify(alias).is_clean for alias in ALIASES)


def test_changes_wait_for_the_rebuild_that_a_new_field_needs(index, work):
    """The code has a field that the index on disk has not."""
    schema = backend("default").index_schema
    fewer = Schema(tuple(field for field in schema.fields if field.name != "text"))
    old = store("default").create(fewer)
    store("default").promote(old)
    one = work()
    drained = drain("default")
    assert (drained.delivered, drained.refused, drained.dead, drained.left) == (0, 0, 0, 1)
    assert Change.objects.get().attempts == 0
    assert "rebuild_index" in Lane.objects.get(alias="default").error
    assert any("rebuild_index" in worry for worry in status("default").worries())

    call_command("rebuild_index", interactive=False, verbosity=0)
    drain_all()
    assert store("default").count() == 1
    assert Item.objects.get() == one
    assert is_equal()


def test_a_changed_parent_that_is_gone_before_its_works_are_told_leaves_nothing_behind(indexed):
    indexed.c1.name = "Another name"
    indexed.c1.save()
    assert Expansion.objects.filter(object_pk=str(indexed.c1.pk)).exists()
    for item in (indexed.i1, indexed.i2):
        item.contributions.filter(creator=indexed.c1).delete()
    indexed.c1.delete()
    drain_all()
    assert not Change.objects.exists()
    assert not Expansion.objects.exists()
    assert is_equal()


def test_a_row_that_is_gone_before_it_is_read_is_gone_from_the_index(indexed):
    indexed.i1.topics.all().delete()
    indexed.i1.delete()  # its changes were made when it was there
    drain_all()
    assert store("creators").count() == 3
    assert is_equal()


@pytest.mark.parametrize("hours", [-48, 48])
def test_a_clock_that_jumps_while_a_batch_is_written_loses_nothing(indexed, hours):
    """Claimed at one time, written and settled at another: two days on, or two days back."""
    indexed.i1.title = "Quay"
    indexed.i1.save()
    now = timezone.now()
    times = iter([now])

    def clock():
        return next(times, now + timedelta(hours=hours))

    deliver_batch("default", clock=clock)
    drain_all()
    assert not Change.objects.filter(dead__isnull=False).exists()
    assert not Change.objects.exists()
    assert is_equal()
