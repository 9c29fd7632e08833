"""The tables of backends/README.md are those of the code."""

from importlib.util import find_spec
from pathlib import Path

import pytest

from backends.parity.corpus import schema_of
from backends.parity.engines import ENGINES, WrongUse, backend_class, make_store
from backends.parity.markdown import abilities, comparisons


@pytest.fixture(scope="module")
def readme(root: Path) -> str:
    return (root / "backends" / "README.md").read_text("utf-8")


@pytest.fixture
def features(tmp_path, monkeypatch, needs):
    """The flags of every engine there is, of a store that nothing was asked of."""
    monkeypatch.setenv("SEARCHSVC_ENGINE_URL", "http://127.0.0.1:9")
    here = [name for name in ENGINES if find_spec(f"backends.{name}")]
    for name in here:
        try:
            backend_class(name)
        except WrongUse as error:
            needs(name, str(error))
    return {name: make_store(name, "default", schema_of("default"), tmp_path).features for name in here}


def test_the_readme_says_what_each_engine_can_do(readme, features):
    assert abilities(features) in readme, f"what it must hold (the code has changed):\n\n{abilities(features)}"


def test_the_readme_says_what_is_compared(readme):
    assert comparisons() in readme, f"what it must hold (the code has changed):\n\n{comparisons()}"
