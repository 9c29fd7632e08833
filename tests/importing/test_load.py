from dataclasses import replace
from datetime import timedelta

import pytest
from django.db.utils import IntegrityError

from searchsvc.catalog.models import Collection, Contribution, Creator, Item, Subject, Topic
from searchsvc.importing import joins
from searchsvc.importing.load import Plan, load
from searchsvc.importing.mapping import natural
from searchsvc.importing.row import BadRow, FeedBroken, Row
from searchsvc.indexing.models import Change, Expansion
from searchsvc.indexing.posting import Posting

pytestmark = pytest.mark.django_db


def row(number: int, **values) -> Row:
    return Row(number, {"id": str(number), "kind": "book", "title": f"Work {number}"} | values)


def rich(number: int, **values) -> Row:
    made = {
        "creators": [
            {"id": f"c{number % 3}", "name": f"Creator {number % 3}"},
            {"id": "all", "name": "All", "role": "editor"},
        ],
        "subjects": [f"A/B/{number % 4}", "C"],
        "collection": f"Shelf {number % 2}",
    }
    return row(number, **made | values)


def run(rows, **options):
    return load(iter(rows), Plan(natural("test"), **options))


@pytest.fixture
def heard():
    """Give what waits in the outbox: keys of records, and of those on which others depend."""

    def names():
        models = {"catalog.item": Item, "catalog.creator": Creator, "catalog.collection": Collection}
        rows = Change.objects.values_list("model", "object_pk").order_by("id")
        return sorted(models[model].objects.get(pk=pk).key for model, pk in rows), Expansion.objects.count()

    return names


def forget():
    Change.objects.all().delete()
    Expansion.objects.all().delete()


def snapshot():
    return (
        sorted(Item.objects.values_list("key", "title", "updated", "collection__title")),
        sorted(Contribution.objects.values_list("item__key", "creator__key", "role", "position")),
        sorted(Topic.objects.values_list("item__key", "subject__path")),
        sorted(Creator.objects.values_list("key", "name", "updated")),
        sorted(Subject.objects.values_list("path", flat=True)),
    )


def test_rows_become_items_with_all_they_are_joined_to():
    report = run([rich(number) for number in range(10)], batch_size=3)
    assert str(report.records) == "10 new, 0 changed, 0 unchanged"
    assert {name: (one.new, one.changed) for name, one in report.joined.items()} == {
        "creators": (4, 0),
        "collections": (2, 0),
        "subjects": (7, 0),
    }
    item = Item.objects.with_related().get(key="test:5")
    assert [(made.creator.key, made.role) for made in item.contributions.all()] == [
        ("test:c2", "creator"),
        ("test:all", "editor"),
    ]
    assert [subject.path for subject in item.subjects.all()] == ["A/B/1", "C"]
    assert item.collection.title == "Shelf 1"


def test_a_second_run_changes_nothing_and_says_so(heard):
    rows = [rich(number) for number in range(10)]
    run(rows)
    before = snapshot()
    forget()
    assert str(run(rows).records) == "0 new, 0 changed, 10 unchanged"
    assert snapshot() == before
    assert heard() == ([], 0)


def test_a_changed_row_replaces_all_of_its_item():
    run([rich(1, description="old"), rich(2)])
    Item.objects.update(updated=Item.objects.first().updated - timedelta(1))
    untouched = Item.objects.get(key="test:2").updated
    report = run([rich(1, creators=["New"], subjects=["D"], collection=None), rich(2)])
    assert str(report.records) == "0 new, 1 changed, 1 unchanged"
    item = Item.objects.get(key="test:1")
    assert [made.creator.name for made in item.contributions.all()] == ["New"]
    assert [subject.path for subject in item.subjects.all()] == ["D"]
    assert (item.collection, item.description) == (None, "")
    assert item.updated > untouched == Item.objects.get(key="test:2").updated


