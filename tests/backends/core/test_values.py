"""From a person's or a program's value to a column's, and back."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from backends.core.errors import BadValue
from backends.core.schema import SORT_KEY_LENGTH, Field, Kind
from backends.core.values import LONG_MAX, LONG_MIN, bound, from_column, sort_value, to_column

FIELDS = {kind: Field(kind.value, kind) for kind in Kind}
CENTS = Field("price", Kind.DECIMAL, places=2)
ZONES = st.integers(-840, 840).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=ZONES)  # noqa: DTZ001 - bounds have no zone here
LONGS = st.integers(LONG_MIN, LONG_MAX)
PRICES = st.decimals(-(10**9), 10**9, allow_nan=False, places=2)
FINE = st.decimals(-1000, 1000, allow_nan=False, places=5)
NEAR = st.integers(-2, 2)  # steps of the column between what is stored and what is asked
WRONG: list[Any] = [
    "old", "", " ", None, [], {}, b"1", float("nan"), float("inf"), Decimal("NaN"), Decimal("sNaN"),
    Decimal("-Infinity"), "1e", "0x10", "٣x", "1" * 5000, "\x00", "\ud800", object(),
]  # fmt: skip
HUGE = ["1e999990", "1e99999999999", "-1e999999999", "1e-99999999999", Decimal("1e999990"), 10**400, 1e308]


@given(LONGS)
def test_whole_numbers_come_back(number: int):
    assert from_column(FIELDS[Kind.INTEGER], to_column(FIELDS[Kind.INTEGER], number)) == number
    assert to_column(FIELDS[Kind.INTEGER], str(number)) == to_column(FIELDS[Kind.INTEGER], Decimal(number)) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_come_back(number: float):
    assert from_column(FIELDS[Kind.FLOAT], to_column(FIELDS[Kind.FLOAT], number)) == number
    assert to_column(FIELDS[Kind.FLOAT], repr(number)) == number


@given(PRICES)
def test_decimals_come_back_exactly(price: Decimal):
    for value in (price, str(price), f" {price} ".strip()):
        assert Decimal(from_column(CENTS, to_column(CENTS, value))) == price


@given(st.booleans())
def test_booleans_come_back(value: bool):
    for written in (value, int(value), str(value), str(value).upper(), "yes" if value else "off"):
        assert from_column(FIELDS[Kind.BOOLEAN], to_column(FIELDS[Kind.BOOLEAN], written)) is value


@given(MOMENTS)
def test_times_come_back_to_the_millisecond_in_utc(moment: datetime):
    found = datetime.fromisoformat(from_column(FIELDS[Kind.DATETIME], to_column(FIELDS[Kind.DATETIME], moment)))
    assert found == moment - timedelta(microseconds=moment.astimezone(UTC).microsecond % 1000)
    assert to_column(FIELDS[Kind.DATETIME], moment.isoformat()) == to_column(FIELDS[Kind.DATETIME], moment)


@given(st.dates())
def test_dates_come_back(day: date):
    for written in (day, day.isoformat(), datetime(day.year, day.month, day.day, 23, 59, 59, 999_999, tzinfo=UTC)):
        assert from_column(FIELDS[Kind.DATE], to_column(FIELDS[Kind.DATE], written)) == day.isoformat()


@given(st.text())
def test_whole_texts_come_back(text: str):
    field = FIELDS[Kind.KEYWORD]
    assert from_column(field, to_column(field, text)) == text


@pytest.mark.parametrize("kind", [Kind.INTEGER, Kind.FLOAT, Kind.DECIMAL, Kind.BOOLEAN, Kind.DATE, Kind.DATETIME])
@pytest.mark.parametrize("value", WRONG + HUGE, ids=lambda value: repr(value)[:20])
def test_a_wrong_value_is_refused_with_its_field_or_fits(kind: Kind, value: Any):
    for convert in (
        lambda: to_column(FIELDS[kind], value),
        lambda: bound(FIELDS[kind], value, lower=True)[0],
        lambda: bound(FIELDS[kind], value, lower=False)[0],
    ):
        try:
            found = convert()
        except BadValue as error:
            assert kind.value in str(error)  # noqa: PT017 - which of the two it is depends on the kind
        else:
            assert isinstance(found, float) or LONG_MIN <= found <= LONG_MAX


@pytest.mark.parametrize("value", [["a"], ("a",), {"a": 1}, {"a"}, "\ud800", "a\udfffb"])
def test_no_whole_text_is_made_of_several_or_of_half_characters(value: Any):
    for convert in (to_column, sort_value):
        with pytest.raises(BadValue, match="keyword"):
            convert(FIELDS[Kind.KEYWORD], value)


@pytest.mark.parametrize("field", [CENTS, FIELDS[Kind.INTEGER]], ids=["decimal", "integer"])
@given(asked=FINE | PRICES | FINE.map(round), steps=NEAR)
def test_a_bound_keeps_the_meaning_of_a_range(field: Field, asked: Decimal, steps: int):
    step = Decimal("0.01") if field is CENTS else Decimal(1)
    stored = Decimal(asked).quantize(step) + steps * step
    column = to_column(field, stored)
    low, low_exact = bound(field, asked, lower=True)
    high, high_exact = bound(field, asked, lower=False)
    assert (column >= low) == (stored >= asked)
    assert (column > low if low_exact else column >= low) == (stored > asked)
    assert (column <= high) == (stored <= asked)
    assert (column < high if high_exact else column <= high) == (stored < asked)


@given(st.dates(date(1000, 1, 1), date(3000, 1, 1)), MOMENTS)
def test_a_day_begins_at_midnight_for_a_bound(day: date, asked: datetime):
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    end = bound(FIELDS[Kind.DATE], asked, lower=True)
    assert end[1]
    whole = asked - timedelta(microseconds=asked.astimezone(UTC).microsecond % 1000)
    assert (to_column(FIELDS[Kind.DATE], day) >= end[0]) == (midnight >= whole)


def test_a_date_given_with_a_time_is_found_by_its_date():
    bought = to_column(FIELDS[Kind.DATE], datetime(2001, 3, 4, 15, 30, tzinfo=UTC))
    assert bought == to_column(FIELDS[Kind.DATE], "2001-03-04")
    assert to_column(FIELDS[Kind.DATE], datetime(1905, 3, 4, 15, 30, tzinfo=UTC)) == to_column(
        FIELDS[Kind.DATE], date(1905, 3, 4)
    )


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False) | LONGS, min_size=2, max_size=2))
def test_numbers_sort_as_numbers(numbers: list[float]):
    one, other = (sort_value(FIELDS[Kind.FLOAT], number) for number in numbers)
    assert (one < other) == (float(numbers[0]) < float(numbers[1]))


@given(PRICES, PRICES)
def test_decimals_sort_as_decimals(one: Decimal, other: Decimal):
    assert (sort_value(CENTS, one) < sort_value(CENTS, other)) == (one < other)


@given(MOMENTS, MOMENTS)
def test_times_sort_by_the_clock_whatever_their_zone(one: datetime, other: datetime):
    assume(abs(one - other) >= timedelta(milliseconds=1))
    field = FIELDS[Kind.DATETIME]
    assert (sort_value(field, one) < sort_value(field, other)) == (one < other)


@given(st.text())
def test_a_text_sorts_by_a_short_key_of_one_line(text: str):
    key = sort_value(FIELDS[Kind.TEXT], text)
    if key is not None:
        assert 0 < len(key) <= SORT_KEY_LENGTH
        assert key == " ".join(key.split(" ")).lstrip()
        assert sort_value(FIELDS[Kind.TEXT], f"  {text}\n") == key


@pytest.mark.parametrize(
    "titles",
    [
        ["The Harbour", "the harbour", "  THE   HARBOUR ", "“The Harbour", "[The Harbour",
         "...the harbour", "Thé Harbour"],
        ["Łódź", "lodz", "LÓDŹ", "Ło\u0301dz\u0301"],
    ],
    ids=["harbour", "lodz"],
)  # fmt: skip
def test_case_accents_spaces_and_quotes_do_not_count_in_an_order(titles: list[str]):
    assert len({sort_value(FIELDS[Kind.TEXT], title) for title in titles}) == 1


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u00ad"])
def test_nothing_to_read_is_nothing_to_sort_by(text: str):
    assert sort_value(FIELDS[Kind.TEXT], text) is None


def test_a_text_of_signs_alone_still_has_its_place():
    assert sort_value(FIELDS[Kind.TEXT], "!!!") == "!!!"


def test_a_zone_moves_a_day():
    late = datetime(2020, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))
    assert from_column(FIELDS[Kind.DATE], to_column(FIELDS[Kind.DATE], late)) == "2019-12-31"
