"""What an index depends on: how the declarations are read, which are wrong, and what each of them reaches."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.checks import run_checks
from django.core.exceptions import ValidationError
from haystack.indexes import Indexable, SearchIndex

from backends.core import fields
from indexes.base import Lookup, Through
from indexes.creators import CreatorIndex
from indexes.items import ItemIndex
from searchsvc.catalog.models import Collection, Contribution, Creator, Item, Subject, Topic
from searchsvc.indexing import signals
from searchsvc.indexing.checks import messages
from searchsvc.indexing.dependencies import Reach, declared, table
from searchsvc.indexing.expand import expand
from searchsvc.indexing.models import Change, Expansion


def index_of(model, depends_on):
    class AnyIndex(SearchIndex, Indexable):
        text = fields.TextField(document=True)

        def get_model(self):
            return model

    AnyIndex.depends_on = depends_on
    return AnyIndex()


def said(model, depends_on):
    return [(one.id, one.msg) for one in messages([("x", index_of(model, depends_on))])]


def test_the_catalogue_s_own_indexes_are_right():
    assert list(messages(declared())) == []
    assert not run_checks(tags=["searchsvc"])


def test_each_model_knows_what_its_rows_are_part_of():
    found = table(declared())
    assert set(found) == {Item, Creator, Collection, Subject, Contribution, Topic}
    assert set(found[Item]) == {
        Reach("default", Item),
        Reach("creators", Creator, through="contributions__creator"),
        Reach("collections", Collection, through="collection"),
    }
    assert set(found[Creator]) == {
        Reach("creators", Creator),
        Reach("default", Item, lookup="contributions__creator"),
    }


def test_an_index_that_says_nothing_has_its_own_documents_only():
    assert table([("x", index_of(User, {}))]) == {User: (Reach("x", User),)}


WRONG = {
    "no such field": (Item, {Creator: Lookup("makers")}, "Item has no field 'makers'"),
    "no relation": (Item, {Creator: Lookup("title")}, "'title' of Item is no relation to a model"),
    "ends elsewhere": (
        Item,
        {Creator: Lookup("contributions")},
        "'contributions' leads from Item to Contribution, not to Creator",
    ),
    "the wrong way round": (
        Item,
        {Contribution: Through("creator")},
        "'creator' leads from Contribution to Creator, not to Item",
    ),
    "should be a Through": (
        Item,
        {Contribution: Lookup("contributions")},
        "Contribution itself names what it belongs to, by its 'item'",
    ),
    "a text": (Item, {Creator: "creators"}, "'creators' is neither a Lookup nor a Through"),
    "no model": (Item, {"catalog.Creator": Lookup("creators")}, "'catalog.Creator' is no model"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_an_error_that_says_so(case, caplog):
    model, depends_on, message = WRONG[case]
    assert ("searchsvc.E006", f"depends_on of AnyIndex: {message}.") in said(model, depends_on)
    (error, *_) = messages([("x", index_of(model, depends_on))])
    assert "A Lookup leads from Item to the record" in error.hint
    # A process that serves is not kept from starting: it hears of all that is right.
    assert table([("x", index_of(model, depends_on))]) == {Item: (Reach("x", Item),)}
    assert message in caplog.text


def test_what_lies_on_the_way_and_is_not_heard_is_a_warning():
    said_of_both = said(Item, {Creator: Lookup("contributions__creator"), Subject: Lookup("subjects")})
    assert said_of_both == [
        ("searchsvc.W007", f"depends_on of AnyIndex: '{path}' passes {model}, whose changes are not heard.")
        for path, model in (("contributions__creator", "Contribution"), ("subjects", "Topic"))
    ]
    hints = [one.hint for one in messages([("x", index_of(Item, {Subject: Lookup("subjects")}))])]
    assert hints == ['Add Topic: Through("item"), or another way to its documents.']
    assert said(User, {Group: Lookup("groups")}) == []  # nobody saves rows of a table that Django made


def test_a_record_may_matter_in_two_ways():
    both = (Lookup("children"), Lookup("parent"))
    found = table([("x", index_of(Subject, {Subject: both[1:]}))])
    assert set(found[Subject]) == {Reach("x", Subject), Reach("x", Subject, lookup="parent")}
    assert [one for one, _ in said(Subject, {Subject: both})] == ["searchsvc.E006"]


@pytest.fixture
def users(db, monkeypatch):
    """Have an index of users in place of works: groups by name, and the permissions of their groups."""
    depends_on = {Group: Lookup("groups"), Permission: Lookup("groups__permissions")}
    found = table([("default", index_of(User, depends_on)), ("creators", CreatorIndex())])
    monkeypatch.setattr(signals, "watched", lambda: found)
    for module in ("expand", "posting"):
        monkeypatch.setattr(f"searchsvc.indexing.{module}.watched", lambda: found)
    caches = (signals.owners, signals._moving)
    for cached in caches:
        cached.cache_clear()
    before = User.save_base
    signals.connect()
    yield
    for model in (User, Group, Permission, User.groups.through, Group.permissions.through):
        for signal in (signals.pre_save, signals.post_save, signals.pre_delete, signals.m2m_changed):
            signal.disconnect(sender=model, dispatch_uid="searchsvc.indexing")
    User.save_base = before
    for model in (Group, Permission):
        del model.save_base
    for cached in caches:
        cached.cache_clear()


def waiting():
    rows = Change.objects.filter(model="auth.user").values_list("object_pk", flat=True)
    found = sorted(User.objects.get(pk=pk).username for pk in set(rows))
    Change.objects.all().delete()
    return found


def expanded():
    while expand("default", 2):
        pass
    return waiting()


def test_many_to_many_without_a_model_between_is_heard_from_either_side(users):
    ann, bob = User.objects.create(username="ann"), User.objects.create(username="bob")
    staff, press = Group.objects.create(name="staff"), Group.objects.create(name="press")
    assert waiting() == ["ann", "bob"]
    for act, heard in (
        (lambda: ann.groups.add(staff), ["ann"]),
        (lambda: ann.groups.add(staff), []),
        (lambda: staff.user_set.add(ann, bob), ["bob"]),
        (lambda: ann.groups.set([press]), ["ann"]),
        (lambda: staff.user_set.remove(bob), ["bob"]),
        (press.user_set.clear, ["ann"]),
        (lambda: bob.groups.set([staff, press]), ["bob"]),
        (bob.groups.clear, ["bob"]),
    ):
        act()
        assert waiting() == heard


def test_two_relations_away_is_heard_and_expanded(users):
    ann, bob = User.objects.create(username="ann"), User.objects.create(username="bob")
    staff = Group.objects.create(name="staff")
    staff.user_set.add(ann, bob)
    may = Permission.objects.first()
    expanded()
    staff.permissions.add(may)
    assert expanded() == ["ann", "bob"]
    may.name = "May do it"
    may.save()
    assert expanded() == ["ann", "bob"]
    staff.permissions.remove(may)
    assert expanded() == ["ann", "bob"]
    may.delete()
    assert expanded() == []


def test_a_far_record_that_goes_reaches_what_held_it(users):
    ann, staff = User.objects.create(username="ann"), Group.objects.create(name="staff")
    ann.groups.add(staff)
    waiting()
    staff.delete()
    assert not Expansion.objects.exists()
    assert waiting() == ["ann"]


def test_a_proxy_is_the_model_it_stands_for(users):
    class Reader(User):
        class Meta:
            proxy = True
            app_label = "auth"

    try:
        signals.connect()
        Reader.objects.create(username="cleo")
        assert waiting() == ["cleo"]
    finally:
        from django.apps import apps

        apps.all_models["auth"].pop("reader")
        apps.clear_cache()


def test_a_subject_s_move_takes_what_is_below_with_it_and_reaches_the_works(catalogue, outbox):
    Subject.objects.for_path("A/B/C")
    catalogue.i2.topics.create(subject=Subject.objects.get(path="A/B/C"))
    outbox.clear()
    top = Subject.objects.get(path="A")
    top.path = "Z/Y"
    top.save()
    assert sorted(Subject.objects.values_list("path", "depth")) == [("Z", 1), ("Z/Y", 2), ("Z/Y/B", 3), ("Z/Y/B/C", 4)]
    moved = Subject.objects.filter(path__startswith="Z/Y").values_list("pk", flat=True)
    assert {pk for _, _, pk in outbox.expansions()} == {str(pk) for pk in moved}
    while expand("default"):
        pass
    assert outbox.documents() == ["i1", "i2"]


@pytest.mark.parametrize("path", ["A/X", "A/B/X"])
def test_a_subject_does_not_move_below_itself(catalogue, outbox, path):
    top = Subject.objects.get(path="A")
    top.path = path
    with pytest.raises(ValidationError, match="cannot move below itself"):
        top.save()
    assert sorted(Subject.objects.values_list("path", flat=True)) == ["A", "A/B"]
    assert outbox.is_empty()


def test_an_index_s_fields_come_from_what_it_depends_on():
    """A reminder for whoever adds a field: the relations that ItemIndex.prepare reads are those that it declares."""
    assert set(ItemIndex.depends_on) == {Creator, Collection, Subject, Contribution, Topic}
