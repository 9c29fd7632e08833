"""What a verification found is brought to the index again: as changes in the outbox, delivered as any other."""

from collections.abc import Sequence
from dataclasses import dataclass

from searchsvc.indexing.drift import Difference, Drift
from searchsvc.indexing.models import Change


@dataclass(frozen=True, slots=True)
class Mending:
    """Of one index. `is_rehearsal`: count what there would be to do, and do nothing."""

    alias: str
    is_rehearsal: bool = False

    def __call__(self, found: Sequence[Difference]) -> int:
        """Have these documents read afresh. Returns how many; for a stale one its change waits already."""
        wanted = [one for one in found if one.what is not Drift.STALE]
        if not self.is_rehearsal:
            Change.objects.bulk_create(
                [Change(alias=self.alias, model=one.model, object_pk=one.pk) for one in wanted], batch_size=1000
            )
        return len(wanted)
