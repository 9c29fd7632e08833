"""Have changes delivered soon: on commit, by this process's own thread, or by a task where there is a broker.

The thread starts at the first change. In a process that serves it starts at once (`begin`) and sweeps too: for changes
that nobody took, and those of a process that died. A forked child begins anew, at its own first change.
"""

import atexit
import logging
import os
import sys
import threading
from collections.abc import Iterable

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from backends.core.errors import Unavailable
from searchsvc.indexing.documents import aliases, store
from searchsvc.indexing.models import WAITING, Change
from searchsvc.indexing.worker import Worker

log = logging.getLogger("searchsvc.indexing")

STOP_SECONDS = 10.0  # for the batch under way, when the process ends
EXIT_SECONDS = 30.0  # for what a command has changed, before it ends

_lock = threading.Lock()  # guards the two below
_worker: Worker | None = None
_is_serving = False


class Waking:
    """What is done on commit: tell the thread of these indexes."""

    def __init__(self, aliases: set[str]) -> None:
        self.aliases = aliases

    def __call__(self) -> None:
        """Whatever goes wrong here, the change is safe, and a sweep takes it."""
        try:
            if (worker := background()) is not None:
                worker.tell(self.aliases)
        except Exception:
            log.exception("nobody was told that %s changed", ", ".join(self.aliases))


def notify(aliases: Iterable[str]) -> None:
    """When the transaction commits, or now outside of one, have the changes of these indexes delivered.

    It costs no more than a note: whoever calls it waits neither for an engine nor for a broker. Called again and again
    in one transaction it leaves one.
    """
    if not (named := set(aliases)):
        return
    if (noted := _noted()) is not None:
        noted.aliases |= named
    else:
        transaction.on_commit(Waking(named))


def begin() -> None:
    """Called by a process that serves: it sweeps from now on, and stops at once when it is told to end."""
    global _is_serving  # noqa: PLW0603 - a process serves or it does not
    _is_serving = True
    if (worker := background()) is not None:
        worker.start()


def background() -> Worker | None:
    """This process's thread, not yet started where nothing has told it to; None where changes wait for others."""
    global _worker  # noqa: PLW0603 - one a process
    with _lock:
        if _worker is None and (made := _made()) is not None:
            _worker = made
            atexit.register(_end, made, os.getpid())
    return _worker


def _made() -> Worker | None:
    if settings.SEARCHSVC_INDEXING_WORKER:
        from searchsvc.indexing.delivery import deliver_next

        return Worker(deliver_next, aliases, settings.SEARCHSVC_INDEXING_SWEEP)
    if settings.CELERY_BROKER_URL:
        from searchsvc.indexing.tasks import send

        return Worker(send)
    return None


def _end(worker: Worker, owner: int) -> None:
    """At the end of the process. What a command has changed is delivered first, with a bound."""
    if os.getpid() != owner or not worker.is_started:
        return
    if not _is_serving:
        worker.finish(EXIT_SECONDS)
    worker.stop(STOP_SECONDS)
    if not _is_serving:
        _say_what_is_left()


def _say_what_is_left() -> None:
    try:
        left = Change.objects.filter(WAITING, alias__in=[alias for alias in aliases() if _may_be_built(alias)]).count()
    except DatabaseError:
        return
    if left:
        sys.stderr.write(f"{left} changes wait to be indexed: manage.py index status says why.\n")


def _may_be_built(alias: str) -> bool:
    """False where there is no index yet: who builds it reads everything."""
    try:
        return store(alias).current() is not None
    except Unavailable:
        return True


def _noted() -> Waking | None:
    """The last thing to be done on commit, where it is our note and of the same savepoints."""
    if not connection.in_atomic_block or not connection.run_on_commit:
        return None
    within, act, *_ = connection.run_on_commit[-1]
    return act if isinstance(act, Waking) and within == set(connection.savepoint_ids) else None


def _after_fork() -> None:
    """In the child, where the thread is not."""
    global _lock, _worker, _is_serving
    _lock, _worker, _is_serving = threading.Lock(), None, False


os.register_at_fork(after_in_child=_after_fork)
