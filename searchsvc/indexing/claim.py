"""Who delivers which changes: claimed under a lease in one short transaction, settled in another one.

The Lane's row is locked in each of them, so that those of one index come one after the other, and no two of them can
wait for one another. Between them nothing is locked; what a dead process claimed is free when its lease has run out.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from searchsvc.indexing.backoff import DOCUMENT, ENGINE
from searchsvc.indexing.models import WAITING, Change, Lane

LEASE = timedelta(seconds=settings.SEARCHSVC_INDEXING_LEASE)
BATCH = 1000  # documents; see deploy/decisions/031-delivery.md
MOST_ROWS = 10_000  # of a batch, where documents were changed again and again
ROUNDS = 3  # how often others are looked for, where the oldest changes are of documents that somebody has
HELD_AGAIN = 0.05  # seconds until somebody else's batch may be through


@dataclass(frozen=True, slots=True)
class Claimed:
    """One document of a batch: what it is made of, and the rows that tell of its changes."""

    model: str
    object_pk: str
    rows: tuple[int, ...]
    attempts: int

    @property
    def id(self) -> str:
        """The document's id."""
        return f"{self.model}.{self.object_pk}"


@dataclass(frozen=True, slots=True)
class Batch:
    """Documents that are ours to deliver while the lease runs, by id."""

    alias: str
    lease: uuid.UUID
    documents: Mapping[str, Claimed]

    @property
    def rows(self) -> list[int]:
        return [row for document in self.documents.values() for row in document.rows]


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to claim. Ask again in `seconds`; None is when something changes."""

    seconds: float | None


def claim(
    alias: str, now: datetime, *, alone: bool, only: Collection[int] = (), patient: bool = True, most: int = BATCH
) -> Batch | Wait:
    """The documents that have waited longest, at most `most`, each with all its waiting rows.

    `alone`: one batch of this index at a time, whoever has it. `only`: of these rows' documents. Not `patient`: also
    while the index rests after a failure.
    """
    with transaction.atomic(durable=True):
        lane = locked(alias)
        if alone and lane.holder is not None and _to_come(lane.held_until, now, LEASE):
            return Wait(HELD_AGAIN)
        if patient and lane.due is not None and _to_come(lane.due, now, timedelta(seconds=ENGINE.longest)):
            return Wait((lane.due - now).total_seconds())
        # The fewer at a time the more often it failed, lest it fails because of them.
        documents = _chosen(alias, now, only, max(1, most >> min(lane.failures, most)))
        if not documents:
            return Wait(None)
        batch = Batch(alias, uuid.uuid4(), documents)
        Change.objects.filter(pk__in=batch.rows).update(lease=batch.lease, leased_until=now + LEASE)
        if alone:
            lane.holder, lane.held_until = batch.lease, now + LEASE
            lane.save()
    return batch


def renew(batch: Batch, now: datetime, *, alone: bool) -> bool:
    """Have the lease run on from now; whether all of the batch is still ours."""
    with transaction.atomic(durable=True):
        lane = locked(batch.alias)
        ours = Change.objects.filter(pk__in=batch.rows, lease=batch.lease).update(leased_until=now + LEASE)
        if alone:
            if lane.holder != batch.lease:
                return False
            lane.held_until = now + LEASE
            lane.save()
    return ours == len(batch.rows)


def holds(batch: Batch) -> bool:
    """Whether nobody else has claimed anything of this index since; asked under the writer's lock."""
    return Lane.objects.filter(alias=batch.alias, holder=batch.lease).exists()


def locked(alias: str) -> Lane:
    """The row of an index, made at first use, locked until the transaction ends."""
    lane, _made = Lane.objects.select_for_update().get_or_create(alias=alias)
    return lane


def of_documents(alias: str, documents: Iterable[Claimed]) -> QuerySet[Change]:
    """Every row of these documents."""
    return Change.objects.filter(_any_of((one.model, one.object_pk) for one in documents), alias=alias)


def _to_come(time: datetime | None, now: datetime, most: timedelta) -> bool:
    """Whether a time is ahead. One twice as far ahead as any is ever set was set by a clock that was wrong: it is past.

    Twice, for `now` may be older than what was set a moment ago: it was asked for before the wait for the lock.
    """
    return time is not None and now < time <= now + 2 * most


def _not_to_come(column: str, now: datetime, most: timedelta) -> Q:
    return Q(**{f"{column}__lte": now}) | Q(**{f"{column}__gt": now + 2 * most})


def _chosen(alias: str, now: datetime, only: Collection[int], most: int) -> dict[str, Claimed]:
    free = Q(lease__isnull=True) | _not_to_come("leased_until", now, LEASE)
    waiting = Change.objects.filter(WAITING, free, alias=alias)
    due = waiting.filter(_not_to_come("due", now, timedelta(seconds=DOCUMENT.longest)))
    if only:
        due = due.filter(pk__in=only)
    taken: set[tuple[str, str]] = set()
    for _round in range(ROUNDS):
        oldest = due.exclude(_any_of(taken)) if taken else due
        rows = oldest.order_by("due", "id").select_for_update(skip_locked=True)
        found = set(rows.values_list("model", "object_pk")[:most])
        leased = (
            Change.objects.filter(WAITING, _any_of(found), alias=alias).exclude(free)
            if found
            else Change.objects.none()
        )
        others = set(leased.values_list("model", "object_pk").distinct())
        if not found or found - others:
            return _with_all_rows(waiting, found - others)
        taken |= others
    return {}


def _with_all_rows(waiting: QuerySet[Change], documents: set[tuple[str, str]]) -> dict[str, Claimed]:
    if not documents:
        return {}
    rows = waiting.filter(_any_of(documents)).order_by("id")
    gathered: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for pk, model, object_pk, attempts in rows.values_list("pk", "model", "object_pk", "attempts")[:MOST_ROWS]:
        gathered.setdefault((model, object_pk), []).append((pk, attempts))
    made = (
        Claimed(model, pk, tuple(row for row, _ in found), max(attempts for _, attempts in found))
        for (model, pk), found in gathered.items()
    )
    return {document.id: document for document in made}


def _any_of(documents: Iterable[tuple[str, str]]) -> Q:
    by_model: dict[str, list[str]] = {}
    for model, pk in documents:
        by_model.setdefault(model, []).append(pk)
    condition = Q()
    for model, pks in by_model.items():
        condition |= Q(model=model, object_pk__in=pks)
    return condition
