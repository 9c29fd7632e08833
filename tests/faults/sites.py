"""Fixtures: the whole service in processes of its own, with a database, and servers that may be killed."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.faults.pipeline import Pipeline
from tests.indexing.processes import Site
from tests.servers.product import NotInstalled
from tests.servers.sharing import private

SEED = 6


@pytest.fixture
def database(postgresql: Any) -> Iterator[str]:
    """Return the address of an empty database in PostgreSQL."""
    psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed: pip install searchsvc[postgres]")
    name = postgresql.unique("pipeline")
    with psycopg.connect(postgresql.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield postgresql.url.rpartition("/")[0] + f"/{name}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def own(needs: Callable[[str, str], Any]) -> Iterator[Callable[[str], Any]]:
    """Return `own(name)`: a server that the test may kill, and its process."""
    with ExitStack() as stack:

        def start(name: str) -> Any:
            try:
                return stack.enter_context(private(name))
            except NotInstalled:
                return needs(name, f"tests/servers/install {name}")

        yield start


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Callable[..., Pipeline]]:
    """Return `launch(**environment)`: a site with its tables and empty indexes."""
    sites: list[Site] = []

    def begin(**environment: str) -> Pipeline:
        sites.append(Site(tmp_path, SECRET_KEY="only-for-tests", SEARCHSVC_LOG_LEVEL="INFO", **environment))
        made = Pipeline(sites[-1], SEED)
        made.ask("make")
        return made

    yield begin
    for site in sites:
        site.end()
