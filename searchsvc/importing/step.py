"""Steps of a rule: each takes a value that is not empty, and gives another."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from searchsvc.importing.coerce import TYPES, is_empty, text

Step = Callable[[Any], Any]


def each(step: Step) -> Step:
    """Apply to a value, or to each of a list, leaving out what becomes empty."""

    def apply(value: Any) -> Any:
        if not isinstance(value, list):
            return step(value)
        return [one for one in map(step, value) if not is_empty(one)]

    return apply


def slug(value: Any) -> str:
    """Make "on-paper-unique" of "On paper, unique"; letters that have no ASCII form are left out."""
    plain = unicodedata.normalize("NFKD", text(value)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def split(separator: str) -> Step:
    def apply(value: Any) -> list[str]:
        pieces = value if isinstance(value, list) else text(value).split(separator)
        return [piece.strip() for piece in pieces if piece.strip()]

    return apply


def replace(table: Mapping[str, str]) -> Step:
    def apply(value: Any) -> str:
        value = text(value)
        for old, new in table.items():
            value = value.replace(old, new)
        return str(value)

    return each(apply)


def match(expression: str) -> Step:
    """Keep the first group of a regular expression, else all that it found; nothing where it is not found."""
    pattern = re.compile(expression)

    def apply(value: Any) -> str | None:
        found = pattern.search(text(value))
        return found[1 if pattern.groups else 0] if found else None

    return each(apply)


def lower(value: Any) -> Any:
    return each(lambda one: text(one).lower())(value)


def look_up(table: Mapping[str, Any]) -> Step:
    return each(lambda value: table.get(text(value), value))


def coerce(name: str) -> Step:
    return each(TYPES[name])
