"""Partial updates: what is chosen is read afresh, the rest is left alone."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from haystack.query import SearchQuerySet

from searchsvc.catalog.models import Item
from searchsvc.indexing.documents import sources, store
from searchsvc.indexing.models import Change
from searchsvc.indexing.update import BadSelection, Selection, Updating, remove, update
from tests.indexing.rebuild.runs import built, works


def found(words: str) -> list[str]:
    return sorted(result.title for result in SearchQuerySet().filter(content=words))


@pytest.fixture
def changed(embedded):
    """Return two works whose new titles, Windmill of 1900 and Windmill of 2000, no index was told of."""
    rows = works(12)
    built()
    for row, year in ((rows[3], 1900), (rows[4], 2000)):
        Item.objects.filter(pk=row.pk).update(title=f"Windmill of {year}", year_from=year)
    return rows[3], rows[4]


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ((), ["Windmill of 1900", "Windmill of 2000"]),
        (("catalog.item",), ["Windmill of 1900", "Windmill of 2000"]),
        (("catalog", "--query", "year_from__gte=1950"), ["Windmill of 2000"]),
        (("--query", "year_from__in=1900,1800"), ["Windmill of 1900"]),
        (("--query", "year_from__isnull=true"), []),
        (("--since", "2d"), ["Windmill of 2000"]),
    ],
    ids=["all", "a model", "a filter", "any of", "none", "since"],
)
def test_what_is_chosen_is_read_afresh(changed, words, titles):
    old, _new = changed
    Item.objects.filter(pk=old.pk).update(updated=timezone.now() - timedelta(days=3))
    call_command("index", "update", "--engine", "default", *words)
    assert found("windmill") == titles
    assert not Change.objects.exists()


def test_by_id_a_document_without_a_row_goes(changed, capsys):
    old, new = changed
    Item.objects.filter(pk=new.pk).delete()
    call_command("index", "update", "--engine", "default", "--ids", str(old.pk), str(new.pk))
    assert (found("windmill"), store("default").count()) == (["Windmill of 1900"], 11)
    assert capsys.readouterr().out == "default: 2 catalog.item read afresh\n"


def test_documents_without_a_row_are_removed_in_bulk(engine):
    works(25)
    built()
    Item.objects.filter(key__in=[f"t:{at}" for at in range(20)])._raw_delete("default")
    (source,) = sources("default")
    assert remove(source, Updating(batch=4)).removed == 20
    assert store("default").count() == 5


def test_an_update_of_no_index_makes_one(embedded):
    works(3)
    assert update(sources("default")[0], Selection(), Updating()).delivered == 3
    assert store("default").count() == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--query", "colour=red"), "Cannot resolve keyword 'colour'"),
        (("--query", "year_from=never"), "expected a number"),
        (("catalog.nothing",), "No index is made of 'catalog.nothing'; there are catalog.item"),
        (("--ids", "five"), "must be an integer"),
    ],
)
def test_what_cannot_be_chosen_is_refused_in_words(embedded, words, said):
    with pytest.raises(CommandError, match=said):
        call_command("index", "update", "--engine", "default", *words)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--query", "colour"), "not FIELD=VALUE"),
        (("--since", "yesterday"), "neither a time like"),
        (("--batch-size", "0"), "not a whole number from 1"),
    ],
)
def test_what_cannot_be_read_is_wrong_use(embedded, words, said, capsys):
    with pytest.raises(SystemExit) as left:
        call_command("index", "update", *words)
    assert (left.value.code, said in capsys.readouterr().err) == (2, True)


def test_an_index_that_does_not_know_its_rows_age_says_so(embedded, monkeypatch):
    (source,) = sources("default")
    monkeypatch.setattr(type(source.index), "updated_field", "")
    with pytest.raises(BadSelection, match="get_updated_field"):
        update(source, Selection(since=timezone.now()), Updating())


def test_what_an_engine_does_not_take_waits(changed, monkeypatch):
    from backends.core.errors import Unavailable

    def full(*_all: object) -> None:
        raise Unavailable("The disk is full.")

    with monkeypatch.context() as broken:
        broken.setattr(type(store("default")), "write", full)
        with pytest.raises(CommandError, match=r"The disk is full\. 12 changes of 'default' wait"):
            call_command("index", "update", "--engine", "default")
    assert Change.objects.filter(done=None).count() == 12
