"""Places on the globe: how far apart two are, and what lies around one. Computed here, once for every engine.

A point is (latitude, longitude) in degrees. What crosses the antimeridian or holds a pole is said in conditions that
any engine has: ranges over a location's two columns.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cmp_to_key
from math import asin, cos, degrees, isfinite, pi, radians, remainder, sin, sqrt
from typing import Any

from backends.core.documents import LATITUDES, LONGITUDES, parse_point
from backends.core.errors import BadValue, UnsupportedQuery
from backends.core.nodes import And, Near, Node, Nothing, Or, Range
from backends.core.request import Sort, SortValue
from backends.core.schema import Field, Kind, Schema

EARTH_KM = 6371.0087714  # mean radius of the globe, as Lucene's GeoUtils has it (EARTH_MEAN_RADIUS_METERS)
# A box is wider than its circle by this many degrees, 11 cm, or rounding would cut off a point on the circle.
MARGIN = 1e-6
DISTANCE = "distance"  # Haystack's name in order_by

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Origin:
    """The point that distances are measured from, and the location field they are measured to."""

    name: str
    point: Point


def origin(name: str, point: object) -> Origin:
    """Raises BadValue."""
    return Origin(name, parse_point(Field(name, Kind.LOCATION), point))


def kilometres(one: Point, other: Point) -> float:
    """The great-circle distance, by the haversine formula: exact to the centimetre for near points too."""
    south, north = radians(one[0]), radians(other[0])
    across = sin(radians(remainder(other[1] - one[1], 2 * LONGITUDES)) / 2)
    half = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * across**2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


def lat_column(name: str) -> str:
    return f"{name}_lat"


def lon_column(name: str) -> str:
    return f"{name}_lon"


def axes(name: str) -> tuple[str, str]:
    """The columns of a location field."""
    return lat_column(name), lon_column(name)


def around(node: Near) -> Node:
    """The box that holds a circle: conditions on both columns that every point within it meets."""
    lat, lon = node.point
    reach = node.km / EARTH_KM + radians(MARGIN)
    south, north = lat - degrees(reach), lat + degrees(reach)
    if south <= -LATITUDES or north >= LATITUDES:  # with a pole inside, every longitude is
        return box(node.column, south, -LONGITUDES, north, LONGITUDES)
    aside = degrees(asin(min(1.0, sin(min(reach, pi / 2)) / cos(radians(lat))))) + MARGIN
    return box(node.column, south, lon - aside, north, lon + aside)


def box(name: str, south: float, west: float, north: float, east: float) -> Node:
    """From west eastwards to east, which may lie beyond the antimeridian; 180 and -180 degrees are one longitude."""
    strip = Range(lat_column(name), max(south, -LATITUDES), min(north, LATITUDES))
    turns = ((west + turn, east + turn) for turn in (-2 * LONGITUDES, 0.0, 2 * LONGITUDES))
    ends = ((max(low, -LONGITUDES), min(high, LONGITUDES)) for low, high in turns)
    return And((strip, Or(tuple(Range(lon_column(name), low, high) for low, high in ends if low <= high))))


def is_within(node: Near, point: Point) -> bool:
    return kilometres(node.point, point) <= node.km


# What is asked of a location field, in the form of `lookups`


def _near(field: Field, value: Any, _schema: Schema) -> Node:
    """`value` is (point, kilometres)."""
    point, km = value
    if isinstance(km, bool) or not isinstance(km, int | float) or not isfinite(km):
        raise BadValue(field.name, km, "a distance in kilometres")
    return Near(field.name, parse_point(field, point), float(km)) if km >= 0 else Nothing()


def _within(field: Field, value: Any, _schema: Schema) -> Node:
    """`value` is two corners; the first is the western one, and west of the second across the antimeridian too."""
    (one, west), (other, east) = (parse_point(field, corner) for corner in value)
    return box(field.name, min(one, other), west, max(one, other), east + 2 * LONGITUDES if west > east else east)


LOCATION_LOOKUPS: dict[str, Callable[[Field, Any, Schema], Node]] = {"near": _near, "within": _within}


# Order by distance


def sort(schema: Schema, start: Origin | None, descending: bool) -> Sort:
    """The order by distance from a point. Raises UnknownField or UnsupportedQuery."""
    if start is None:
        raise UnsupportedQuery("order_by('distance') needs the point to measure from: near() or distance() names it.")
    field = schema.field(start.name)
    if field.kind is not Kind.LOCATION or not field.indexed:
        raise UnsupportedQuery(f"Field '{field.name}' is no indexed location; distances are measured to one.")
    return Sort(start.name, descending, origin=start.point)


def distance(start: Origin | None, schema: Schema, stored: Any) -> float | None:
    """Kilometres from the point that was asked about to a stored location; None where there is either no."""
    if start is None or stored.get(start.name) is None:
        return None
    return kilometres(start.point, parse_point(schema.field(start.name), stored[start.name]))


def columns_of(sorts: Iterable[Sort]) -> tuple[str, ...]:
    """The columns that an order is made of; `values` makes sort values of theirs."""
    return tuple(column for sort in sorts for column in (axes(sort.column) if sort.origin else (sort.column,)))


def values(sorts: Iterable[Sort], row: Iterable[Any]) -> tuple[SortValue, ...]:
    """The sort values of a row of `columns_of`: each location becomes its distance."""
    left = iter(row)
    out: list[SortValue] = []
    for sort in sorts:
        first = next(left)
        if sort.origin is not None:
            second = next(left)
            first = None if first is None or second is None else kilometres(sort.origin, (first, second))
        out.append(first)
    return tuple(out)


def position(sorts: Sequence[Sort]) -> Callable[[tuple[SortValue, ...]], Any]:
    """What to compare sort values by."""

    def compare(one: tuple[Any, ...], other: tuple[Any, ...]) -> int:
        for sort, left, right in zip(sorts, one, other, strict=True):
            if left != right:
                first = sort.missing_first if left is None else not sort.missing_first if right is None else None
                first = (left < right) != sort.descending if first is None else first
                return -1 if first else 1
        return 0

    return cmp_to_key(compare)
