"""Which generation answers: the swap, and what is kept of those that answered before."""

from django.db import transaction
from django.utils import timezone

from backends.core.errors import IndexCorrupt
from searchsvc.indexing import audit
from searchsvc.indexing.documents import store
from searchsvc.indexing.models import WRITTEN, Change, Generation, State
from searchsvc.indexing.targets import must_keep

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


def forget(alias: str) -> int:
    """Remove the delivered changes that no generation needs any more. Returns how many."""
    if must_keep(alias):
        return 0
    removed = 0
    while True:
        with transaction.atomic():
            pks = list(
                Change.objects.filter(alias=alias, done__isnull=False).values_list("pk", flat=True)[:DELETED_AT_ONCE]
            )
            Change.objects.filter(pk__in=pks).delete()
        removed += len(pks)
        if len(pks) < DELETED_AT_ONCE:
            return removed
