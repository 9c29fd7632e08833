"""Which indexes there are, by the name that addresses and the API use: the name of the file."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from haystack import connections

from indexes.base import CatalogIndex

if TYPE_CHECKING:
    from backends.core.backend import SearchBackend


@dataclass(frozen=True, slots=True)
class Index:
    """An index, the Haystack connection it lives in, and its declarations."""

    name: str
    alias: str
    declared: type[CatalogIndex]

    @property
    def backend(self) -> "SearchBackend":
        """The thread's Haystack backend of the connection."""
        backend: SearchBackend = connections[self.alias].get_backend()
        return backend

    @property
    def public_fields(self) -> tuple[str, ...]:
        """The stored fields that are given out."""
        stored = (field.name for field in self.backend.schema.fields if field.stored)
        return tuple(name for name in stored if name not in self.declared.hidden)

    @property
    def engine(self) -> str:
        return self.backend.name


@cache
def registered() -> Mapping[str, Index]:
    """Name -> index, works first, the others by name."""
    from indexes.search_indexes import gather

    found = {}
    for declared in gather().values():
        name = declared.__module__.rpartition(".")[2]
        alias = next((alias for alias in connections.connections_info if _holds(alias, declared)), None)
        if alias is not None and issubclass(declared, CatalogIndex):
            found[name] = Index(name, alias, declared)
    return dict(sorted(found.items(), key=lambda pair: (pair[1].alias != "default", pair[0])))


def _holds(alias: str, declared: type) -> bool:
    excluded = connections.connections_info[alias].get("EXCLUDED_INDEXES", ())
    return f"indexes.search_indexes.{declared.__name__}" not in excluded
