"""The writer's lock: waited for with a bound, given back by the kernel, fair to who waits."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from backends.core.errors import Unwritable, WriterBusy
from backends.core.lock import POLL, WRITER, WriterLock


class Clock:
    """Time that passes only where somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def other(folder: Path, clock: Clock, timeout: float = 7) -> WriterLock:
    """As another process: two open files of one process keep each other out as those of two do."""
    return WriterLock(folder, "default", timeout, clock, clock.sleep)


def test_who_waits_in_vain_is_told_who_writes_and_what_to_do(tmp_path: Path) -> None:
    clock = Clock()
    with WriterLock(tmp_path, "default").held(), pytest.raises(WriterBusy) as caught, other(tmp_path, clock).held():
        pass
    said = str(caught.value)
    assert "connection 'default'" in said
    assert f"process {os.getpid()} on " in said
    assert "Waited 7 seconds" in said
    assert "WRITE_TIMEOUT" in said
    assert 7 <= clock.now <= 7 + POLL


def test_a_bound_of_nothing_tries_once(tmp_path: Path) -> None:
    clock = Clock()
    with other(tmp_path, clock, 0).held(), pytest.raises(WriterBusy), other(tmp_path, clock, 0).held():
        pass
    with other(tmp_path, clock, 0).held():
        assert clock.now == 0


def test_a_thread_that_has_the_lock_may_take_it_again(tmp_path: Path) -> None:
    lock = WriterLock(tmp_path, "default", 0)
    with lock.held(), lock.held():
        pass
    with lock.held(), pytest.raises(WriterBusy), WriterLock(tmp_path, "default", 0).held():
        pass
    with WriterLock(tmp_path, "default", 0).held():
        pass


def test_an_error_inside_gives_the_lock_back(tmp_path: Path) -> None:
    lock = WriterLock(tmp_path, "default", 0)
    with pytest.raises(ValueError, match="inside"), lock.held():
        raise ValueError("inside")
    with WriterLock(tmp_path, "default", 0).held():
        pass


def test_threads_of_one_process_queue_and_are_bounded_too(tmp_path: Path) -> None:
    lock, inside = WriterLock(tmp_path, "default", 0.02), []

    def attempt() -> str:
        with pytest.raises(WriterBusy) as caught, lock.held():
            inside.append("in")
        return str(caught.value)

    with ThreadPoolExecutor(2) as pool, lock.held():
        assert f"process {os.getpid()}" in pool.submit(attempt).result(timeout=20)
    assert inside == []


def test_a_writer_without_a_pause_lets_who_waits_go_first(tmp_path: Path) -> None:
    # Whoever waits tries only while the loop has the lock or waits for it: where the lock went to whoever asks first,
    # the loop would have it again each time.
    busy, tried = threading.Event(), threading.Event()

    def sleep_of_who_waits(_seconds: float) -> None:
        busy.clear()
        tried.set()
        assert busy.wait(20)

    loop = WriterLock(tmp_path, "default", 20, sleep=lambda _seconds: busy.set())
    waiting = WriterLock(tmp_path, "default", 20, sleep=sleep_of_who_waits)
    turns: list[str] = []

    def write_without_a_pause() -> None:
        while "waiting" not in turns and len(turns) < 50:
            with loop.held():
                turns.append("loop")
                busy.set()
                assert tried.wait(20)
                tried.clear()

    with ThreadPoolExecutor(1) as pool:
        looping = pool.submit(write_without_a_pause)
        assert busy.wait(20)
        with waiting.held():
            turns.append("waiting")
        tried.set()
        looping.result(timeout=20)
    assert turns.index("waiting") == 1


def test_what_an_old_lock_file_says_keeps_nobody_out(tmp_path: Path) -> None:
    for left in (b"", b"{", b"[]", b'{"pid": 1}', b"\xff"):
        (tmp_path / WRITER).write_bytes(left)
        lock = WriterLock(tmp_path, "default", 0)
        assert lock.holder() == "one that did not say who it is"
        with lock.held():
            assert f"process {os.getpid()}" in lock.holder()


def test_a_folder_deleted_under_a_writer_is_a_new_folder_with_a_new_lock(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    with WriterLock(folder, "default", 0).held():
        shutil.rmtree(folder)
        with WriterLock(folder, "default", 0).held():
            assert (folder / WRITER).exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unwritable, match="SEARCHSVC_VAR_DIR"), WriterLock(tmp_path / "file", "default").held():
        pass


FORK = """
import fcntl, os, pathlib, sys, threading
from backends.core.lock import WriterLock
folder = pathlib.Path({folder!r})
engine = (folder / "engine.lock").open("w")
fcntl.flock(engine, fcntl.LOCK_EX)
lock = WriterLock(folder, "default")
with lock.held():
    if not (child := os.fork()):
        print(os.getpid(), flush=True)
        sys.stdin.readline()  # lives on when the parent is gone
        os._exit(0)
    os.waitpid(child, 0)
"""


def test_a_forked_child_does_not_keep_the_locks_of_a_dead_parent(tmp_path: Path, root: Path) -> None:
    code = FORK.format(folder=str(tmp_path))
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        with pytest.raises(WriterBusy), WriterLock(tmp_path, "default", 0).held():
            pass
        os.kill(parent.pid, signal.SIGKILL)
        parent.wait(timeout=20)
        os.kill(child, 0)  # still there
        with WriterLock(tmp_path, "default", 0).held():
            pass
        with (tmp_path / "engine.lock").open("w") as engine:
            fcntl.flock(engine, fcntl.LOCK_EX | fcntl.LOCK_NB)
        parent.communicate("\n", timeout=20)


FORK_AND_WRITE = """
import os, pathlib
from backends.core.lock import WriterLock
lock = WriterLock(pathlib.Path({folder!r}), "default", 20)
with lock.held():
    if not (child := os.fork()):
        with lock.held():
            print("written by the child", flush=True)
        os._exit(0)
    print("written by the parent", flush=True)
os.waitpid(child, 0)
"""


def test_a_child_forked_under_the_lock_waits_for_its_parent_and_writes(tmp_path: Path, root: Path) -> None:
    code = FORK_AND_WRITE.format(folder=str(tmp_path))
    ran = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, timeout=30, check=True)
    assert ran.stdout.splitlines() == ["written by the parent", "written by the child"]
