"""The Haystack backend of every engine: an engine adds only how its store is made."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from django.contrib.gis.measure import Distance
from django.db.models import Model
from haystack import connections
from haystack.backends import BaseSearchBackend, log_query
from haystack.constants import DJANGO_CT, DJANGO_ID, ID
from haystack.exceptions import SkipDocument
from haystack.models import SearchResult
from haystack.utils import get_identifier, get_model_ct

from backends.core import asked as asking
from backends.core.asked import Asked
from backends.core.build import DEFAULT_LANGUAGE, schema
from backends.core.conditions import narrowing
from backends.core.counting import counted, gathered
from backends.core.documents import document
from backends.core.errors import DocumentRefused, SearchError, UnsupportedQuery
from backends.core.highlight import Style
from backends.core.nodes import AnyOf, Node
from backends.core.places import conditions, start
from backends.core.request import Request
from backends.core.results import Page, Result
from backends.core.schema import KEY, Schema
from backends.core.silence import done, nothing_found, silenced
from backends.core.store import Document, Store, shared_store
from backends.core.translate import as_node, preferred
from backends.core.values import from_column

log = logging.getLogger("backends")

WALK = 1000  # documents a step when an engine's whole index is read
EVERYTHING = 10_000  # hits of a search whose end nobody named; a caller who wants all walks by keyset
# What part 2 of the engine layer brings; asked for now it is refused, never left out.
NOT_YET = ("stats", "spelling_query")
HIGHLIGHT_OPTIONS: Mapping[str, str] = {
    "length": "length", "count": "count", "before": "before", "after": "after",
    "pre_tags": "before", "post_tags": "after", "fragment_size": "length", "number_of_fragments": "count",
}  # fmt: skip


class RefusedDocuments(SearchError):
    """All documents of a batch were refused. `refused` tells which and why."""

    def __init__(self, refused: list[DocumentRefused]) -> None:
        self.refused = refused
        first = "; ".join(str(error) for error in refused[:3])
        super().__init__(f"{len(refused)} documents were refused. {first}")


def style_of(option: bool | Mapping[str, Any] | None) -> Style | None:
    """Haystack's highlight option: False, True, or a mapping of options."""
    if not option:
        return None
    if option is True:
        return Style()
    unknown = set(option) - set(HIGHLIGHT_OPTIONS)
    if unknown:
        raise UnsupportedQuery(f"highlight() has no option '{min(unknown)}'; it takes {', '.join(HIGHLIGHT_OPTIONS)}.")
    return Style(**{HIGHLIGHT_OPTIONS[name]: value for name, value in option.items()})


