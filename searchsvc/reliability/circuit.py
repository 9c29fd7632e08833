"""A circuit: what failed again and again is not asked for a while, then one call tries, and a success closes it.

It spares callers the wait for a server that is down, and the server the crowd when it comes up.
https://learn.microsoft.com/en-us/azure/architecture/patterns/circuit-breaker
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import TypeVar

log = logging.getLogger("searchsvc.reliability")

Clock = Callable[[], float]
Value = TypeVar("Value")
Said = tuple[object, ...] | None  # what the log is told, outside the lock


class Open(Exception):
    """Refused without a try. `since` is how many seconds ago it opened, `seconds` are until the next try."""

    def __init__(self, name: str, since: float, seconds: float, reason: str) -> None:
        self.since, self.seconds = since, seconds
        super().__init__(
            f"{name} failed again and again and is spared since {since:.1f} seconds ago; "
            f"the next try is in {seconds:.1f} seconds. The last failure: {reason}"
        )


class Circuit:
    """Around the calls to one thing, `name`. Opens after `threshold` failures in a row, for `pause` seconds at a time.

    Threads share it. After a pause one call is let through; if it fails, or is never heard of, the next one is due
    after another pause.
    """

    def __init__(self, name: str, threshold: float, pause: float, clock: Clock = time.monotonic) -> None:
        self.name, self.threshold, self.pause, self._clock = name, threshold, pause, clock
        self._failures = 0
        self._opened_at: float | None = None  # None while closed
        self._next_try = 0.0
        self._reason = ""  # of the last failure
        self._lock = threading.Lock()  # guards the four above

    def call(self, function: Callable[[], Value], fails: Callable[[Exception], bool | None]) -> Value:
        """The function's value. Raises what it raises, and Open.

        `fails` says of an error whether it is a failure; False is a success too (an answer, if a refusal), None says
        nothing about the thing that was called.
        """
        is_trial = self._enter()
        try:
            value = function()
        except Exception as error:
            self._ended(fails(error), is_trial, str(error))
            raise
        except BaseException:
            self._ended(None, is_trial)
            raise
        self._ended(False, is_trial)
        return value

    def _enter(self) -> bool:
        """Whether this call is the one that tries. Raises Open."""
        with self._lock:
            if self._opened_at is None:
                return False
            now = self._clock()
            if now >= self._next_try:
                self._next_try = now + self.pause
                return True
            refusal = Open(self.name, now - self._opened_at, self._next_try - now, self._reason)
        raise refusal

    def _ended(self, failed: bool | None, is_trial: bool, reason: str = "") -> None:
        with self._lock:
            self._reason = reason if failed else self._reason
            said = (
                self._answered() if failed is False else self._failed(is_trial) if failed else self._unknown(is_trial)
            )
        if said:
            log.warning(*said)

    def _failed(self, is_trial: bool) -> Said:
        self._failures += 1
        now = self._clock()
        if self._opened_at is None and self._failures >= self.threshold:
            self._opened_at, self._next_try = now, now + self.pause
            return "%s failed %d times in a row; it is asked again in %g s.", self.name, self._failures, self.pause
        if is_trial:
            self._next_try = now + self.pause
        return None

    def _answered(self) -> Said:
        opened_at, self._opened_at, self._failures = self._opened_at, None, 0
        return None if opened_at is None else ("%s answers again, after %.1f s.", self.name, self._clock() - opened_at)

    def _unknown(self, is_trial: bool) -> Said:
        if is_trial:
            self._next_try = self._clock()  # the next call tries instead
        return None
