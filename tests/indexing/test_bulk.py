"""What sends no signals has a way in: rows made, changed, moved or removed in bulk."""

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from searchsvc.catalog.models import Collection, Contribution, Creator, Item, Subject
from searchsvc.indexing import outbox as way
from searchsvc.indexing.models import Change
from searchsvc.indexing.posting import BATCH


def test_what_is_made_in_bulk_is_told(catalogue, outbox):
    with transaction.atomic():
        made = Item.objects.bulk_create([Item(key=f"t:n{n}", kind="book", title="New") for n in range(3)])
        assert way.made(Item, [item.pk for item in made]) == 3
    assert outbox.documents() == ["n0", "n1", "n2"]


def test_an_update_is_told_with_who_counts_it(catalogue, outbox):
    Item.objects.filter(key="t:i1").update(visible_to=[])
    assert way.changed_by(Item.objects.filter(key="t:i1")) == 3
    assert outbox.documents() == ["c1", "i1", "s1"]


def test_an_update_that_moves_a_foreign_key_is_told_on_either_side(catalogue, outbox):
    with way.changing(Item, [catalogue.i1.pk]):
        Item.objects.filter(pk=catalogue.i1.pk).update(collection=catalogue.s2)
    assert outbox.documents() == ["c1", "i1", "s1", "s2"]
    outbox.clear()
    rows = Contribution.objects.filter(creator=catalogue.c1)
    with way.changing(Contribution, list(rows.values_list("pk", flat=True))):
        rows.update(creator=catalogue.c3)
    assert outbox.documents() == ["c1", "c3", "i1", "i2"]
    assert Change.objects.count() == 4


def test_an_update_that_fails_leaves_nothing(catalogue, outbox):
    with pytest.raises(IntegrityError), way.changing(Item, [catalogue.i1.pk]):
        Item.objects.filter(title="Work i1").update(title="")
    assert outbox.is_empty()
    assert Item.objects.filter(title="Work i1").exists()


def test_far_records_changed_in_bulk_reach_their_works(catalogue, outbox):
    way.changed_by(Creator.objects.filter(pk__in=[catalogue.c1.pk, catalogue.c2.pk]))
    way.changed(Collection, [catalogue.s1.pk])
    way.changed(Subject, [catalogue.subject.pk])
    assert outbox.documents() == ["c1", "c2", "s1"]
    assert outbox.expansions() == sorted(
        ("default", lookup, str(row.pk))
        for lookup, row in (
            ("contributions__creator", catalogue.c1),
            ("contributions__creator", catalogue.c2),
            ("collection", catalogue.s1),
            ("subjects", catalogue.subject),
        )
    )


def test_new_far_records_reach_nothing_else(catalogue, outbox):
    way.made(Creator, [catalogue.c1.pk])
    assert outbox.documents() == ["c1"]
    assert not outbox.expansions()


def test_far_records_about_to_go_reach_their_works_at_once(catalogue, outbox):
    with transaction.atomic():
        way.going(Subject, [catalogue.subject.pk])
        way.going(Creator, [catalogue.c1.pk])
    assert outbox.documents() == ["c1", "i1", "i2"]
    assert not outbox.expansions()


def test_related_managers_of_a_foreign_key_are_updates_and_told_as_such(catalogue, outbox):
    """`add` and `clear` of the reverse side of a nullable foreign key are `update()`: they send no signals."""
    with way.changing(Item, [catalogue.i3.pk]):
        catalogue.s2.items.add(catalogue.i3)
    assert outbox.documents() == ["i3", "s2"]
    outbox.clear()
    with way.changing(Item, list(catalogue.s2.items.values_list("pk", flat=True))):
        catalogue.s2.items.clear()
    assert outbox.documents() == ["i3", "s2"]


def test_many_rows_cost_few_queries(catalogue, outbox, django_assert_num_queries):
    size = 2 * BATCH + 1
    with way.silent():
        Item.objects.bulk_create(Item(key=f"t:b{n}", kind="book", title="Bulk") for n in range(size))
    pks = list(Item.objects.filter(key__startswith="t:b").values_list("pk", flat=True))
    # For each thousand two look-ups of who counts them; and two inserts, of more than a thousand each.
    with django_assert_num_queries(3 * 2 + 2):
        assert way.made(Item, pks) == size


def test_keys_may_be_of_any_form_and_come_from_anywhere(catalogue, outbox):
    assert way.changed(Collection, iter([str(catalogue.s1.pk), catalogue.s2.pk])) == 4
    assert way.changed(Collection, []) == 0
    assert way.changed(User, [1]) == 0
    assert outbox.documents() == ["s1", "s2"]
