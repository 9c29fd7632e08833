"""How far an index is behind the catalogue, by what waits in the database. The engine is not asked."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min

from searchsvc.indexing.models import WAITING, Change, Expansion

MOST_REASONS = 3  # of dead letters that are named


@dataclass(frozen=True, slots=True)
class Queue:
    """Of one index. `oldest` is when the oldest change that waits was made; `reasons` of the dead ones, with counts."""

    waiting: int
    expansions: int
    oldest: datetime | None
    dead: int
    reasons: tuple[tuple[str, int], ...] = ()

    def age(self, now: datetime) -> float:
        """Seconds since the oldest change that waits was made, 0 where none does."""
        return 0.0 if self.oldest is None else max(0.0, (now - self.oldest).total_seconds())


def queue_of(alias: str) -> Queue:
    """What waits for an index now."""
    changes = Change.objects.filter(alias=alias)
    waits = changes.filter(WAITING).aggregate(count=Count("id"), oldest=Min("made"))
    wide = Expansion.objects.filter(alias=alias).aggregate(count=Count("id"), oldest=Min("made"))
    dead = changes.filter(dead__isnull=False)
    oldest = min((made for made in (waits["oldest"], wide["oldest"]) if made is not None), default=None)
    return Queue(waits["count"], wide["count"], oldest, dead.count(), _reasons(alias))


def _reasons(alias: str) -> tuple[tuple[str, int], ...]:
    dead = Change.objects.filter(alias=alias, dead__isnull=False)
    return tuple(dead.values_list("error").annotate(times=Count("id")).order_by("-times", "error")[:MOST_REASONS])
