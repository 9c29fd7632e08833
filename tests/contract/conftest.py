"""One suite, every engine: `ask` puts a question to a store that holds the corpus, through the core, without Django."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from backends.core.asked import Asked, Refine, page
from backends.core.errors import BadQuery
from backends.core.nodes import Lookup, Node
from backends.core.parse import parse
from backends.core.results import Page
from backends.core.schema import Schema
from backends.core.store import Store
from tests.contract.corpus import SCHEMA, documents

EVERYTHING = 1000


def tantivy_store(path: Path, schema: Schema) -> Store:
    from backends.tantivy.store import TantivyStore

    return TantivyStore("contract", path, schema)


def whoosh_store(path: Path, schema: Schema) -> Store:
    from backends.whoosh.store import WhooshStore

    return WhooshStore("contract", path, schema)


# A new engine is one line here: its name and how a store of it is made.
ENGINES: dict[str, Callable[[Path, Schema], Store]] = {"tantivy": tantivy_store, "whoosh": whoosh_store}


@dataclass(frozen=True)
class Questions:
    """Asks one store. Names come back without the corpus' prefix."""

    store: Store
    schema: Schema = SCHEMA

    def page(self, what: str | Node, **asked: Any) -> Page:
        node = what if isinstance(what, Node) else parse(what)
        refines = tuple(Refine(*refine) for refine in asked.pop("refines", ()))
        return page(self.store, self.schema, Asked(node, refines=refines, **{"size": EVERYTHING, **asked}))

    def names(self, what: str | Node, **asked: Any) -> list[str]:
        return [result.key.removeprefix("t:") for result in self.page(what, **asked).results]

    def found(self, what: str | Node, **asked: Any) -> set[str]:
        return set(self.names(what, **asked))

    def lookup(self, field: str, lookup: str, value: Any) -> set[str]:
        return self.found(Lookup(field, lookup, value))

    def counts(self, name: str, what: str | Node = "", refines: Any = (), **options: Any) -> list[tuple[Any, int]]:
        asked = self.page(what, facets={name: options}, refines=refines, size=0)
        return list(asked.facets[name].values)


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    pytest.importorskip(name, reason=f"{name} is not installed: pip install searchsvc[{name}]")
    return name


@pytest.fixture(scope="session")
def filled(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = ENGINES[engine](tmp_path_factory.mktemp(engine), SCHEMA)
    generation = store.create(SCHEMA)
    store.promote(generation)
    assert store.write(generation, documents()) == []
    yield store
    store.close()


@pytest.fixture
def ask(filled: Store, request: pytest.FixtureRequest) -> Questions:
    """The corpus, shared by all tests of an engine: ask, do not write."""
    return Questions(filled)


@pytest.fixture
def empty(engine: str, tmp_path: Path) -> Iterator[Store]:
    """A store of the test's own with one empty generation that answers."""
    store = ENGINES[engine](tmp_path, SCHEMA)
    store.promote(store.create(SCHEMA))
    yield store
    store.close()


@pytest.fixture
def reopen(engine: str, tmp_path: Path) -> Callable[..., Store]:
    """Another store on the folder of `empty`, as another process would open it."""
    return lambda schema=SCHEMA: ENGINES[engine](tmp_path, schema)


@pytest.hookimpl(hookwrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Iterator[None]:
    """`@requires("facets")` runs in reverse where the engine's flag is False: the call must raise BadQuery."""
    outcome = yield
    marker = pyfuncitem.get_closest_marker("requires")
    store = pyfuncitem.funcargs.get("filled") or pyfuncitem.funcargs.get("empty")
    if marker is None or store is None or getattr(store.features, marker.args[0]):
        return
    error = outcome.excinfo
    if error is None or not issubclass(error[0], BadQuery):
        outcome.force_exception(AssertionError(f"{store} says it lacks {marker.args[0]}, yet it answered"))
    else:
        outcome.force_result(True)
