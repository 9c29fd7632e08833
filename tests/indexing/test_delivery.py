"""From the outbox to an index, on the embedded default."""

from datetime import timedelta

import pytest
from haystack.query import SearchQuerySet

from backends.core.errors import Busy, Unavailable
from backends.core.store import Document
from searchsvc.catalog.models import Item
from searchsvc.indexing import parts
from searchsvc.indexing.backoff import DOCUMENT
from searchsvc.indexing.bring import LeaseLost, bring
from searchsvc.indexing.claim import LEASE, Wait, claim
from searchsvc.indexing.delivery import deliver_batch, drain
from searchsvc.indexing.documents import backend, sources_of, store
from searchsvc.indexing.models import Change, Generation, Lane, State
from searchsvc.indexing.settle import MOST_AGE, MOST_ATTEMPTS, Outcome, finish
from tests.indexing.conftest import NOW, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("index")]


def titles():
    return sorted(hit.title for hit in SearchQuerySet().all())


def at(time=NOW):
    return deliver_batch("default", clock=lambda: time)


def broken(monkeypatch, wrong="Broken"):
    """Let the preparation of what is called so fail."""
    (source,) = sources_of(Item)
    kind, before = type(source.index), type(source.index).prepare_key
    monkeypatch.setattr(kind, "prepare_key", lambda self, obj: before(self, obj) if obj.title != wrong else 1 / 0)


def test_what_changed_is_found_and_its_rows_are_gone(work):
    work("t:1", title="Harbour")
    gone = work("t:2", title="Bridge")
    drain("default")
    Item.objects.filter(pk=gone.pk).delete()
    told(gone)
    changed = Item.objects.get(key="t:1")
    Item.objects.filter(pk=changed.pk).update(title="Quay")
    told(changed)
    told(changed)
    drained = drain("default")
    assert (drained.delivered, drained.refused, drained.dead, drained.left) == (2, 0, 0, 0)
    assert titles() == ["Quay"]
    assert not Change.objects.filter(alias="default").exists()


def test_a_key_that_one_gives_up_another_gets_in_the_same_batch(work):
    first = work("t:1", title="First")
    drain("default")
    Item.objects.filter(pk=first.pk).delete()
    told(first)
    work("t:1", title="Second")
    assert drain("default").delivered == 2
    assert titles() == ["Second"]


def test_a_document_that_is_refused_holds_up_nobody_and_is_tried_again(work, monkeypatch):
    broken(monkeypatch)
    work("t:1", title="Broken")
    work("t:2", title="Good")
    step = at()
    assert (step.settled.delivered, step.settled.refused, step.settled.dead) == (1, 1, 0)
    assert titles() == ["Good"]
    row = Change.objects.get()
    assert "ZeroDivisionError" in row.error
    assert row.attempts == 1
    assert NOW <= row.due <= NOW + timedelta(seconds=DOCUMENT.first)
    assert at(row.due - timedelta(microseconds=1)).again is None
    monkeypatch.undo()
    assert at(row.due).settled.delivered == 1
    assert titles() == ["Broken", "Good"]


def test_a_document_that_stays_refused_dies_with_its_reason_and_lives_when_it_is_delivered(work, monkeypatch):
    broken(monkeypatch)
    item = work("t:1", title="Broken")
    now = NOW
    for attempt in range(1, MOST_ATTEMPTS + 1):
        step = at(now)
        assert (step.settled.refused, step.settled.dead) == ((1, 0) if attempt < MOST_ATTEMPTS else (0, 1))
        now += timedelta(seconds=DOCUMENT.longest)
    row = Change.objects.get()
    assert row.dead
    assert "ZeroDivisionError" in row.error
    assert at(now).again is None
    monkeypatch.undo()
    told(item, made=now)
    assert at(now).settled.delivered == 1
    assert not Change.objects.exists()


def test_a_refused_document_dies_of_age(work, monkeypatch):
    broken(monkeypatch)
    work("t:1", title="Broken", made=NOW - MOST_AGE - timedelta(seconds=1))
    assert at().settled.dead == 1


def test_an_hour_without_the_engine_uses_up_no_attempt_and_kills_nothing(work, monkeypatch):
    work()
    down(monkeypatch, Busy("The server is busy."))
    now, steps = NOW, 0
    while now < NOW + timedelta(hours=1):
        step = at(now)
        steps += bool(step.error)
        now += timedelta(seconds=step.again)
    assert 60 <= steps <= 500
    row, lane = Change.objects.get(), Lane.objects.get(alias="default")
    assert (row.attempts, row.dead, row.lease) == (0, None, None)
    assert lane.error == "The server is busy."
    assert lane.failed > NOW + timedelta(minutes=55)
    monkeypatch.undo()
    assert at(now + timedelta(minutes=1)).settled.delivered == 1
    lane.refresh_from_db()
    assert (lane.failures, lane.due, lane.error) == (0, None, "The server is busy.")


def test_without_an_index_changes_wait_and_the_lane_says_what_to_do(work):
    work()
    for number in store("default").generations():
        (store("default").folders.path / "current").unlink()
        store("default").drop(number)
    step = at()
    assert "rebuild_index" in step.error
    assert drain("default").left == 1
    made = store("default").create(backend("default").index_schema)
    store("default").promote(made)
    assert drain("default").delivered == 1


