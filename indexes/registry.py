"""Which indexes there are, by the name that addresses and the API use: the name of the file."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from haystack import connections

from indexes.base import CatalogIndex

if TYPE_CHECKING:
    from backends.core.backend import SearchBackend


SINGULARS = (("ies", "y"), ("ches", "ch"), ("shes", "sh"), ("sses", "ss"), ("xes", "x"), ("ss", "ss"), ("s", ""))


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
    def plural(self) -> str:
        """What people call its documents: 'Works'."""
        return self.declared.plural or self.name

    @property
    def singular(self) -> str:
        """What people call one of them: 'Work'."""
        return self.declared.singular or _one_of(self.plural)

    def counted(self, count: int) -> str:
        """So many of its documents in words: '1 work', '1,204 works'."""
        return f"{count:,} {(self.singular if count == 1 else self.plural).lower()}"

    @property
    def filters(self) -> Mapping[str, str]:
        """Field -> title, of everything that can be filtered by."""
        facets = {facet.field: facet.title for facet in self.declared.facets}
        return facets | {key.field: key.title for key in self.declared.keys}

    @property
    def public_fields(self) -> tuple[str, ...]:
        """The stored fields that are given out."""
        stored = (field.name for field in self.backend.index_schema.fields if field.stored)
        return tuple(name for name in stored if name not in self.declared.hidden)

    @property
    def engine(self) -> str:
        return self.backend.name


def _one_of(plural: str) -> str:
    """The usual singular; an index whose documents have another declares it."""
    for ending, singular in SINGULARS:
        if plural.lower().endswith(ending):
            return plural[: len(plural) - len(ending)] + singular
    return plural


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
