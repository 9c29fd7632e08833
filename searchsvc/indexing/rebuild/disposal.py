"""What is removed: generations that neither answer nor are kept for a rollback, those half made, delivered changes."""

from dataclasses import dataclass

from searchsvc.indexing import audit
from searchsvc.indexing.documents import backend, store
from searchsvc.indexing.models import WRITTEN, Generation, State
from searchsvc.indexing.rebuild.outcome import AlreadyRuns
from searchsvc.indexing.rebuild.promotion import answering, forget, kept, reconcile, unneeded
from searchsvc.indexing.rebuild.runner import is_free, take


@dataclass(frozen=True, slots=True)
class Disposed:
    """The numbers of generations that were removed, or would be, those that stay, and how many delivered changes."""

    alias: str
    dropped: tuple[int, ...]
    stay: tuple[int, ...]
    changes: int = 0


def planned(alias: str, keep: int) -> Disposed:
    """What `clean` would remove."""
    built = Generation.objects.filter(alias=alias, state__in=WRITTEN)
    at_work = {one.number for one in built if not is_free(one)}
    dropped, stay = _parted(alias, keep, at_work)
    return Disposed(alias, dropped, stay, unneeded(alias).count())


def clean(alias: str, keep: int, who: str) -> Disposed:
    """Remove what is old, what nobody builds any more, and delivered changes that nothing needs."""
    reconcile(alias)
    for one in Generation.objects.filter(alias=alias, state__in=WRITTEN):
        _give_up(one)
    return _removed(alias, keep, who, frozenset())


def retire(alias: str, keep: int, who: str) -> Disposed:
    """As `clean` after a promotion: what is newer than the one that answers may be somebody's, just begun."""
    current = answering(alias) or 0
    return _removed(alias, keep, who, frozenset(number for number in store(alias).generations() if number > current))


def _give_up(one: Generation) -> None:
    """Let a generation go that was left half done; one that was coming back is an old one again."""
    try:
        take(one)
    except AlreadyRuns:
        return
    if one.state == State.RETURNING:
        Generation.objects.filter(pk=one.pk).update(state=State.PROMOTED, runner=None, runs_until=None)
    else:
        one.delete()


def _removed(alias: str, keep: int, who: str, spared: frozenset[int]) -> Disposed:
    built = Generation.objects.filter(alias=alias, state__in=WRITTEN).values_list("number", flat=True)
    dropped, stay = _parted(alias, keep, {*built, *spared})
    for number in dropped:
        # Unknown first: a crash leaves a generation that nobody knows, which the next one removes.
        Generation.objects.filter(alias=alias, number=number).delete()
        store(alias).drop(number)
    changes = forget(alias)
    if dropped or changes:
        audit.record(who, "gc", alias, dropped=", ".join(map(str, dropped)), changes=changes)
    return Disposed(alias, dropped, stay, changes)


def _parted(alias: str, keep: int, spared: set[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The generations that go, and those that stay."""
    there = store(alias).generations()
    stay = {answering(alias), *(one.number for one in kept(alias, keep)), *spared}
    return tuple(number for number in there if number not in stay), tuple(n for n in there if n in stay)


def clear(alias: str, who: str) -> None:
    """Remove every document, of every generation. Raises AlreadyRuns while a generation is being built."""
    for one in Generation.objects.filter(alias=alias, state__in=WRITTEN):
        take(one)
        one.delete()
    backend(alias).clear()
    reconcile(alias)
    forget(alias)
    audit.record(who, "clear", alias)
