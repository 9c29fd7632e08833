"""What is said about a record beside its text: labels with values, some of them links."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from searchsvc.web.cards import web_address

TRUTH = {True: "Yes", False: "No"}
NORTH_EDGE, SOUTH_EDGE = 84.0, -60.0  # degrees of latitude at the edges of the drawn map


@dataclass(frozen=True, slots=True)
class Link:
    """A text, with the address it leads to or none."""

    text: str
    url: str = ""
    is_outside: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    values: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the drawn map: in degrees east of its left edge and south of its upper one, and in words."""

    x: str
    y: str
    words: str


def fact(label: str, *values: Link | str | None) -> Fact:
    """A fact with those of the values that are not empty."""
    links = (value if isinstance(value, Link) else Link(value or "") for value in values)
    return Fact(label, tuple(link for link in links if link.text))


def told(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    return tuple(one for one in facts if one.values)


def as_link(value: Any) -> Link:
    """A value of any type as people read it; a web address becomes a link."""
    if isinstance(value, bool):
        return Link(TRUTH[value])
    text = str(value)
    return Link(text, web_address(text), is_outside=True) if web_address(text) else Link(text)


def spot(latitude: float | None, longitude: float | None) -> Spot | None:
    if latitude is None or longitude is None:
        return None
    y = NORTH_EDGE - min(max(latitude, SOUTH_EDGE), NORTH_EDGE)
    words = f"{_degrees(latitude, 'N', 'S')}, {_degrees(longitude, 'E', 'W')}"
    # Texts, because a template would write a number with the separator of its language.
    return Spot(f"{longitude + 180:.2f}", f"{y:.2f}", words)


def _degrees(value: float, positive: str, negative: str) -> str:
    return f"{abs(value):g}° {positive if value >= 0 else negative}"
