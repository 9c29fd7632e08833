"""What depends on a changed record becomes changes of documents, in chunks, by any number of processes."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from searchsvc.catalog.models import Creator, Item
from searchsvc.indexing.delivery import drain
from searchsvc.indexing.documents import backend
from searchsvc.indexing.expand import expand
from searchsvc.indexing.models import Change, Expansion
from searchsvc.indexing.outbox import changed

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy(catalogue, outbox):
    """Return c1, who made i1, i2 and ten more, and whose name has just changed."""
    made = Item.objects.bulk_create(
        [Item(key=f"t:m{number}", kind="book", title="Many", visible_to=[]) for number in range(10)]
    )
    for item in made:
        item.contributions.create(creator=catalogue.c1)
    outbox.clear()
    catalogue.c1.name = "Ann Other"
    catalogue.c1.save()
    assert outbox.documents() == ["c1"]
    assert outbox.expansions() == [("default", "contributions__creator", str(catalogue.c1.pk))]
    outbox_of_works().delete()
    return catalogue.c1


def outbox_of_works():
    return Change.objects.filter(model="catalog.item")


def test_a_record_reaches_its_documents_in_chunks_by_key(busy):
    counts = []
    while count := expand("default", 5):
        counts.append(count)
        assert outbox_of_works().count() == sum(counts)
    assert counts == [5, 5, 2]
    works = Item.objects.filter(creators=busy).order_by("pk")
    told = outbox_of_works().order_by("id").values_list("object_pk", flat=True)
    assert list(told) == [str(work.pk) for work in works]
    assert not Expansion.objects.exists()
    assert expand("default", 5) == 0


def test_a_whole_number_of_chunks_ends_too(busy):
    assert [expand("default", 6) for _ in range(3)] == [6, 6, 0]
    assert not Expansion.objects.exists()


def test_a_chunk_is_a_few_queries(busy, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        expand("default")


def test_an_index_s_own_records_are_its_own(busy):
    assert expand("creators") == expand("collections") == 0
    assert expand("default") == 12


def test_a_record_without_documents_does_not_end_the_work(busy, catalogue):
    Expansion.objects.all().delete()
    changed(Creator, [catalogue.c3.pk, catalogue.c2.pk])
    Expansion.objects.create(alias="default", model="catalog.nothing", lookup="x", object_pk="1")
    Expansion.objects.create(alias="default", model="catalog.item", lookup="no_such_field", object_pk="1")
    Expansion.objects.create(alias="default", model="catalog.item", lookup="collection", object_pk="no number")
    assert [expand("default"), expand("default")] == [1, 0]
    assert not Expansion.objects.exists()


def test_a_record_that_was_saved_ten_times_is_gone_through_once(busy):
    for _ in range(9):
        busy.save()
    assert Expansion.objects.count() == 10
    assert [expand("default", 10), expand("default", 10), expand("default", 10)] == [10, 2, 0]


def test_a_record_that_is_saved_again_half_way_is_gone_through_again(busy):
    expand("default", 10)
    busy.save()
    while expand("default", 10):
        pass
    assert outbox_of_works().values("object_pk").distinct().count() == 12
    assert outbox_of_works().count() == 12  # those that still wait are not told twice


def test_a_document_that_somebody_has_claimed_is_told_again(busy):
    changed(Item, Item.objects.filter(creators=busy).values_list("pk", flat=True))
    waits, leased, later, done, dead, *_ = outbox_of_works().order_by("id")
    other = "12345678-1234-1234-1234-123456789012"
    now = timezone.now()
    outbox_of_works().filter(pk=leased.pk).update(lease=other, leased_until=now + timedelta(minutes=1))
    outbox_of_works().filter(pk=later.pk).update(due=now + timedelta(minutes=1))
    outbox_of_works().filter(pk=done.pk).update(done=now)
    outbox_of_works().filter(pk=dead.pk).update(dead=now)
    before = set(outbox_of_works().values_list("pk", flat=True))
    expand("default")
    told = outbox_of_works().exclude(pk__in=before).values_list("object_pk", flat=True)
    assert sorted(told) == sorted(one.object_pk for one in (leased, later, done, dead))
    assert waits.object_pk not in told


def test_a_change_is_as_old_as_what_made_it(busy):
    long_ago = timezone.now() - timedelta(hours=1)
    Expansion.objects.update(made=long_ago)
    expand("default")
    assert set(outbox_of_works().values_list("made", flat=True)) == {long_ago}
    assert outbox_of_works().filter(due__gt=long_ago).count() == 12


@pytest.mark.django_db(transaction=True)
def test_a_chunk_that_fails_is_taken_again_whole(index, busy, monkeypatch):
    def die(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Expansion, "save", die)
        with pytest.raises(KeyboardInterrupt):
            expand("default", 5)
    assert not connection.in_atomic_block
    assert not outbox_of_works().exists()
    assert expand("default", 5) == 5


def test_a_new_name_is_found_with_every_work(index, busy):
    drained = drain("default")
    assert (drained.delivered, drained.left, drained.error) == (12, 0, "")
    assert not Expansion.objects.exists()
    found = backend("default").search("*", start_offset=0, end_offset=50)["results"]
    assert {tuple(hit.creator) for hit in found} == {("Ann Other",), ("Ann Other", "Painter c2")}
