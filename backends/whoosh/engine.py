"""The Haystack engine on Whoosh: set `ENGINE` to 'backends.whoosh.Engine' and `PATH` to a folder."""

from haystack.backends import BaseEngine

from backends.core.embedded import EmbeddedBackend
from backends.core.query import SearchQuery
from backends.whoosh.store import WhooshStore


class WhooshSearchBackend(EmbeddedBackend):
    name = "whoosh"
    store_class = WhooshStore


class WhooshSearchQuery(SearchQuery):
    pass


class Engine(BaseEngine):
    backend = WhooshSearchBackend
    query = WhooshSearchQuery
