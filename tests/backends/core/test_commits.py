"""Group commit: few commits for many threads, and nobody is told a thing that is not so."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from backends.core.commits import Commits, latest
from backends.core.errors import Unavailable, WriterBusy
from backends.core.lock import WriterLock
from backends.core.store import Changes, Document

THREADS = 8


def document(id_: str) -> Document:
    return Document(id_, id_, {}, {})


class Disk:
    """What was committed; the first commit waits at a gate, and an id that says so fails."""

    def __init__(self) -> None:
        self.commits: list[tuple[int, list[str]]] = []
        self.entered, self.gate = threading.Event(), threading.Event()

    def __call__(self, generation: int, changes: Changes) -> None:
        if not self.entered.is_set():
            self.entered.set()
            assert self.gate.wait(20)
        if "bad" in changes:
            raise Unavailable("a bad document")
        if "interrupted" in changes:
            raise KeyboardInterrupt
        self.commits.append((generation, list(changes)))


class Writers:
    """One thread in its commit, and others that queue behind it."""

    def __init__(self, folder: Path, pool: ThreadPoolExecutor, *, first: str = "first") -> None:
        self.disk = Disk()
        self.commits = Commits(WriterLock(folder, "default", 20), self.disk)
        self.pool = pool
        self.leading = self.write(first)
        assert self.disk.entered.wait(20)

    def write(self, *ids: str, generation: int = 1) -> Future[None]:
        return self.pool.submit(self.commits.write, generation, {id_: document(id_) for id_ in ids})

    def queue(self, *ids: str) -> list[Future[None]]:
        futures = [self.write(id_) for id_ in ids]
        while len(self.commits._waiting) < len(ids):
            assert not any(future.done() for future in futures)
        return futures


@pytest.fixture
def pool():
    with ThreadPoolExecutor(THREADS + 2) as pool:
        yield pool


def test_threads_that_wait_are_committed_together(tmp_path: Path, pool: ThreadPoolExecutor) -> None:
    writers = Writers(tmp_path, pool)
    names = [f"w{at}" for at in range(THREADS)]
    queued = writers.queue(*names)
    writers.disk.gate.set()
    for future in (writers.leading, *queued):
        future.result(timeout=20)
    assert writers.disk.commits[0] == (1, ["first"])
    assert [sorted(ids) for _generation, ids in writers.disk.commits[1:]] == [names]


def test_nobody_returns_before_its_own_commit(tmp_path: Path, pool: ThreadPoolExecutor) -> None:
    writers = Writers(tmp_path, pool)
    queued = writers.queue("a", "b")
    assert not any(future.done() for future in (writers.leading, *queued))
    writers.disk.gate.set()
    for future in (writers.leading, *queued):
        future.result(timeout=20)


def test_one_write_that_fails_fails_alone(tmp_path: Path, pool: ThreadPoolExecutor) -> None:
    writers = Writers(tmp_path, pool)
    good, bad, also_good = writers.queue("a", "bad", "b")
    writers.disk.gate.set()
    good.result(timeout=20)
    also_good.result(timeout=20)
    with pytest.raises(Unavailable, match="a bad document"):
        bad.result(timeout=20)
    assert sorted(ids for _generation, ids in writers.disk.commits) == [["a"], ["b"], ["first"]]


def test_who_was_taken_along_by_an_interrupted_thread_is_not_told_that_it_was_written(
    tmp_path: Path, pool: ThreadPoolExecutor
) -> None:
    writers = Writers(tmp_path, pool)
    queued = writers.queue("interrupted", "a")
    writers.disk.gate.set()
    writers.leading.result(timeout=20)
    errors = {type(future.exception(timeout=20)) for future in queued}
    assert errors == {KeyboardInterrupt, Unavailable}  # whichever of the two threads committed for both
    writers.write("next").result(timeout=20)
    assert writers.disk.commits[-1] == (1, ["next"])


def test_generations_are_committed_apart(tmp_path: Path, pool: ThreadPoolExecutor) -> None:
    writers = Writers(tmp_path, pool)
    futures = [writers.write("a"), writers.write("a", generation=2)]
    writers.disk.gate.set()
    for future in futures:
        future.result(timeout=20)
    assert sorted(writers.disk.commits[1:]) == [(1, ["a"]), (2, ["a"])]


def test_who_waited_in_vain_for_another_process_has_written_nothing_later_either(
    tmp_path: Path, pool: ThreadPoolExecutor
) -> None:
    disk = Disk()
    disk.gate.set()
    commits = Commits(WriterLock(tmp_path, "default", 0.05), disk)
    with WriterLock(tmp_path, "default").held():
        futures = [pool.submit(commits.write, 1, {f"w{at}": None}) for at in range(THREADS)]
        for future in futures:
            assert isinstance(future.exception(timeout=20), WriterBusy)
    commits.write(1, {"next": None})
    assert disk.commits == [(1, ["next"])]


def test_of_each_id_the_last_change_counts() -> None:
    a, b = document("a"), document("b")
    assert latest([{"a": a, "b": None}, {"b": b}, {"a": None}]) == {"a": None, "b": b}
