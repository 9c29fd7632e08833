"""A rebuild makes a generation beside the one that answers, and swaps them when the new one is as good."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.utils import timezone
from haystack.query import SearchQuerySet

from backends.core.nodes import All
from backends.core.request import Request
from searchsvc.catalog.models import Item
from searchsvc.indexing.delivery import drain
from searchsvc.indexing.documents import Source, sources, store
from searchsvc.indexing.models import Action, Change, Generation, State
from searchsvc.indexing.outbox import changed
from searchsvc.indexing.rebuild.outcome import AlreadyRuns, NoRoom, NotAccepted
from searchsvc.indexing.rebuild.progress import Advance, Silent
from searchsvc.indexing.rebuild.run import rebuild
from searchsvc.indexing.rebuild.runner import LEASE
from tests.indexing.rebuild.runs import WHO, built, run, works


def found(words: str) -> list[str]:
    return sorted(result.title for result in SearchQuerySet().filter(content=words))


def test_every_row_is_in_the_generation_that_then_answers(engine):
    works(25)
    done = rebuild(run())
    assert (done.documents, store("default").count()) == (25, 25)
    assert store("default").current() == done.generation
    assert found("harbour 24") == ["Harbour 24"]


def test_the_live_generation_answers_until_the_swap_and_stays_for_a_rollback(engine):
    works(12)
    first = built()
    Item.objects.filter(key="t:3").update(title="Windmill")
    works(1, first=12)
    assert (found("windmill"), store("default").count()) == ([], 12)
    second = built()
    assert (found("windmill"), store("default").count()) == (["Windmill"], 13)
    assert store("default").generations() == [first, second]
    third = built()
    assert store("default").generations() == [second, third]


def test_no_old_generation_stays_where_none_is_kept(embedded):
    works(3)
    built()
    last = built(keep=0)
    assert store("default").generations() == [last]


def test_a_generation_has_what_its_rows_are_and_who_built_it(embedded):
    works(25)
    number = built()
    one = Generation.objects.get(alias="default")
    assert (one.number, one.state, one.by) == (number, State.PROMOTED, WHO)
    assert (one.total, one.written, one.refused, one.runner) == (25, 25, 0, None)
    assert one.chunks.count() == 3
    assert not one.chunks.filter(done=None).exists()
    assert list(Action.objects.values_list("what", "who", "alias")[:2]) == [
        ("rebuild", WHO, "default"),
        ("promote", WHO, "default"),
    ]


def test_chunks_are_ranges_of_keys_without_gaps(embedded):
    rows = works(25)
    Item.objects.filter(pk=rows[11].pk).delete()
    built()
    ranges = list(Generation.objects.get().chunks.order_by("pk").values_list("low", "high"))
    assert ranges[0][0] == ranges[-1][1] == ""
    assert [high for _, high in ranges[:-1]] == [low for low, _ in ranges[1:]]


def test_what_cannot_be_prepared_is_named_and_the_others_are_written(embedded, monkeypatch):
    works(25)
    (source,) = sources("default")
    prepare = type(source.index).prepare_key
    monkeypatch.setattr(
        type(source.index), "prepare_key", lambda self, obj: prepare(self, obj) if obj.key != "t:7" else 1 / 0
    )
    done = rebuild(run())
    assert done.documents == 24
    ((document, reason),) = done.refused
    assert document == source.id_of(Item.objects.get(key="t:7").pk)
    assert "ZeroDivisionError" in reason


def test_too_many_missing_leaves_the_live_generation_answering(embedded, monkeypatch):
    works(25)
    live = built()
    (source,) = sources("default")
    monkeypatch.setattr(type(source.index), "prepare_key", lambda _self, obj: obj.key if obj.key != "t:7" else 1 / 0)
    with pytest.raises(NotAccepted, match="1 documents are missing") as failed:
        rebuild(run(most_missing="0"))
    assert failed.value.documents == (source.id_of(Item.objects.get(key="t:7").pk),)
    assert store("default").current() == live
    assert rebuild(run(most_missing="0", force=True)).forced
    assert store("default").current() > live


def test_content_that_is_not_the_database_s_is_not_promoted(embedded, monkeypatch):
    works(5)
    live = built()
    kind = type(store("default"))
    write = kind.write

    def broken(self, generation, documents):
        """Lose the content of one document, as a fault of an engine would."""
        return write(self, generation, [d for d in documents if d.key != "t:2"])

    monkeypatch.setattr(kind, "write", broken)
    with pytest.raises(NotAccepted, match="1 of 5 documents compared are not what the database has"):
        rebuild(run(most_missing="100%"))
    assert store("default").current() == live


def test_two_rebuilds_do_not_collide(embedded):
    works(5)
    built()
    other = Generation.objects.create(
        alias="default", number=9, by="ann@host", total=50, written=20, started=timezone.now(),
        runner="6f9619ff-8b86-d011-b42d-00cf4fc964ff", runs_until=timezone.now() + LEASE,
        options={"process": {"pid": 1, "host": "elsewhere", "place": "another kernel"}},
    )  # fmt: skip
    number = store("default").create(store("default").schema)
    Generation.objects.filter(pk=other.pk).update(number=number, options=other.options)
    with pytest.raises(AlreadyRuns, match=r"by ann@host \(process 1 on elsewhere\) since .*20 of 50 documents \(40%\)"):
        rebuild(run())


def test_a_full_disk_is_said_before_anything_is_begun(embedded, monkeypatch):
    works(5)
    live = built()
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=1_000_000))
    with pytest.raises(NoRoom, match="1 MB are free"):
        rebuild(run())
    assert store("default").generations() == [live]
    assert rebuild(run(check_space=False)).documents == 5


def test_changes_that_waited_for_a_first_index_are_in_it_and_gone(embedded):
    row = works(3)[0]
    Change.objects.create(
        alias="default", model="catalog.item", object_pk=str(row.pk), made=timezone.now() - timedelta(1)
    )
    built()
    assert not Change.objects.exists()
    assert store("default").search(Request(All())).total == 3


class Meddler(Silent):
    """Change rows while a generation is filled: once after its first chunk, whose rows were read before."""

    def __init__(self, act: Callable[[], object]) -> None:
        self.act, self.is_done = act, False

    @contextmanager
    def steps(self, *_what: object) -> Iterator[Advance]:
        yield lambda _count, _refused: None if self.is_done else self.meddle()

    def meddle(self) -> None:
        self.is_done = True
        self.act()


@pytest.mark.parametrize("is_delivered", [True, False], ids=["delivered meanwhile", "still waiting"])
def test_what_changes_meanwhile_is_in_the_new_generation(engine, is_delivered):
    rows = works(25)
    live = built()

    def change():
        Item.objects.filter(key="t:3").update(title="Windmill")
        Item.objects.filter(key="t:4").delete()
        Item.objects.filter(key="t:20").update(title="Lighthouse")
        works(1, first=25)
        changed(Item, [rows[3].pk, rows[4].pk, rows[20].pk, Item.objects.get(key="t:25").pk])
        if is_delivered:
            assert drain("default").delivered == 4
            assert found("windmill") == ["Windmill"]
            assert store("default").current() == live

    rebuild(run(watch=Meddler(change)))
    assert store("default").current() > live
    assert (found("windmill"), found("lighthouse"), found("harbour 4")) == (["Windmill"], ["Lighthouse"], [])
    assert store("default").count() == 25


def test_a_chunk_that_overwrote_a_newer_write_is_made_good(embedded, monkeypatch):
    rows = works(5)
    built()
    made = Source.made

    def slow(self, read):
        """Change a row, and have it delivered, between the reading of the chunk and its writing."""
        fresh = made(self, read)
        monkeypatch.setattr(Source, "made", made)
        Item.objects.filter(key="t:3").update(title="Windmill")
        changed(Item, [rows[3].pk])
        assert drain("default").delivered == 1
        return fresh

    monkeypatch.setattr(Source, "made", slow)
    built()
    assert found("windmill") == ["Windmill"]
