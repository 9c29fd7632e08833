"""How long a caller will wait. The end of it travels with the call; each layer asks what remains."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Clock = Callable[[], float]
_end: ContextVar[float | None] = ContextVar("searchsvc_deadline", default=None)


class DeadlinePassed(TimeoutError):
    """The time that the caller gave is used up."""


@contextmanager
def deadline(seconds: float | None, clock: Clock = time.monotonic) -> Iterator[None]:
    """Within the block nothing waits longer than so many seconds in all; one set further out, if earlier, holds too."""
    before = _end.get()
    ends = [end for end in (before, None if seconds is None else clock() + seconds) if end is not None]
    token = _end.set(min(ends, default=None))
    try:
        yield
    finally:
        _end.reset(token)


def remaining(most: float, clock: Clock = time.monotonic) -> float:
    """Seconds left until the deadline, at most `most`; just that where no deadline is set. Raises DeadlinePassed."""
    end = _end.get()
    if end is None:
        return most
    left = end - clock()
    if left <= 0:
        raise DeadlinePassed("The deadline of this call has passed.")
    return min(most, left)
