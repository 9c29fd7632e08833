"""The Haystack engine on Solr: set `ENGINE` to 'backends.solr.Engine', `URL` to the server, `INDEX_NAME` to a name."""

from typing import cast

import pysolr
from haystack.backends import BaseEngine

from backends.core.query import SearchQuery
from backends.core.schema import Schema
from backends.core.served import ServedBackend
from backends.core.store import Store
from backends.solr.places import configset_files
from backends.solr.store import SolrStore


class SolrSearchBackend(ServedBackend):
    name = "solr"

    def make_store(self, schema: Schema) -> Store:
        return SolrStore(self.connection_alias, self.index_name, schema, self.http, self.options)

    def configset(self) -> dict[str, str]:
        """The files of the configset by name, for `manage.py build_solr_schema`."""
        return dict(configset_files())

    def reload(self) -> None:
        """Let Solr read the configuration of what answers anew."""
        cast("SolrStore", self.store).places.places.reload()

    @property
    def conn(self) -> pysolr.Solr:
        """Solr's own view of the index, as Haystack's engine has it: for looking at."""
        return pysolr.Solr(f"{self.http.urls[0]}/{self.index_name}", timeout=self.http.read)


class SolrSearchQuery(SearchQuery):
    pass


class Engine(BaseEngine):
    backend = SolrSearchBackend
    query = SolrSearchQuery
