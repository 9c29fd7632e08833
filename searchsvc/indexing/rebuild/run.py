"""A rebuild from its beginning, or from wherever it was left: fill, replay, verify, promote."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction

from searchsvc.indexing import audit
from searchsvc.indexing.documents import backend, store
from searchsvc.indexing.models import WAITING, WRITTEN, Change, Generation, State
from searchsvc.indexing.rebuild import acceptance, chunks, replay, workers
from searchsvc.indexing.rebuild.disposal import dispose
from searchsvc.indexing.rebuild.outcome import AlreadyRuns, NotAccepted, NothingToDo, Stopped
from searchsvc.indexing.rebuild.progress import Silent, Watch
from searchsvc.indexing.rebuild.promotion import answering, promote, reconcile
from searchsvc.indexing.rebuild.runner import Runner, lease, take, this_process, who_runs
from searchsvc.indexing.rebuild.space import check_room

BATCH = 1000  # documents of a chunk; see deploy/decisions/032-rebuild.md
GO_ON = "Go on with: manage.py index resume --engine {}"
"""What is told beside the reason where a rebuild stopped."""


def never() -> bool:
    """Nobody wishes to stop."""
    return False


@dataclass(frozen=True, slots=True)
class Wanted:
    """How to rebuild. `most_missing` as in `acceptance.allowed`; `workers` None is as many as are worth it."""

    who: str
    batch: int = BATCH
    workers: int | None = None
    keep: int = 1
    most_missing: str = acceptance.MOST_MISSING
    force: bool = False
    check_space: bool = True
    restart: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """One run over one index: what is wanted, who is told, and who may stop it."""

    alias: str
    wanted: Wanted
    watch: Watch = field(default_factory=Silent)
    stop: Callable[[], bool] = never
    cores: int = 1


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild came to. `forced` are the faults that were passed over by wish."""

    alias: str
    generation: int
    documents: int
    refused: tuple[tuple[str, str], ...]
    more_refused: int
    dropped: tuple[int, ...]
    seconds: float
    forced: tuple[str, ...] = ()


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
    schema = backend(alias).index_schema
    options: dict[str, Any] = {
        "batch": wanted.batch, "keep": wanted.keep, "missing": wanted.most_missing,
        "schema": schema.fingerprint, "process": this_process(),
    }  # fmt: skip
    mine = lease()
    try:
        with transaction.atomic():
            made = Generation.objects.create(alias=alias, number=0, by=wanted.who, options=options, **mine)
    except IntegrityError:
        raise _collision(alias) from None
    try:
        _number(made, store(alias).create(schema), is_first=answering(alias) is None)
    except BaseException:
        made.delete()
        raise
    audit.record(wanted.who, "rebuild", alias, generation=made.number)
    return made, Runner(made.pk, mine["runner"])


def _collision(alias: str) -> AlreadyRuns:
    other = Generation.objects.filter(alias=alias, state__in=WRITTEN).first()
    return AlreadyRuns(who_runs(other) if other else f"Another rebuild of '{alias}' began just now; try again.")


def _number(made: Generation, number: int, *, is_first: bool) -> None:
    """From here on changes reach the generation, and are kept for it."""
    made.number = number
    with transaction.atomic():
        # Of an index that was deleted by hand: its numbers begin anew.
        Generation.objects.filter(alias=made.alias, number=number).delete()
        Generation.objects.filter(pk=made.pk).update(number=number)
        if is_first:  # the fill reads those rows anyhow
            Change.objects.filter(WAITING, alias=made.alias, lease=None).delete()


def _finished(run: Run, generation: Generation, runner: Runner) -> Rebuilt:
    begun = time.monotonic()
    try:
        if generation.state == State.FILLING:
            _fill(run, generation, runner)
            replay.begin(generation, State.REPLAYING)
        waiting = replay.waiting(run.alias, generation.started)
        with run.watch.steps(f"{run.alias}: catching up", waiting) as advance:
            replay.catch_up(generation, runner, run.stop, lambda count: advance(count, 0))
        generation.refresh_from_db()
        forced = _accepted(run, generation)
        runner.renew()
        promote(generation, run.wanted.who, forced=", ".join(forced) or None)
    finally:
        runner.release()
    dropped = dispose(run.alias, run.wanted.keep, run.wanted.who, newer=False).dropped
    return _told(run, generation, dropped, time.monotonic() - begun, forced)


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


def _accepted(run: Run, generation: Generation) -> tuple[str, ...]:
    """The faults that were passed over by wish. Raises NotAccepted."""
    try:
        acceptance.accept(generation, run.wanted.most_missing)
    except NotAccepted as error:
        if run.wanted.force:
            run.watch.say(f"{run.alias}: promoted all the same, as --force-promote asks: {error}")
            return (str(error),)
        Generation.objects.filter(pk=generation.pk).update(error=str(error))
        raise
    return ()


MOST_TOLD = 20  # refused documents


def _told(
    run: Run, generation: Generation, dropped: tuple[int, ...], seconds: float, forced: tuple[str, ...]
) -> Rebuilt:
    refused = tuple(generation.refusals.order_by("pk").values_list("document", "reason")[:MOST_TOLD])
    return Rebuilt(
        alias=run.alias,
        generation=generation.number,
        documents=store(run.alias).count(generation.number),
        refused=refused,
        more_refused=max(0, generation.refused - len(refused)),
        dropped=dropped,
        seconds=seconds,
        forced=forced,
    )
