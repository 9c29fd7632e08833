"""Haystack's query object over the tree: no strings are built, and what Haystack drops on the way is kept."""

from dataclasses import replace
from typing import Any

from haystack import connections
from haystack.backends import SQ

from backends.core.ahead import ReadingAhead
from backends.core.asked import Refine
from backends.core.conditions import fragment, narrowing
from backends.core.errors import UnsupportedQuery
from backends.core.geo import Origin, origin
from backends.core.nodes import Lookup, Node
from backends.core.places import explained
from backends.core.request import SortValue
from backends.core.results import Page
from backends.core.translate import TreeQuery, preferred, tree
from searchsvc.reliability.deadline import deadline


class SearchQuery(ReadingAhead):
    """Shared by all engines."""

    def __init__(self, using: str = "default") -> None:
        super().__init__(using=using)
        self.refines: dict[str, Refine] = {}
        self.wheres: list[Node] = []
        self.origin: Origin | None = None
        self.seconds: float | None = None  # that a search may take

    def _clone(self, klass: Any = None, using: str | None = None) -> Any:
        clone = super()._clone(klass=klass, using=using)
        clone.fields = list(self.fields)
        if isinstance(clone, SearchQuery):
            clone.refines = dict(self.refines)
            clone.wheres = list(self.wheres)
            clone.origin = self.origin
            clone.seconds = self.seconds
        return clone

    def node(self) -> Node:
        found = tree(self.query_filter, connections[self._using].get_unified_index().get_index_fieldname, self._raw)
        return preferred(found, self.boost)

    def _raw(self, text: str) -> Node:
        """What raw_search() is given: conditions that name fields, or a person's words."""
        return narrowing(text, self.backend.index_schema)

    def build_query(self) -> str:
        return TreeQuery(self.node())

    def build_query_fragment(self, field: str, filter_type: str, value: Any) -> str:
        """Only narrow(SQ(...)) asks for this: Haystack makes a string of it, which `narrowing` reads back."""
        name = connections[self._using].get_unified_index().get_index_fieldname(field)
        return fragment(name, filter_type, value)

    def build_params(self, spelling_query: str | None = None) -> dict[str, Any]:
        params: dict[str, Any] = super().build_params(spelling_query=spelling_query)
        params.pop("boost", None)  # in the query's tree already
        if self.stats:
            params["stats"] = self.stats
        if self.refines:
            params["refines"] = list(self.refines.values())
        if self.wheres:
            params["wheres"] = list(self.wheres)
        if self.origin:
            params["origin"] = self.origin
        return params

    def clean(self, query_fragment: object) -> object:
        """Nothing to escape: words never become syntax."""
        return query_fragment

    def matching_all_fragment(self) -> str:
        return "*"

    def add_where(self, condition: SQ) -> None:
        name_of = connections[self._using].get_unified_index().get_index_fieldname
        self.wheres.append(tree(condition, name_of, self._raw))

    def add_refine(self, refine: Refine) -> None:
        self.refines[refine.name] = refine

    def add_near(self, field: str, point: object, km: float | None) -> None:
        name = connections[self._using].get_unified_index().get_index_fieldname(field)
        self.origin = origin(name, point)
        self.distance_point.clear()
        if km is not None:
            self.wheres.append(Lookup(name, "near", (self.origin.point, km)))

    def add_within(self, field: str, point_1: Any, point_2: Any) -> None:
        with explained():
            super().add_within(field, point_1, point_2)

    def add_dwithin(self, field: str, point: Any, distance: Any) -> None:
        with explained():
            super().add_dwithin(field, point, distance)

    def add_distance(self, field: str, point: Any) -> None:
        with explained():
            super().add_distance(field, point)

    def page(self, size: int, offset: int, after: tuple[SortValue, ...] | None, backwards: bool) -> Page:
        if self.date_facets or self.query_facets or self.stats:
            raise UnsupportedQuery(
                "page() counts field facets alone; ask facet_counts() or stats_results() for others."
            )
        params = self.build_params()
        if self._more_like_this:
            asked = self.backend.asked_like(self._mlt_instance, self.node(), params)
        else:
            asked = self.backend.asked(self.node(), params)
        asked = replace(asked, offset=offset, size=size, after=after, backwards=backwards)
        with deadline(self.seconds):
            page: Page = self.backend.page(asked)
        return page

    def run(self, spelling_query: str | None = None, **options: Any) -> None:
        with deadline(self.seconds):
            super().run(spelling_query, **options)

    def run_raw(self, **options: Any) -> None:
        with deadline(self.seconds):
            super().run_raw(**options)
