from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searchsvc.importing.coerce import TYPES, Unfit, is_empty

# A loaded machine is no failure.
steady = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

GOOD = [
    ("text", " a\r\nb\tc\x00 ", "a\nb\tc"),
    ("text", "e\u0301", "é"),
    ("text", 12, "12"),
    ("line", " a \n b\u00a0c ", "a b c"),
    ("int", "12", 12),
    ("int", 12.0, 12),
    ("int", "-3", -3),
    ("float", "1.5", 1.5),
    ("float", 2, 2.0),
    ("decimal", "12.50", Decimal("12.50")),
    ("decimal", 0.1, Decimal("0.1")),
    ("year", 1929, 1929),
    ("year", -500, -500),
    ("year", 1929.0, 1929),
    ("year", "1929", 1929),
    ("year", "-500", -500),
    ("year", "c. 1929", 1929),
    ("year", "ca 1929", 1929),
    ("year", "circa 1929", 1929),
    ("year", "1929-05-01", 1929),
    ("year", "1929-05-01T10:00:00Z", 1929),
    ("year", "500 BC", -500),
    ("year", "500BCE", -500),
    ("year", "AD 79", 79),
    ("year", "79 CE", 79),
    ("bool", "Yes", True),
    ("bool", False, False),
    ("bool", 0, False),
]
BAD = [
    ("text", ["a"]),
    ("text", {"a": 1}),
    ("int", "12.5"),
    ("int", "twelve"),
    ("int", True),
    ("int", 2**60),
    ("float", "12,5"),
    ("float", "nan"),
    ("float", float("inf")),
    ("decimal", "1e999999999"),
    ("year", "18x9"),
    ("year", "1828-9"),
    ("year", "AD 79 BC"),
    ("year", "-5 BC"),
    ("year", 2**31),
    ("year", "99999999999"),
    ("year", ["1929"]),
    ("bool", "maybe"),
]


@pytest.mark.parametrize(("name", "value", "expected"), GOOD)
def test_a_value_of_the_type_is_taken(name, value, expected):
    made = TYPES[name](value)
    assert (made, type(made)) == (expected, type(expected))


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_value_of_another_type_is_refused_with_a_reason(name, value):
    with pytest.raises(Unfit, match=r"not|too|neither"):
        TYPES[name](value)


@steady
@given(name=st.sampled_from(list(TYPES)), value=st.text() | st.integers() | st.floats() | st.booleans())
def test_no_value_makes_it_fail_otherwise(name, value):
    with suppress(Unfit):
        TYPES[name](value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, True), ("", True), (" \n", True), ([], True), ({}, True), (0, False), (False, False), ("0", False)],
)
def test_nothing_is_told_from_zero(value, expected):
    assert is_empty(value) is expected
