"""How many calls leave in a second: a token bucket, kept as the moment at which it will be full again.

That one number is all of a bucket (the generic cell rate algorithm): a call moves it on by the time one token takes to
grow, and waits for what it then lies further ahead than a full bucket. https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

log = logging.getLogger("searchsvc.reliability")

Clock = Callable[[], float]
LOST_SECONDS = 5.0  # before Redis is asked again once it did not answer: a call must not wait for it each time


class NoToken(Exception):
    """None comes in the time the caller has; none was taken. `seconds` are until there is one."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"The next call may go in {seconds:.1f} seconds.")


@dataclass(frozen=True, slots=True)
class Rate:
    """So many calls a second in the long run, and so many at once after a rest."""

    per_second: float
    burst: int

    @property
    def interval(self) -> float:
        """Seconds in which one token grows."""
        return 1 / self.per_second

    @property
    def slack(self) -> float:
        """Seconds that a bucket may lie ahead while calls still go at once."""
        return (self.burst - 1) / self.per_second


class Bucket(Protocol):
    def take(self, most: float) -> float:
        """Take a token, and return the seconds until it is there, 0.0 for now. Raises NoToken beyond `most`."""
        ...


class MemoryBucket:
    """Of this process. Threads share it."""

    def __init__(self, rate: Rate, clock: Clock = time.monotonic) -> None:
        self._rate, self._clock = rate, clock
        self._full_at = 0.0
        self._lock = threading.Lock()  # guards _full_at

    def take(self, most: float) -> float:
        with self._lock:
            now = self._clock()
            full_at = max(self._full_at, now)
            wait = full_at - now - self._rate.slack
            if wait <= most:
                self._full_at = full_at + self._rate.interval
        if wait > most:
            raise NoToken(wait)
        return max(0.0, wait)


# The bucket in microseconds of the server's own clock: Lua's numbers hold them exactly, and its text of them would not.
# Returns the wait, below zero where the caller would not wait so long. A full bucket is no key at all.
TAKE = """
local interval, slack, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local full_at = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now)
local wait = math.max(0, full_at - now - slack)
if wait > most then return -wait end
full_at = full_at + interval
redis.call('SET', KEYS[1], string.format('%.0f', full_at), 'PX', math.ceil((full_at - now) / 1000) + 1000)
return wait
"""
SECOND = 1_000_000


class RedisBucket:
    """Shared by every process that names the same key. `client` is a redis.Redis, `lost` the errors it raises.

    Where Redis does not answer the calls of this process have a bucket of their own, and the log says so once.
    """

    def __init__(
        self,
        rate: Rate,
        client: Any,
        key: str,
        lost: tuple[type[Exception], ...] = (OSError,),
        clock: Clock = time.monotonic,
    ) -> None:
        self._rate, self._key, self._lost, self._clock = rate, key, lost, clock
        self._script = client.register_script(TAKE)
        self._own = MemoryBucket(rate, clock)
        self._ask_again_at: float | None = None  # None while Redis answers
        self._lock = threading.Lock()  # guards _ask_again_at

    def take(self, most: float) -> float:
        if not self._may_ask():
            return self._own.take(most)
        arguments = (self._rate.interval, self._rate.slack, most)
        try:
            wait = int(self._script([self._key], [round(seconds * SECOND) for seconds in arguments])) / SECOND
        except self._lost as error:
            if self._turned(self._clock() + LOST_SECONDS):
                log.warning("Redis is lost (%s): this process now limits its calls by itself.", error)
            return self._own.take(most)
        if self._turned(None):
            log.warning("Redis is back: calls are limited together again.")
        if wait < 0:
            raise NoToken(-wait)
        return wait

    def _may_ask(self) -> bool:
        """Whether Redis is asked; of a lost one by one thread at a time."""
        with self._lock:
            again_at, now = self._ask_again_at, self._clock()
            if again_at is not None and again_at <= now:
                self._ask_again_at = now + LOST_SECONDS
            return again_at is None or again_at <= now

    def _turned(self, again_at: float | None) -> bool:
        """Set when Redis is asked again; whether it was lost or found just now."""
        with self._lock:
            before, self._ask_again_at = self._ask_again_at, again_at
            return (before is None) is not (again_at is None)
