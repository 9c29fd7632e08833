"""Finding the document on which an engine stumbles: one that it does not refuse by name, but fails at with its batch.

An engine that takes others and not this one refuses this one; an engine that takes none is out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from backends.core.errors import Unavailable
from backends.core.store import Document

MOST_TRIES = 24  # before anything was taken: down to one document of 1,000 and another, twice over


def is_outage(error: Exception) -> bool:
    """Whether an error says itself that it is none of the documents' fault."""
    return isinstance(error, Unavailable) and type(error) is not Unavailable


@dataclass(slots=True)
class Sifting:
    """`write` takes documents and returns the reasons of those refused, by id."""

    write: Callable[[Sequence[Document]], dict[str, str]]
    tries: int = 0
    has_worked: bool = False

    def __call__(self, documents: Sequence[Document]) -> dict[str, str]:
        """Write them; the reasons of those that were not. Raises the error of an engine that takes none of them."""
        self.tries += 1
        try:
            refused = self.write(documents)
        except Exception as error:
            hopeless = self.tries > MOST_TRIES and not self.has_worked
            if is_outage(error) or hopeless or len(documents) == 1:
                raise
            return self._halves(documents)
        self.has_worked = True
        return refused

    def _halves(self, documents: Sequence[Document]) -> dict[str, str]:
        middle = len(documents) // 2
        refused: dict[str, str] = {}
        failed: list[tuple[Sequence[Document], Exception]] = []
        for half in (documents[:middle], documents[middle:]):
            try:
                refused |= self(half)
            except Exception as error:
                if is_outage(error):
                    raise
                failed.append((half, error))
        if len(failed) == 2:  # noqa: PLR2004 - both halves
            raise failed[-1][1]
        for half, why in failed:
            refused |= {document.id: f"{type(why).__name__}: {why}" for document in half}
        return refused
