"""Distances from a point, as one more column."""

from array import array

from backends.core.geo import Point, kilometres
from backends.whoosh.codec import NUMBER
from backends.whoosh.columns import Rows
from backends.whoosh.ordinals import NONE, Ordinals


def point(lat: Ordinals, lon: Ordinals, document: int) -> Point | None:
    """Where a document is."""
    north, east = lat.first[document], lon.first[document]
    return None if NONE in (north, east) else (lat.values[north], lon.values[east])


def distances(lat: Ordinals, lon: Ordinals, origin: Point) -> Rows:
    """How far each document is, none where it has no location."""
    points = (point(lat, lon, document) for document in range(len(lat.first)))
    found = [None if place is None else kilometres(origin, place) for place in points]
    values = sorted({km for km in found if km is not None})
    number = {km: at for at, km in enumerate(values)}
    flat = array(NUMBER, [number[km] for km in found if km is not None])
    return Rows(values, [int(km is not None) for km in found], flat)
