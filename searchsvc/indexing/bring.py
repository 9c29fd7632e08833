"""The documents of a claimed batch, as they are now, brought to each generation that is written."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

from backends.core.embedded import EmbeddedStore
from backends.core.errors import IndexCorrupt, IndexMissing, SchemaMismatch
from backends.core.store import Document, Store
from searchsvc.indexing.claim import LEASE, Batch, holds, renew
from searchsvc.indexing.documents import store
from searchsvc.indexing.parts import Part, parts
from searchsvc.indexing.settle import Outcome
from searchsvc.indexing.sifting import Sifting
from searchsvc.indexing.targets import targets
from searchsvc.reliability.deadline import deadline

ENGINE_SECONDS = LEASE.total_seconds() / 2  # for a part of a batch, before which the lease is renewed
UNUSABLE = (IndexMissing, IndexCorrupt, SchemaMismatch)  # of one generation; another may be well


class LeaseLost(Exception):
    """Another has claimed what was ours: we were too slow."""


class Keeping:
    """Called again and again, it has the lease run on before it runs out. Raises LeaseLost."""

    def __init__(self, batch: Batch, clock: Callable[[], datetime], alone: bool) -> None:
        self._batch, self._clock, self._alone = batch, clock, alone
        self._renewed = clock()

    def __call__(self) -> None:
        if abs((now := self._clock()) - self._renewed) > LEASE / 4:
            self._renewed = now
            if not renew(self._batch, now, alone=self._alone):
                raise LeaseLost


def bring(batch: Batch, outcome: Outcome, clock: Callable[[], datetime], *, alone: bool) -> None:
    """Fill `outcome` part by part. Raises LeaseLost, Unavailable, and what a lost database raises.

    `alone`: the index is an embedded one.
    """
    if not targets(batch.alias):  # before anything is read for nothing
        raise IndexMissing(batch.alias, "no generation answers")
    for part in parts(batch, Keeping(batch, clock, alone)):
        with deadline(ENGINE_SECONDS), _writing(store(batch.alias)):
            if alone and not holds(batch):
                raise LeaseLost
            refused = part.refused | _write(batch.alias, part)
        outcome.refused |= refused
        outcome.delivered |= part.ids - refused.keys()


def _writing(store: Store) -> AbstractContextManager[None]:
    return store.writer_lock.held() if isinstance(store, EmbeddedStore) else nullcontext()


def _write(alias: str, part: Part) -> dict[str, str]:
    """The reasons of what was refused. Also into a generation that takes the place of another one meanwhile."""
    written: set[int] = set()
    refused: dict[str, str] = {}
    while missing := [number for number in targets(alias) if number not in written]:
        refused |= _into_each(store(alias), missing, part, is_any_written=bool(written))
        written.update(missing)
    if not written:
        raise IndexMissing(alias, "no generation answers")
    return refused


def _into_each(store: Store, generations: Sequence[int], part: Part, *, is_any_written: bool) -> dict[str, str]:
    refused: dict[str, str] = {}
    failed: list[Exception] = []
    for number in generations:
        try:
            refused |= _into(store, number, part)
        except UNUSABLE as error:
            failed.append(error)
    # The one that answers may have been built otherwise, while its successor is being filled.
    if failed and len(failed) == len(generations) and not is_any_written:
        raise failed[0]
    return refused


def _into(store: Store, generation: int, part: Part) -> dict[str, str]:
    def write(documents: Sequence[Document]) -> dict[str, str]:
        return {error.document: str(error) for error in store.write(generation, documents)}

    if part.gone:
        store.delete(generation, sorted(part.gone))
    return Sifting(write)(list(part.documents.values())) if part.documents else {}
