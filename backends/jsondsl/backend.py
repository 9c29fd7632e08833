"""A Haystack backend on a server of this family: its connection's options, to a store."""

from typing import ClassVar

from django.core.exceptions import ImproperlyConfigured
from haystack.backends import BaseEngine

from backends.core.query import SearchQuery
from backends.core.schema import Schema
from backends.core.served import ServedBackend
from backends.core.store import Store
from backends.jsondsl.mapping import Layout
from backends.jsondsl.store import JsonStore


class JsonBackend(ServedBackend):
    """SHARDS, REPLICAS and REFRESH are read here; KWARGS go to the client library as they are."""

    store_class: ClassVar[type[JsonStore]]

    def make_store(self, schema: Schema) -> Store:
        try:
            layout = Layout.of(self.options)
        except ValueError as error:
            raise ImproperlyConfigured(f"Connection '{self.connection_alias}': {error}") from error
        options = self.options.get("KWARGS") or {}
        return self.store_class(self.connection_alias, self.index_name, schema, self.http, layout, options)


class JsonEngine(BaseEngine):
    query = SearchQuery
