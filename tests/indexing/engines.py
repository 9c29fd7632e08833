"""Each engine under the whole service, with no index yet; fixtures for the folder's conftest."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from searchsvc.indexing.documents import aliases, store
from tests.contract.served import CLIENTS, forget
from tests.sites import EMBEDDED, SERVED, site


@pytest.fixture(params=(*EMBEDDED, *SERVED))
def every_engine(request: pytest.FixtureRequest, tmp_path: Path, db: None) -> Iterator[str]:
    """Return an engine's name; every index of the project is on it, and none is built yet."""
    yield from on(request.param, request, tmp_path)


@pytest.fixture(params=EMBEDDED)
def embedded_engine(request: pytest.FixtureRequest, tmp_path: Path, db: None) -> Iterator[str]:
    """As `every_engine`, of those in this process only."""
    yield from on(request.param, request, tmp_path)


def on(name: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    client = CLIENTS.get(name, name)
    pytest.importorskip(client, reason=f"{client} is not installed: pip install searchsvc[{name}]")
    url = request.getfixturevalue(name).url if name in SERVED else ""
    with site(name, folder, url):
        yield name
        for alias in aliases():
            forget(store(alias))
