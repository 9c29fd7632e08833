"""The Haystack engine on Tantivy: set `ENGINE` to 'backends.tantivy.Engine' and `PATH` to a folder."""

from haystack.backends import BaseEngine

from backends.core.embedded import EmbeddedBackend
from backends.core.query import SearchQuery
from backends.tantivy.store import TantivyStore


class TantivySearchBackend(EmbeddedBackend):
    name = "tantivy"
    store_class = TantivyStore


class TantivySearchQuery(SearchQuery):
    pass


class Engine(BaseEngine):
    backend = TantivySearchBackend
    query = TantivySearchQuery
