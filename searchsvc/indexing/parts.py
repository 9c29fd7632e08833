"""The documents of a batch, read afresh in parts that fit into memory, however large each of them is."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db import InterfaceError, OperationalError

from backends.core.gathering import MOST_CHARACTERS, characters
from backends.core.store import Document
from searchsvc.indexing.batches import batched
from searchsvc.indexing.claim import Batch
from searchsvc.indexing.documents import Fresh, Source, by_model, sources

STEP = 200  # rows read at a time; their objects are as large as their documents


@dataclass(slots=True)
class Part:
    """What is written together, by id; `gone` is deleted before."""

    documents: dict[str, Document] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    refused: dict[str, str] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    size: int = 0  # characters

    def add(self, ids: Sequence[str], fresh: Fresh) -> None:
        self.ids.update(ids)
        self.documents |= fresh.documents
        self.gone |= fresh.gone
        self.refused |= fresh.refused
        self.size += sum(map(characters, fresh.documents.values()))


def parts(batch: Batch, keep: Callable[[], None]) -> Iterator[Part]:
    """Every document of a batch once. Raises what a lost database raises.

    `keep` is called whenever some rows were read: a batch that is read for longer than its lease must not lose it, or
    several workers take it from one another for ever.
    """
    known = {source.name: source for source in sources(batch.alias)}
    part = Part()
    for model, pks in by_model((one.model, one.object_pk) for one in batch.documents.values()).items():
        for some in batched(pks, STEP):
            part.add([f"{model}.{pk}" for pk in some], _read(known.get(model), model, some))
            keep()
            if part.size >= MOST_CHARACTERS:
                yield part
                part = Part()
    if part.ids:
        yield part


def _read(source: Source | None, model: str, pks: Sequence[str]) -> Fresh:
    if source is None:  # a model that no index is made of any more
        return Fresh({}, frozenset(f"{model}.{pk}" for pk in pks), {})
    try:
        return source.read(pks)
    except (OperationalError, InterfaceError):
        raise  # the database, and not a row of it
    except Exception as error:  # noqa: BLE001 - whatever it is, a row that cannot be read is refused alone
        if len(pks) == 1:
            return Fresh({}, frozenset(), {source.id_of(pks[0]): f"{type(error).__name__}: {error}"})
        return _joined([_read(source, model, [pk]) for pk in pks])


def _joined(found: Sequence[Fresh]) -> Fresh:
    documents = {id_: document for each in found for id_, document in each.documents.items()}
    refused = {id_: reason for each in found for id_, reason in each.refused.items()}
    return Fresh(documents, frozenset().union(*(each.gone for each in found)), refused)
