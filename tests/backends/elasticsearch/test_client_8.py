"""Client 8 speaks for the engine too: a smoke test in an environment of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CLIENT = "elasticsearch>=8.19,<9"
SMOKE = """
import sys
from django.conf import settings
settings.configure(HAYSTACK_CONNECTIONS={"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}})
import elasticsearch
from backends.core.asked import Asked, page
from backends.core.parse import parse
from backends.elasticsearch.store import ElasticsearchStore
from searchsvc.reliability.http import HttpSettings
from tests.contract.corpus import SCHEMA, documents

store = ElasticsearchStore("contract", sys.argv[2], SCHEMA, HttpSettings((sys.argv[1],)))
store.promote(store.create(SCHEMA))
assert store.write(1, documents()) == []
found = page(store, SCHEMA, Asked(parse("harbour"), facets={"kind": {}}))
store.delete(1, ["tests.work.tokyo"])
print(elasticsearch.__version__[0], found.total, dict(found.facets["kind"].values), store.count())
"""


@pytest.fixture(scope="module")
def client_8(tmp_path_factory: pytest.TempPathFactory, needs) -> Path:
    """Return a folder with the client and what it needs; it goes before the environment's own."""
    folder = tmp_path_factory.mktemp("client8")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target"]
    ran = subprocess.run([*command, folder, CLIENT], capture_output=True, text=True, timeout=120, check=False)
    if ran.returncode:
        needs("elasticsearch-py 8", f"pip install '{CLIENT}', which a package index must offer: {ran.stderr[-200:]}")
    return folder


def test_client_8_builds_an_index_and_searches_it(elasticsearch, client_8: Path, root: Path):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(client_8), str(root)))}
    command = [sys.executable, "-c", SMOKE, elasticsearch.url, elasticsearch.unique("client8")]
    ran = subprocess.run(command, env=environment, cwd=root, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split(maxsplit=1) == ["8", "3 {'painting': 2, 'print': 1} 8\n"]
