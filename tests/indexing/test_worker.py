"""The background thread: what it is told it serves, it outlives every failure, and it ends when it is asked to."""

import threading

import pytest
from django.db import transaction

from searchsvc.indexing import wake
from searchsvc.indexing.worker import Worker

LIMIT = 20.0  # seconds that anything here may take


@pytest.fixture
def started():
    """Return `started(serve, ...)`: a worker that is ended with the test."""
    workers = []

    def start(*arguments, **options):
        workers.append(Worker(*arguments, **options))
        return workers[-1]

    yield start
    assert all(worker.stop(LIMIT) for worker in workers)


def test_a_flood_of_changes_makes_the_queue_no_longer(started):
    go, begun, served = threading.Event(), threading.Event(), []

    def serve(alias):
        begun.set()
        assert go.wait(LIMIT)
        served.append(alias)

    worker = started(serve)
    worker.tell(["default"])
    assert begun.wait(LIMIT)
    for _ in range(100_000):
        worker.tell(["default", "creators"])
    assert len(worker._due) == 2
    go.set()
    assert worker.finish(LIMIT)
    assert sorted(served) == ["creators", "default", "default"]


def test_indexes_take_turns(started):
    served, enough = [], threading.Event()

    def serve(alias):
        served.append(alias)
        if len(served) == 6:
            enough.set()
        return 0.0 if len(served) < 6 else None

    started(serve).tell(["a", "b"])
    assert enough.wait(LIMIT)
    assert served[:6] == ["a", "b"] * 3


def test_it_outlives_what_it_serves(started):
    done = threading.Event()

    def serve(alias):
        if alias == "bad":
            raise ValueError
        done.set()

    worker = started(serve)
    worker.tell(["bad"])
    assert worker.finish(LIMIT)
    worker.tell(["good"])
    assert done.wait(LIMIT)


def test_what_nobody_told_of_is_swept(started):
    swept = threading.Semaphore(0)
    worker = started(lambda _alias: swept.release(), lambda: ["default"], 0.01)
    worker.start()
    for _ in range(3):
        assert swept.acquire(timeout=LIMIT)


def test_it_ends_after_what_it_is_at(started):
    go, begun, ended = threading.Event(), threading.Event(), threading.Event()

    def serve(_alias):
        begun.set()
        assert go.wait(LIMIT)
        ended.set()
        return 0.0

    worker = started(serve)
    worker.tell(["default"])
    assert begun.wait(LIMIT)
    assert not worker.stop(0)
    go.set()
    assert worker.stop(LIMIT)
    assert ended.is_set()


@pytest.fixture
def told(monkeypatch):
    """Return what the process's worker is told, one entry each time."""
    notes = []

    class Noting:
        def tell(self, aliases):
            notes.append(sorted(aliases))

    monkeypatch.setattr(wake, "background", Noting)
    return notes


@pytest.mark.django_db(transaction=True)
def test_it_is_told_on_commit_once_a_transaction_and_never_of_what_was_rolled_back(told):
    with transaction.atomic():
        for _ in range(1000):
            wake.notify(["default"])
            wake.notify(["creators"])
        assert not told
    assert told == [["creators", "default"]]
    with transaction.atomic():
        wake.notify(["default"])
        transaction.set_rollback(True)
    wake.notify(["collections"])
    wake.notify([])
    assert told[1:] == [["collections"]]


@pytest.mark.django_db(transaction=True)
def test_a_note_of_a_savepoint_that_is_rolled_back_is_not_taken_for_that_of_the_others(told):
    with transaction.atomic():
        with transaction.atomic():
            wake.notify(["default"])
            transaction.set_rollback(True)
        wake.notify(["default"])
    assert told == [["default"]]


def test_in_tests_there_is_no_thread():
    assert wake.background() is None
