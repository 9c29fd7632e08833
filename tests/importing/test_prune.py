import pytest

from searchsvc.catalog.models import Contribution, Creator, Item
from searchsvc.importing.load import Plan, load
from searchsvc.importing.mapping import natural
from searchsvc.importing.row import BadRow, FeedBroken, Row
from searchsvc.indexing.models import Change

pytestmark = pytest.mark.django_db


def rows(*numbers):
    return [Row(n, {"id": f"{n:03}", "kind": "book", "title": f"Work {n}", "creators": ["Ann"]}) for n in numbers]


def run(feed, **options):
    return load(iter(feed), Plan(natural("test"), **{"is_pruning": True} | options))


@pytest.fixture
def hundred():
    run(rows(*range(100)))
    Item.objects.create(key="tester:1", kind="book", title="Another source's")


def left():
    return Item.objects.of_source("test").count()


@pytest.mark.usefixtures("hundred")
def test_what_the_feed_no_longer_has_is_removed():
    gone = {str(pk) for pk in Item.objects.filter(key__lt="test:010").values_list("pk", flat=True)}
    makers = {str(pk) for pk in Creator.objects.filter(items__key__lt="test:010").values_list("pk", flat=True)}
    Change.objects.all().delete()
    report = run(rows(*range(10, 100)))
    assert (report.pruned.gone, report.pruned.total, report.exit_code) == (10, 100, 0)
    told = Change.objects.values_list("model", "object_pk")
    assert set(told) == {("catalog.item", pk) for pk in gone} | {("catalog.creator", pk) for pk in makers}
    assert left() == Contribution.objects.count() == 90
    assert Item.objects.filter(key="tester:1").exists()
    assert "pruned: 10 of 100 items are no longer in the feed and were removed" in list(report.sentences())


@pytest.mark.usefixtures("hundred")
def test_more_than_a_tenth_is_refused_and_exits_3():
    report = run(rows(*range(11, 100)))
    assert left() == 100
    assert report.exit_code == 3
    expected = "not pruned: 11 of 100 items (11%) are not in the feed, more than 10%; --force removes them"
    assert expected in list(report.sentences())


@pytest.mark.usefixtures("hundred")
def test_force_removes_any_share():
    assert run(rows(1), is_forced=True).exit_code == 0
    assert left() == 1


@pytest.mark.usefixtures("hundred")
def test_a_dry_run_says_what_it_would_remove():
    report = run(rows(*range(5, 100)), is_dry_run=True)
    assert left() == 100
    assert "pruned: 5 of 100 items are no longer in the feed and would be removed" in list(report.sentences())
    assert run(rows(1), is_dry_run=True).exit_code == 3


@pytest.mark.usefixtures("hundred")
@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("bad", [BadRow(200, "is not JSON"), Row(200, {"title": "who am I?"})])
def test_a_row_that_hides_its_identifier_prevents_pruning_even_by_force(bad, force):
    report = run([*rows(*range(1, 100)), bad], is_forced=force)
    assert left() == 100
    assert report.exit_code == 3
    assert report.pruned.refused == "1 rows do not say which item they are"


@pytest.mark.usefixtures("hundred")
def test_a_bad_row_that_says_who_it_is_does_not_prevent_it_and_keeps_its_item():
    report = run([*rows(*range(2, 100)), Row(1, {"id": "001", "kind": "book", "title": "t", "year_from": "x"})])
    assert (left(), report.exit_code) == (99, 1)
    assert Item.objects.filter(key="test:001").exists()


@pytest.mark.usefixtures("hundred")
def test_a_broken_feed_prunes_nothing():
    def broken():
        yield from rows(1)
        raise FeedBroken("x")

    report = run(broken(), is_forced=True)
    assert (left(), report.exit_code) == (100, 1)
    assert report.pruned.refused == "the feed could not be read to its end"


@pytest.mark.usefixtures("hundred")
def test_an_interrupted_feed_prunes_nothing():
    def interrupted():
        yield from rows(1)
        raise KeyboardInterrupt

    report = run(interrupted(), is_forced=True)
    assert (left(), report.exit_code, report.pruned) == (100, 1, None)


@pytest.mark.usefixtures("hundred")
def test_an_empty_feed_is_refused():
    assert run([]).exit_code == 3
    assert left() == 100
