"""A rebuild that was stopped goes on where it was."""

import subprocess
import sys

import pytest

from searchsvc.indexing.documents import store
from searchsvc.indexing.models import Generation, State
from searchsvc.indexing.rebuild.outcome import AlreadyRuns, Lost, NotAccepted, NothingToDo, Stopped
from searchsvc.indexing.rebuild.run import rebuild, resume
from searchsvc.indexing.rebuild.runner import Runner, is_gone, take, this_process
from tests.indexing.rebuild.runs import built, run, stop_after, works


def test_what_was_stopped_goes_on_with_the_chunks_that_are_left(engine):
    works(35)
    with pytest.raises(Stopped, match="2 of 4 chunks are left"):
        rebuild(run(stop=stop_after(2)))
    half = Generation.objects.get()
    done = set(half.chunks.exclude(done=None).values_list("pk", "done"))
    assert len(done) == 2
    assert resume(run()).documents == 35
    assert done <= set(half.chunks.values_list("pk", "done"))
    assert store("default").current() == half.number


def test_the_next_rebuild_goes_on_too_or_begins_anew_as_asked(embedded):
    works(25)
    for wish in ({}, {"restart": True}):
        with pytest.raises(Stopped):
            rebuild(run(stop=stop_after(1)))
        half = Generation.objects.get(state=State.FILLING)
        assert (built(**wish) == half.number) is not bool(wish)


def test_a_rebuild_of_other_fields_begins_anew(embedded):
    works(25)
    with pytest.raises(Stopped):
        rebuild(run(stop=stop_after(1)))
    half = Generation.objects.get()
    Generation.objects.update(options={**half.options, "schema": "another"})
    assert built() > half.number
    assert half.number not in store("default").generations()


def test_a_generation_that_is_gone_from_the_store_is_begun_anew(embedded):
    works(25)
    with pytest.raises(Stopped):
        rebuild(run(stop=stop_after(1)))
    store("default").drop(Generation.objects.get().number)
    assert rebuild(run()).documents == 25
    with pytest.raises(NothingToDo):
        resume(run())


def test_a_failed_verification_is_made_again_by_resume_and_anew_by_rebuild(embedded):
    works(25)
    built()
    for again in (resume, rebuild):
        with pytest.raises(NotAccepted):
            rebuild(run(most_missing="-1"))
        failed = Generation.objects.get(state=State.REPLAYING)
        assert failed.error
        assert (again(run()).generation == failed.number) is (again is resume)


def test_who_was_taken_over_stops(embedded):
    works(25)
    with pytest.raises(Stopped):
        rebuild(run(stop=stop_after(1)))
    half = Generation.objects.get()
    first = take(half)
    with pytest.raises(AlreadyRuns):
        take(Generation.objects.get())
    first.release()
    second = take(Generation.objects.get())
    with pytest.raises(Lost):
        first.renew()
    second.renew()
    assert isinstance(second, Runner)


def test_a_process_that_ended_here_is_known_to_be_gone():
    mine = this_process()
    assert not is_gone(mine)
    assert is_gone({**mine, "start": "1"})  # another one has its number by now
    assert not is_gone({**mine, "place": "elsewhere", "start": "1"})
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert is_gone({**mine, "pid": ended.pid})
