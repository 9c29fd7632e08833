"""Engines on a server, for the suite: the folder that a test has stands for the name of an index."""

import hashlib
import os
from pathlib import Path

import pytest

from backends.core.schema import Schema
from backends.core.store import Store
from searchsvc.reliability.http import HttpSettings

# Engine -> the module of its client.
CLIENTS = {"solr": "pysolr", "elasticsearch": "elasticsearch", "opensearch": "opensearchpy"}
SERVED = frozenset(CLIENTS)


def index_name(path: Path) -> str:
    return "t" + hashlib.sha256(str(path).encode()).hexdigest()[:12]


def http(engine: str) -> HttpSettings:
    """How the test's server is spoken to; `server_of` put its address where other processes find it too."""
    return HttpSettings((os.environ[variable(engine)],))


def variable(engine: str) -> str:
    return f"SEARCHSVC_TEST_{engine.upper()}_URL"


def solr_store(path: Path, schema: Schema) -> Store:
    from backends.solr.store import SolrStore

    return SolrStore("contract", index_name(path), schema, http("solr"))


def elasticsearch_store(path: Path, schema: Schema) -> Store:
    from backends.elasticsearch.store import ElasticsearchStore

    return ElasticsearchStore("contract", index_name(path), schema, http("elasticsearch"))


def opensearch_store(path: Path, schema: Schema) -> Store:
    from backends.opensearch.store import OpenSearchStore

    return OpenSearchStore("contract", index_name(path), schema, http("opensearch"))


def server_of(engine: str, request: pytest.FixtureRequest) -> None:
    """A server of this engine runs: the one named in the environment, or else the fixture's."""
    if variable(engine) not in os.environ:
        os.environ[variable(engine)] = request.getfixturevalue(engine).url


def forget(store: Store) -> None:
    """Remove all that a store made on its server."""
    if (places := getattr(store, "places", None)) is not None:
        for place in places.places.taken():
            places.places.remove(place)
    if (made := getattr(store, "made", None)) is not None:
        for index in made.server.call("GET", f"/{made.name}-*/_alias", accept=(404,)) or {}:
            made.server.call("DELETE", f"/{index}", accept=(404,))
