"""What is asked of a store and what comes back: values only, the same for every engine."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, NamedTuple

from backends.core import simplify
from backends.core.frozen import dataclass
from backends.core.nodes import All, Node

PATH_SEPARATOR = "/"  # between the levels of a hierarchy's values
SortValue = str | int | float | None


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort column. Missing values come last in both directions (`missing_first` is for walking backwards).

    With `origin`, a point, `column` is a location field and its sort values are kilometres from there.
    """

    column: str
    descending: bool = False
    missing_first: bool = False
    origin: tuple[float, float] | None = None

    def reversed(self) -> "Sort":
        return Sort(self.column, not self.descending, not self.missing_first, self.origin)


@dataclass(frozen=True, slots=True)
class Refinement:
    """A named filter. A facet may leave it out of its own counts."""

    name: str
    node: Node


@dataclass(frozen=True, slots=True)
class FacetRequest:
    """Counts of a column's values, most frequent first, equal counts by value.

    `size` None asks for all of them. `prefix` keeps values that start so. `below` keeps the values directly below one
    of these paths of a hierarchy ('' is the top), None keeps all. `without` names refinements that do not narrow
    these counts. `missing` also counts the documents that have no value.
    """

    column: str
    size: int | None = 10
    prefix: str = ""
    below: tuple[str, ...] | None = None
    without: frozenset[str] = frozenset()
    missing: bool = False


@dataclass(frozen=True, slots=True)
class StatsRequest:
    """The statistics of a column's numbers, and those of the documents of each value of the `by` columns."""

    column: str
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """One search. `node` and the refinements are lowered.

    `counts` are conditions, lowered: how many of the documents found meet each. `stats` are over all found.
    Without `sort` hits come by score, equal scores by key. `after` holds a hit's sort values and key: hits start
    behind it. Sort and after go with each other; `offset` counts from there.
    """

    node: Node
    refinements: tuple[Refinement, ...] = ()
    sort: tuple[Sort, ...] = ()
    offset: int = 0
    size: int = 20
    after: tuple[SortValue, ...] | None = None
    backwards: bool = False
    facets: tuple[FacetRequest, ...] = ()
    counts: tuple[Node, ...] = ()
    stats: tuple[StatsRequest, ...] = ()


def narrowed(request: Request, without: frozenset[str] = frozenset()) -> Node:
    """What matches: the query and its refinements, those named left out. Refinements do not score."""
    conditions = [part.node for part in request.refinements if part.name not in without]
    return simplify.narrowed(request.node, conditions) if conditions else request.node


def meeting(request: Request) -> Iterable[Node]:
    """For each of `counts`, what matches and meets it."""
    if not request.counts:
        return ()
    found = narrowed(request)
    return [simplify.narrowed(All(), [found, node]) for node in request.counts]


class Hit(NamedTuple):
    """One document found: Haystack's id, public key, stored fields, and the fragments in which words were found.

    `sort` holds its sort values and key where the request sorts, else (). `distance` is in kilometres, where the query
    names a point and the document has a stored location. A store leaves it and the fragments to `asked.results_of`.
    A tuple, for each search makes twenty and more: 0.4 us instead of a frozen dataclass's 0.9.
    """

    id: str
    key: str
    score: float
    sort: tuple[SortValue, ...]
    fields: Mapping[str, Any]
    highlights: Mapping[str, list[str]] = {}  # read by all
    distance: float | None = None

    @property
    def model(self) -> str:
        """'app_label.model_name'."""
        return str(self.fields["django_ct"])

    @property
    def pk(self) -> str:
        return str(self.fields["django_id"])


@dataclass(frozen=True, slots=True)
class FacetReply:
    """Values with counts. `exhaustive` is True when `values` has every value there is."""

    values: tuple[tuple[str | int | float, int], ...]
    exhaustive: bool
    missing: int = 0


@dataclass(frozen=True, slots=True)
class Stats:
    """Of a column's numbers, as the column holds them; each of a document's different values counts.

    `count` is how many values, `missing` how many documents have none. `total` of whole numbers is exact, `squares`
    is the sum of their squares, `deviation` the standard deviation of a sample (by count - 1).
    """

    count: int
    missing: int
    minimum: float | None
    maximum: float | None
    total: float
    squares: float
    deviation: float


@dataclass(frozen=True, slots=True)
class StatsReply:
    """Over all documents found, and for each of the request's `by`, in its order, (value, statistics) by value."""

    whole: Stats
    groups: tuple[tuple[tuple[str | int | float, Stats], ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Response:
    """What a store found. `total` is exact. `facets`, `counts` and `stats` answer the request's, in their order.

    `written` is when the index last changed, in POSIX seconds.
    """

    hits: tuple[Hit, ...]
    total: int
    facets: tuple[FacetReply, ...] = ()
    revision: str = ""
    written: float = 0.0
    counts: tuple[int, ...] = ()
    stats: tuple[StatsReply, ...] = ()


def _encode(value: object) -> Iterable[str]:
    """A canonical text of a value that keeps types apart: 1, 1.0 and True are three things."""
    if is_dataclass(value) and not isinstance(value, type):
        yield type(value).__name__
        for item in fields(value):
            yield from _encode(getattr(value, item.name))
    elif isinstance(value, Mapping):
        yield f"{{{len(value)}"
        for key in sorted(value, key=repr):
            yield from _encode(key)
            yield from _encode(value[key])
    elif isinstance(value, frozenset | set):
        yield "set"
        yield from _encode(tuple(sorted(value, key=repr)))
    elif isinstance(value, tuple | list):
        yield f"[{len(value)}"
        for item in value:
            yield from _encode(item)
    elif isinstance(value, Enum):
        yield f"{type(value).__name__}.{value.name}"
    else:
        text = repr(value)
        yield f"{type(value).__name__}:{len(text)}:{text}"


def fingerprint(value: object) -> str:
    """SHA-256 of a canonical typed encoding, 64 hex digits: equal only for values equal in type and content.

    Takes dataclasses, mappings, sequences, sets and plain values. Caches and cursors key on it.
    """
    digest = hashlib.sha256()
    for part in _encode(value):
        digest.update(part.encode("utf-8", "surrogatepass"))
        digest.update(b"\x00")
    return digest.hexdigest()
