"""The documents that are asked about: those of a connection's SearchIndexes, read once and written to each engine."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from haystack import connections
from haystack.exceptions import SkipDocument
from haystack.utils import get_model_ct

from backends.core.build import DEFAULT_LANGUAGE, schema
from backends.core.errors import DocumentRefused
from backends.core.schema import Schema
from backends.core.store import Document
from backends.core.writing import prepared
from backends.parity.engines import Engine, WrongUse

BATCH = 2000  # documents a write: Python holds so many at once
SAMPLE = 200  # documents whose words and values are asked about
SEED = 1


@dataclass(slots=True)
class Corpus:
    """What was written: how many, which were refused, and a sample that is the same for the same documents."""

    written: int = 0
    refused: list[DocumentRefused] = field(default_factory=list)
    sample: list[Document] = field(default_factory=list)


def schema_of(alias: str) -> Schema:
    """The schema of a connection, whatever engine it has now. Raises WrongUse."""
    if alias not in connections.connections_info:
        known = ", ".join(sorted(connections.connections_info))
        raise WrongUse(f"HAYSTACK_CONNECTIONS has no '{alias}'; it has {known}.")
    fields = connections[alias].get_unified_index().all_searchfields()
    if not fields:
        raise WrongUse(f"Connection '{alias}' has no SearchIndex.")
    return schema(fields, connections[alias].options.get("LANGUAGE", DEFAULT_LANGUAGE))


def fill(engines: Sequence[Engine], alias: str, schema: Schema, limit: int | None) -> Corpus:
    """Write at most `limit` documents of each model to every engine."""
    corpus = Corpus()
    documents = _documents(alias, schema, limit, corpus.refused)
    sampled = _Sample(corpus.sample)
    while batch := list(islice(documents, BATCH)):
        corpus.written += len(batch)
        for document in batch:
            sampled.add(document)
        for engine in engines:
            corpus.refused += engine.store.write(engine.generation, batch)
    return corpus


def _documents(alias: str, schema: Schema, limit: int | None, refused: list[DocumentRefused]) -> Iterator[Document]:
    unified = connections[alias].get_unified_index()
    for model in sorted(unified.get_indexed_models(), key=get_model_ct):
        index = unified.get_index(model)
        objects = index.build_queryset(using=alias).order_by("pk")[:limit]
        for obj in objects.iterator(chunk_size=BATCH):
            try:
                yield prepared(index, obj, schema)
            except SkipDocument:
                continue
            except DocumentRefused as error:
                refused.append(error)


class _Sample:
    """Every document has the same chance to be kept: reservoir sampling (Vitter's algorithm R, 1985)."""

    def __init__(self, kept: list[Document]) -> None:
        self.kept, self.seen = kept, 0
        self.random = random.Random(SEED)  # noqa: S311 - to repeat a run, not to keep a secret

    def add(self, document: Document) -> None:
        self.seen += 1
        if len(self.kept) < SAMPLE:
            self.kept.append(document)
        elif (place := self.random.randrange(self.seen)) < SAMPLE:
            self.kept[place] = document
