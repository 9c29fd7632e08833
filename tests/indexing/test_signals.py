"""What is saved, deleted and related through Django reaches the outbox in the same transaction."""

import json

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models.signals import post_save, pre_delete

from searchsvc.catalog.models import Collection, Contribution, Creator, Item, Subject, Topic
from searchsvc.indexing import signals, wake
from searchsvc.indexing.models import Change
from searchsvc.indexing.outbox import silent


def test_a_save_is_in_the_outbox(catalogue, outbox):
    catalogue.i3.title = "Renamed"
    catalogue.i3.save()
    assert outbox.documents() == ["i3"]
    row = Change.objects.get()
    assert (row.alias, row.model, row.object_pk) == ("default", "catalog.item", str(catalogue.i3.pk))
    assert (row.lease, row.done, row.dead, row.attempts) == (None, None, None, 0)


@pytest.mark.django_db
def test_what_is_made_is_in_the_outbox(outbox):
    Creator.objects.create(key="t:c1", name="Ann")
    Collection.objects.get_or_create(key="t:s1", defaults={"title": "Shelf"})
    Item.objects.update_or_create(key="t:i1", defaults={"kind": "book", "title": "Work"})
    assert outbox.documents() == ["c1", "i1", "s1"]
    assert not outbox.expansions()


def test_whoever_counts_the_works_hears_that_one_changes(catalogue, outbox):
    catalogue.i1.visible_to = []
    catalogue.i1.save()
    assert outbox.documents() == ["c1", "i1", "s1"]


@pytest.mark.parametrize("way", ["one", "queryset"])
def test_a_deletion_is_in_the_outbox_with_who_counted_it(catalogue, outbox, way):
    gone = f"catalog.item.{catalogue.i1.pk}"
    catalogue.i1.delete() if way == "one" else Item.objects.filter(key="t:i1").delete()
    assert outbox.documents() == ["c1", gone, "s1"]


def test_a_foreign_key_that_moves_counts_where_it_was_and_where_it_is(catalogue, outbox):
    catalogue.i1.collection = catalogue.s2
    catalogue.i1.save()
    assert outbox.documents() == ["c1", "i1", "s1", "s2"]


@pytest.mark.parametrize("name", ["item", "creator"])
def test_a_contribution_that_moves_reaches_either_side(catalogue, outbox, name):
    row = Contribution.objects.get(item=catalogue.i1)
    setattr(row, name, {"item": catalogue.i3, "creator": catalogue.c3}[name])
    row.save()
    assert outbox.documents() == {"item": ["c1", "i1", "i3"], "creator": ["c1", "c3", "i1"]}[name]


def test_an_emptied_foreign_key_and_one_named_in_update_fields_count(catalogue, outbox):
    catalogue.i1.collection = None
    catalogue.i1.save(update_fields=["collection"])
    assert outbox.documents() == ["c1", "i1", "s1"]


MANY = {
    "add": lambda c: c.i3.creators.add(c.c3),
    "add through the other end": lambda c: c.c3.items.add(c.i3),
    "remove": lambda c: c.i2.creators.remove(c.c2),
    "remove through the other end": lambda c: c.c2.items.remove(c.i2),
    "clear": lambda c: c.i2.creators.clear(),
    "clear through the other end": lambda c: c.c1.items.clear(),
    "set": lambda c: c.i1.creators.set([c.c3]),
    "add a subject": lambda c: c.i3.subjects.add(c.subject),
    "remove a subject": lambda c: c.subject.items.remove(c.i1),
    "clear subjects": lambda c: c.i1.subjects.clear(),
    "make a row between": lambda c: c.i3.topics.create(subject=c.subject),
    "delete rows between": lambda c: Topic.objects.filter(subject=c.subject).delete(),
}
HEARD = {
    "add": ["c3", "i3"],
    "add through the other end": ["c3", "i3"],
    "remove": ["c2", "i2"],
    "remove through the other end": ["c2", "i2"],
    "clear": ["c1", "c2", "i2"],
    "clear through the other end": ["c1", "i1", "i2"],
    "set": ["c1", "c3", "i1"],
    "add a subject": ["i3"],
    "remove a subject": ["i1"],
    "clear subjects": ["i1"],
    "make a row between": ["i3"],
    "delete rows between": ["i1"],
}


@pytest.mark.parametrize("way", MANY)
def test_relations_to_many_reach_both_ends(catalogue, outbox, way):
    MANY[way](catalogue)
    assert outbox.documents() == HEARD[way]
    assert not outbox.expansions()


