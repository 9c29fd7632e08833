"""One chunk: read its rows, make documents, write them into the generation, mark it done. May be repeated."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F
from django.utils import timezone

from backends.core.errors import IndexMissing, SchemaMismatch, Unavailable
from searchsvc.indexing.documents import Fresh, store
from searchsvc.indexing.models import Chunk, Generation, Refusal
from searchsvc.indexing.rebuild.chunks import source_of
from searchsvc.indexing.rebuild.outcome import Lost
from searchsvc.indexing.rebuild.runner import LEASE, Runner
from searchsvc.reliability.deadline import deadline

TRIES = 5
PASSING = (Unavailable, OperationalError, InterfaceError)  # another time it may go well
FOR_GOOD = (IndexMissing, SchemaMismatch)


@dataclass(slots=True)
class Filled:
    """What became of the rows of some chunks. `refused` is reason by document."""

    written: int = 0
    skipped: int = 0
    refused: dict[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return self.written + self.skipped + len(self.refused)


def fill(chunk_pk: int, runner: Runner, tries: int = TRIES, sleep: Callable[[float], None] = time.sleep) -> Filled:
    """Fill one chunk, and again while the engine or the database is away, `tries` times in all.

    Raises Lost, or what the last try raised.
    """
    for attempt in range(1, tries + 1):
        try:
            return _filled(Chunk.objects.select_related("generation").get(pk=chunk_pk), runner)
        except Chunk.DoesNotExist:
            raise Lost("The generation was removed while it was being filled.") from None
        except IndexMissing as error:
            raise Lost(f"The generation is gone: {error}") from error
        except PASSING as error:
            if attempt == tries or isinstance(error, FOR_GOOD):
                raise
            if not connection.in_atomic_block:
                connection.close()  # it may be broken; the next query opens another
            sleep(2.0**attempt / 2)
    raise AssertionError(tries)


def _filled(chunk: Chunk, runner: Runner) -> Filled:
    generation, found = chunk.generation, Filled()
    source = source_of(generation.alias, chunk.model)
    if source is not None:  # else the index was taken out of the code since
        for rows in source.pages(source.key(chunk.low), source.key(chunk.high), int(generation.options["batch"])):
            _write(source.made(rows), generation, runner, found)
    _done(chunk, found)
    return found


def _write(fresh: Fresh, generation: Generation, runner: Runner, found: Filled) -> None:
    runner.renew()
    documents = fresh.documents.values()
    with deadline(LEASE.total_seconds() / 2):
        errors = store(generation.alias).write(generation.number, documents) if documents else []
    found.refused |= fresh.refused | {error.document: str(error) for error in errors}
    found.written += len(documents) - len(errors)
    found.skipped += len(fresh.gone)


def _done(chunk: Chunk, found: Filled) -> None:
    """Count a chunk once, however often it was filled."""
    with transaction.atomic():
        if Chunk.objects.filter(pk=chunk.pk, done=None).update(done=timezone.now()):
            Generation.objects.filter(pk=chunk.generation_id).update(
                written=F("written") + found.written,
                skipped=F("skipped") + found.skipped,
                refused=F("refused") + len(found.refused),
            )
            Refusal.objects.bulk_create(
                [Refusal(generation=chunk.generation, document=id_, reason=why) for id_, why in found.refused.items()],
                batch_size=1000,
            )
