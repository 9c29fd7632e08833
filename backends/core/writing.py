"""The Haystack backend's writing: the connection's schema and store, and what goes into the index."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO, ClassVar, NamedTuple

from django.db.models import Model
from haystack import connections
from haystack.backends import BaseSearchBackend
from haystack.constants import DJANGO_CT, DJANGO_ID, ID
from haystack.exceptions import SkipDocument
from haystack.utils import get_identifier, get_model_ct

from backends.core.build import DEFAULT_LANGUAGE, schema
from backends.core.documents import document
from backends.core.errors import DocumentRefused, SearchError, Unavailable
from backends.core.files import contents_of
from backends.core.gathering import Gathering
from backends.core.nodes import AnyOf
from backends.core.request import Request
from backends.core.schema import KEY, Schema
from backends.core.silence import done, nothing_read, silenced
from backends.core.store import Changes, Document, Store, shared_store

log = logging.getLogger("backends")

POST_LIMIT = 128 * 1024 * 1024  # bytes of a file whose text is asked for; Haystack's own number
WALK = 1000  # documents a step when an engine's whole index is read
# What tells one index from another: the same alias may be given other options, in tests most of all.
PLACE = ("PATH", "URL", "INDEX_NAME")


class RefusedDocuments(SearchError):
    """All documents of a batch were refused. `refused` tells which and why."""

    def __init__(self, refused: list[DocumentRefused]) -> None:
        self.refused = refused
        first = "; ".join(str(error) for error in refused[:3])
        super().__init__(f"{len(refused)} documents were refused. {first}")


class Prepared(NamedTuple):
    """What a SearchIndex says of an object, before any analysis: (id, key, model, primary key), and its fields."""

    identity: tuple[str, str, str, str]
    values: Mapping[str, Any]


def values_of(index: Any, obj: Any) -> Prepared:
    """Raises SkipDocument, or whatever the index's own code raises."""
    values = index.full_prepare(obj)
    return Prepared((values[ID], str(values.get(KEY) or values[ID]), values[DJANGO_CT], values[DJANGO_ID]), values)


def prepared(index: Any, obj: Any, schema: Schema) -> Document:
    """The document a SearchIndex makes of an object. Raises SkipDocument or DocumentRefused."""
    return document(schema, *values_of(index, obj))


class Made(NamedTuple):
    """What is made of a connection's indexes; `fields` tells whether they are still the same."""

    fields: object
    schema: Schema
    models: tuple[str, ...]


