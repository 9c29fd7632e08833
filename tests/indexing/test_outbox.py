import pytest
from django.contrib.auth.models import User
from django.db import transaction

from searchsvc.catalog.models import Creator, Item
from searchsvc.indexing.documents import backend, sources_of
from searchsvc.indexing.models import Change
from searchsvc.indexing.outbox import changed

pytestmark = pytest.mark.django_db


def item(name="t:1", **columns):
    return Item.objects.create(**{"key": name, "kind": "painting", "title": "Harbour at dusk"} | columns)


def test_a_change_is_told_in_the_transaction_that_makes_it():
    work = item()
    Change.objects.all().delete()
    with transaction.atomic():
        assert changed(Item, [work.pk]) == 1
        assert Change.objects.count() == 1
        transaction.set_rollback(True)
    assert not Change.objects.exists()


def test_a_model_that_no_index_is_made_of_costs_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert changed(User, [1]) == 0


def test_rows_are_read_afresh_and_those_that_are_gone_are_named():
    work = item()
    (source,) = sources_of(Item)
    Item.objects.filter(pk=work.pk).update(title="Harbour at dawn")
    fresh = source.read([str(work.pk), "999999999", "no number"])
    (made,) = fresh.documents.values()
    assert made.stored["title"] == "Harbour at dawn"
    assert fresh.gone == {"catalog.item.999999999", "catalog.item.no number"}
    assert not fresh.refused


def test_a_row_whose_preparation_raises_is_refused_alone(monkeypatch):
    good, bad = item("t:1"), item("t:2", title="Broken")
    (source,) = sources_of(Item)
    prepare = type(source.index).prepare_key
    monkeypatch.setattr(
        type(source.index), "prepare_key", lambda self, obj: prepare(self, obj) if obj.title != "Broken" else 1 / 0
    )
    fresh = source.read([good.pk, bad.pk])
    assert set(fresh.documents) == {source.id_of(good.pk)}
    assert "ZeroDivisionError" in fresh.refused[source.id_of(bad.pk)]


def test_equal_content_has_an_equal_hash_and_any_change_another():
    work = item()
    (source,) = sources_of(Item)

    def hashed():
        return source.read([work.pk]).documents[source.id_of(work.pk)].stored["_hash"]

    before = hashed()
    assert before == hashed()
    Creator.objects.create(key="t:c", name="Ann")
    assert before == hashed()
    work.contributions.create(creator=Creator.objects.get(key="t:c"))  # reaches a field that is not stored
    assert before != hashed()


def test_a_hash_is_not_among_the_fields_of_a_result():
    work = item()
    (source,) = sources_of(Item)
    backend("default").update(source.index, [work])
    found = backend("default").search("*")["results"][0]
    assert not [name for name in vars(found) if "hash" in name]
    assert "_hash" not in found.get_stored_fields()
