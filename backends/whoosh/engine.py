"""The Haystack engine on Whoosh: set `ENGINE` to 'backends.whoosh.Engine' and `PATH` to a folder."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from haystack.backends import BaseEngine

from backends.core.backend import SearchBackend
from backends.core.query import SearchQuery
from backends.core.schema import Schema
from backends.core.store import Store
from backends.whoosh.store import WhooshStore


class WhooshSearchBackend(SearchBackend):
    name = "whoosh"

    def make_store(self, schema: Schema) -> Store:
        if not self.options.get("PATH"):
            raise ImproperlyConfigured(f"Connection '{self.connection_alias}' needs a PATH: a folder for its index.")
        return WhooshStore(self.connection_alias, Path(self.options["PATH"]), schema)


class WhooshSearchQuery(SearchQuery):
    pass


class Engine(BaseEngine):
    backend = WhooshSearchBackend
    query = WhooshSearchQuery
