"""Which documents a row is part of: its own, by `get_model`, and those that `depends_on` names it for."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Model
from django.db.models.constants import LOOKUP_SEP
from haystack import connections
from haystack.utils import get_model_ct
from haystack.utils.loading import UnifiedIndex, load_backend

from indexes.depends import Lookup, Through
from searchsvc.indexing.paths import Hop, WrongPath, concrete, hops

log = logging.getLogger("searchsvc.indexing")

OURS = "backends."


@dataclass(frozen=True, slots=True)
class Reach:
    """From rows of a model to documents of an index.

    `through` leads from a row to others, '' to itself; `lookup` from a document's row to those, '' says they are the
    documents' own rows. The rows at the end of `through` are few for each row, the documents of a `lookup` may be many.
    """

    alias: str
    documents: type[Model]
    through: str = ""
    lookup: str = ""

    @property
    def name(self) -> str:
        return str(get_model_ct(self.documents))


@dataclass(frozen=True, slots=True)
class Told:
    """An index and one entry of its `depends_on`."""

    alias: str
    index: Any  # Haystack's SearchIndex, which carries no types
    record: Any  # a type[Model], and a Dependency, if it is right
    dependency: Any

    @property
    def documents(self) -> type[Model]:
        found: type[Model] = self.index.get_model()
        return found

    @property
    def path(self) -> str:
        return str(self.dependency.path)

    def hops(self) -> tuple[Hop, ...]:
        """The relations that the path passes. Raises WrongPath with what is wrong with it."""
        if not (isinstance(self.record, type) and issubclass(self.record, Model)):
            raise WrongPath(f"{self.record!r} is no model")
        if not isinstance(self.dependency, Lookup | Through):
            raise WrongPath(f"{self.dependency!r} is neither a Lookup nor a Through")
        if isinstance(self.dependency, Lookup):
            found = hops(self.documents, self.path, self.record)
            if found[-1].is_of_the_far_side:
                holder = found[-1].holder.name
                raise WrongPath(f"{self.record.__name__} itself names what it belongs to, by its '{holder}'")
            return found
        return hops(self.record, self.path, self.documents)


def declared() -> tuple[tuple[str, Any], ...]:
    """(alias, SearchIndex) of each connection whose engine is ours. No engine's library is loaded for it."""
    return tuple(
        (alias, index)
        for alias, options in connections.connections_info.items()
        if _is_ours(options["ENGINE"])
        for index in UnifiedIndex(options.get("EXCLUDED_INDEXES", [])).collect_indexes()
    )


def _is_ours(engine: str) -> bool:
    """Haystack's other engines have no generations, and nobody would deliver to them."""
    return engine.startswith(OURS) or hasattr(load_backend(engine).backend, "store")


@cache
def watched() -> Mapping[type[Model], tuple[Reach, ...]]:
    """Model (never a proxy) -> what its rows are part of, of the connections of the settings."""
    return table(declared())


def table(indexes: Iterable[tuple[str, Any]]) -> dict[type[Model], tuple[Reach, ...]]:
    """Make `watched` of these. A wrong path is logged and left out; `manage.py check` calls it an error."""
    found: dict[type[Model], dict[Reach, None]] = {}
    for alias, index in indexes:
        found.setdefault(concrete(index.get_model()), {})[Reach(alias, index.get_model())] = None
        for told in entries(alias, index):
            try:
                for model, reach in _reaches(told):
                    found.setdefault(concrete(model), {})[reach] = None
            except WrongPath as error:
                log.error("depends_on of %s: %s", type(index).__name__, error)  # noqa: TRY400 - its text says it all
    return {model: tuple(reaches) for model, reaches in found.items()}


def entries(alias: str, index: Any) -> Iterator[Told]:
    """What an index depends on; a SearchIndex that is not a CatalogIndex may declare it too."""
    for record, dependencies in getattr(index, "depends_on", {}).items():
        for one in dependencies if isinstance(dependencies, tuple) else (dependencies,):
            yield Told(alias, index, record, one)


def _reaches(told: Told) -> Iterator[tuple[type[Model], Reach]]:
    """The entry's own, and one for each table of a many-to-many relation that it passes and that has no entry."""
    passed = told.hops()
    is_lookup = isinstance(told.dependency, Lookup)
    through, lookup = ("", told.path) if is_lookup else (told.path, "")
    yield told.record, Reach(told.alias, told.documents, through, lookup)
    for hop in passed:
        if hop.through is None or hop.through in told.index.depends_on:
            continue
        near, far = hop.sides
        through = near if is_lookup else LOOKUP_SEP.join(filter(None, (far, hop.after)))
        yield hop.through, Reach(told.alias, told.documents, through, hop.before if is_lookup else "")
