"""Facets as people read them: labels, what is chosen, and the part of a hierarchy that is open."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from backends.core.request import PATH_SEPARATOR, FacetReply
from indexes.base import Facet, Range
from indexes.registry import Index
from searchsvc.search.params import SearchParams
from searchsvc.search.results import Applied, FacetList, FacetValue

Counted = tuple[str, int]


def _open(counts: Iterable[Counted], chosen: set[str], size: int) -> tuple[list[Counted], bool]:
    """The top level, and below every chosen path its children; each level cut to `size`, most frequent first.

    A chosen path stays shown with all above it, also where a cut would have dropped it.
    """
    shown_below = set(open_paths(chosen))
    levels: dict[str, list[Counted]] = {}
    whole = True
    for path, count in counts:
        parent = path.rpartition(PATH_SEPARATOR)[0]
        if parent not in shown_below:
            continue
        level = levels.setdefault(parent, [])
        if len(level) < size or path in shown_below:
            level.append((path, count))
        else:
            whole = False
    return list(_nested(levels, "")), whole


def open_paths(chosen: Iterable[str]) -> tuple[str, ...]:
    """The paths whose children are shown: the top (''), and all from there down to each chosen one."""
    found = {""}
    for path in chosen:
        while path:
            found.add(path)
            path = path.rpartition(PATH_SEPARATOR)[0]  # noqa: PLW2901 - climbing
    return tuple(sorted(found))


def _nested(levels: Mapping[str, list[Counted]], parent: str) -> Iterable[Counted]:
    for path, count in levels.get(parent, ()):
        yield path, count
        yield from _nested(levels, path)


def _value(facet: Facet, value: str, count: int, chosen: set[str], excluded: set[str]) -> FacetValue:
    depth = value.count(PATH_SEPARATOR) if facet.hierarchy else 0
    return FacetValue(value, label_of(facet, value), count, value in chosen, value in excluded, depth)


def label_of(facet: Facet, value: str) -> str:
    try:
        return facet.label(value)
    except (ValueError, TypeError):
        return value


def facet_list(facet: Facet, reply: FacetReply, params: SearchParams) -> FacetList:
    """One facet's values; what is chosen is always among them, with a count of 0 where nothing has it."""
    chosen = set(dict(params.filters).get(facet.field, ()))
    excluded = set(dict(params.excluded).get(facet.field, ()))
    counts = [(str(value), count) for value, count in reply.values]
    exhaustive = reply.exhaustive
    if facet.hierarchy:
        counts, whole = _open(counts, chosen, facet.size)
        exhaustive = exhaustive and whole
    missing = sorted((chosen | excluded) - {value for value, _count in counts})
    counts += [(value, 0) for value in missing]
    values = tuple(_value(facet, value, count, chosen, excluded) for value, count in counts)
    return FacetList(facet.field, facet.title, values, exhaustive, missing=reply.missing)


def facet_lists(index: Index, replies: Mapping[str, FacetReply], params: SearchParams) -> tuple[FacetList, ...]:
    declared = (facet for facet in index.declared.facets if facet.field in replies)
    return tuple(facet_list(facet, replies[facet.field], params) for facet in declared)


def applied(
    index: Index, params: SearchParams, key_labels: Mapping[tuple[str, str], str] | None = None
) -> tuple[Applied, ...]:
    """Every filter that is on, in words, each with the params that take it off. `key_labels` are those of `keys`."""
    titles = index.filters
    facets = {facet.field: facet for facet in index.declared.facets}
    known = key_labels or {}

    def label(name: str, value: str) -> str:
        return label_of(facets[name], value) if name in facets else known.get((name, value), value)

    out = []
    for name, values in params.filters:
        out += [Applied(name, titles[name], label(name, value), params.without_value(name, value)) for value in values]
    for name, values in params.excluded:
        rest = tuple(pair for pair in params.excluded if pair[0] != name)
        for value in values:
            kept = tuple(other for other in values if other != value)
            without = replace(params, excluded=tuple(sorted((*rest, *(((name, kept),) if kept else ())))), cursor="")
            out.append(Applied(name, titles[name], label(name, value), without, negated=True))
    for name, (low, high) in params.ranges:
        span = next(span for span in index.declared.ranges if span.name == name)
        without = replace(params, ranges=tuple(pair for pair in params.ranges if pair[0] != name), cursor="")
        out.append(Applied(name, span.title, _span(span, low, high), without))
    return tuple(out)


def _span(span: Range, low: int | None, high: int | None) -> str:
    start, end = ("" if year is None else span.label(year) for year in (low, high))
    if not start:
        return f"until {end}"
    return f"{start}–{end}" if end else f"from {start}"
