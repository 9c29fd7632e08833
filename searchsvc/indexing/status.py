"""How each index is: what answers, what waits for it, and what somebody has to look at."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from backends.core.errors import SearchError
from backends.core.store import Sized
from searchsvc.indexing.agreed import Agreed, last_agreed
from searchsvc.indexing.documents import aliases, backend, rows_in_all
from searchsvc.indexing.models import Generation
from searchsvc.indexing.queue import Queue, queue_of


@dataclass(frozen=True, slots=True)
class Engine:
    """What an engine says of its index. Where it says nothing, `trouble` is why, and the rest is not known."""

    generation: int | None = None
    generations: tuple[int, ...] = ()
    documents: int | None = None
    size: int | None = None  # bytes on disk; None of a server
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """One index. `states` are those of the generations that a rebuild made, by number."""

    alias: str
    name: str  # of the engine
    engine: Engine
    rows: int
    queue: Queue
    agreed: Agreed | None
    states: dict[int, str]
    moment: datetime

    def worries(self) -> Iterator[str]:
        """What needs a person, a sentence each."""
        if self.engine.trouble:
            yield self.engine.trouble
        elif self.engine.generation is None:
            yield f"There is no index yet. Build it with: manage.py rebuild_index --using {self.alias} --noinput"
        if self.queue.dead:
            yield f"{self.queue.dead:,} changes were given up: {'; '.join(self._reasons())}"
        if self.agreed is not None and not self.agreed.is_clean:
            found = ", ".join(f"{count:,} {kind}" for kind, count in self.agreed.found.items() if count)
            yield f"The last verification found {found}. Mend it with: manage.py index verify --fix"

    def _reasons(self) -> Iterator[str]:
        for reason, times in self.queue.reasons:
            yield f"{times:,} for: {reason}"

    def others(self) -> list[str]:
        """The generations beside the one that answers, each with its state."""
        numbers = sorted({*self.engine.generations, *self.states} - {self.engine.generation})
        return [f"g{number} {self.states.get(number, 'of unknown origin')}" for number in numbers]


def status(alias: str, moment: datetime | None = None) -> Status:
    """How an index is at this moment. Raises what the database raises; an engine's outage is part of the answer."""
    return Status(
        alias,
        backend(alias).name,
        engine_of(alias),
        rows_in_all(alias),
        queue_of(alias),
        last_agreed(alias),
        dict(Generation.objects.filter(alias=alias).values_list("number", "state")),
        moment or timezone.now(),
    )


def statuses() -> tuple[Status, ...]:
    """Of every index of ours."""
    return tuple(map(status, aliases()))


def engine_of(alias: str) -> Engine:
    """Ask the engine; an outage is told, never raised."""
    try:
        store = backend(alias).store
        current, there = store.current(), tuple(store.generations())
        if current is None:
            return Engine(generations=there)
        size = store.size(current) if isinstance(store, Sized) else None
        return Engine(current, there, store.count(current), size)
    except SearchError as error:
        return Engine(trouble=str(error))
