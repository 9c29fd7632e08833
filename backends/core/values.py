"""From a person's or a program's value to a column's, and back."""

import math
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation
from typing import Any

from backends.core.analysis import fold
from backends.core.errors import BadValue
from backends.core.schema import ANALYSED, SORT_KEY_LENGTH, Field, Kind

LONG_MIN, LONG_MAX = -(2**63), 2**63 - 1
MILLISECONDS = 1000
DAY = 86_400_000  # milliseconds
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TRUE = frozenset({"true", "t", "yes", "1", "on"})
FALSE = frozenset({"false", "f", "no", "0", "off"})
SEVERAL = (list, tuple, dict, set)
TEXTS = ANALYSED | {Kind.KEYWORD}
SPACES = re.compile(r"\s+")
LEADING = re.compile(r"^[\W_]+(?=\w)")


def _long(field: Field, value: object) -> int:
    # Compared first: '1e999990' is short to write and takes a minute to count out.
    if isinstance(value, float | Decimal) and LONG_MIN <= value <= LONG_MAX and value == int(value):
        value = int(value)
    if isinstance(value, str):
        value = int(value)
    if not isinstance(value, int) or not LONG_MIN <= value <= LONG_MAX:
        raise BadValue(field.name, value, "a whole number of 64 bits")
    return int(value)


def _double(field: Field, value: object) -> float:
    number = float(value)  # type: ignore[arg-type] # a wrong type raises TypeError, named by the caller
    if not math.isfinite(number):
        raise BadValue(field.name, value, "a finite number")
    return number


def scaled(field: Field, value: object) -> Decimal:
    """A decimal moved by the field's places; whole when the field can hold it exactly."""
    if isinstance(value, float):
        value = repr(value)
    return Decimal(value).scaleb(field.places)  # type: ignore[arg-type] # as above


def _decimal(field: Field, value: object) -> int:
    return _long(field, scaled(field, value).to_integral_value())


def _boolean(field: Field, value: object) -> int:
    if isinstance(value, bool | int) and value in (0, 1):
        return int(value)
    text = str(value).strip().lower()
    if text not in TRUE | FALSE:
        raise BadValue(field.name, value, "true or false")
    return int(text in TRUE)


def _datetime(field: Field, value: object) -> int:
    if isinstance(value, str):
        value = datetime.fromisoformat(value.strip())
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    if not isinstance(value, datetime):
        raise BadValue(field.name, value, "a date like 2026-11-24 or 2026-11-24T12:00:00")
    moment = value if value.tzinfo else value.replace(tzinfo=UTC)
    return (moment - EPOCH) // (EPOCH.resolution * MILLISECONDS)


def _date(field: Field, value: object) -> int:
    """Midnight of its day in UTC, so that a date given with a time of day is found by its date."""
    return _datetime(field, value) // DAY * DAY


def text_of(field: Field, value: object) -> str:
    """A whole value as text. Raises BadValue for several values and for halves of surrogate pairs."""
    if type(value) is str:  # asked of each value of each document: half a microsecond less
        text = value
    elif isinstance(value, SEVERAL):
        raise BadValue(field.name, value, "one text")
    else:
        text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise BadValue(field.name, value, "a text of whole characters") from None
    return text


COERCE: dict[Kind, tuple[Callable[[Field, Any], str | int | float], str]] = {
    Kind.INTEGER: (_long, "a whole number"),
    Kind.FLOAT: (_double, "a number"),
    Kind.DECIMAL: (_decimal, "a decimal number"),
    Kind.BOOLEAN: (_boolean, "true or false"),
    Kind.DATE: (_date, "a date like 2026-11-24"),
    Kind.DATETIME: (_datetime, "a date and time like 2026-11-24T12:00:00Z"),
}


def to_column(field: Field, value: object) -> str | int | float:
    """The value as the field's column holds it. Raises BadValue, which says what the field takes."""
    coerce, expected = COERCE.get(field.kind, (text_of, "a text"))
    try:
        return coerce(field, value)
    except (ValueError, TypeError, ArithmeticError, InvalidOperation):
        raise BadValue(field.name, value, expected) from None


def bound(field: Field, value: object, *, lower: bool) -> tuple[str | int | float, bool]:
    """One end of a range and whether it lies exactly on a value the column can hold.

    A decimal finer than the field keeps is moved inwards: 'at least 1.00005' with four places is 'at least 1.0001'.
    """
    if field.kind in {Kind.INTEGER, Kind.DECIMAL}:
        try:
            exact = scaled(field, value) if field.kind is Kind.DECIMAL else Decimal(str(value))
            whole = exact.to_integral_value(ROUND_CEILING if lower else ROUND_FLOOR)
            return int(max(Decimal(LONG_MIN), min(Decimal(LONG_MAX), whole))), whole == exact
        except (ValueError, TypeError, ArithmeticError):
            raise BadValue(field.name, value, "a number") from None
    # Dates lie at midnight; 'before noon' of a day takes in that day.
    return to_column(replace(field, kind=Kind.DATETIME) if field.kind is Kind.DATE else field, value), True


def from_column(field: Field, value: str | float) -> Any:
    """What a column's value means, ready for JSON: dates in ISO 8601, decimals as text."""
    if field.kind is Kind.BOOLEAN:
        return bool(value)
    if field.kind is Kind.DECIMAL:
        return str(Decimal(int(value)).scaleb(-field.places).normalize())
    if field.kind in {Kind.DATE, Kind.DATETIME}:
        moment = EPOCH + EPOCH.resolution * MILLISECONDS * int(value)
        return moment.date().isoformat() if field.kind is Kind.DATE else moment.isoformat()
    return value


def sort_value(field: Field, value: object) -> str | int | float | None:
    """What the field's sort column holds, None for nothing to sort by. Quotes and brackets in front do not count."""
    if field.kind not in TEXTS:
        return to_column(field, value)
    text = SPACES.sub(" ", fold(text_of(field, value))).strip()
    return LEADING.sub("", text)[:SORT_KEY_LENGTH] or None
