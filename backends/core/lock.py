"""The right to write into one folder: one thread of one process has it at a time, the others wait, with a bound.

The kernel gives the lock back when its process ends, however it ends, so none is ever left over. Linux and macOS: it
is `flock`, which Windows has not.
"""

import fcntl
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from weakref import WeakSet

import orjson

from backends.core.errors import Unwritable, WriterBusy

WRITE_TIMEOUT = 30.0  # seconds; a commit takes 5 to 50 ms, a batch of 1,000 documents about a second
POLL = 0.005  # seconds between two tries for a lock that another process holds
WRITER, NEXT = "writer.lock", "next-writer.lock"
Got = TypeVar("Got")


class WriterLock:
    """Of one folder. A thread may take it again while it has it.

    `clock` and `sleep` are those of waiting, in seconds.
    """

    def __init__(
        self,
        folder: Path,
        alias: str,
        timeout: float = WRITE_TIMEOUT,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.folder, self.alias, self.timeout = folder, alias, timeout
        self._clock, self._sleep = clock, sleep
        self.forget()
        _locks.add(self)

    def forget(self) -> None:
        """Begin anew, in a forked child: the thread that had the lock is not there."""
        self._turn = threading.RLock()  # guards _depth and _deadline, and whatever a writer does
        self._depth = 0
        self._deadline = 0.0

    @contextmanager
    def held(self) -> Iterator[None]:
        """Wait for the lock, and have it until the block ends. Raises WriterBusy, or Unwritable."""
        deadline = self._clock() + self.timeout
        if not self._turn.acquire(timeout=self.timeout):
            raise self._busy()
        try:
            if self._depth:
                self._depth += 1
                yield
            else:
                self._deadline = deadline
                with self._locked():
                    self._depth = 1
                    yield
        finally:
            self._depth = max(0, self._depth - 1)
            self._turn.release()

    def until(self, attempt: Callable[[], Got | None]) -> Got:
        """What `attempt` gives once it is not None; for an engine's own lock, by who holds ours.

        That one is free a moment after ours when a process is killed. Raises WriterBusy at the bound.
        """
        if (got := self._wait(attempt)) is None:
            raise WriterBusy(
                f"The index of connection '{self.alias}' is being written by a program that does not take "
                f"{self.folder / WRITER}, an older version perhaps; end it, or try again later."
            )
        return got

    def _wait(self, attempt: Callable[[], Got | None]) -> Got | None:
        while (got := attempt()) is None and self._clock() < self._deadline:
            self._sleep(POLL)
        return got

    @contextmanager
    def _locked(self) -> Iterator[None]:
        # Who comes next stands at a lock of its own: a process that writes without a pause would else be first again
        # each time, and the others never.
        with self._file(NEXT):
            file = self._taken(WRITER)
        try:
            os.ftruncate(file, 0)
            os.pwrite(file, orjson.dumps(_this_process()), 0)
            yield
        finally:
            _release(file)

    @contextmanager
    def _file(self, name: str) -> Iterator[None]:
        file = self._taken(name)
        try:
            yield
        finally:
            _release(file)

    def _taken(self, name: str) -> int:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            file = self._wait(lambda: _try(self.folder / name))
        except OSError as error:
            raise Unwritable(self.folder, error) from error
        if file is None:
            raise self._busy()
        return file

    def _busy(self) -> WriterBusy:
        return WriterBusy(
            f"Another process is writing to the index of connection '{self.alias}': {self.holder()}. Waited "
            f"{self.timeout:g} seconds. Let it end, or end it: nothing that it acknowledged is lost. "
            "WRITE_TIMEOUT in the connection's settings is how long to wait."
        )

    def holder(self) -> str:
        """Who has the lock, or had it last, in words."""
        try:
            who = orjson.loads((self.folder / WRITER).read_bytes())
            return f"process {who['pid']} on {who['host']} ({who['program']}), since {who['since']}"
        except (OSError, ValueError, KeyError, TypeError):
            return "one that did not say who it is"


def _this_process() -> dict[str, str | int]:
    return {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        # The command and its first word; what follows may be a secret.
        "program": " ".join((Path(sys.argv[0]).name, *sys.argv[1:2])),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _try(path: Path) -> int | None:
    """The open file, locked; None where another has it. Raises OSError."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Somebody may have deleted the folder: a lock on a file without a name keeps nobody out.
        if os.path.samestat(path.stat(), os.fstat(file)):
            return file
    except (BlockingIOError, FileNotFoundError):
        pass
    except OSError:
        os.close(file)
        raise
    os.close(file)
    return None


def _release(file: int) -> None:
    fcntl.flock(file, fcntl.LOCK_UN)  # for a forked child that has the file open too
    os.close(file)


_locks: WeakSet[WriterLock] = WeakSet()


def _after_fork() -> None:
    """In the child, whose copies of open lock files, ours and the engines', would stay locked when the parent dies."""
    inherited: set[tuple[int, int]] = set()
    for lock in list(_locks):
        lock.forget()
        inherited |= _lock_files(lock.folder)
    if not inherited:
        return
    for name in os.listdir("/dev/fd"):  # noqa: PTH208 - numbers, not files
        with suppress(OSError):
            seen = os.fstat(int(name))
            if (seen.st_dev, seen.st_ino) in inherited:
                _point_nowhere(int(name))


def _lock_files(folder: Path) -> set[tuple[int, int]]:
    found = set()
    for place, _folders, files in os.walk(folder):  # passes over a folder that goes while it looks
        for name in files:
            if "lock" in name.lower():
                with suppress(OSError):
                    seen = os.stat(os.path.join(place, name))  # noqa: PTH116, PTH118 - few steps in a forked child
                    found.add((seen.st_dev, seen.st_ino))
    return found


def _point_nowhere(file: int) -> None:
    """Keep the number in use: whoever owns it will close it."""
    nowhere = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
    os.dup2(nowhere, file, inheritable=False)
    os.close(nowhere)


os.register_at_fork(after_in_child=_after_fork)
