"""Every call to a server leaves through here: its turn, the circuit, the time it has, and its repeats.

A limit and a circuit belong to a server, so all connections of this process to it share them.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.core.exceptions import ImproperlyConfigured

from backends.core.errors import Busy, CircuitOpen, Dropped, RateLimited, SearchError, TimedOut, Unreachable
from searchsvc.reliability.bucket import Bucket, MemoryBucket, NoToken, Rate, RedisBucket
from searchsvc.reliability.circuit import Circuit, Open
from searchsvc.reliability.deadline import DeadlinePassed, deadline, remaining
from searchsvc.reliability.http import HttpSettings, retrying

Result = TypeVar("Result")
SAFE = (Unreachable, Busy)  # the server has done nothing
PASSING = (*SAFE, Dropped)  # what may be gone at the next try
# A call that had less time than this says nothing of the server when it is over: the caller was in a hurry.
PATIENCE = 1.0
REDIS_SECONDS = 0.5  # to connect, and to answer; then the bucket of this process does


class Outbound:
    """The calls of one client. `product` is for messages. Threads share it."""

    def __init__(self, product: str, settings: HttpSettings) -> None:
        self.settings, self.name = settings, f"{product} at {settings.place}"
        self._connections = threading.BoundedSemaphore(settings.connections)
        self._circuit = _shared(
            (*_circuit_of(settings), settings.urls), lambda: Circuit(self.name, *_circuit_of(settings))
        )
        limit = settings.urls, settings.rate, settings.burst, settings.redis_url
        self._bucket: Bucket | None = _shared(limit, lambda: _bucket(settings)) if settings.rate else None
        self._asking = retrying(settings, lambda error: isinstance(error, PASSING))
        self._telling = retrying(settings, lambda error: isinstance(error, SAFE))

    def ask(self, once: Callable[..., Result], *arguments: Any) -> Result:
        """Of what may be repeated, for it changes nothing, or the same thing twice. Raises as `attempt`."""
        answer: Result = self._asking(self.attempt, once, *arguments)
        return answer

    def tell(self, once: Callable[..., Result], *arguments: Any) -> Result:
        """Of what must not be done twice: repeated where the server cannot have done it. Raises as `attempt`."""
        answer: Result = self._telling(self.attempt, once, *arguments)
        return answer

    def repeat(self, step: Callable[..., Result], *arguments: Any) -> Result:
        """A step with attempts in it, repeated as `ask` repeats one."""
        answer: Result = self._asking(step, *arguments)
        return answer

    def left(self) -> float:
        """Seconds that a call begun now has. Raises TimedOut."""
        try:
            return remaining(self.settings.read)
        except DeadlinePassed as error:
            raise TimedOut(f"The time for {self.name} was over.") from error

    def attempt(self, once: Callable[..., Result], *arguments: Any) -> Result:
        """One try, which has TIMEOUT or what is left of the caller's deadline.

        Raises what `once` raises, CircuitOpen, RateLimited, or TimedOut.
        """
        attempt = _Attempt()
        try:
            with deadline(self.settings.read):
                return self._circuit.call(lambda: self._in_turn(attempt, once, arguments), attempt.fails)
        except Open as error:
            raise CircuitOpen(str(error), error.since, error.seconds) from error
        except DeadlinePassed as error:
            raise TimedOut(f"The time for {self.name} was over.") from error

    def _in_turn(self, attempt: "_Attempt", once: Callable[..., Result], arguments: tuple[Any, ...]) -> Result:
        with self._connection():
            self._wait_for_a_token()
            attempt.begin()
            try:
                return once(*arguments)
            except Dropped:
                self.left()  # libraries say that a connection broke which had no more time
                raise

    @contextmanager
    def _connection(self) -> Iterator[None]:
        most = remaining(self.settings.read)
        if not self._connections.acquire(timeout=most):
            raise TimedOut(
                f"All {self.settings.connections} connections to {self.name} were busy for {most:.1f} seconds; "
                "CONNECTIONS is their number."
            )
        try:
            yield
        finally:
            self._connections.release()

    def _wait_for_a_token(self) -> None:
        if self._bucket is None:
            return
        try:
            wait = self._bucket.take(remaining(self.settings.read))
        except NoToken as error:
            raise RateLimited(
                f"No more than {self.settings.rate:g} calls a second go to {self.name}. {error}", error.seconds
            ) from error
        if wait:
            time.sleep(wait)


class _Attempt:
    """When it began, and what its end says of the server."""

    __slots__ = ("began",)

    def __init__(self) -> None:
        self.began: float | None = None

    def begin(self) -> None:
        self.began = time.monotonic()

    def fails(self, error: Exception) -> bool | None:
        """See `Circuit.call`."""
        if self.began is None:
            return None
        if isinstance(error, PASSING):
            return True
        if isinstance(error, TimedOut | DeadlinePassed):
            return True if time.monotonic() - self.began >= PATIENCE else None
        return False if isinstance(error, SearchError) else None


def _circuit_of(settings: HttpSettings) -> tuple[float, float]:
    return settings.circuit_failures or float("inf"), settings.circuit_pause


def _bucket(settings: HttpSettings) -> Bucket:
    rate = Rate(settings.rate, settings.burst)
    if not settings.redis_url:
        return MemoryBucket(rate)
    try:
        import redis
    except ImportError as error:
        raise ImproperlyConfigured("REDIS_URL needs redis: pip install 'searchsvc[redis]'") from error
    client = redis.Redis.from_url(
        settings.redis_url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS, retry=None
    )
    return RedisBucket(rate, client, f"searchsvc:rate:{settings.place}", (redis.RedisError, OSError))


_lock = threading.Lock()  # guards _made
_made: dict[Any, Any] = {}


def _shared(key: Any, make: Callable[[], Result]) -> Result:
    with _lock:
        if key not in _made:
            _made[key] = make()
        found: Result = _made[key]
        return found


def _after_fork() -> None:
    """In the child, where another thread of the parent may have had a lock; stores are made anew there, too."""
    global _lock  # noqa: PLW0603 - the registry is process-wide by nature
    _lock = threading.Lock()
    _made.clear()


os.register_at_fork(after_in_child=_after_fork)
