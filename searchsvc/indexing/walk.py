"""A generation of an index as it stands: read whole in the order of keys, in constant memory, or looked up by id."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from backends.core.nodes import All, AnyOf, Node
from backends.core.request import Hit, Request, Sort
from backends.core.schema import CONTENT_HASH, ID, KEY
from backends.core.store import Store

STEP = 1000  # documents a search


@dataclass(frozen=True, slots=True)
class Held:
    """A document in an index. `hash` is '' where it was written by a version that made none."""

    id: str
    key: str
    model: str
    pk: str
    hash: str

    @classmethod
    def of(cls, hit: Hit) -> "Held":
        return cls(hit.id, hit.key, hit.model, hit.pk, hit.fields.get(CONTENT_HASH, ""))


EVERY = All()


def walk(
    store: Store, generation: int | None, after: str = "", step: int | None = None, of: Node = EVERY
) -> Iterator[tuple[Held, ...]]:
    """Every document `of` a condition behind the key `after`, `step` (STEP) at a time. Raises as `Store.search`.

    No generation is the one that answers.

    A document that is written meanwhile may be seen as it was or as it is; one that stays is seen once.
    """
    step = step or STEP
    while True:
        position = (after,) if after else None
        hits = store.search(Request(of, sort=(Sort(KEY),), size=step, after=position), generation).hits
        if hits:
            yield tuple(map(Held.of, hits))
            after = hits[-1].key
        if len(hits) < step:
            return


def held(store: Store, generation: int, ids: Iterable[str]) -> dict[str, Held]:
    """Those of these documents that are there, by id. Raises what `Store.search` raises."""
    wanted = tuple(ids)
    if not wanted:
        return {}
    hits = store.search(Request(AnyOf(ID, wanted), size=len(wanted)), generation).hits
    return {hit.id: Held.of(hit) for hit in hits}
