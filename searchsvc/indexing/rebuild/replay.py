"""Catching up: what changed while a generation was filled, or while an old one was only kept, is brought to it too."""

import time
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from searchsvc.indexing.delivery import drain
from searchsvc.indexing.models import WAITING, Change, Expansion, Generation, Lane, State
from searchsvc.indexing.rebuild.outcome import Stopped
from searchsvc.indexing.rebuild.promotion import CLOCKS
from searchsvc.indexing.rebuild.runner import Runner

STALLED = 120.0  # seconds in which nothing moved: somebody has to look
PAUSE = 0.2  # seconds between two looks at what another process delivers
SLICE = 10.0  # seconds of delivering, after which the lease is renewed and a wish to stop is heard


def begin(generation: Generation, state: State, since: datetime | None = None) -> None:
    """From now on changes are delivered to this generation too, and again those that it may have missed.

    `since`: what was delivered before then it has. Leases are taken away: who holds one may have asked for the
    targets before, and delivers once more. Raises IntegrityError where another generation is built.
    """
    missed = Q(done__isnull=False) if since is None else Q(done__gte=since - CLOCKS)
    with transaction.atomic():
        Lane.objects.get_or_create(alias=generation.alias)
        Lane.objects.select_for_update().get(alias=generation.alias)  # nobody claims meanwhile
        Generation.objects.filter(pk=generation.pk).update(state=state)
        Change.objects.filter(missed | Q(lease__isnull=False), alias=generation.alias, dead__isnull=True).update(
            done=None, lease=None, leased_until=None
        )
        Change.objects.filter(WAITING, alias=generation.alias).update(due=timezone.now())


def catch_up(
    generation: Generation,
    runner: Runner,
    stop: Callable[[], bool],
    advance: Callable[[int], None],
    clock: Callable[[], datetime] = timezone.now,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Deliver until no change made before now waits, but for documents that are refused. Raises Stopped."""
    alias, moment = generation.alias, clock()
    moved, known = clock(), -1
    while left := waiting(alias, moment):
        if stop():
            raise Stopped(f"Stopped while catching up; {left:,} changes are left.")
        runner.renew()
        drained = drain(alias, deadline=SLICE)
        advance(drained.delivered)
        now_left = waiting(alias, moment)
        if now_left != known:
            moved, known = clock(), now_left
        if (clock() - moved).total_seconds() > STALLED:
            raise Stopped(f"{now_left:,} changes of '{alias}' are not delivered. {drained.error}".strip())
        if now_left and not drained.delivered:
            sleep(PAUSE)


def waiting(alias: str, before: datetime | None = None) -> int:
    """Changes made before a moment that are still to be delivered; a document that is refused is not waited for."""
    now = timezone.now()
    before = before or now
    return _changes(alias, before, now).count() + Expansion.objects.filter(alias=alias, made__lte=before).count()


def _changes(alias: str, before: datetime, now: datetime) -> QuerySet[Change]:
    backing_off = Q(attempts__gt=0, due__gt=now)
    return Change.objects.filter(WAITING, ~backing_off, alias=alias, made__lte=before)
