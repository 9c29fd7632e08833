"""Distances: the server computes them as `backends.core.geo` does, from the two columns of a location.

A geo_point finds what may lie in a circle; it is rounded to a centimetre, so whether a point does is computed.
"""

from typing import Any

from backends.core import geo
from backends.core.geo import EARTH_KM
from backends.core.nodes import Near
from backends.core.request import Sort

KILOMETRES = """
double from = Math.toRadians(params.lat); double to = Math.toRadians(doc[params.lats].value);
double across = Math.sin(Math.toRadians(Math.IEEEremainder(doc[params.lons].value - params.lon, 360)) / 2);
double up = Math.sin((to - from) / 2);
double half = up * up + Math.cos(from) * Math.cos(to) * across * across;
double km = 2 * params.earth * Math.asin(Math.min(1.0, Math.sqrt(half)));
"""
NONE = "if (doc[params.lats].size() == 0) return params.none;"
# Java and Python differ in the last bit of a sine: a circle is wider by this part of its radius, and by half a
# micrometre, so that a point on it is within it on every engine.
PRECISION = 5e-10
ROUNDED_KM = 1e-4  # ten times what a geo_point is rounded by
WIDEST_KM = 20_100.0  # more than half of the way around the globe
NOWHERE, NEARER_THAN_ANY = 1e9, -1.0  # what stands for no location at the far end of an order, and at the near one


def _params(name: str, point: geo.Point, **more: float) -> dict[str, Any]:
    lats, lons = geo.axes(name)
    return {"lat": point[0], "lon": point[1], "lats": lats, "lons": lons, "earth": EARTH_KM, **more}


def circle(node: Near) -> list[dict[str, Any]]:
    """The conditions of a circle, the cheap one first."""
    lat, lon = node.point
    reach = min(node.km, WIDEST_KM) * (1 + PRECISION) + PRECISION
    about = {"geo_distance": {"distance": f"{reach + ROUNDED_KM:.9f}km", node.column: [lon, lat]}}
    source = f"if (doc[params.lats].size() == 0) return false; {KILOMETRES} return km <= params.reach;"
    return [about, {"script": {"script": {"source": source, "params": _params(node.column, node.point, reach=reach)}}}]


def missing(sort: Sort) -> float:
    return NOWHERE if sort.descending == sort.missing_first else NEARER_THAN_ANY


def by_distance(sort: Sort) -> dict[str, Any]:
    """The order by distance from a sort's origin."""
    point = sort.origin
    if point is None:
        raise ValueError("an order by distance has an origin")
    script = {"source": f"{NONE} {KILOMETRES} return km;", "params": _params(sort.column, point, none=missing(sort))}
    return {"_script": {"type": "number", "order": "desc" if sort.descending else "asc", "script": script}}
