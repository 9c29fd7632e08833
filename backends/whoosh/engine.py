"""The Haystack engine on Whoosh: set `ENGINE` to 'backends.whoosh.Engine' and `PATH` to a folder."""

from typing import cast

from haystack.backends import BaseEngine
from whoosh.fields import Schema
from whoosh.qparser import QueryParser

from backends.core.embedded import EmbeddedBackend
from backends.core.query import SearchQuery
from backends.whoosh.store import WhooshStore
from backends.whoosh.view import View, readable_schema


class WhooshSearchBackend(EmbeddedBackend):
    name = "whoosh"
    store_class = WhooshStore

    # What Haystack's own Whoosh backend has for looking inside.

    @property
    def schema(self) -> Schema:
        """The columns of the index as Whoosh fields."""
        return readable_schema(self.index_schema)

    @property
    def parser(self) -> QueryParser:
        """Whoosh's own parser; what it finds is looked for with `index.searcher()`."""
        return QueryParser(self.content_field_name, schema=self.schema)

    @property
    def index(self) -> View:
        """Whoosh's own view of the index, for looking at: our terms, not its analysis."""
        store = cast("WhooshStore", self.store)
        return View(lambda: store.folders.folder(self._generation()), self.index_schema)


class WhooshSearchQuery(SearchQuery):
    pass


class Engine(BaseEngine):
    backend = WhooshSearchBackend
    query = WhooshSearchQuery
