"""What a search gives its callers, without Haystack's cost of a logger and a dictionary copy a hit."""

from collections.abc import Mapping

from backends.core.frozen import dataclass
from backends.core.request import FacetReply, Hit, StatsReply

Result = Hit  # as those call it who read it: a store's hits go through as they are


@dataclass(frozen=True, slots=True)
class Page:
    """Results in order, the exact total over all pages, facets by field name, the counts of conditions, and statistics.

    `more` tells whether results follow in the direction asked. `ordered` is False for score order, which has no
    position to continue behind.
    """

    results: tuple[Result, ...]
    total: int
    facets: Mapping[str, FacetReply]
    more: bool
    ordered: bool
    revision: str
    written: float = 0.0
    counts: tuple[int, ...] = ()
    stats: tuple[StatsReply, ...] = ()