class WritingBackend(BaseSearchBackend):
    """The half of a backend that makes and fills its index. `make_store` is an engine's own."""

    name: ClassVar[str] = ""

    def __init__(self, connection_alias: str, **options: Any) -> None:
        super().__init__(connection_alias, **options)
        self.options = options
        # Haystack's default is to hide every failure behind an empty result; ours is to be loud.
        self.silently_fail = options.get("SILENTLY_FAIL", False)
        self.post_limit: int = options.get("POST_LIMIT", POST_LIMIT)
        self._made: Made | None = None
        self._gathering: Gathering | None = None  # Haystack has a backend a thread

    def make_store(self, schema: Schema) -> Store:
        raise NotImplementedError

    @property
    def index_schema(self) -> Schema:
        """Of the connection's indexes as they are now (tests exchange them)."""
        return self._now.schema

    @property
    def registered_models(self) -> tuple[str, ...]:
        """'app_label.model_name' of each model that the connection has an index for."""
        return self._now.models

    @property
    def _now(self) -> "Made":
        unified = connections[self.connection_alias].get_unified_index()
        fields = unified.all_searchfields()
        if self._made is None or self._made.fields is not fields:
            models = tuple(sorted(map(get_model_ct, unified.get_indexed_models())))
            self._made = Made(fields, schema(fields, self.options.get("LANGUAGE", DEFAULT_LANGUAGE)), models)
        return self._made

    @property
    def store(self) -> Store:
        """This process's store of the connection."""
        now = self.index_schema
        identity = f"{[self.options.get(name) for name in PLACE]} {now.fingerprint}"
        return shared_store(self.connection_alias, identity, lambda: self.make_store(now))

    def build_schema(self, fields: Mapping[str, Any]) -> tuple[str, Schema]:
        """The name of the document field, and the schema."""
        document_field = next((name for name, field in fields.items() if field.document), "")
        return document_field, schema(fields, self.options.get("LANGUAGE", DEFAULT_LANGUAGE))

    def _documents(self, index: Any, objects: Iterable[Any], refused: list[DocumentRefused]) -> Iterable[Document]:
        for obj in objects:
            try:
                yield prepared(index, obj, self.index_schema)
            except SkipDocument:
                self.remove(obj)
            except DocumentRefused as error:
                refused.append(error)

    @silenced(done)
    def update(self, index: Any, iterable: Iterable[Any], commit: bool = True) -> None:
        """Add or replace objects; those that are refused are logged with their reason, the others are written.

        Raises RefusedDocuments when none could be written: Haystack's commands repeat a whole batch that raises, and
        a bad document among good ones would stop a rebuild.
        """
        refused: list[DocumentRefused] = []
        documents = {document.id: document for document in self._documents(index, iterable, refused)}
        for error in refused:
            log.error("%s", error)
        if refused and not documents:
            raise RefusedDocuments(refused)
        self._change(documents)

    @contextmanager
    def gathering(self) -> Iterator[None]:
        """Within the block, gather what is updated and removed, to be written in few commits; see `gathering`.

        A block within a block is part of it. Raises where the block ends what `update` and `remove` raise.
        """
        if self._gathering is not None:
            yield
            return
        gathering = self._gathering = Gathering(self._gathered)
        try:
            yield
        finally:
            self._gathering = None
            gathering.flush()

    def _change(self, changes: Changes) -> None:
        if self._gathering is None:
            self._write(changes)
        else:
            self._gathering.add(changes)

    @silenced(done)
    def _gathered(self, changes: Changes) -> None:
        self._write(changes)

    def _write(self, changes: Changes) -> None:
        """Into the generation that answers, also where another one takes its place meanwhile."""
        number = self._generation()
        while True:
            try:
                self._write_into(number, changes)
            except Unavailable:
                if (now := self._generation()) == number:
                    raise
            else:
                if (now := self._generation()) == number:
                    return
            number = now

    def _write_into(self, number: int, changes: Changes) -> None:
        documents = [document for document in changes.values() if document is not None]
        refused = self.store.write(number, documents) if documents else []
        if gone := [id_ for id_, document in changes.items() if document is None]:
            self.store.delete(number, gone)
        for error in refused:
            log.error("%s", error)
        if refused and len(refused) == len(documents):
            raise RefusedDocuments(refused)

    def _generation(self) -> int:
        """The generation that answers; the first write makes one."""
        current = self.store.current()
        if current is None:
            current = self.store.create(self.index_schema)
            self.store.promote(current)
        return current

    @silenced(nothing_read)
    def extract_file_contents(self, file_obj: BinaryIO) -> Mapping[str, Any] | None:
        """Text and metadata of an open file; see `backends.core.files`. Raises FileRefused."""
        return contents_of(file_obj, self.post_limit)

    @silenced(done)
    def remove(self, obj_or_string: Model | str, commit: bool = True) -> None:
        if self._gathering is not None or self.store.current() is not None:
            self._change({get_identifier(obj_or_string): None})

    @silenced(done)
    def clear(self, models: Iterable[type[Model]] | None = None, commit: bool = True) -> None:
        """Empty the index, or remove these models' documents. Makes an index that was broken or missing anew."""
        if self._gathering is not None:
            self._gathering.flush()
        if models is not None:
            self._remove_models([get_model_ct(model) for model in models])
            return
        store = self.store
        fresh = store.create(self.index_schema)
        store.promote(fresh)
        for old in store.generations():
            if old != fresh:
                store.drop(old)

    def _remove_models(self, names: list[str]) -> None:
        generation = self.store.current()
        if generation is None or not names:
            return
        # Whole sets of ids at a time: deleting changes what the next page would be, so the first page is read again.
        while hits := self.store.search(Request(AnyOf(DJANGO_CT, tuple(names)), size=WALK)).hits:
            self.store.delete(generation, [hit.id for hit in hits])
