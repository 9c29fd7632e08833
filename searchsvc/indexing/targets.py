"""Which generations of an index are written, and what is kept for those that are not."""

from searchsvc.indexing.documents import store
from searchsvc.indexing.models import WRITTEN, Generation, State


def targets(alias: str) -> tuple[int, ...]:
    """The generation that answers, first, and those beside it that changes are delivered to. () where none answers.

    Ask after changes were claimed, never before: then a generation that is not named here has its rows read later
    than the claimed changes were made.
    """
    built = list(Generation.objects.filter(alias=alias, state__in=WRITTEN).values_list("number", flat=True))
    there = set(store(alias).generations()) if built else set()
    current = store(alias).current()
    beside = sorted(number for number in built if number in there and number != current)
    return (*(() if current is None else (current,)), *beside)


def must_keep(alias: str) -> bool:
    """Whether changes that were delivered are kept: a generation is being filled, or an old one may come back."""
    known = list(Generation.objects.filter(alias=alias, state__in=(State.FILLING, State.PROMOTED)))
    if not known:
        return False
    current = store(alias).current()
    there = set(store(alias).generations())
    return any(one.state == State.FILLING or one.number != current for one in known if one.number in there)
