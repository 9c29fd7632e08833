"""Haystack's own way to ask for places (`within`, `dwithin`, `distance`) in the terms of `geo`.

It takes Django's points, which need GEOS and GDAL on the machine; `near()` of `queryset` needs neither.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from haystack.exceptions import SpatialError
from haystack.utils.geo import ensure_wgs84

from backends.core.geo import Origin, origin
from backends.core.nodes import Lookup, Node


@contextmanager
def explained() -> Iterator[None]:
    """Say what to install, to who has no points of Django's."""
    try:
        yield
    except (SpatialError, TypeError) as error:  # TypeError: Haystack cannot print a pair in its own message
        raise SpatialError(
            "within(), dwithin() and distance() take Django's points and distances. Points need the libraries GEOS "
            "and GDAL (on Debian: apt install gdal-bin); near() of backends.core.queryset takes (latitude, longitude)."
        ) from error


def _lat_lon(point: Any) -> tuple[float, float]:
    lon, lat = ensure_wgs84(point).coords
    return lat, lon


def conditions(options: Mapping[str, Any]) -> Iterator[Node]:
    """What `within` and `dwithin` filter by."""
    if box := options.get("within"):
        yield Lookup(box["field"], "within", (_lat_lon(box["point_1"]), _lat_lon(box["point_2"])))
    if circle := options.get("dwithin"):
        yield Lookup(circle["field"], "near", (_lat_lon(circle["point"]), float(circle["distance"].km)))


def start(options: Mapping[str, Any]) -> Origin | None:
    """Where distances are measured from: `distance`, or else `near`."""
    if asked := options.get("distance_point"):
        return origin(asked["field"], _lat_lon(asked["point"]))
    found: Origin | None = options.get("origin")
    return found
