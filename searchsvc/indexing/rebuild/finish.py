"""The second half of a rebuild, and the whole of a rollback: catch up, verify, promote."""

import time

from searchsvc.indexing.documents import store
from searchsvc.indexing.models import Generation
from searchsvc.indexing.rebuild import acceptance, replay
from searchsvc.indexing.rebuild.outcome import NotAccepted
from searchsvc.indexing.rebuild.promotion import promote
from searchsvc.indexing.rebuild.runner import Runner
from searchsvc.indexing.rebuild.wanted import Rebuilt, Run

MOST_TOLD = 20  # refused documents


def finish(run: Run, generation: Generation, runner: Runner, what: str = "promote") -> tuple[str, ...]:
    """Have a generation that is delivered to answer. Returns the faults that were passed over by wish.

    Raises Stopped, Lost or NotAccepted; then what answered does so still.
    """
    with run.watch.steps(f"{run.alias}: catching up", replay.waiting(run.alias)) as advance:
        replay.catch_up(generation, runner, run.stop, lambda count: advance(count, 0))
    generation.refresh_from_db()
    forced = _accepted(run, generation)
    runner.renew()
    promote(generation, run.wanted.who, what, forced=", ".join(forced) or None)
    return forced


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


def told(run: Run, generation: Generation, dropped: tuple[int, ...], begun: float, forced: tuple[str, ...]) -> Rebuilt:
    """What there is to say, `begun` on the monotonic clock."""
    refused = tuple(generation.refusals.order_by("pk").values_list("document", "reason")[:MOST_TOLD])
    return Rebuilt(
        alias=run.alias,
        generation=generation.number,
        documents=store(run.alias).count(generation.number),
        refused=refused,
        more_refused=max(0, generation.refused - len(refused)),
        dropped=dropped,
        seconds=time.monotonic() - begun,
        forced=forced,
    )
