"""The Haystack backend of every engine: an engine adds only how its store is made."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib.gis.measure import Distance
from django.db.models import Model
from haystack import connections
from haystack.backends import log_query
from haystack.constants import DJANGO_CT, DJANGO_ID, ID
from haystack.exceptions import SkipDocument
from haystack.models import SearchResult
from haystack.utils import get_identifier, get_model_ct

from backends.core import asked as asking
from backends.core import spelling
from backends.core.asked import Asked
from backends.core.conditions import narrowing
from backends.core.counting import counted, gathered
from backends.core.nodes import Equals, Node
from backends.core.places import conditions, start
from backends.core.request import Request
from backends.core.requests import order
from backends.core.results import Page, Result
from backends.core.schema import CONTENT_HASH
from backends.core.silence import no_suggestion, nothing_found, silenced
from backends.core.similar import like
from backends.core.stats import described, requests_of
from backends.core.styles import style_of
from backends.core.translate import TreeQuery, as_node, preferred
from backends.core.values import from_column
from backends.core.writing import WritingBackend

EVERYTHING = 10_000  # hits of a search whose end nobody named; a caller who wants all walks by keyset


class SearchBackend(WritingBackend):
    """Shared by all engines."""

    RESERVED_WORDS = ["AND", "OR", "NOT"]

    def page(self, asked: Asked) -> Page:
        """One page of results by this project's own names; see `backends.core.queryset`."""
        return asking.page(self.store, self.index_schema, asked)

    @log_query  # type: ignore[untyped-decorator] # Haystack carries no types
    @silenced(nothing_found)
    def search(self, query_string: object, **options: Any) -> dict[str, Any]:
        """Haystack's search: a query (node, TreeQuery or text) and its options, to results, hits and facets.

        No text at all finds nothing, as in each of Haystack's engines; '*' is everything. A suggestion comes where it
        is asked for, or with a text; a SearchQuery asks for it by itself.
        """
        if query_string == "":
            return {"results": [], "hits": 0}
        reply = self._reply(self.asked(query_string, options), options)
        spelled = options.get("spelling_query") or (None if isinstance(query_string, TreeQuery) else query_string)
        return reply if spelled is None else {**reply, "spelling_suggestion": self.suggestion(spelled)}

    @silenced(nothing_found)
    def more_like_this(
        self, model_instance: Model, additional_query_string: object = None, **options: Any
    ) -> dict[str, Any]:
        """What is similar to an object among what the query finds; takes the options of `search`."""
        return self._reply(self.asked_like(model_instance, additional_query_string, options), options)

    @silenced(no_suggestion)
    def suggestion(self, query: object) -> str | None:
        """The words of a query put right, None where they are or the connection does not INCLUDE_SPELLING.

        See `backends.core.spelling` for whose words it can tell of.
        """
        return spelling.suggestion(self.store, self.index_schema, as_node(query)) if self.include_spelling else None

    def _reply(self, asked: Asked, options: Mapping[str, Any]) -> dict[str, Any]:
        dates = options.get("date_facets") or {}
        parts = counted(self.index_schema, dates, options.get("query_facets") or ())
        asked = replace(asked, counts=tuple(part.node for part in parts))
        request = asking.request_of(asked, self.index_schema)
        response = asking.answer(self.store, request, asked.registered)
        results = asking.results_of(response.hits, self.index_schema, request.node, asked.style, asked.origin)
        made = options.get("result_class") or SearchResult
        return {
            "results": [self._result(made, result, bool(asked.style)) for result in results],
            "hits": response.total,
            "revision": response.revision,
            "facets": {
                "fields": self._facet_fields(asked, response.facets),
                **gathered(parts, response.counts, dates),
            },
            "stats": described(self.index_schema, options.get("stats") or {}, request.stats, response.stats),
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
            order_by=order(self.index_schema, options.get("sort_by") or ()),
            offset=first,
            size=size,
            facets=options.get("facets") or {},
            style=style_of(options.get("highlight"), self.index_schema),
            stats=requests_of(self.index_schema, options.get("stats") or {}, self._index_name),
            origin=start(options),
            registered=None if options.get("models") else self._limit(options),
        )

    def _limit(self, options: Mapping[str, Any]) -> tuple[str, ...] | None:
        """The models that are searched where none is named; None for whatever the index holds."""
        is_limited = options.get("limit_to_registered_models")
        if is_limited is None:
            is_limited = getattr(settings, "HAYSTACK_LIMIT_TO_REGISTERED_MODELS", True)
        return self.registered_models if is_limited else None

    def asked_like(self, obj: Model, query: object, options: Mapping[str, Any]) -> Asked:
        """One search in our words, for what is like an object; the query filters and does not rank.

        An object that is not in the index is read as it would be written.
        """
        id_ = get_identifier(obj)
        hits = self.store.search(Request(Equals(ID, id_), size=1)).hits
        values = hits[0].fields if hits else self._prepared(obj)
        asked = self.asked(like(self.store, self.index_schema, id_, values, indexed=bool(hits)), options)
        return asked if query is None else replace(asked, filters=(*asked.filters, as_node(query)))

    def _prepared(self, obj: Model) -> dict[str, Any]:
        index = connections[self.connection_alias].get_unified_index().get_index(obj._meta.concrete_model)  # noqa: SLF001 - Django documents it
        try:
            values: dict[str, Any] = index.full_prepare(obj)
        except SkipDocument:
            return {}
        return values

    def _index_name(self, name: str) -> str:
        index_name: str = connections[self.connection_alias].get_unified_index().get_index_fieldname(name)
        return index_name

    def _narrowing(self, queries: Iterable[str]) -> Iterable[Node]:
        return (narrowing(query, self.index_schema) for query in sorted(queries))

    def _facet_fields(self, asked: Asked, replies: Iterable[Any]) -> dict[str, list[tuple[Any, int]]]:
        return {
            name: [(from_column(self.index_schema.field(name), value), count) for value, count in reply.values]
            for name, reply in zip(asked.facets, replies, strict=True)
        }

    def _result(self, made: Any, result: Result, highlighted: bool) -> Any:
        app_label, _, model_name = result.model.partition(".")
        fields = connections[self.connection_alias].get_unified_index().all_searchfields()
        # Haystack deletes what is gone from the database by the id of its result.
        extra = {ID: result.id} | {
            name: fields[name].convert(value) if name in fields else value
            for name, value in result.fields.items()
            if name not in (DJANGO_CT, DJANGO_ID, CONTENT_HASH)
        }
        if highlighted:
            extra["highlighted"] = dict(result.highlights)
        if result.distance is not None:
            extra["_distance"] = Distance(km=result.distance)
        return made(app_label, model_name, result.pk, result.score, **extra)
