"""What a search gives its callers, without Haystack's cost of a logger and a dictionary copy a hit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from backends.core.request import FacetReply, SortValue, StatsReply


class Result(NamedTuple):
    """One document: its public key, Haystack id, stored fields and the fragments in which words were found.

    A tuple for the same reason as `Hit`.
    `distance` is in kilometres, where the query names a point and the document has a stored location.
    """

    key: str
    id: str
    score: float
    fields: Mapping[str, Any]
    highlights: Mapping[str, list[str]]
    sort: tuple[SortValue, ...] = ()
    distance: float | None = None

    @property
    def model(self) -> str:
        """'app_label.model_name'."""
        return str(self.fields["django_ct"])

    @property
    def pk(self) -> str:
        return str(self.fields["django_id"])


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
