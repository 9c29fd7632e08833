"""Which generation answers: the swap, and what is kept of those that answered before."""

from datetime import UTC, datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from backends.core.errors import IndexCorrupt
from searchsvc.indexing import audit
from searchsvc.indexing.documents import store
from searchsvc.indexing.models import WRITTEN, Change, Generation, State
from searchsvc.indexing.targets import must_keep

CLOCKS = timedelta(minutes=5)  # that those of two machines may differ
DELETED_AT_ONCE = 10_000  # rows; a longer statement would keep others waiting


def answering(alias: str) -> int | None:
    """The generation that answers; None also where that cannot be read: building anew is the way out of it."""
    try:
        return store(alias).current()
    except IndexCorrupt:
        return None


def promote(generation: Generation, who: str, what: str = "promote", **details: str | float | bool | None) -> None:
    """Let a generation answer. The one before is known from now on as one that may come back."""
    alias, before = generation.alias, answering(generation.alias)
    if before is not None:
        # Known before the swap: from then on, what is delivered without it is kept for its return.
        Generation.objects.get_or_create(
            alias=alias, number=before, defaults={"state": State.PROMOTED, "promoted": timezone.now()}
        )
    Generation.objects.filter(pk=generation.pk).update(state=State.READY)
    store(alias).promote(generation.number)
    promoted(generation)
    audit.record(who, what, alias, generation=generation.number, before=before, **details)


def promoted(generation: Generation) -> None:
    """Write down that a generation answers."""
    Generation.objects.filter(pk=generation.pk).update(
        state=State.PROMOTED, promoted=timezone.now(), runner=None, runs_until=None, error=""
    )


def reconcile(alias: str) -> None:
    """Have the states say what the store does: it is right after a crash between the two."""
    engine = store(alias)
    there, current = set(engine.generations()), answering(alias)
    for one in Generation.objects.filter(alias=alias):
        if one.number == current and one.state in WRITTEN:
            promoted(one)
        elif one.number not in there and (one.state not in WRITTEN or one.number):
            one.delete()


def kept(alias: str, keep: int | None = None) -> list[Generation]:
    """The generations that can come back, the latest to have answered first; at most `keep`."""
    engine = store(alias)
    there, current = engine.generations(), answering(alias)
    others = [number for number in there if number != current]
    old = Generation.objects.filter(alias=alias, state=State.PROMOTED, number__in=others)
    return list(old.order_by("-promoted", "-number")[:keep])


def unneeded(alias: str) -> QuerySet[Change]:
    """The delivered changes that no generation has missed."""
    delivered = Change.objects.filter(alias=alias, done__isnull=False)
    since = _missed_since(alias)
    return delivered if since is None else delivered.filter(done__lt=since)


def _missed_since(alias: str) -> datetime | None:
    """From when on a generation may have missed changes: not before it was begun, or last answered. None: none may."""
    if not must_keep(alias):
        return None
    times = [one.promoted or one.started for one in kept(alias)]
    times += Generation.objects.filter(alias=alias, state__in=WRITTEN).values_list("started", flat=True)
    return min(times, default=datetime.min.replace(tzinfo=UTC) + CLOCKS) - CLOCKS


def forget(alias: str) -> int:
    """Remove the delivered changes that no generation needs any more. Returns how many."""
    removed = 0
    while pks := list(unneeded(alias).values_list("pk", flat=True)[:DELETED_AT_ONCE]):
        rows = Change.objects.filter(pk__in=pks)
        rows._raw_delete(rows.db)  # noqa: SLF001 - `delete()` reads each row first where signals are heard
        removed += len(pks)
    return removed
