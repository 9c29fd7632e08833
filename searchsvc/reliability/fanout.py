"""Several calls side by side: one answer or one error each, all before a deadline."""

from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import copy_context
from dataclasses import dataclass
from typing import Generic, TypeVar

from searchsvc.reliability.deadline import deadline

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

THREADS = 8  # calls at a time in this process; what is beyond waits for its turn, within its deadline
_pool = ThreadPoolExecutor(THREADS, thread_name_prefix="fanout")


class Late(TimeoutError):
    """The call had not answered when the time was up. It goes on in the background, its answer unused."""


@dataclass(frozen=True, slots=True)
class Answer(Generic[Value]):
    """What one call gave: a value, or the error it raised."""

    value: Value | None = None
    error: Exception | None = None


def fan_out(calls: Mapping[Key, Callable[[], Value]], timeout: float) -> dict[Key, Answer[Value]]:
    """Run the calls at the same time; the answers in the order of the calls. Raises nothing a call raised.

    `timeout` is in seconds, for all of them together; it is each call's deadline, too, and an earlier one still holds.
    """
    with deadline(timeout):
        futures = {key: _pool.submit(copy_context().run, call) for key, call in calls.items()}
    wait(futures.values(), timeout)
    answers: dict[Key, Answer[Value]] = {}
    for key, future in futures.items():
        if not future.done():
            future.cancel()
            answers[key] = Answer(error=Late(f"No answer within {timeout:g} seconds."))
        elif (error := future.exception()) is None:
            answers[key] = Answer(future.result())
        elif isinstance(error, Exception):
            answers[key] = Answer(error=error)
        else:
            raise error
    return answers
