"""Many single saves in few commits: within a block, what a connection's backend is given is written in bulk.

The block changes when documents are written and nothing else: an exception that leaves it does not take back what was
saved before. Until it ends they are neither found nor durable; a process that is killed inside it loses them.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from haystack import connections

from backends.core.store import Changes, Document

MOST_DOCUMENTS = 1000  # as many as a batch of update_index
MOST_CHARACTERS = 32_000_000  # of what is indexed, about as many bytes or twice


class Gathering:
    """The changes of one block, the last one of each id. `write` is called at the bounds, and by `flush`."""

    def __init__(self, write: Callable[[Changes], object]) -> None:
        self._write = write
        self._changes: dict[str, Document | None] = {}
        self._characters = 0

    def add(self, changes: Changes) -> None:
        self._changes.update(changes)
        self._characters += sum(characters(document) for document in changes.values() if document is not None)
        if len(self._changes) >= MOST_DOCUMENTS or self._characters >= MOST_CHARACTERS:
            self.flush()

    def flush(self) -> None:
        """Write what there is. What cannot be written is not tried again."""
        changes, self._changes, self._characters = self._changes, {}, 0
        if changes:
            self._write(changes)


def characters(document: Document) -> int:
    """About how many of them a document puts into the index."""
    values = (value for column in document.columns.values() for value in column)
    return sum(
        len(value) if isinstance(value, str) else sum(map(len, value)) if isinstance(value, list) else 8
        for value in values
    )


@contextmanager
def gathered(*using: str) -> Iterator[None]:
    """Gather what this thread saves and deletes, in the connections named, or in all; write it when the block ends."""
    backends: list[Any] = [connections[alias].get_backend() for alias in using or connections.connections_info]
    with ExitStack() as stack:
        for backend in backends:
            if using or hasattr(backend, "gathering"):  # a connection may have an engine of Haystack's
                stack.enter_context(backend.gathering())
        yield
