"""What differs, in a sentence that names it: which works, which value, which place."""

from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from backends.parity.compare import Compared
from backends.parity.known import FIRST

SHOWN = 5  # ids or values; the JSON has all
Names = tuple[str, str]


def sentence(part: Compared, first: str) -> str:
    """`first` is the engine that the other is held to."""
    return SENTENCES[part.part](part, (first, part.engine))


def _listed(items: Sequence[Any]) -> str:
    more = ", ..." if len(items) > SHOWN else ""
    return ", ".join(map(str, items[:SHOWN])) + more


def only(part: Compared) -> tuple[list[str], list[str]]:
    """The ids that one engine finds and the other does not, both ways."""
    one, other = set(part.one), set(part.other)
    return [key for key in part.one if key not in other], [key for key in part.other if key not in one]


def _ids(part: Compared, names: Names) -> str:
    sides = [
        f"only {name} finds {len(keys)} ({_listed(keys)})" for name, keys in zip(names, only(part), strict=True) if keys
    ]
    return ", ".join(sides) or f"the same ids in another order; {_place(part, names)}"


def _pair(part: Compared, names: Names) -> str:
    return f"{names[0]} {part.one}, {names[1]} {part.other}"


def _place(part: Compared, names: Names) -> str:
    """Where two rows of things part."""
    pairs = zip_longest(part.one, part.other, fillvalue="nothing")
    at, (one, other) = next((at, pair) for at, pair in enumerate(pairs, 1) if pair[0] != pair[1])
    return f"at place {at} {names[0]} has {one}, {names[1]} {other}"


def _inside(part: Compared, names: Names) -> str:
    """The first value that differs within what both have, and the way to it."""
    way, one, other = [], part.one, part.other
    while type(one) is type(other) and isinstance(one, dict | list) and len(one) == len(other):
        items = one.items() if isinstance(one, dict) else enumerate(one)
        at = next(at for at, item in items if item != other[at])
        way.append(str(at))
        one, other = one[at], other[at]
    return f"{' '.join(way)}: {names[0]} {one}, {names[1]} {other}"


def _facets(part: Compared, names: Names) -> str:
    fields = [field for field in part.one if part.one[field] != part.other[field]]
    return "; ".join(_facet(field, part.one[field], part.other[field], names) for field in fields)


def _facet(field: str, one: Mapping[str, Any], other: Mapping[str, Any], names: Names) -> str:
    left, right = dict(map(tuple, one["values"])), dict(map(tuple, other["values"]))
    told = [
        f"{value!r} counts {left.get(value, 'nothing')} and {right.get(value, 'nothing')}"
        for value in dict.fromkeys((*left, *right))
        if left.get(value) != right.get(value)
    ]
    told += [f"'{key}' is {one[key]} and {other[key]}" for key in ("missing", "all") if one[key] != other[key]]
    return f"{field} ({' and '.join(names)}): {_listed(told) or 'the same counts in another order'}"


def _highlights(part: Compared, names: Names) -> str:
    keys = [key for key in dict.fromkeys((*part.one, *part.other)) if part.one.get(key) != part.other.get(key)]
    return f"{_listed(keys)}; the first: {names[0]} {part.one.get(keys[0])}, {names[1]} {part.other.get(keys[0])}"


def _rank(part: Compared, names: Names) -> str:
    rows = (_listed([key for key, _ in side[:FIRST]]) for side in (part.one, part.other))
    return f"RBO {part.overlap:.2f}: " + "; ".join(f"{name} {row}" for name, row in zip(names, rows, strict=True))


def _refused(part: Compared, names: Names) -> str:
    return "; ".join(
        f"{name} refuses: {text}" if text else f"{name} answers"
        for name, text in zip(names, (part.one, part.other), strict=True)
    )


SENTENCES: Mapping[str, Callable[[Compared, Names], str]] = {
    "ids": _ids,
    "count": _pair,
    "rank": _rank,
    "facets": _facets,
    "counts": _place,
    "stats": _inside,
    "deviation": _inside,
    "order": _place,
    "highlights": _highlights,
    "refused": _refused,
}
