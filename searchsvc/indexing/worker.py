"""A background thread for what may not keep a request waiting. Its queue is a set: a flood makes it no longer."""

import logging
import random
import threading
import time
from collections.abc import Callable, Iterable

from django.db import connections

from searchsvc.indexing.backoff import ENGINE

log = logging.getLogger("searchsvc.indexing")

AT_ONCE = 0.2  # seconds; what comes sooner is waited for
Serve = Callable[[str], float | None]


class Worker:
    """Serves indexes by name. `serve` returns in how many seconds to serve this one again, None for when it is told.

    `everyone` names all there are, each `sweep` seconds; without them nothing is served untold.
    """

    def __init__(
        self,
        serve: Serve,
        everyone: Callable[[], Iterable[str]] = tuple,
        sweep: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._serve, self._everyone, self._sweep, self._clock = serve, everyone, sweep, clock
        self._changed = threading.Condition()  # guards all below
        self._due: dict[str, float] = {}
        self._sweep_at = clock()
        self._is_busy = self._is_stopping = False
        self._thread: threading.Thread | None = None
        self._failures = 0  # the thread's own

    def start(self) -> None:
        """Have the thread run."""
        with self._changed:
            if self._thread is None and not self._is_stopping:
                self._thread = threading.Thread(target=self._run, name="indexing", daemon=True)
                self._thread.start()

    @property
    def is_started(self) -> bool:
        return self._thread is not None

    def tell(self, aliases: Iterable[str]) -> None:
        """Serve these soon. It only leaves a note."""
        with self._changed:
            now = self._clock()
            self._due |= {alias: min(now, self._due.get(alias, now)) for alias in aliases}
            self._changed.notify_all()
        self.start()

    def finish(self, seconds: float) -> bool:
        """Wait until nothing is to be served at once; whether that came in time."""
        with self._changed:
            return self._changed.wait_for(self._is_idle, seconds)

    def stop(self, seconds: float) -> bool:
        """End the thread, after what it is at; whether that came in time."""
        with self._changed:
            self._is_stopping = True
            self._changed.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(seconds)
        return thread is None or not thread.is_alive()

    def _is_idle(self) -> bool:
        soon = self._clock() + AT_ONCE
        return not self._is_busy and not any(due <= soon for due in self._due.values())

    def _run(self) -> None:
        while (alias := self._next()) is not None:
            again = self._served(alias)
            with self._changed:
                self._is_busy = False
                if again is not None:
                    self._due.setdefault(alias, self._clock() + again)
                self._changed.notify_all()
        connections.close_all()

    def _next(self) -> str | None:
        """The index that has been due for longest, waited for; None at the end."""
        while True:
            with self._changed:
                if self._is_stopping:
                    return None
                now = self._clock()
                first = min(self._due, key=self._due.__getitem__, default=None)
                if first is not None and self._due[first] <= now:
                    del self._due[first]
                    self._is_busy = True
                    return first
            if not self._swept(now):
                self._rest(now)

    def _swept(self, now: float) -> bool:
        if self._sweep is None or now < self._sweep_at:
            return False
        self._sweep_at = now + self._sweep
        try:
            self.tell(self._everyone())
        except Exception:
            log.exception("the indexes could not be listed")
        return True

    def _rest(self, now: float) -> None:
        connections.close_all()
        with self._changed:
            times = [*self._due.values(), *([] if self._sweep is None else [self._sweep_at])]
            wait = min(times) - now if times else None
            if not self._is_stopping and (wait is None or wait > 0):
                self._changed.wait(wait)

    def _served(self, alias: str) -> float | None:
        try:
            again = self._serve(alias)
        except Exception:
            self._failures += 1
            log.exception("the changes of '%s' wait: this is failure %d in a row", alias, self._failures)
            connections.close_all()
            return ENGINE.seconds(self._failures, random.Random())  # noqa: S311 - it spreads waits
        self._failures = 0
        return again