def test_an_engine_that_stumbles_over_one_document_refuses_that_one(work, monkeypatch):
    for name in range(9):
        work(f"t:{name}", title=f"Work {name}")
    kind = type(store("default"))
    before = kind._native

    def stumble(self, document: Document):
        if document.stored["title"] == "Work 5":
            raise ValueError("what is this?")
        return before(self, document)

    monkeypatch.setattr(kind, "_native", stumble)
    step = at()
    assert (step.settled.delivered, step.settled.refused, step.error) == (8, 1, "")
    assert "what is this?" in Change.objects.get().error


def test_an_engine_that_takes_nothing_is_out_and_no_document_is_refused(work, monkeypatch):
    for name in range(9):
        work(f"t:{name}")
    down(monkeypatch, Unavailable("No space left on device"))
    step = at()
    assert (step.settled.delivered, step.settled.refused) == (0, 0)
    assert "No space left" in step.error
    assert Change.objects.filter(attempts=0, lease=None).count() == 9


def test_every_generation_that_is_built_is_written_and_changes_are_kept_for_it(work):
    beside = store("default").create(backend("default").index_schema)
    Generation.objects.create(alias="default", number=beside, state=State.FILLING)
    item = work()
    told(item)
    drain("default")
    told(item)
    assert drain("default").left == 0
    assert store("default").count(beside) == store("default").count() == 1
    assert Change.objects.filter(alias="default").exclude(done=None).count() == 1


def test_a_generation_that_takes_the_place_of_another_while_it_is_written_is_written_too(work, monkeypatch):
    work()
    there = store("default")
    beside = there.create(backend("default").index_schema)
    write = type(there).write

    def promoting(self, generation, documents):
        refused = write(self, generation, documents)
        if self.current() != beside:
            self.promote(beside)
        return refused

    monkeypatch.setattr(type(there), "write", promoting)
    drain("default")
    assert there.count(beside) == 1


def test_a_worker_that_was_stopped_for_longer_than_its_lease_writes_nothing(work):
    item = work(title="Old")
    slow = claim("default", NOW, alone=True)
    Item.objects.filter(pk=item.pk).update(title="New")
    later = NOW + LEASE + timedelta(seconds=1)
    assert at(later).settled.delivered == 1
    with pytest.raises(LeaseLost):
        bring(slow, Outcome(), lambda: NOW, alone=True)
    finish(slow, Outcome(), later, keep=False)
    assert titles() == ["New"]
    assert not Change.objects.exists()


def slow_to_read(monkeypatch, step, others):
    """Let each row take this long to be read, while another worker tries to have the batch; give the time."""
    time, real = [NOW], parts._read

    def read(*arguments):
        time[0] += step
        others.append(claim("default", time[0], alone=True))
        return real(*arguments)

    monkeypatch.setattr(parts, "STEP", 1)
    monkeypatch.setattr(parts, "_read", read)
    return lambda: time[0]


def test_a_batch_that_is_read_for_longer_than_its_lease_stays_its_worker_s(work, monkeypatch):
    for number in range(6):
        work(f"t:{number}")
    others = []
    clock = slow_to_read(monkeypatch, LEASE / 3, others)
    assert deliver_batch("default", clock=clock).settled.delivered == 6
    assert clock() == NOW + 2 * LEASE
    assert all(isinstance(other, Wait) for other in others)


def test_where_even_one_row_takes_longer_the_next_batch_is_smaller_and_the_lane_says_why(work, monkeypatch):
    for number in range(6):
        work(f"t:{number}")
    clock = slow_to_read(monkeypatch, 2 * LEASE, [])
    assert "longer than its lease" in deliver_batch("default", clock=clock).error
    lane = Lane.objects.get(alias="default")
    assert (lane.failures, "longer than its lease" in lane.error) == (1, True)
    monkeypatch.undo()
    assert len(claim("default", clock() + 2 * LEASE, alone=True, most=6).documents) == 3


def test_a_slow_worker_of_a_server_has_its_documents_delivered_once_more(work):
    work()
    slow = claim("default", NOW, alone=False)
    later = NOW + LEASE + timedelta(seconds=1)
    at(later)
    finish(slow, Outcome(delivered=set(slow.documents)), later, keep=False)
    (fresh,) = Change.objects.all()
    assert (fresh.lease, fresh.due) == (None, later)


def test_large_documents_are_written_in_parts(work, monkeypatch):
    monkeypatch.setattr("searchsvc.indexing.parts.MOST_CHARACTERS", 1000)
    monkeypatch.setattr("searchsvc.indexing.parts.STEP", 2)
    for name in range(6):
        work(f"t:{name}", description="sea " * 300)
    sizes = written(monkeypatch)
    assert drain("default").delivered == 6
    assert sizes == [2, 2, 2]


def test_documents_of_a_model_without_an_index_are_removed(work):
    Change.objects.create(alias="default", model="catalog.nothing", object_pk="1")
    assert drain("default").left == 0


def written(monkeypatch):
    """Return the sizes of what is written, as it is."""
    sizes, kind = [], type(store("default"))
    write = kind.write

    def noting(self, generation, documents):
        documents = list(documents)
        sizes.append(len(documents))
        return write(self, generation, documents)

    monkeypatch.setattr(kind, "write", noting)
    return sizes


def down(monkeypatch, error):
    def fail(*_arguments):
        raise error

    monkeypatch.setattr(type(store("default")), "write", fail)
