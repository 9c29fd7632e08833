"""Read your own write: wait until what was changed is found.

with indexed(2.0):
work.save()
# every search finds it now, or TimedOut was raised and the change, which is safe, is found later
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice

from django.conf import settings

from backends.core.errors import SearchError, TimedOut
from searchsvc.indexing.claim import BATCH
from searchsvc.indexing.delivery import drain
from searchsvc.indexing.models import WAITING, Change, Expansion
from searchsvc.indexing.ticket import Ticket, noted

POLL = 0.02  # seconds between two looks at what others deliver
Clock = Callable[[], float]


class NotIndexed(SearchError):
    """A document was refused for good. The message says which, and why."""


@contextmanager
def indexed(seconds: float) -> Iterator[Ticket]:
    """Return when all that the block has changed is found in every index. Raises TimedOut or NotIndexed.

    The block's transactions must be over when it ends: what is not committed nobody delivers.
    """
    with noted() as ticket:
        yield ticket
    wait_indexed(ticket, seconds)


def wait_indexed(
    ticket: Ticket, seconds: float, clock: Clock = time.monotonic, sleep: Callable[[float], None] = time.sleep
) -> None:
    """Return when these changes are found. Raises TimedOut, with what the engine said last, or NotIndexed.

    Where no broker takes tasks this thread delivers them itself, before older ones of others.
    """
    end = clock() + seconds
    for alias in ticket.aliases:
        rows = set(ticket.changes.get(alias, ()))
        records = set(ticket.expansions.get(alias, ()))
        while left := _left(alias, rows, records):
            error = _deliver(alias, left, records, end - clock()) if _is_ours() else ""
            if clock() >= end:
                reason = error or "others wait before them, or nobody delivers"
                raise TimedOut(f"What changed is not found in '{alias}' yet, after {seconds:g} seconds: {reason}")
            if not _is_ours() or error:
                sleep(min(POLL, max(0.0, end - clock())))


def _is_ours() -> bool:
    return bool(settings.SEARCHSVC_INDEXING_WORKER or not settings.CELERY_BROKER_URL)


def _left(alias: str, rows: set[int], records: set[int]) -> list[int] | bool:
    """Rows that wait, some of them; True where documents have to be looked up first, False where all is done."""
    if records:
        if Expansion.objects.filter(pk__in=records).exists():
            return True
        # Which rows came of them is not known, only that they are there by now.
        rows |= set(Change.objects.filter(WAITING, alias=alias, attempts=0).values_list("pk", flat=True))
        records.clear()
    while rows:
        some = list(islice(rows, BATCH))
        found = {row.pk: row for row in Change.objects.filter(pk__in=some, done=None)}
        if dead := [row for row in found.values() if row.dead]:
            raise NotIndexed(f"{dead[0].model}.{dead[0].object_pk} was refused: {dead[0].error}")
        rows.difference_update(set(some) - found.keys())
        if found:
            return list(found)
    return False


def _deliver(alias: str, left: list[int] | bool, records: set[int], seconds: float) -> str:
    """What the engine says, where it takes nothing."""
    return drain(alias, max(0.0, seconds), only=() if left is True or records else left or ()).error
