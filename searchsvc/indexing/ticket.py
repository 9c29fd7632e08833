"""Which changes somebody made, so that they can wait until just these are found."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from searchsvc.indexing.models import Change, Expansion


@dataclass(slots=True)
class Ticket:
    """Rows of the outbox, by index: changes, and records on which documents depend."""

    changes: dict[str, set[int]] = field(default_factory=dict)
    expansions: dict[str, set[int]] = field(default_factory=dict)

    @property
    def aliases(self) -> tuple[str, ...]:
        return tuple(sorted({*self.changes, *self.expansions}))


_open: ContextVar[tuple[Ticket, ...]] = ContextVar("tickets", default=())


@contextmanager
def noted() -> Iterator[Ticket]:
    """A ticket on which everything stands that this thread puts into the outbox within the block."""
    ticket = Ticket()
    before = _open.set((*_open.get(), ticket))
    try:
        yield ticket
    finally:
        _open.reset(before)


def is_open() -> bool:
    """Whether somebody waits for what this thread writes."""
    return bool(_open.get())


def note(changes: Iterable[Change], expansions: Iterable[Expansion]) -> None:
    """Called with rows that were just written."""
    tickets = _open.get()
    if not tickets:
        return
    for row in changes:
        for ticket in tickets:
            ticket.changes.setdefault(row.alias, set()).add(row.pk)
    for record in expansions:
        for ticket in tickets:
            ticket.expansions.setdefault(record.alias, set()).add(record.pk)
