"""Group commit: of threads that write at once one commits for all, and each returns when its own part is durable."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from backends.core.errors import SearchError, Unavailable
from backends.core.lock import WriterLock
from backends.core.store import Changes, Document

Commit = Callable[[int, Changes], None]
INTERRUPTED = Unavailable("The writing thread was interrupted; the documents may be in the index or not. Write again.")


@dataclass(slots=True, eq=False)
class Write:
    """What one thread waits for."""

    generation: int
    changes: Changes
    finished: threading.Event = field(default_factory=threading.Event)
    error: Exception | None = INTERRUPTED  # until the commit says otherwise: never acknowledged by mistake


class Commits:
    """The writes of one store. `commit` makes changes of one generation durable, all or none of them."""

    def __init__(self, lock: WriterLock, commit: Commit) -> None:
        self._lock, self._commit = lock, commit
        self._guard = threading.Lock()  # guards _waiting
        self._waiting: list[Write] = []

    def write(self, generation: int, changes: Changes) -> None:
        """Return when the changes are durable. Raises WriterBusy, or what the commit raised: then none were made."""
        mine = Write(generation, changes)
        with self._guard:
            self._waiting.append(mine)
        try:
            with self._lock.held():
                if not mine.finished.is_set():
                    self._commit_all(self._taken())
        except SearchError:
            if self._withdrawn(mine):
                raise
            mine.finished.wait()  # another thread took it along meanwhile: it counts
        except BaseException:  # interrupted
            self._withdrawn(mine)
            raise
        if mine.error is not None:
            raise mine.error

    def _taken(self) -> list[Write]:
        with self._guard:
            taken, self._waiting = self._waiting, []
        return taken

    def _withdrawn(self, write: Write) -> bool:
        with self._guard:
            if write in self._waiting:
                self._waiting.remove(write)
                return True
        return False

    def _commit_all(self, writes: list[Write]) -> None:
        by_generation: dict[int, list[Write]] = {}
        for write in writes:
            by_generation.setdefault(write.generation, []).append(write)
        try:
            for generation, group in by_generation.items():
                self._commit_group(generation, group)
        finally:
            for write in writes:
                write.finished.set()

    def _commit_group(self, generation: int, group: list[Write]) -> None:
        try:
            self._commit(generation, latest(write.changes for write in group))
            for write in group:
                write.error = None
        except Exception as error:  # noqa: BLE001 - it is raised by the thread whose write it is
            if len(group) == 1:
                group[0].error = error
                return
            for write in group:  # one of them is at fault, and the others shall not suffer
                self._commit_group(generation, [write])


def latest(changes: Iterable[Changes]) -> dict[str, Document | None]:
    """Of each id the last change."""
    return {id_: document for each in changes for id_, document in each.items()}
