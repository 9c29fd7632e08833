"""What is removed, and what stays."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from searchsvc.catalog.models import Item
from searchsvc.indexing.delivery import drain
from searchsvc.indexing.documents import store
from searchsvc.indexing.models import Action, Change, Generation, State
from searchsvc.indexing.outbox import changed
from searchsvc.indexing.rebuild.disposal import clean, planned
from searchsvc.indexing.rebuild.outcome import Stopped
from searchsvc.indexing.rebuild.run import rebuild
from searchsvc.indexing.rebuild.runner import LEASE
from tests.indexing.rebuild.runs import WHO, built, run, stop_after, works


def left_half_done() -> Generation:
    with pytest.raises(Stopped):
        rebuild(run(stop=stop_after(1)))
    return Generation.objects.get(state=State.FILLING)


def test_what_is_neither_answering_nor_kept_goes(engine):
    works(12)
    numbers = [built(keep=9) for _ in range(3)]
    half = left_half_done()
    unknown = store("default").create(store("default").schema)
    assert planned("default", 1).dropped == (numbers[0], half.number, unknown)
    assert clean("default", 1, WHO).dropped == (numbers[0], half.number, unknown)
    assert store("default").generations() == numbers[1:]
    assert clean("default", 0, WHO).dropped == (numbers[1],)
    assert store("default").count() == 12


def test_what_somebody_builds_stays(embedded):
    works(25)
    built()
    half = left_half_done()
    Generation.objects.filter(pk=half.pk).update(runner="6f9619ff-8b86-d011-b42d-00cf4fc964ff",
        runs_until=timezone.now() + LEASE, options={**half.options, "process": {"place": "elsewhere"}})  # fmt: skip
    assert clean("default", 0, WHO).dropped == ()
    assert half.number in store("default").generations()


def test_delivered_changes_go_when_no_generation_may_have_missed_them(embedded):
    row = works(3)[0]
    built()
    built()
    changed(Item, [row.pk])
    drain("default")
    assert Change.objects.count() == 1
    assert clean("default", 1, WHO).changes == 0
    assert clean("default", 0, WHO).changes == 1
    assert not Change.objects.exists()


def test_changes_older_than_each_kept_generation_go(embedded):
    row = works(3)[0]
    built()
    built()
    changed(Item, [row.pk])
    drain("default")
    Change.objects.update(done=timezone.now() - timedelta(hours=1))
    assert clean("default", 1, WHO).changes == 1


def test_a_dry_run_removes_nothing_and_a_real_one_is_written_down(embedded, capsys):
    works(3)
    built()
    built()
    call_command("index", "gc", "--engine", "default", "--keep", "0", "--dry-run")
    assert capsys.readouterr().out == "default: generation 1 would be removed; 2 stay\n"
    assert store("default").generations() == [1, 2]
    call_command("index", "gc", "--engine", "default", "--keep", "0")
    assert capsys.readouterr().out == "default: generation 1 removed; 2 stay\n"
    assert Action.objects.filter(what="gc", alias="default", details__dropped="1").count() == 1
