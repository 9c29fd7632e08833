"""Where database and index do not agree: some documents compared by their content hash, and what each difference is.

    missing  a document that the index has not             wrong  its content in the index is another one
    ghost    one in the index that the database has not    stale  any of these, where a change for it still waits

A document that cannot be prepared, and is not in the index, is none of these: it is `refused`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from backends.core.schema import CONTENT_HASH
from backends.core.store import Document
from searchsvc.indexing.documents import Source, by_model, sources, store
from searchsvc.indexing.walk import Held, held


class Drift(StrEnum):
    MISSING = "missing"
    GHOST = "ghost"
    STALE = "stale"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Difference:
    """One document about which database and index do not agree. `why` is a word for people."""

    id: str
    model: str
    pk: str
    what: Drift
    why: str = ""


@dataclass(slots=True)
class Compared:
    """What a comparison found, by document id. `refused` holds reasons."""

    checked: int = 0
    different: dict[str, Difference] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    def add(self, other: "Compared") -> None:
        self.checked += other.checked
        self.different |= other.different
        self.refused |= other.refused


def compare_rows(source: Source, generation: int, pks: Iterable[Any]) -> Compared:
    """Each of these rows with its document in the index. Raises what the database and the store raise."""
    by_id = {source.id_of(pk): str(pk) for pk in pks}
    there = held(store(source.alias), generation, by_id)
    rows = {source.id_of(row.pk): row for row in source.found(by_id.values())}
    same = {id_ for id_, row in rows.items() if id_ in there and there[id_].hash == source.hash_of(row)}
    # Only what differs is analysed, which says whether it is refused: half of the time of a verification.
    fresh = source.made(row for id_, row in rows.items() if id_ not in same)
    found = Compared(checked=len(by_id))
    for id_, pk in by_id.items():
        if id_ in same:
            continue
        document, reason = fresh.documents.get(id_), fresh.refused.get(id_)
        if reason is not None and id_ not in there:
            found.refused[id_] = reason
        elif what := _difference(document, reason, there.get(id_)):
            found.different[id_] = Difference(id_, source.name, pk, *what)
    return found


def _difference(document: Document | None, reason: str | None, there: Held | None) -> tuple[Drift, str] | None:
    """What is different, and a word on it; None where nothing is."""
    if reason is not None:
        return Drift.WRONG, f"an older form of it is in the index: {reason}"
    if document is None:
        return None if there is None else (Drift.GHOST, "the index has it, the database has not")
    if there is None:
        return Drift.MISSING, "the database has it, the index has not"
    return None if there.hash == document.stored[CONTENT_HASH] else (Drift.WRONG, "its content is another one")


def compare_held(alias: str, documents: Iterable[Held]) -> Compared:
    """Documents of an index that have no row any more, or belong to no index of the connection."""
    page = tuple(documents)
    rows = by_model((document.model, document.pk) for document in page)
    known = {source.name: source for source in sources(alias)}
    there = {name: source.existing(rows[name]) for name, source in known.items() if name in rows}
    found = Compared(checked=len(page))
    for document in page:
        if document.pk in there.get(document.model, ()):
            continue
        is_foreign = document.model not in known
        why = f"no index here is made of {document.model}" if is_foreign else "the index has it, the database has not"
        found.different[document.id] = Difference(document.id, document.model, document.pk, Drift.GHOST, why)
    return found
