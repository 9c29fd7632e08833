"""A feed's value -> the value of a type. Each raises Unfit with the reason; empty values do not come here."""

import math
import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from searchsvc.catalog.validators import MAX_INTEGER

# Control characters but tab and line feed: PostgreSQL refuses NUL, and none of them means anything in a catalogue.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
SPACES = re.compile(r"\s+")
YEAR = re.compile(
    r"(?:c(?:a|irca)?\.?\s*)?(?P<ad>ad\s*)?(?P<year>-?\d{1,9})(?P<rest>-\d\d(?:-\d\d(?:T.*)?)?)?\s*(?P<era>bce?|ce|ad)?",
    re.IGNORECASE,
)
TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
SHOWN = 60


class Unfit(ValueError):
    """The value is not of the type; the text says why, to the person who keeps the feed."""


def shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def is_empty(value: Any) -> bool:
    if isinstance(value, str):
        return not value or value.isspace()
    return value is None or (isinstance(value, list | dict) and not value)


def text(value: Any) -> str:
    """Normalise (NFC), end lines with a line feed, drop control characters and outer spaces."""
    if isinstance(value, list | dict):
        raise Unfit(f"{shown(value)} is not a text")
    plain = value if isinstance(value, str) else str(value)
    # Most values are plain already, and an import reads a few millions of them.
    if plain.isascii() and plain.isprintable():
        return plain.strip()
    if not plain.isascii():
        plain = unicodedata.normalize("NFC", plain)
    return CONTROL.sub("", plain.replace("\r\n", "\n").replace("\r", "\n")).strip()


def line(value: Any) -> str:
    """Text with each run of spaces and line ends as one space."""
    plain = text(value)
    return plain if "  " not in plain and plain.isprintable() else SPACES.sub(" ", plain)


def integer(value: Any) -> int:
    number = decimal(value)
    if number != number.to_integral_value():
        raise Unfit(f"{shown(value)} is not a whole number")
    if abs(number) > MAX_INTEGER:
        raise Unfit(f"{shown(value)} is too large")
    return int(number)


def real(value: Any) -> float:
    return float(decimal(value))


def decimal(value: Any) -> Decimal:
    """Take 12, 12.5, "12.5" and "1_000"; not "12,5", for that may be a thousand's mark, nor infinities."""
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        raise Unfit(f"{shown(value)} is not a number") from None
    if isinstance(value, bool) or not number.is_finite() or abs(number.adjusted()) > math.log10(MAX_INTEGER):
        raise Unfit(f"{shown(value)} is not a number that can be kept")
    return number


def year(value: Any) -> int:
    """Take 1929, "c. 1929", "1929-05-01", "-500", "500 BC", "AD 79"; negative before the common era."""
    if isinstance(value, int | float):
        return _in_range(integer(value))
    found = YEAR.fullmatch(text(value))
    if not found or (found["rest"] and found["era"]):
        raise Unfit(f"{shown(value)} is not a year")
    number = int(found["year"])
    is_before = (found["era"] or "").lower() in {"bc", "bce"}
    if is_before and (number < 0 or found["ad"]):
        raise Unfit(f"{shown(value)} is not a year")
    return _in_range(-number if is_before else number)


def _in_range(number: int) -> int:
    """Thirty-two bits, as the columns have."""
    if not -(2**31) <= number < 2**31:
        raise Unfit(f"{number} is too far away for a year")
    return number


def boolean(value: Any) -> bool:
    found = TRUTHS.get(str(value).strip().lower())
    if found is None:
        raise Unfit(f"{shown(value)} is neither true nor false")
    return found


TYPES: dict[str, Callable[[Any], Any]] = {
    "text": text,
    "line": line,
    "int": integer,
    "float": real,
    "decimal": decimal,
    "year": year,
    "bool": boolean,
}
