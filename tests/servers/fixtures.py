"""The servers as pytest fixtures. A missing one is a skip that says how to get it, a failure under tests/run --all."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.servers.product import NotInstalled, Server
from tests.servers.products import PRODUCTS
from tests.servers.sharing import running

# Fixture -> the server's name and options.
SERVERS: dict[str, tuple[str, ...]] = {
    "solr": ("solr",),
    "solr_cloud": ("solr", "cloud"),
    "elasticsearch": ("elasticsearch",),
    "elasticsearch_security": ("elasticsearch", "security"),
    "opensearch": ("opensearch",),
    "redis_server": ("redis",),
    "postgresql": ("postgresql",),
    "rabbitmq": ("rabbitmq",),
}


def server_fixture(name: str, *options: str) -> Callable[..., Any]:
    """Return a fixture that lasts a session: a running server, shared by all workers, with a prefix of its own."""

    def give(needs: Callable[[str, str], Any]) -> Iterator[Server]:
        product = PRODUCTS[name]
        with ExitStack() as stack:
            try:
                server = stack.enter_context(running(name, *options))
            except NotInstalled:
                needs(product.title, f"tests/servers/install {name}")
            yield server
            product.clear(server)

    give.__doc__ = f"Return {' with '.join((PRODUCTS[name].title, *options))}; name what you make `server.unique(...)`."
    return give


for fixture, wanted in SERVERS.items():
    globals()[fixture] = pytest.fixture(scope="session", name=fixture)(server_fixture(*wanted))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks for a server, so that `-m "not server"` leaves it out."""
    for item in items:
        for fixture in SERVERS.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.server(fixture))
