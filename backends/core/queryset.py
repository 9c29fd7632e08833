"""The SearchQuerySet with what Haystack cannot say: refinements, and pages that continue behind a position."""

from collections.abc import Iterator
from typing import Any, Self

from haystack.backends import SQ
from haystack.query import SearchQuerySet as StockSearchQuerySet

from backends.core.asked import Refine
from backends.core.request import SortValue
from backends.core.requests import BY_SCORE
from backends.core.results import Page, Result


class SearchQuerySet(StockSearchQuerySet):
    """Works on connections whose engine is one of ours."""

    def refine(self, field: str, *values: Any, operator: str = "or") -> Self:
        """Filter by whole values of a field; with 'or' the field's own facet counts as if it were not filtered."""
        clone: Self = self._clone()
        clone.query.add_refine(Refine(field, values, operator))
        return clone

    def where(self, *conditions: SQ, **lookups: Any) -> Self:
        """Filter without a say in the score; takes what `filter` takes."""
        clone: Self = self._clone()
        clone.query.add_where(SQ(*conditions, **lookups))
        return clone

    def near(self, field: str, point: tuple[float, float], km: float | None = None) -> Self:
        """Filter by the distance to a point, (latitude, longitude) in degrees; without `km`, only measure it.

        Results have a `distance`, and order_by("distance") or "-distance" puts the nearest or farthest first, those
        without a location last. Needs no GDAL. Every point in reach is measured, a second for a million of them.
        """
        clone: Self = self._clone()
        clone.query.add_near(field, point, km)
        return clone

    def deadline(self, seconds: float | None) -> Self:
        """Each search of this query set, for a page, a count, facets or the next part of a walk, takes so long at most.

        One that would take longer raises TimedOut. A deadline around it (`searchsvc.reliability.deadline`) holds too.
        None takes the limit away. A server is told and stops; an embedded engine looks at the clock between its steps.
        """
        if seconds is not None and not seconds > 0:
            raise ValueError(f"deadline() takes seconds above 0, or None, not {seconds!r}.")
        clone: Self = self._clone()
        clone.query.seconds = seconds
        return clone

    def page(
        self,
        size: int = 20,
        *,
        offset: int = 0,
        after: tuple[SortValue, ...] | None = None,
        backwards: bool = False,
    ) -> Page:
        """One page of results, the exact total and the facets, in one search.

        `after` is the `sort` of a result: the page starts behind it, or with `backwards` ends before it. Stable while
        documents are added or removed. Score order has no such position and pages by `offset`.
        """
        page: Page = self.query.page(size, offset, after, backwards)
        return page

    def walk(self, size: int = 1000) -> Iterator[Result]:
        """Every result once, `size` of them in memory at a time, also while documents are added or removed.

        In the order asked; without one by key, for scores change under way and cannot be walked.
        """
        query: Self = self._clone()
        if query.query.order_by in ([], [BY_SCORE]):
            query.query.order_by = ["key"]
        query.query.facets = {}
        after = None
        while True:
            page = query.page(size, after=after)
            yield from page.results
            if not page.more:
                return
            after = page.results[-1].sort
