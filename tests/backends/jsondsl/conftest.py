"""Both servers of the family, and stores on them that leave nothing behind."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from backends.core.schema import Schema
from backends.jsondsl.mapping import Layout
from backends.jsondsl.store import JsonStore
from searchsvc.reliability.http import HttpSettings
from tests.contract.corpus import SCHEMA
from tests.servers.product import Server

MakeStore = Callable[..., JsonStore]


def store_class(engine: str) -> type[JsonStore]:
    if engine == "elasticsearch":
        pytest.importorskip("elasticsearch", reason="pip install searchsvc[elasticsearch]")
        from backends.elasticsearch.store import ElasticsearchStore

        return ElasticsearchStore
    pytest.importorskip("opensearchpy", reason="pip install searchsvc[opensearch]")
    from backends.opensearch.store import OpenSearchStore

    return OpenSearchStore


@pytest.fixture(params=["elasticsearch", "opensearch"])
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def server(engine: str, request: pytest.FixtureRequest) -> Server:
    found: Server = request.getfixturevalue(engine)
    return found


@pytest.fixture
def make_store(engine: str, server: Server) -> Iterator[MakeStore]:
    """Return `make_store(name, schema, layout, **settings)`: stores on the server, or on `urls` that are given."""
    made: list[JsonStore] = []
    names: dict[str, str] = {}

    def make(name: str = "a", schema: Schema = SCHEMA, layout: Layout | None = None, **settings: Any) -> JsonStore:
        index = names.setdefault(name, server.unique(name))
        settings = {"urls": (server.url,), **settings}
        made.append(store_class(engine)("test", index, schema, HttpSettings(**settings), layout))
        return made[-1]

    yield make
    clean = store_class(engine)("test", "none", SCHEMA, HttpSettings((server.url,)))
    for index in names.values():
        for each in clean.server.call("GET", f"/{index}-*/_alias", accept=(404,)) or {}:
            clean.server.call("DELETE", f"/{each}", accept=(404,))
    for store in (*made, clean):
        store.close()


@pytest.fixture
def store(make_store: MakeStore) -> JsonStore:
    """Return a store with one empty generation that answers."""
    found = make_store()
    found.promote(found.create(SCHEMA))
    return found
