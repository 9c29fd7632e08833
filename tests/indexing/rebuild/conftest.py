"""The indexes of the project on an engine, none of them built."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from searchsvc.indexing.documents import aliases, store
from tests.contract.served import CLIENTS, forget
from tests.sites import EMBEDDED, SERVED, site


@pytest.fixture(params=(*EMBEDDED, *SERVED))
def engine(request: pytest.FixtureRequest, db: None, tmp_path: Path) -> Iterator[str]:
    """Return the name of an engine, on which every index of the project is, and none is built."""
    name: str = request.param
    client = CLIENTS.get(name, name)
    pytest.importorskip(client, reason=f"{client} is not installed: pip install searchsvc[{name}]")
    url = request.getfixturevalue(name).url if name in SERVED else ""
    with site(name, tmp_path, url):
        yield name
        if name in SERVED:
            for alias in aliases():
                forget(store(alias))


@pytest.fixture
def embedded(request: pytest.FixtureRequest, db: None, tmp_path: Path) -> Iterator[str]:
    """Return the embedded default, for what is the same on each engine."""
    with site("tantivy", tmp_path):
        yield "tantivy"
