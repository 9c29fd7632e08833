"""What is removed: generations that neither answer nor are kept for a rollback, those half made, delivered changes."""

from dataclasses import dataclass

from searchsvc.indexing import audit
from searchsvc.indexing.documents import store
from searchsvc.indexing.models import WRITTEN, Generation
from searchsvc.indexing.rebuild.promotion import answering, forget, kept, reconcile


@dataclass(frozen=True, slots=True)
class Disposed:
    """The numbers of generations that were removed, or would be, those that stay, and how many delivered changes."""

    alias: str
    dropped: tuple[int, ...]
    stay: tuple[int, ...]
    changes: int = 0


def planned(alias: str, keep: int, *, newer: bool = True) -> Disposed:
    """What `dispose` would remove. `newer`: also what is newer than the one that answers, and nobody builds."""
    engine = store(alias)
    there, current = engine.generations(), answering(alias)
    stay = {one.number for one in kept(alias, keep)}
    stay |= set(Generation.objects.filter(alias=alias, state__in=WRITTEN).values_list("number", flat=True))
    stay |= {number for number in there if number == current or (not newer and number > (current or 0))}
    dropped = [number for number in there if number not in stay]
    return Disposed(alias, tuple(dropped), tuple(number for number in there if number in stay))


def dispose(alias: str, keep: int, who: str, *, newer: bool = True) -> Disposed:
    """Remove them. `newer` is for when nothing else can be making a generation now."""
    reconcile(alias)
    plan = planned(alias, keep, newer=newer)
    for number in plan.dropped:
        # Unknown first: a crash leaves a generation that nobody knows, which the next one removes.
        Generation.objects.filter(alias=alias, number=number).delete()
        store(alias).drop(number)
    changes = forget(alias)
    if plan.dropped or changes:
        audit.record(who, "gc", alias, dropped=", ".join(map(str, plan.dropped)), changes=changes)
    return Disposed(alias, plan.dropped, plan.stay, changes)