def test_fixtures_are_loaded_into_the_outbox_too(catalogue, outbox, tmp_path):
    file = tmp_path / "more.json"
    fields = {"key": "t:i9", "kind": "book", "title": "Loaded", "created": "2020-01-01T00:00Z", "collection": 1}
    made = {"item": 900, "creator": catalogue.c2.pk, "role": "author", "position": 0}
    rows = [
        {"model": "catalog.item", "pk": 900, "fields": fields | {"updated": "2020-01-01T00:00Z", "collection": None}},
        {"model": "catalog.contribution", "pk": 900, "fields": made},
    ]
    file.write_text(json.dumps(rows))
    call_command("loaddata", str(file), verbosity=0)
    assert outbox.documents() == ["c2", "i9"]


def test_a_rollback_leaves_nothing(catalogue, outbox):
    with transaction.atomic():
        catalogue.i1.save()
        catalogue.c1.save()
        catalogue.i2.delete()
        transaction.set_rollback(True)
    assert outbox.is_empty()


def test_a_savepoint_that_is_rolled_back_takes_its_own_changes_only(catalogue, outbox):
    with transaction.atomic():
        catalogue.i3.save()
        with transaction.atomic():
            catalogue.i2.save()
            transaction.set_rollback(True)
    assert outbox.documents() == ["i3"]


def test_a_save_that_fails_leaves_nothing(catalogue, outbox):
    catalogue.i1.collection_id, catalogue.i1.kind = catalogue.s2.pk, ""
    with pytest.raises(IntegrityError), transaction.atomic():
        catalogue.i1.save()
    assert outbox.is_empty()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["save", "create"])
def test_a_save_by_itself_is_one_transaction_with_its_change(way, outbox):
    """What comes after the row and fails, as a process that dies there, takes the row with it."""
    creator = Creator.objects.create(key="t:c1", name="Before")
    creator.name = "After"
    outbox.clear()

    def die(**_):
        assert connection.in_atomic_block
        raise KeyboardInterrupt

    post_save.connect(die, sender=Creator)
    try:
        with pytest.raises(KeyboardInterrupt):
            creator.save() if way == "save" else Creator.objects.create(key="t:c2", name="After")
    finally:
        post_save.disconnect(die, sender=Creator)
    assert list(Creator.objects.values_list("name", flat=True)) == ["Before"]
    assert outbox.is_empty()


@pytest.mark.django_db(transaction=True)
def test_a_save_inside_a_transaction_can_fail_before_its_row_without_breaking_it():
    """A handler that refuses a save spoils nothing for whoever catches it: as without us."""

    def refuse(**_):
        raise LookupError

    signals.pre_save.connect(refuse, sender=Creator)
    try:
        with transaction.atomic():
            with pytest.raises(LookupError):
                Creator.objects.create(key="t:c1", name="Ann")
            assert not Creator.objects.exists()
    finally:
        signals.pre_save.disconnect(refuse, sender=Creator)


@pytest.mark.django_db
def test_models_that_no_index_is_made_of_are_left_alone():
    for model in (User, Group):
        assert not signals.owners(model)
        assert not hasattr(model.save_base, "is_whole")
        assert not pre_delete.has_listeners(model)
    User.objects.create(username="ann")
    assert not Change.objects.exists()


def test_a_silent_block_is_told_in_bulk_by_its_caller(catalogue, outbox):
    with silent():
        catalogue.i1.save()
        catalogue.i2.creators.clear()
        catalogue.i3.delete()
    assert outbox.is_empty()
    catalogue.i1.save()
    assert not outbox.is_empty()


def test_a_save_costs_a_few_queries_more(catalogue, django_assert_num_queries):
    with django_assert_num_queries(1 + 4):  # the old collection; who counts it, twice; one insert
        catalogue.i1.save()
    with django_assert_num_queries(1 + 2):  # its document, and whatever depends on it
        catalogue.c1.save()


def test_whoever_delivers_is_told_of_each_index_inside_the_transaction(catalogue, monkeypatch):
    told = []
    monkeypatch.setattr(wake, "notify", lambda aliases: told.append((sorted(aliases), connection.in_atomic_block)))
    catalogue.i1.save()
    assert told == [(["collections", "creators", "default"], True)]


def test_a_subject_reaches_the_works_about_it(catalogue, outbox):
    Subject.objects.get(path="A/B").save()
    assert outbox.expansions() == [("default", "subjects", str(catalogue.subject.pk))]
