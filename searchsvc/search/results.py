"""What a page shows, the same for HTML, a fragment and JSON: every text ready, every link a query string away."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from backends.core.results import Result
from indexes.registry import Index
from searchsvc.search.params import SearchParams


@dataclass(frozen=True, slots=True)
class FacetValue:
    """`value` is what filters (`f.<field>=value`), `label` what people read. `depth` is 0 outside hierarchies."""

    value: str
    label: str
    count: int
    selected: bool
    excluded: bool = False
    depth: int = 0


@dataclass(frozen=True, slots=True)
class FacetList:
    """One facet. `exhaustive` is False when there are values beyond these."""

    field: str
    title: str
    values: tuple[FacetValue, ...]
    exhaustive: bool
    operator: str = "or"
    missing: int = 0


@dataclass(frozen=True, slots=True)
class Applied:
    """A filter that is on, and the params without it."""

    field: str
    title: str
    label: str
    without: SearchParams
    negated: bool = False


@dataclass(frozen=True, slots=True)
class ResultPage:
    """One page. `next` and `previous` are cursors or None; `took` is in seconds, `written` in POSIX seconds.

    `understood` is the words said back, to stand behind 'Works'; '' where they are plain. `warnings` are sentences, the
    parts of the words first that were not taken as they were meant.
    `expires` is until when the cursors of a page in score order are good, in UTC; None where they always are.
    """

    index: Index
    params: SearchParams
    results: tuple[Result, ...]
    total: int
    facets: tuple[FacetList, ...]
    applied: tuple[Applied, ...]
    next: str | None
    previous: str | None
    revision: str
    took: float
    written: float = 0.0
    warnings: tuple[str, ...] = field(default=())
    expires: datetime | None = None
    understood: str = ""

    def public(self, result: Result) -> dict[str, Any]:
        """The stored fields that are given out: all of them, or those the params name."""
        wanted = self.params.fields if self.params.fields is not None else self.index.public_fields
        return {name: result.fields[name] for name in wanted if name in result.fields}
