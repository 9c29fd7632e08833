"""A dump into a new generation of any engine, looked at before it answers. Until then what answers goes on doing so."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from backends.core.documents import document
from backends.core.errors import DocumentRefused, SearchError
from backends.core.schema import CONTENT_HASH, Schema
from backends.core.store import Document
from searchsvc.indexing.batches import batched
from searchsvc.indexing.documents import backend, store
from searchsvc.indexing.dumpfile import DumpRefused, documents
from searchsvc.indexing.models import Change, Generation, State
from searchsvc.indexing.rebuild import acceptance, replay
from searchsvc.indexing.rebuild.beginning import begun
from searchsvc.indexing.rebuild.promotion import promote, reconcile
from searchsvc.indexing.rebuild.runner import Runner
from searchsvc.indexing.walk import held

BATCH = 1000  # documents written at once


@dataclass(frozen=True, slots=True)
class Restored:
    """The generation that answers now, and how many documents the dump had."""

    generation: int
    count: int


class NotTheSame(Exception):
    """The engine does not hold what was written to it. What answers goes on doing so."""


def restore(alias: str, path: Path, who: str) -> Restored:
    """Fill a new generation from a dump and let it answer.

    Raises DumpRefused before the engine is touched, AlreadyRuns, NotTheSame, or what the engine raises; then the
    generation is removed again.
    """
    schema = backend(alias).index_schema
    total = sum(1 for _ in documents(path, schema))
    reconcile(alias)
    # What `index resume` asks of one that was killed: it goes on as a rebuild, from the database.
    options = {"batch": BATCH, "keep": 1, "missing": acceptance.MOST_MISSING}
    generation, runner = begun(alias, who, options, total=total, reads_rows=False)
    try:
        _fill(generation, runner, documents(path, schema), schema)
        _check_count(generation, total)
        replay.begin(generation, State.REPLAYING)
        replay.catch_up(generation, runner, lambda: False, lambda _count: None)
        promote(generation, who, "restore", file=path.name, documents=total)
    except BaseException:
        _undone(generation)
        raise
    return Restored(generation.number, total)


def _fill(generation: Generation, runner: Runner, lines: Iterator[Any], schema: Schema) -> None:
    for batch in batched(lines, BATCH):
        try:
            made = [document(schema, *each) for each in batch]
        except DocumentRefused as error:
            raise DumpRefused(f"{error} The dump was made with another rule for it; build the index anew.") from error
        runner.renew()
        if refused := store(generation.alias).write(generation.number, made):
            raise NotTheSame(f"{len(refused):,} documents were refused. {refused[0]}")
        _check(generation, made)
        Generation.objects.filter(pk=generation.pk).update(written=generation.written + len(made))
        generation.written += len(made)


def _check(generation: Generation, made: list[Document]) -> None:
    """Ask for what was just written. Raises NotTheSame, unless a change has come in between."""
    there = held(store(generation.alias), generation.number, [each.id for each in made])
    for each in made:
        one = there.get(each.id)
        if one is not None and one.hash == each.stored[CONTENT_HASH]:
            continue
        if not _moved(generation.alias, generation.started, each.stored["django_id"]):
            raise NotTheSame(f"Document {each.id} was written and is not what the index has.")


def _check_count(generation: Generation, total: int) -> None:
    there = store(generation.alias).count(generation.number)
    if there != total and not _moved(generation.alias, generation.started):
        raise NotTheSame(f"The dump has {total:,} documents, and generation {generation.number} {there:,}.")


def _moved(alias: str, since: datetime, pk: str = "") -> bool:
    """Whether anything changed meanwhile, which is kept until the generation answers."""
    changes = Change.objects.filter(alias=alias).exclude(done__lt=since)
    return (changes.filter(object_pk=pk) if pk else changes).exists()


def _undone(generation: Generation) -> None:
    """As before. A generation that an engine which is down keeps is nobody's: `index gc` removes it."""
    Generation.objects.filter(pk=generation.pk).exclude(state=State.PROMOTED).delete()
    with suppress(SearchError):
        if store(generation.alias).current() != generation.number:
            store(generation.alias).drop(generation.number)