class SearchBackend(BaseSearchBackend):
    """Shared by all engines. `make_store` is an engine's own."""

    name: ClassVar[str] = ""
    RESERVED_WORDS = ["AND", "OR", "NOT"]

    def __init__(self, connection_alias: str, **options: Any) -> None:
        super().__init__(connection_alias, **options)
        self.options = options
        # Haystack's default is to hide every failure behind an empty result; ours is to be loud.
        self.silently_fail = options.get("SILENTLY_FAIL", False)
        self._schema: tuple[object, Schema] | None = None

    def make_store(self, schema: Schema) -> Store:
        raise NotImplementedError

    @property
    def schema(self) -> Schema:
        """Of the connection's indexes as they are now (tests exchange them)."""
        fields = connections[self.connection_alias].get_unified_index().all_searchfields()
        if self._schema is None or self._schema[0] is not fields:
            self._schema = fields, schema(fields, self.options.get("LANGUAGE", DEFAULT_LANGUAGE))
        return self._schema[1]

    @property
    def store(self) -> Store:
        """This process's store of the connection."""
        now = self.schema
        identity = f"{self.options.get('PATH')} {self.options.get('URL')} {now.fingerprint}"
        return shared_store(self.connection_alias, identity, lambda: self.make_store(now))

    # Writing

    def _documents(self, index: Any, objects: Iterable[Any], refused: list[DocumentRefused]) -> Iterable[Document]:
        for obj in objects:
            try:
                values = index.full_prepare(obj)
                identity = (values[ID], str(values.get(KEY) or values[ID]), values[DJANGO_CT], values[DJANGO_ID])
                yield document(self.schema, identity, values)
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
        documents = list(self._documents(index, iterable, refused))
        failed = self.store.write(self._generation(), documents)
        refused += failed
        for error in refused:
            log.error("%s", error)
        if refused and len(failed) == len(documents):
            raise RefusedDocuments(refused)

    def _generation(self) -> int:
        """The generation that answers; the first write makes one."""
        current = self.store.current()
        if current is None:
            current = self.store.create(self.schema)
            self.store.promote(current)
        return current

    @silenced(done)
    def remove(self, obj_or_string: Model | str, commit: bool = True) -> None:
        if (current := self.store.current()) is not None:
            self.store.delete(current, [get_identifier(obj_or_string)])

    @silenced(done)
    def clear(self, models: Iterable[type[Model]] | None = None, commit: bool = True) -> None:
        """Empty the index, or remove these models' documents. Makes an index that was broken or missing anew."""
        if models is not None:
            self._remove_models([get_model_ct(model) for model in models])
            return
        store = self.store
        fresh = store.create(self.schema)
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

    # Reading

    def page(self, asked: Asked) -> Page:
        """One page of results by this project's own names; see `backends.core.queryset`."""
        return asking.page(self.store, self.schema, asked)

    @log_query  # type: ignore[untyped-decorator] # Haystack carries no types
    @silenced(nothing_found)
    def search(self, query_string: object, **options: Any) -> dict[str, Any]:
        """Haystack's search: a query (node, TreeQuery or text) and its options, to results, hits and facets."""
        for name in NOT_YET:
            if options.get(name):
                raise UnsupportedQuery(f"This version of backends.{self.name} does not do '{name}' yet.")
        dates = options.get("date_facets") or {}
        parts = counted(self.schema, dates, options.get("query_facets") or ())
        asked = replace(self.asked(query_string, options), counts=tuple(part.node for part in parts))
        request = asking.request_of(asked, self.schema)
        response = asking.answer(self.store, request)
        results = asking.results_of(response.hits, self.schema, request.node, asked.style, asked.origin)
        made = options.get("result_class") or SearchResult
        return {
            "results": [self._result(made, result, bool(asked.style)) for result in results],
            "hits": response.total,
            "revision": response.revision,
            "facets": {
                "fields": self._facet_fields(asked, response.facets),
                **gathered(parts, response.counts, dates),
            },
            "spelling_suggestion": None,
        }

    def asked(self, query: object, options: Mapping[str, Any]) -> Asked:
        """One search in our words, of a query and Haystack's options for it."""
        first = options.get("start_offset") or 0
        end = options.get("end_offset")
        size = EVERYTHING if end is None else max(0, end - first)
        return Asked(
            node=preferred(as_node(query), options.get("boost") or {}),
            models=tuple(sorted(get_model_ct(model) for model in options.get("models") or ())),
            filters=(
                *options.get("wheres", ()),
                *self._narrowing(options.get("narrow_queries") or ()),
                *conditions(options),
            ),
            refines=tuple(options.get("refines") or ()),
            order_by=tuple(options.get("sort_by") or ()),
            offset=first,
            size=size,
            facets=options.get("facets") or {},
            style=style_of(options.get("highlight")),
            origin=start(options),
        )

    def _narrowing(self, queries: Iterable[str]) -> Iterable[Node]:
        return (narrowing(query, self.schema) for query in sorted(queries))

    def _facet_fields(self, asked: Asked, replies: Iterable[Any]) -> dict[str, list[tuple[Any, int]]]:
        return {
            name: [(from_column(self.schema.field(name), value), count) for value, count in reply.values]
            for name, reply in zip(asked.facets, replies, strict=True)
        }

    def _result(self, made: Any, result: Result, highlighted: bool) -> Any:
        app_label, _, model_name = result.model.partition(".")
        fields = connections[self.connection_alias].get_unified_index().all_searchfields()
        # Haystack deletes what is gone from the database by the id of its result.
        extra = {ID: result.id} | {
            name: fields[name].convert(value) if name in fields else value
            for name, value in result.fields.items()
            if name not in (DJANGO_CT, DJANGO_ID)
        }
        if highlighted:
            extra["highlighted"] = dict(result.highlights)
        if result.distance is not None:
            extra["_distance"] = Distance(km=result.distance)
        return made(app_label, model_name, result.pk, result.score, **extra)

    def more_like_this(self, *_args: Any, **_options: Any) -> dict[str, Any]:
        raise UnsupportedQuery(f"This version of backends.{self.name} does not do 'more_like_this' yet.")

    def build_schema(self, fields: Mapping[str, Any]) -> tuple[str, Schema]:
        """The name of the document field, and the schema."""
        document_field = next((name for name, field in fields.items() if field.document), "")
        return document_field, schema(fields, self.options.get("LANGUAGE", DEFAULT_LANGUAGE))
