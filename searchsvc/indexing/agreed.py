"""What the last verifications of an index say together."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum

from searchsvc.indexing.drift import Drift
from searchsvc.indexing.models import Verification


@dataclass(frozen=True, slots=True)
class Agreed:
    """How far database and index agreed. Of a rolling round it is what its runs have found so far, together."""

    generation: int
    finished: datetime
    is_whole: bool
    found: dict[Drift, int]

    @property
    def is_clean(self) -> bool:
        return not any(self.found.values())


def last_agreed(alias: str) -> Agreed | None:
    """Of the last whole run, and of what rolled on after it. None where an index was never verified."""
    runs = Verification.objects.filter(alias=alias, finished__isnull=False).order_by("started")
    last = runs.last()
    if last is None:
        return None
    if last.is_whole:
        return Agreed(last.generation, _finished(last), True, {kind: getattr(last, kind.value) for kind in Drift})
    whole = runs.filter(is_whole=True).last()
    rolled = runs.filter(is_whole=False, started__gte=last.place.get("since", last.started))
    rolled = rolled if whole is None else rolled.filter(started__gt=whole.started)
    sums = rolled.aggregate(**{f"{kind.value}_sum": Sum(kind.value) for kind in Drift})
    return Agreed(last.generation, _finished(last), False, {kind: sums[f"{kind.value}_sum"] or 0 for kind in Drift})


def _finished(row: Verification) -> datetime:
    return row.finished or row.started
