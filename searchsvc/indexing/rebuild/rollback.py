"""An old generation answers again, once it has what changed since. The one it takes the place of is kept in turn."""

import time

from django.db import IntegrityError

from backends.core.errors import SearchError
from searchsvc.indexing.documents import store
from searchsvc.indexing.models import WRITTEN, Generation, State
from searchsvc.indexing.rebuild import replay
from searchsvc.indexing.rebuild.finish import finish, told
from searchsvc.indexing.rebuild.outcome import AlreadyRuns, NothingToDo, NotUsable
from searchsvc.indexing.rebuild.promotion import kept, reconcile
from searchsvc.indexing.rebuild.runner import take, who_runs
from searchsvc.indexing.rebuild.wanted import Rebuilt, Run


def choose(alias: str, to: int | None = None) -> Generation:
    """The generation that would come back: the one named, or the one that answered last. Raises RebuildError."""
    reconcile(alias)
    built = Generation.objects.filter(alias=alias, state__in=WRITTEN).first()
    if built is not None and built.state != State.RETURNING:
        raise AlreadyRuns(f"{who_runs(built)} To throw away one that nobody builds: manage.py index gc")
    found = [built] if built is not None else kept(alias)
    chosen = next((one for one in found if to in (None, one.number)), None)
    if chosen is None:
        there = ", ".join(str(one.number) for one in found) or "none"
        which = "No generation" if to is None else f"No generation {to}"
        raise NothingToDo(f"{which} of '{alias}' is kept for a rollback; there is {there}.")
    return chosen


def rollback(run: Run, to: int | None = None) -> Rebuilt:
    """Have it catch up, verify it, let it answer. Raises RebuildError, or what the engine raises."""
    begun = time.monotonic()
    generation = choose(run.alias, to)
    try:
        store(run.alias).count(generation.number)
    except SearchError as error:
        raise NotUsable(f"Generation {generation.number} cannot come back: {error}") from error
    runner = take(generation)
    try:
        if generation.state != State.RETURNING:
            _begin(generation)
        forced = finish(run, generation, runner, "rollback")
    finally:
        runner.release()
    return told(run, generation, (), begun, forced)


def _begin(generation: Generation) -> None:
    try:
        replay.begin(generation, State.RETURNING)
    except IntegrityError:
        raise AlreadyRuns(f"A rebuild of '{generation.alias}' began just now; wait for it.") from None
