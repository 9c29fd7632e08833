"""What a catalogue's values may be. Each validator takes a value and raises Django's ValidationError.

The importers call the same functions as the admin's forms, so a rule is written once.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError

CONTROL = re.compile(r"[\x00-\x1f\x7f]")
MAX_KEY = 255
# SQLite and PostgreSQL hold 64 bits, and JSON readers in browsers 53: no attribute of a work needs more.
MAX_INTEGER = 2**53


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression, and in words what it wants."""

    expression: str
    wanted: str

    def check(self, value: str) -> None:
        if not re.fullmatch(self.expression, value):
            raise ValidationError(f"{value[:80]!r} is not {self.wanted}", code="pattern")


# Sources are lower case because SQLite's LIKE ignores case: `Tate:1` and `tate:1` must not both be possible.
SOURCE = Pattern(r"[a-z0-9][a-z0-9._-]*", "a source: lower-case letters, digits, '.', '_' and '-'")
KIND = Pattern(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", "a kind: lower-case words joined by '-'")
LANGUAGE = Pattern(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", "an ISO language code such as 'fr' or 'pt-BR'")
ATTRIBUTE = Pattern(r"[a-z][a-z0-9_]*", "an attribute's name: lower-case letters, digits and '_'")
CURRENCY = Pattern(r"[A-Z]{3}", "a currency code of three capitals such as 'EUR'")


# Functions by name, because a migration names the validators of a field.
def validate_source(value: str) -> None:
    SOURCE.check(value)


def validate_kind(value: str) -> None:
    KIND.check(value)


def validate_language(value: str) -> None:
    LANGUAGE.check(value)


def validate_currency(value: str) -> None:
    CURRENCY.check(value)


def validate_key(value: str) -> None:
    """`<source>:<identifier>`; the identifier may be any text without control characters or outer spaces."""
    source, colon, identifier = value.partition(":")
    if not colon or not identifier:
        raise ValidationError(f"{value[:80]!r} is not a key of the form source:identifier", code="key")
    validate_source(source)
    if identifier != identifier.strip() or identifier.endswith(":") or CONTROL.search(identifier):
        raise ValidationError(f"{value[:80]!r}: the identifier has outer spaces, a last ':' or control characters")
    if len(value) > MAX_KEY:
        raise ValidationError(f"{value[:80]!r}… has more than {MAX_KEY} characters", code="key")


def validate_names(value: Any) -> None:
    """Want a list of texts that are not blank, each once."""
    if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
        raise ValidationError("must be a list of texts that are not blank", code="names")
    if len(set(value)) != len(value):
        raise ValidationError("holds a text twice", code="names")


def validate_web_address(value: str) -> None:
    """Take http and https only: an address is shown as a link, and `javascript:` is an address too."""
    try:
        parts = urlsplit(value)
    except ValueError as error:
        raise ValidationError(f"{value[:80]!r} is not a web address", code="address") from error
    if parts.scheme not in {"http", "https"} or not parts.netloc or CONTROL.search(value) or " " in value:
        raise ValidationError(f"{value[:80]!r} is not an http or https address", code="address")


def validate_attributes(value: Any) -> None:
    """Want a dict of name -> str, int, float, bool or a list of str."""
    if not isinstance(value, dict):
        raise ValidationError("must be an object of names and values", code="attributes")
    for name, one in value.items():
        ATTRIBUTE.check(name)
        if not is_attribute(one):
            raise ValidationError(f"{name} must be a text, a finite number, true, false or a list of texts")


def is_attribute(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(one, str) for one in value)
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, int):
        return abs(value) <= MAX_INTEGER
    return isinstance(value, str)


def validate_levels(levels: Sequence[str]) -> None:
    """Want at least one level in a subject's path, and none of them blank."""
    if not levels or not all(level and level == level.strip() for level in levels):
        raise ValidationError("a subject's path is names joined by '/', none of them blank", code="path")
