"""An empty generation that this process builds: what a rebuild and a restore begin with."""

from typing import Any

from django.db import IntegrityError, transaction

from searchsvc.indexing.documents import backend, store
from searchsvc.indexing.models import WAITING, WRITTEN, Change, Generation
from searchsvc.indexing.rebuild.outcome import AlreadyRuns
from searchsvc.indexing.rebuild.promotion import answering
from searchsvc.indexing.rebuild.runner import Runner, lease, this_process, who_runs


def begun(
    alias: str, who: str, options: dict[str, Any], *, total: int = 0, reads_rows: bool
) -> tuple[Generation, Runner]:
    """From here on changes reach the generation, and are kept for it. Raises AlreadyRuns, or what the engine raises.

    `options` are those that `index resume` goes on with. `reads_rows`: it is filled from the database, so that the
    first one of an index needs none of the changes that wait.
    """
    schema = backend(alias).index_schema
    options = {**options, "schema": schema.fingerprint, "process": this_process()}
    mine = lease()
    try:
        with transaction.atomic():
            made = Generation.objects.create(alias=alias, number=0, by=who, total=total, options=options, **mine)
    except IntegrityError:
        raise _collision(alias) from None
    try:
        _number(made, store(alias).create(schema), needs_none=reads_rows and answering(alias) is None)
    except BaseException:
        made.delete()
        raise
    return made, Runner(made.pk, mine["runner"])


def _collision(alias: str) -> AlreadyRuns:
    other = Generation.objects.filter(alias=alias, state__in=WRITTEN).first()
    return AlreadyRuns(who_runs(other) if other else f"Another rebuild of '{alias}' began just now; try again.")


def _number(made: Generation, number: int, *, needs_none: bool) -> None:
    made.number = number
    with transaction.atomic():
        # Of an index that was deleted by hand, or of an engine that was exchanged: its numbers begin anew.
        Generation.objects.filter(alias=made.alias, number=number).delete()
        Generation.objects.filter(pk=made.pk).update(number=number)
        if needs_none:
            Change.objects.filter(WAITING, alias=made.alias, lease=None).delete()
