"""Haystack's query object over the tree: no strings are built, and what Haystack drops on the way is kept."""

from typing import Any

from haystack import connections
from haystack.backends import SQ
from haystack.utils import get_model_ct

from backends.core.ahead import ReadingAhead
from backends.core.asked import Asked, Refine
from backends.core.backend import style_of
from backends.core.conditions import fragment, narrowing
from backends.core.errors import UnsupportedQuery
from backends.core.nodes import Node
from backends.core.request import SortValue
from backends.core.results import Page
from backends.core.translate import TreeQuery, preferred, tree


class SearchQuery(ReadingAhead):
    """Shared by all engines."""

    def __init__(self, using: str = "default") -> None:
        super().__init__(using=using)
        self.refines: dict[str, Refine] = {}
        self.wheres: list[Node] = []

    def _clone(self, klass: Any = None, using: str | None = None) -> Any:
        clone = super()._clone(klass=klass, using=using)
        clone.fields = list(self.fields)
        if isinstance(clone, SearchQuery):
            clone.refines = dict(self.refines)
            clone.wheres = list(self.wheres)
        return clone

    def node(self) -> Node:
        found = tree(self.query_filter, connections[self._using].get_unified_index().get_index_fieldname)
        return preferred(found, self.boost)

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
        return params

    def clean(self, query_fragment: object) -> object:
        """Nothing to escape: words never become syntax."""
        return query_fragment

    def matching_all_fragment(self) -> str:
        return "*"

    def add_where(self, condition: SQ) -> None:
        name_of = connections[self._using].get_unified_index().get_index_fieldname
        self.wheres.append(tree(condition, name_of))

    def add_refine(self, refine: Refine) -> None:
        self.refines[refine.name] = refine

    def page(self, size: int, offset: int, after: tuple[SortValue, ...] | None, backwards: bool) -> Page:
        if self.date_facets or self.query_facets or self.stats:
            raise UnsupportedQuery(
                "page() counts field facets alone; ask facet_counts() or stats_results() for others."
            )
        asked = Asked(
            node=self.node(),
            models=tuple(sorted(get_model_ct(model) for model in self.models)),
            filters=(*self.wheres, *(narrowing(query, self.backend.schema) for query in sorted(self.narrow_queries))),
            refines=tuple(self.refines.values()),
            order_by=tuple(self.order_by),
            offset=offset,
            size=size,
            after=after,
            backwards=backwards,
            facets=self.facets,
            style=style_of(self.highlight),
        )
        page: Page = self.backend.page(asked)
        return page
