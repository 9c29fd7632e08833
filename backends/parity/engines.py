"""The engines that are compared, each with an index of its own that is gone afterwards."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from django.utils.module_loading import import_string

from backends.core.backend import SearchBackend
from backends.core.embedded import EmbeddedBackend
from backends.core.features import Features
from backends.core.request import Request, Response
from backends.core.schema import Schema
from backends.core.store import Store

ENGINES = ("tantivy", "whoosh", "solr", "elasticsearch", "opensearch")
ANY_URL = "SEARCHSVC_ENGINE_URL"


class WrongUse(Exception):
    """The command was asked for something that it cannot do; the message says what and why."""


@dataclass(frozen=True, slots=True)
class Engine:
    """One engine's temporary index. It is asked by the generation's number: nothing is promoted, so all can go."""

    name: str
    store: Store
    generation: int

    @property
    def features(self) -> Features:
        return self.store.features

    def search(self, request: Request) -> Response:
        return self.store.search(request, self.generation)

    def near(self, column: str, word: str, most: int) -> tuple[tuple[str, int], ...]:
        return self.store.near(column, word, most, self.generation)


def backend_class(name: str) -> type[SearchBackend]:
    """Raises WrongUse, with what to do, where the engine or its library is not there."""
    if name not in ENGINES:
        raise WrongUse(f"There is no engine '{name}'; choose from {', '.join(ENGINES)}.")
    if find_spec(f"backends.{name}") is None:
        raise WrongUse(f"This version has no engine '{name}'.")
    try:
        made: type[SearchBackend] = import_string(f"backends.{name}.Engine").backend
    except ImportError as error:
        raise WrongUse(f"The engine '{name}' is not installed ({error}): pip install 'searchsvc[{name}]'") from error
    return made


def url_of(name: str, environ: Mapping[str, str] = os.environ) -> str:
    """The server of an engine; '' where none is configured."""
    return environ.get(f"SEARCHSVC_{name.upper()}_URL") or environ.get(ANY_URL, "")


def configured() -> list[str]:
    """The engines that are installed and, if they are servers, have an address of their own."""
    return [name for name in ENGINES if _is_ready(name)]


def _is_ready(name: str) -> bool:
    try:
        embedded = issubclass(backend_class(name), EmbeddedBackend)
    except WrongUse:
        return False
    return embedded or bool(url_of(name))


def make_store(name: str, alias: str, schema: Schema, folder: Path) -> Store:
    """A store of its own: an embedded one below `folder`, a server's under a name that nothing else has."""
    backend = backend_class(name)
    url = "" if issubclass(backend, EmbeddedBackend) else url_of(name)
    if not issubclass(backend, EmbeddedBackend) and not url:
        raise WrongUse(f"Where is {name}? Set SEARCHSVC_{name.upper()}_URL, or {ANY_URL}.")
    options = {"PATH": str(folder / name), "URL": url, "INDEX_NAME": f"parity-{uuid4().hex[:12]}"}
    return backend(alias, **options).make_store(schema)


@contextmanager
def temporary(names: Sequence[str], alias: str, schema: Schema) -> Iterator[list[Engine]]:
    """An empty index on each engine, removed on the way out, also when something failed."""
    with TemporaryDirectory(prefix="parity-") as folder, ExitStack() as leaving:
        engines = []
        for name in names:
            store = leaving.enter_context(closing(make_store(name, alias, schema, Path(folder))))
            generation = store.create(schema)
            leaving.callback(store.drop, generation)
            engines.append(Engine(name, store, generation))
        yield engines
