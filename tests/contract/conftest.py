"""One suite, every engine: `ask` puts a question to a store that holds the corpus, through the core, without Django."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from backends.core.asked import Asked, Refine, page, request_of
from backends.core.nodes import Lookup, Node
from backends.core.parse import parse
from backends.core.results import Page
from backends.core.schema import Schema
from backends.core.store import Store
from tests.contract.corpus import SCHEMA, documents
from tests.contract.flags import RUNNING, held, lacking, needs
from tests.contract.served import CLIENTS, SERVED, elasticsearch_store, forget, opensearch_store, server_of, solr_store
from tests.contract.toy import BareStore, ToyStore

EVERYTHING = 1000


def tantivy_store(path: Path, schema: Schema) -> Store:
    from backends.tantivy.store import TantivyStore

    return TantivyStore("contract", path, schema)


def whoosh_store(path: Path, schema: Schema) -> Store:
    from backends.whoosh.store import WhooshStore

    return WhooshStore("contract", path, schema)


# A new engine is one line here: its name and how a store of it is made.
ENGINES: dict[str, Callable[[Path, Schema], Store]] = {
    "tantivy": tantivy_store,
    "whoosh": whoosh_store,
    "solr": solr_store,
    "elasticsearch": elasticsearch_store,
    "opensearch": opensearch_store,
    "toy": lambda path, schema: ToyStore("contract", path, schema),
    "bare": lambda path, schema: BareStore("contract", path, schema),
}
IN_MEMORY = frozenset({"toy", "bare"})  # no other process can open these
NO_FOLDER = IN_MEMORY | SERVED


@dataclass(frozen=True)
class Questions:
    """Asks one store. Names come back without the corpus' prefix."""

    store: Store
    schema: Schema = SCHEMA

    def page(self, what: str | Node, **asked: Any) -> Page:
        node = what if isinstance(what, Node) else parse(what)
        refines = tuple(Refine(*refine) for refine in asked.pop("refines", ()))
        if not self.store.features.scores and "scores" not in RUNNING.marked:
            asked = {"order_by": ("key",), **asked}  # the question is what is found, not in which order
        RUNNING.asked = True
        question = Asked(node, refines=refines, **{"size": EVERYTHING, **asked})
        with held(self.store, needs(request_of(question, self.schema), self.schema)):
            return page(self.store, self.schema, question)

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
    if find_spec(f"backends.{name}"):
        pytest.importorskip(CLIENTS.get(name, name), reason=f"{name} is not installed: pip install searchsvc[{name}]")
    if name in SERVED:
        server_of(name, request)
    return name


@pytest.fixture(autouse=True)
def _folder(request: pytest.FixtureRequest) -> None:
    """`@pytest.mark.folder`: the test looks into the index' folder or opens it in another process."""
    if request.node.get_closest_marker("folder") and request.getfixturevalue("engine") in NO_FOLDER:
        pytest.skip("this engine keeps its index in no folder of this machine")


@pytest.fixture(scope="session")
def filled(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = ENGINES[engine](tmp_path_factory.mktemp(engine), SCHEMA)
    generation = store.create(SCHEMA)
    store.promote(generation)
    assert store.write(generation, documents()) == []
    yield store
    forget(store)
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
    forget(store)
    store.close()


@pytest.fixture
def reopen(engine: str, tmp_path: Path) -> Callable[..., Store]:
    """Another store on the folder of `empty`, as another process would open it."""
    if engine in IN_MEMORY:
        pytest.skip("this engine keeps its index in memory")
    return lambda schema=SCHEMA: ENGINES[engine](tmp_path, schema)


@pytest.hookimpl(hookwrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Iterator[None]:
    """`@requires("facets")` runs in reverse where the engine's flag is False; see `flags`."""
    marked = frozenset(marker.args[0] for marker in pyfuncitem.iter_markers("requires"))
    RUNNING.start(marked)
    outcome = yield
    store = pyfuncitem.funcargs.get("filled") or pyfuncitem.funcargs.get("empty")
    engine = pyfuncitem.funcargs.get("engine") or ("core" if store is None else "?")
    pyfuncitem.user_properties.append(("contract", engine))
    if store is None:
        return
    error = outcome.excinfo[1] if outcome.excinfo else None
    lacks = lacking(store, marked)
    if RUNNING.is_reversed(lacks, error):
        reason = ", ".join(sorted(lacks | RUNNING.refused))
        pyfuncitem.user_properties += [("reversed", engine), ("lacks", (engine, reason, pyfuncitem.originalname))]
        outcome.force_result(True)
    elif lie := RUNNING.lie(lacks, error):
        outcome.force_exception(AssertionError(f"{type(store).__name__} {lie}"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many facts each engine was held to, and each that ran in reverse, under the flags that the engine lacks."""
    passed = [report.user_properties for report in terminalreporter.stats.get("passed", [])]
    count = Counter((name, value) for properties in passed for name, value in properties)
    for kind, engine in sorted((name, value) for name, value in count if name == "contract"):
        reverse = count["reversed", engine]
        terminalreporter.write_line(f"contract: {engine} {count[kind, engine]} cases, {reverse} of them in reverse")
    lacks = Counter(value for properties in passed for name, value in properties if name == "lacks")
    for engine, flags in sorted({(engine, flags) for engine, flags, _test in lacks}):
        tests = sorted((test, found) for (*whose, test), found in lacks.items() if whose == [engine, flags])
        listed = ", ".join(f"{test} ({found})" if found > 1 else test for test, found in tests)
        terminalreporter.write_line(f"in reverse: {engine} lacks {flags}, and refuses: {listed}")
