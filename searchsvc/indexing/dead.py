"""Changes that were given up: what they are, why, and the way back."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from searchsvc.indexing import audit, wake
from searchsvc.indexing.models import Change


def dead(alias: str | None = None) -> QuerySet[Change]:
    """Those of an index, or of all; the latest first. Each says in `error` why."""
    rows = Change.objects.filter(dead__isnull=False).order_by("-dead", "-pk")
    return rows if alias is None else rows.filter(alias=alias)


def requeue(ids: Collection[int], who: str) -> int:
    """Have these tried again from the start, as if they had been changed now. Returns how many there were."""
    now = timezone.now()
    with transaction.atomic():
        found = dead().filter(pk__in=ids).select_for_update()
        by_alias: dict[str, list[int]] = {}
        for pk, alias in found.values_list("pk", "alias"):
            by_alias.setdefault(alias, []).append(pk)
        for alias, rows in by_alias.items():
            Change.objects.filter(pk__in=rows).update(dead=None, attempts=0, made=now, due=now)
            audit.record(who, "requeue", alias, changes=len(rows))
        wake.notify(by_alias)
    return sum(map(len, by_alias.values()))
