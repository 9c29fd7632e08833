"""A rebuild from its beginning, or from wherever it was left."""

import time

from searchsvc.indexing import audit
from searchsvc.indexing.documents import backend, store
from searchsvc.indexing.models import WRITTEN, Generation, State
from searchsvc.indexing.rebuild import chunks, replay, workers
from searchsvc.indexing.rebuild.beginning import begun
from searchsvc.indexing.rebuild.disposal import retire
from searchsvc.indexing.rebuild.finish import finish, told
from searchsvc.indexing.rebuild.outcome import AlreadyRuns, NothingToDo, Stopped
from searchsvc.indexing.rebuild.promotion import reconcile
from searchsvc.indexing.rebuild.runner import Runner, take
from searchsvc.indexing.rebuild.space import check_room
from searchsvc.indexing.rebuild.wanted import Rebuilt, Run


def rebuild(run: Run) -> Rebuilt:
    """Build the index anew, or go on with a rebuild that was left. Raises RebuildError, or what the engine raises."""
    found = _left(run.alias)
    if found is not None and (run.wanted.restart or found.error or not _fits(found)):
        _abandon(found, run)
        found = None
    elif found is not None:
        run.watch.say(f"{run.alias}: going on with generation {found.number}, which was left {found.state}.")
    return _finished(run, *(_begun(run) if found is None else (found, take(found))))


def resume(run: Run) -> Rebuilt:
    """Go on with a rebuild that was left. Raises NothingToDo where there is none, else as `rebuild`."""
    found = _left(run.alias)
    if found is None:
        raise NothingToDo(f"No rebuild of '{run.alias}' was left half done.")
    return _finished(run, found, take(found))


def _left(alias: str) -> Generation | None:
    """The generation that was being built, if any."""
    reconcile(alias)
    found = Generation.objects.filter(alias=alias, state__in=WRITTEN).first()
    if found is not None and found.state == State.RETURNING:
        raise AlreadyRuns(
            f"Generation {found.number} of '{alias}' is coming back; end that with: manage.py index rollback"
        )
    return found


def _fits(found: Generation) -> bool:
    """Whether its index was begun, and has the fields that the code has now."""
    return bool(found.number) and found.options.get("schema") == backend(found.alias).index_schema.fingerprint


def _abandon(found: Generation, run: Run) -> None:
    take(found)
    run.watch.say(
        f"{run.alias}: generation {found.number} was left {found.state}; beginning anew. {found.error}".strip()
    )
    found.delete()
    if found.number in store(run.alias).generations():
        store(run.alias).drop(found.number)


def _begun(run: Run) -> tuple[Generation, Runner]:
    """An empty generation that this process builds. Raises AlreadyRuns or NoRoom, or what the engine raises."""
    alias, wanted = run.alias, run.wanted
    if wanted.check_space:
        check_room(alias)
    options = {"batch": wanted.batch, "keep": wanted.keep, "missing": wanted.most_missing}
    made, runner = begun(alias, wanted.who, options, reads_rows=True)
    audit.record(wanted.who, "rebuild", alias, generation=made.number)
    return made, runner


def _finished(run: Run, generation: Generation, runner: Runner) -> Rebuilt:
    begun = time.monotonic()
    try:
        if generation.state == State.FILLING:
            _fill(run, generation, runner)
            replay.begin(generation, State.REPLAYING, since=generation.started)
        forced = finish(run, generation, runner)
    finally:
        runner.release()
    dropped = retire(run.alias, run.wanted.keep, run.wanted.who).dropped
    return told(run, generation, dropped, begun, forced)


def _fill(run: Run, generation: Generation, runner: Runner) -> None:
    total = chunks.plan(generation, int(generation.options["batch"]))
    left = chunks.left(generation)
    size = workers.number_of(run.wanted.workers, total, run.cores)
    done = generation.written + generation.skipped + generation.refused
    with run.watch.steps(f"{run.alias}: filling generation {generation.number}", total, done) as advance:
        for part in workers.filled(left, runner, size, run.stop):
            advance(part.rows, len(part.refused))
    if remaining := len(chunks.left(generation)):
        raise Stopped(f"Stopped; {remaining:,} of {generation.chunks.count():,} chunks are left.")
