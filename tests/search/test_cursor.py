"""Cursors are opaque, signed, equal for equal pages, and belong to one question."""

from dataclasses import replace

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.search.cursor import BadCursor, Position, read_cursor, write_cursor
from searchsvc.search.params import SearchParams

PARAMS = SearchParams("items", "harbour", sort="-year")
VALUES = st.none() | st.text(st.characters(exclude_categories=["Cs"])) | st.integers(-(2**63), 2**63 - 1) | st.floats(
    allow_nan=False, allow_infinity=False
)  # fmt: skip
POSITIONS = st.builds(Position, st.lists(VALUES, min_size=1, max_size=4).map(tuple), st.booleans()) | st.builds(
    Position, offset=st.integers(0, 10_000)
)


@pytest.fixture(scope="session")
def engine() -> str:
    """No engine is asked here."""
    return ""


def again(cursor: str, params: SearchParams = PARAMS) -> Position:
    return read_cursor(replace(params, cursor=cursor))


@given(POSITIONS)
def test_a_position_survives_its_cursor(position: Position) -> None:
    assert again(write_cursor(position, PARAMS)) == position


@given(POSITIONS)
def test_equal_pages_have_equal_cursors_that_fit_an_address(position: Position) -> None:
    cursor = write_cursor(position, PARAMS)
    assert cursor == write_cursor(position, PARAMS)
    assert set(cursor) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=")


@given(st.text())
def test_any_other_text_is_refused_by_name(text: str) -> None:
    if text:
        with pytest.raises(BadCursor) as caught:
            again(text)
        assert caught.value.code == "cursor-invalid"


@given(POSITIONS, st.data())
def test_a_changed_cursor_is_refused(position: Position, data: st.DataObject) -> None:
    cursor = write_cursor(position, PARAMS)
    at = data.draw(st.integers(0, len(cursor) - 2))  # the last sign of base64 may hold unused bits
    other = "A" if cursor[at] != "A" else "B"
    with pytest.raises(BadCursor):
        again(cursor[:at] + other + cursor[at + 1 :])


@pytest.mark.parametrize(
    "change",
    [{"q": "boat"}, {"sort": "title"}, {"filters": (("kind", ("book",)),)}, {"ranges": (("year", (1, None)),)},
     {"index": "creators"}, {"excluded": (("kind", ("book",)),)}],
)  # fmt: skip
def test_a_cursor_of_another_question_is_refused(change: dict[str, object]) -> None:
    cursor = write_cursor(Position(after=(1929, "t:boat")), PARAMS)
    with pytest.raises(BadCursor) as caught:
        again(cursor, replace(PARAMS, **change))
    assert caught.value.code == "cursor-query-mismatch"


def test_size_and_facets_may_change_between_pages() -> None:
    cursor = write_cursor(Position(after=(1929, "t:boat")), PARAMS)
    assert again(cursor, replace(PARAMS, size=7, facets=("kind",))).after == (1929, "t:boat")


def test_a_cursor_signed_with_an_old_key_is_read_and_with_an_unknown_one_is_not() -> None:
    with override_settings(SECRET_KEY="old"):
        cursor = write_cursor(Position(after=(1,)), PARAMS)
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["old"]):
        assert again(cursor).after == (1,)
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=[]), pytest.raises(BadCursor):
        again(cursor)
