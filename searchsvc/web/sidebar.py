"""The filters of a result page: facets as boxes to tick, hierarchies as links to walk, spans of numbers."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.http import QueryDict

from backends.core.request import FacetReply
from indexes.registry import Index
from searchsvc.search.facets import facet_lists
from searchsvc.search.params import MOST_ON_PAGES, PAGE_SIZE, SPAN, SearchParams
from searchsvc.search.results import Applied, FacetList, FacetValue
from searchsvc.web.addresses import excluding, search_url, within

SIZES = (10, PAGE_SIZE, 50, MOST_ON_PAGES)
NOTHING = FacetReply((), exhaustive=True)


@dataclass(frozen=True, slots=True)
class Choice:
    """One facet value. A box where `name` is set (ticked or not), a link where `go` is; `without` excludes it."""

    value: str
    label: str
    count: int
    depth: int
    id: str
    name: str = ""
    is_ticked: bool = False
    is_excluded: bool = False
    go: str = ""
    without: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    field: str
    title: str
    choices: tuple[Choice, ...]
    has_more: bool
    is_tree: bool


@dataclass(frozen=True, slots=True)
class Boxes:
    """A range's two boxes, with what was typed."""

    name: str
    title: str
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    title: str
    is_selected: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on, and the address without it."""

    title: str
    label: str
    url: str
    is_negated: bool


def filters_of(index: Index, facets: Iterable[FacetList], params: SearchParams) -> tuple[Choices, ...]:
    trees = {facet.field for facet in index.declared.facets if facet.hierarchy}
    return tuple(_choices(facet, params, facet.field in trees) for facet in facets if facet.values)


def chosen_only(index: Index, params: SearchParams) -> tuple[FacetList, ...]:
    """The facets of a search that was not made: what is chosen in them, so that a form stays filled."""
    return facet_lists(index, {facet.field: NOTHING for facet in index.declared.facets}, params)


def _choices(facet: FacetList, params: SearchParams, is_tree: bool) -> Choices:
    make = _branch if is_tree else _box
    choices = (
        _excluded(facet, value, number) if value.excluded else make(facet, value, number, params)
        for number, value in enumerate(facet.values)
    )
    return Choices(facet.field, facet.title, tuple(choices), not facet.exhaustive, is_tree)


def _plain(facet: FacetList, value: FacetValue, number: int) -> Choice:
    return Choice(value.value, value.label, value.count, value.depth, f"{facet.field}-{number}")


def _box(facet: FacetList, value: FacetValue, number: int, params: SearchParams) -> Choice:
    without = "" if value.selected else search_url(excluding(params, facet.field, value.value))
    plain = _plain(facet, value, number)
    return replace(plain, name=f"f.{facet.field}", is_ticked=value.selected, without=without)


def _branch(facet: FacetList, value: FacetValue, number: int, params: SearchParams) -> Choice:
    """A box beside the box of what stands above it would widen, not narrow: so one walks by links."""
    if value.selected:
        return _box(facet, value, number, params)
    go = search_url(within(params, facet.field, value.value))
    return replace(_box(facet, value, number, params), name="", go=go)


def _excluded(facet: FacetList, value: FacetValue, number: int) -> Choice:
    return replace(_plain(facet, value, number), name=f"nf.{facet.field}", is_ticked=True, is_excluded=True)


def boxes_of(index: Index, data: QueryDict) -> tuple[Boxes, ...]:
    return tuple(_boxes(f"r.{span.name}", span.title, data) for span in index.declared.ranges)


def _boxes(name: str, title: str, data: QueryDict) -> Boxes:
    low, dots, high = data.get(name, "").partition(SPAN)
    low, high = (data.get(f"{name}.from", low), data.get(f"{name}.to", high if dots else low))
    return Boxes(name, title, low[:40], high[:40])


def kept_of(index: Index, params: SearchParams) -> tuple[tuple[str, str], ...]:
    """The filters that have no box, which a form has to send along: names and values."""
    keys = {key.field for key in index.declared.keys}
    sent = (("f.", params.filters), ("nf.", params.excluded))
    return tuple(
        (f"{prefix}{name}", value)
        for prefix, pairs in sent
        for name, values in pairs
        if name in keys
        for value in values
    )


def sorts_of(index: Index, params: SearchParams) -> tuple[Option, ...]:
    return tuple(Option(sort.name, sort.title, sort.name == params.sort) for sort in index.declared.sorts)


def sizes_of(params: SearchParams) -> tuple[Option, ...]:
    return tuple(Option(str(size), str(size), size == params.size) for size in sorted({*SIZES, params.size}))


def chips_of(applied: Iterable[Applied]) -> tuple[Chip, ...]:
    return tuple(Chip(on.title, on.label, search_url(on.without), on.negated) for on in applied)
