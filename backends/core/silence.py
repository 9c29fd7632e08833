"""Haystack's SILENTLY_FAIL: where a project sets it, a failure is logged and looks like nothing found."""

import logging
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar

from backends.core.errors import SearchError

log = logging.getLogger("backends")
Reply = TypeVar("Reply")


def nothing_found() -> dict[str, Any]:
    facets: dict[str, dict[str, Any]] = {"fields": {}, "dates": {}, "queries": {}}
    return {"results": [], "hits": 0, "facets": facets, "stats": {}, "spelling_suggestion": None}


def done() -> None:
    """What a write gives."""


def nothing_read() -> Mapping[str, Any] | None:
    """What Haystack gives for a file without text that could be read."""
    return None


def no_suggestion() -> str | None:
    return None


def silenced(instead: Callable[[], Reply]) -> Callable[[Callable[..., Reply]], Callable[..., Reply]]:
    """Around a backend's method: its errors are raised, or logged where `silently_fail` is set."""

    def around(method: Callable[..., Reply]) -> Callable[..., Reply]:
        @wraps(method)
        def called(self: Any, *args: Any, **options: Any) -> Reply:
            try:
                return method(self, *args, **options)
            except SearchError:
                if not self.silently_fail:
                    raise
                log.exception("Connection '%s' failed in %s()", self.connection_alias, method.__name__.strip("_"))
                return instead()

        return called

    return around
