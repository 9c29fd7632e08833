"""What becomes of claimed changes: delivered, to be tried again, dead, or lost to another who claimed them since."""

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from searchsvc.indexing.backoff import DOCUMENT, ENGINE
from searchsvc.indexing.claim import Batch, Claimed, locked, of_documents
from searchsvc.indexing.models import Change, Lane

MOST_ATTEMPTS = 8  # of a document that is refused: about two minutes
MOST_AGE = timedelta(days=1)  # of the change, whatever the attempts
ERROR = 2_000  # characters of a reason that are kept
_chance = random.Random()  # noqa: S311 - it spreads waits


@dataclass(slots=True)
class Outcome:
    """Of a batch, by document id; what stands in neither was not tried, and waits on."""

    delivered: set[str] = field(default_factory=set)
    refused: dict[str, str] = field(default_factory=dict)  # with the reason


@dataclass(frozen=True, slots=True)
class Settled:
    """How many documents were delivered, refused for now, and are dead."""

    delivered: int = 0
    refused: int = 0
    dead: int = 0

    def __add__(self, other: "Settled") -> "Settled":
        return Settled(self.delivered + other.delivered, self.refused + other.refused, self.dead + other.dead)


NOTHING = Settled()


def finish(
    batch: Batch, outcome: Outcome, now: datetime, *, keep: bool, error: str = "", rng: random.Random = _chance
) -> Settled:
    """Write down what came of a batch, and let go of it. `keep`: delivered changes stay, `done`, one a document.

    `error`: the engine took no more. No attempt of a document is used up by that; the index rests a while, and what was
    claimed stands behind the others then, lest it was the cause.
    """
    with transaction.atomic(durable=True):
        lane = locked(batch.alias)
        ours = set(Change.objects.filter(pk__in=batch.rows, lease=batch.lease).values_list("pk", flat=True))
        delivered = [batch.documents[id_] for id_ in outcome.delivered]
        whole = [document for document in delivered if ours.issuperset(document.rows)]
        _delivered(batch.alias, whole, now, keep=keep)
        _again(batch.alias, [document for document in delivered if not ours.issuperset(document.rows)], now)
        dead = _refused(batch, outcome.refused, now, rng)
        _let_go(batch, now if error else None)
        _tell(lane, batch, error, now, rng)
    return Settled(len(delivered), len(outcome.refused) - dead, dead)


def release(batch: Batch) -> None:
    """Let go of what was claimed and not tried."""
    with transaction.atomic(durable=True):
        lane = locked(batch.alias)
        _let_go(batch)
        if lane.holder == batch.lease:
            lane.holder = None
            lane.save()


def _delivered(alias: str, documents: Collection[Claimed], now: datetime, *, keep: bool) -> None:
    if not documents:
        return
    rows = [row for document in documents for row in document.rows]
    kept = [document.rows[-1] for document in documents] if keep else []
    # What died before of a document that is delivered now has been read afresh with it.
    old = of_documents(alias, documents).filter(Q(dead__isnull=False) | Q(done__isnull=False))
    _delete(old)
    _delete(Change.objects.filter(pk__in=sorted(set(rows) - set(kept))))
    if kept:
        Change.objects.filter(pk__in=kept).update(done=now, lease=None, leased_until=None, error="")


def _delete(rows: QuerySet[Change]) -> None:
    # `delete()` reads every row first where anybody hears of deletions, as Haystack's signal processors do.
    rows._raw_delete(rows.db)  # noqa: SLF001


def _again(alias: str, documents: Collection[Claimed], now: datetime) -> None:
    """Somebody claimed these too, for we were slow: what we wrote may have taken the place of what is newer."""
    fresh = [Change(alias=alias, model=one.model, object_pk=one.object_pk, made=now, due=now) for one in documents]
    Change.objects.bulk_create(fresh)


def _refused(batch: Batch, refused: Mapping[str, str], now: datetime, rng: random.Random) -> int:
    """How many of them are dead."""
    dead = 0
    for id_, reason in refused.items():
        document = batch.documents[id_]
        rows = Change.objects.filter(pk__in=document.rows, lease=batch.lease)
        due = now + DOCUMENT.wait(document.attempts + 1, rng)
        rows.update(attempts=F("attempts") + 1, due=due, error=reason[:ERROR])
        ended = rows.filter(Q(attempts__gte=MOST_ATTEMPTS) | Q(made__lt=now - MOST_AGE))
        dead += bool(ended.update(dead=now))
    return dead


def _let_go(batch: Batch, due: datetime | None = None) -> None:
    rows = Change.objects.filter(pk__in=batch.rows, lease=batch.lease)
    if due is not None:
        rows.filter(due__lt=due).update(due=due)
    rows.update(lease=None, leased_until=None)


def _tell(lane: Lane, batch: Batch, error: str, now: datetime, rng: random.Random) -> None:
    """What the engine said last when it failed stays when it works again, for whoever asks how it stands."""
    if error:
        lane.failures += 1
        lane.due, lane.failed, lane.error = now + ENGINE.wait(lane.failures, rng), now, error[:ERROR]
    elif lane.failures:
        lane.failures, lane.due = 0, None
    elif lane.holder != batch.lease:
        return
    if lane.holder == batch.lease:
        lane.holder = None
    lane.save()
