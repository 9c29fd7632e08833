"""From the outbox to the index: claim documents, read them afresh, write them, and write down what came of it.

An old write never takes the place of a newer one. A document is one worker's at a time. A worker whose lease ran out
because it was stopped for a minute writes nothing more into an embedded index: it looks under the writer's lock whether
the lane is still its own. A server has no such lock; there, what may have been overwritten is delivered once more.
"""

import logging
import math
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar

from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.utils import timezone

from backends.core.embedded import EmbeddedStore
from backends.core.errors import IndexMissing, Unavailable
from searchsvc.indexing.backoff import ENGINE
from searchsvc.indexing.bring import LeaseLost, bring
from searchsvc.indexing.claim import HELD_AGAIN, Batch, Wait, claim
from searchsvc.indexing.documents import store
from searchsvc.indexing.expand import expand
from searchsvc.indexing.models import WAITING, Change, Expansion
from searchsvc.indexing.settle import NOTHING, Outcome, Settled, finish, release
from searchsvc.indexing.targets import must_keep

log = logging.getLogger("searchsvc.indexing")

Clock = Callable[[], datetime]
Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class Step:
    """What one batch came to. `again`: seconds until there may be more, None for when something changes."""

    settled: Settled = NOTHING
    again: float | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Drained:
    """Documents delivered, refused for now, dead; changes that are left, due or not; the engine's failure, if any."""

    delivered: int
    refused: int
    dead: int
    left: int
    error: str = ""
    is_cut: bool = False
    """Whether the deadline came before the end."""


def drain(
    alias: str,
    deadline: float | None = None,
    *,
    only: Collection[int] = (),
    patient: bool = False,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Drained:
    """Deliver, in this process, until nothing of an index is due, its engine fails, or the deadline passes.

    `deadline` is in seconds; `only` names rows of the outbox. An index that rests after a failure is asked at once,
    unless `patient`. What another worker is at is waited for.
    """
    end = math.inf if deadline is None else clock() + deadline
    total = NOTHING
    while True:
        step = deliver_batch(alias, only=only, patient=patient)
        total += step.settled
        is_over, is_cut = bool(step.error) or step.again is None or step.again > HELD_AGAIN, clock() >= end
        if is_over or is_cut:
            break
        sleep(step.again or 0.0)
    left = Change.objects.filter(WAITING, alias=alias).count()
    return Drained(total.delivered, total.refused, total.dead, left, step.error, is_cut and not is_over)


def deliver_batch(alias: str, *, only: Collection[int] = (), patient: bool = True, clock: Clock = timezone.now) -> Step:
    """Deliver what has waited longest. Raises DatabaseError where the database is lost; nothing is lost by that.

    `patient`: leave alone an index that rests after a failure. Call it outside any transaction.
    """
    if not is_wanted(alias):
        return Step()
    alone = isinstance(store(alias), EmbeddedStore)
    if not only:
        expand(alias)  # a chunk beside each batch: neither keeps the other waiting for long
    batch = claim(alias, clock(), alone=alone, only=only, patient=patient)
    if isinstance(batch, Wait):
        return Step(again=batch.seconds)
    return _delivered(batch, alone, clock)


def _delivered(batch: Batch, alone: bool, clock: Clock) -> Step:
    outcome, error = Outcome(), ""
    try:
        bring(batch, outcome, clock, alone=alone)
    except LeaseLost:  # a failure as others are: fewer at a time are quicker
        error = "a batch took longer than its lease, and another has claimed it"
        log.warning("the index '%s' is slow: %s", batch.alias, error)
    except Unavailable as failure:
        error = str(failure)
        # Before the first build nothing is wrong: who builds the index reads every row.
        level = logging.INFO if isinstance(failure, IndexMissing) else logging.WARNING
        log.log(level, "the index '%s' takes no changes now, they wait: %s", batch.alias, failure)
    except (OperationalError, InterfaceError):
        with suppress(DatabaseError, InterfaceError):  # it may be gone for longer; then the lease runs out
            _connected_again(partial(release, batch))
        raise
    except Exception as failure:
        error = f"{type(failure).__name__}: {failure}"
        log.exception("the index '%s' takes no changes now, they wait", batch.alias)
    done = partial(finish, batch, outcome, clock(), keep=_must_keep(batch.alias, outcome), error=error)
    try:
        settled = done()
    except (OperationalError, InterfaceError):
        settled = _connected_again(done)
    return Step(settled, ENGINE.first if error else 0.0, error)


def _must_keep(alias: str, outcome: Outcome) -> bool:
    try:
        return bool(outcome.delivered) and must_keep(alias)
    except Unavailable:
        return True  # what is kept for nothing is swept; what is missing is not found again


def _connected_again(act: Callable[[], Done]) -> Done:
    """Once more, over a new connection, what a lost one broke off. Raises DatabaseError."""
    if connection.in_atomic_block:
        raise  # noqa: PLE0704 - within a test's transaction there is no other
    connection.close()
    return act()


def deliver_next(alias: str) -> float | None:
    """Deliver one batch; seconds until there may be more, None for when something changes. For a worker."""
    return deliver_batch(alias).again


def is_wanted(alias: str) -> bool:
    """Whether anything of an index waits, due or not; a look that locks nothing."""
    return Change.objects.filter(WAITING, alias=alias).exists() or Expansion.objects.filter(alias=alias).exists()