@pytest.mark.parametrize("remembered", [1, joins.MAX_REMEMBERED])
def test_a_dry_run_writes_nothing_and_reports_the_same(heard, monkeypatch, remembered):
    monkeypatch.setattr(joins, "MAX_REMEMBERED", remembered)
    run([rich(number) for number in range(4)])
    before = snapshot()
    forget()
    later = [*(rich(number) for number in range(60, 69)), row(70, creators=[{"id": "c9"}])]
    rows = [rich(number, title="Other" if number == 1 else f"Work {number}") for number in range(12)]
    rows += [
        row(50, year_from="x"),
        row(3),
        row(51, creators=[{"id": "c9", "name": "Nine"}]),
        row(52, creators=[{"id": "c9"}]),
    ]
    rows += [
        row(53, creators=[{"id": "nobody"}]),
        BadRow(99, "is not JSON"),
        rich(54, creators=[{"id": "c0", "name": "Changed"}]),
    ]
    rows += later
    dry = run(rows, is_dry_run=True, batch_size=3)
    assert snapshot() == before
    assert heard() == ([], 0)
    wet = run(rows, batch_size=3)
    dry.is_dry_run = False
    assert dry == wet
    assert str(wet.records) == "21 new, 1 changed, 3 unchanged"


def test_a_row_that_is_wrong_is_told_and_the_rest_is_imported():
    report = run([row(1), row(2, year_from="x", price=1), BadRow(3, "is not JSON"), row(4), row(5, id="1")])
    assert [str(problem) for problem in report.problems] == [
        "line 2: year_from: 'x' is not a year",
        "line 2: currency: a price needs one",
        "line 3: row: is not JSON",
        "line 5: identifier: test:1 is already in line 1",
    ]
    assert (report.rows, report.bad_rows, report.hidden_rows, report.exit_code) == (5, 3, 1, 1)
    assert sorted(Item.objects.values_list("key", flat=True)) == ["test:1", "test:4"]


def test_an_unknown_creator_without_a_name_is_told():
    report = run([row(1, creators=[{"id": "nobody"}], collection={"id": "nowhere"}), row(2)])
    assert [str(problem) for problem in report.problems] == [
        "line 1: creators: test:nobody is not in the catalogue, and has no name here",
        "line 1: collection: test:nowhere is not in the catalogue, and has no name here",
    ]
    assert str(report.records) == "1 new, 0 changed, 0 unchanged"


def test_what_an_item_says_of_a_creator_is_added_to_what_is_known():
    Creator.objects.create(key="test:ann", name="Ann", biography="A life.", died=1950)
    report = run([row(1, creators=[{"id": "ann", "born": 1900}]), row(2, creators=[{"id": "ann"}])])
    ann = Creator.objects.get()
    assert (ann.name, ann.biography, ann.born, ann.died) == ("Ann", "A life.", 1900, 1950)
    assert (report.joined["creators"].new, report.joined["creators"].changed) == (0, 1)


def test_a_row_that_the_database_refuses_is_found_and_the_rest_is_imported():
    Creator.objects.create(key="test:ann", name="Ann", died=1950)
    rows = [rich(number) for number in range(7)] + [row(8, creators=[{"id": "ann", "born": 1960}]), rich(9)]
    report = run(rows)
    assert str(report.records) == "8 new, 0 changed, 0 unchanged"
    assert [(one.line, one.field) for one in report.problems] == [(8, "row")]
    assert "the database refuses it" in report.problems[0].reason
    assert Creator.objects.get(key="test:ann").born is None


def test_what_was_undone_with_a_batch_is_made_again(monkeypatch):
    write = Posting.write

    def refuse(posting):
        if Item.objects.filter(key="test:3").exists():
            raise IntegrityError("no outbox")
        return write(posting)

    monkeypatch.setattr(Posting, "write", refuse)
    report = run([rich(number) for number in range(8)])
    assert str(report.records) == "7 new, 0 changed, 0 unchanged"
    assert Contribution.objects.select_related("creator").count() == Topic.objects.count() == 14
    assert {made.creator.key for made in Contribution.objects.select_related("creator")} == {
        "test:all",
        "test:c0",
        "test:c1",
        "test:c2",
    }


def test_a_feed_may_repeat_identifiers_where_its_mapping_says_so():
    mapping = replace(natural("test"), repeats="skip")
    report = load(iter([row(1), row(2, id="1", title="Second"), row(3)]), Plan(mapping))
    assert (report.skipped, report.exit_code, Item.objects.get(key="test:1").title) == (1, 0, "Work 1")


def test_the_outbox_has_what_was_written_each_once_in_a_batch(heard):
    run([rich(number) for number in range(2)])
    keys = ["test:0", "test:1", "test:all", "test:c0", "test:c1", "test:shelf-0", "test:shelf-1"]
    assert heard() == (keys, 0)


def test_the_outbox_has_where_a_changed_item_was_and_where_it_is(heard):
    run([rich(1), rich(2)])
    forget()
    run([rich(1, creators=["New"], collection="Other"), rich(2)])
    assert heard() == (["test:1", "test:all", "test:c1", "test:new", "test:other", "test:shelf-1"], 0)


def test_a_changed_creator_and_collection_reach_all_their_works(heard):
    run([rich(1), rich(2)])
    forget()
    run([row(9, creators=[{"id": "all", "name": "Everyone"}], collection={"id": "shelf-1", "title": "Top"})])
    assert heard() == (["test:9", "test:all", "test:shelf-1"], 2)
    assert set(Expansion.objects.values_list("lookup", "object_pk")) == {
        ("contributions__creator", str(Creator.objects.get(key="test:all").pk)),
        ("collection", str(Collection.objects.get(key="test:shelf-1").pk)),
    }


def test_a_creator_that_was_made_for_a_refused_row_is_in_the_outbox(heard):
    run([row(1, creators=[{"id": "ann", "name": "Ann"}, {"id": "nobody"}])])
    assert heard() == (["test:ann"], 0)


def test_an_outbox_that_fails_undoes_the_batch(monkeypatch):
    def refuse(_posting):
        raise IntegrityError("no outbox")

    monkeypatch.setattr(Posting, "write", refuse)
    report = run([rich(1)])
    assert report.bad_rows == 1
    assert snapshot() == ([], [], [], [], [])


def test_a_broken_feed_keeps_what_came_before():
    def rows():
        yield row(1)
        raise FeedBroken("the feed cannot be read to its end: x")

    report = run(rows())
    assert str(report.records) == "1 new, 0 changed, 0 unchanged"
    assert (report.broken, report.exit_code) == ("the feed cannot be read to its end: x", 1)


def test_an_interrupt_keeps_whole_batches_and_the_next_run_continues():
    def rows():
        for number in range(10):
            if number == 7:
                raise KeyboardInterrupt
            yield rich(number)

    report = run(rows(), batch_size=3)
    assert (report.is_interrupted, report.exit_code) == (True, 1)
    assert str(report.records) == "6 new, 0 changed, 0 unchanged"
    assert Item.objects.count() == 6
    assert str(run([rich(number) for number in range(10)]).records) == "4 new, 0 changed, 6 unchanged"


# SQLite takes an INSERT of many rows in pieces of 999 values, so sizes here stay below one piece.
@pytest.mark.parametrize("size", [5, 30])
def test_a_batch_costs_the_same_queries_for_any_number_of_rows(size, django_assert_num_queries):
    rows = [rich(number, creators=[f"Maker {number}"], subjects=[f"S/{number % 10}"]) for number in range(size)]
    run([rich(0, subjects=["S"])])
    with django_assert_num_queries(27):
        run(rows, batch_size=size)


def test_it_works_with_no_memory_of_what_was_settled(monkeypatch):
    monkeypatch.setattr(joins, "MAX_REMEMBERED", 2)
    run([rich(number) for number in range(20)], batch_size=4)
    assert Creator.objects.count() == 4
    assert Contribution.objects.count() == 40


@pytest.mark.parametrize(
    ("target", "model", "values"),
    [("creators", Creator, {"name": "Ann", "born": "1900"}), ("collections", Collection, {"title": "Shelf"})],
)
def test_creators_and_collections_have_feeds_of_their_own(target, model, values):
    plan = Plan(natural("test", target))
    assert str(load(iter([Row(1, {"id": "a"} | values)]), plan).records) == "1 new, 0 changed, 0 unchanged"
    assert str(load(iter([Row(1, {"id": "a"} | values)]), plan).records) == "0 new, 0 changed, 1 unchanged"
    assert model.objects.get().key == "test:a"


def test_only_the_first_problems_are_kept():
    report = run([row(number, year_from="x") for number in range(150)])
    assert (len(report.problems), report.unlisted, report.bad_rows) == (100, 50, 150)
    assert "problems not listed: 50" in list(report.sentences())
