"""From the values of a document to the columns of an index."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.core.documents import document
from backends.core.errors import DocumentRefused
from backends.core.schema import SYSTEM, ColumnType, Field, Kind, Schema
from backends.core.store import Document

IDENTITY = ("catalog.item.1", "tate:T1", "catalog.item", "1")
SCHEMA = Schema(
    (
        Field("title", Kind.TEXT, "english", sort=True, weight=1, exact="title_exact"),
        Field("title_exact", Kind.KEYWORD),
        Field("names", Kind.TEXT, multi=True),
        Field("kind", Kind.KEYWORD, sort=True),
        Field("subject", Kind.KEYWORD, multi=True),
        Field("year", Kind.INTEGER, sort=True),
        Field("price", Kind.DECIMAL),
        Field("lent", Kind.BOOLEAN),
        Field("seen", Kind.DATETIME),
        Field("place", Kind.LOCATION),
        Field("begins", Kind.EDGE_NGRAM),
        Field("part", Kind.NGRAM),
        Field("note", Kind.TEXT, indexed=False),
        Field("secret", Kind.KEYWORD, stored=False),
    )
)
PYTHON = {ColumnType.TERMS: list, ColumnType.KEYWORD: str, ColumnType.LONG: int, ColumnType.DOUBLE: float}
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.dates() | st.datetimes()
    | st.decimals() | st.binary(max_size=5) | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.sets(st.text(max_size=3), max_size=3)
    | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=5,
)  # fmt: skip


def made(**values: Any) -> Document:
    return document(SCHEMA, IDENTITY, values)


@given(st.dictionaries(st.sampled_from([field.name for field in SCHEMA.fields]), VALUES))
def test_a_document_is_refused_by_name_or_fits_every_engine(values: dict[str, Any]):
    try:
        done = made(**values)
    except DocumentRefused as error:
        assert error.field in values  # noqa: PT017 - one of the two
        return
    assert done.columns.keys() <= SCHEMA.by_column.keys()
    for name, got in done.columns.items():
        column = SCHEMA.by_column[name]
        assert got
        assert all(type(value) is PYTHON[column.type] for value in got)
        orjson.dumps(got)
    orjson.dumps(dict(done.stored))


def test_what_identifies_a_document_is_always_there():
    done = made()
    assert (done.id, done.key) == IDENTITY[:2]
    assert {name: done.columns[name] for name in SYSTEM} == {
        name: (value,) for name, value in zip(SYSTEM, IDENTITY, strict=True)
    }
    assert done.columns.keys() == set(SYSTEM)
    assert {**done.stored, "_hash": ""} == {"django_ct": "catalog.item", "django_id": "1", "_hash": ""}


def test_values_cannot_change_what_identifies_a_document():
    assert made(id="x", key="y", django_ct="z", unknown="w") == made()


@pytest.mark.parametrize(
    ("values", "columns"),
    [
        ({"title": "The Fishing Boats"}, {
            "title": (["the", "fish", "boat"],), "title_words": (["the", "fishing", "boats"],),
            "sort_title": ("the fishing boats",)}),
        ({"names": ["Kit Wood", None, "Ann Woods"]}, {"names": (["kit", "wood"], ["ann", "woods"])}),
        ({"kind": "Boat"}, {"kind": ("Boat",), "sort_kind": ("boat",)}),
        ({"subject": ["a", "b", "a", ""]}, {"subject": ("a", "b")}),
        ({"year": "1929"}, {"year": (1929,), "sort_year": (1929,)}),
        ({"year": 0}, {"year": (0,), "sort_year": (0,)}),
        ({"lent": False}, {"lent": (0,)}),
        ({"price": Decimal("0.10")}, {"price": (1000,)}),
        ({"seen": datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)}, {"seen": (1000,)}),
        ({"place": "49.92, 1.08"}, {"place_lat": (49.92,), "place_lon": (1.08,)}),
        ({"place": (49.92, 1.08)}, {"place_lat": (49.92,), "place_lon": (1.08,)}),
        ({"place": SimpleNamespace(x=1.08, y=49.92)}, {"place_lat": (49.92,), "place_lon": (1.08,)}),
        ({"begins": "Sea"}, {"begins": (["s", "se", "sea"],)}),
        ({"part": "Boat at sea"}, {"part": (["boa", "oat", "at", "sea"],)}),
        ({"note": "not indexed"}, {}),
        ({"title": None, "names": [], "kind": "", "subject": [None], "year": None}, {}),
    ],
)  # fmt: skip
def test_a_value_fills_its_columns(values: dict[str, Any], columns: dict[str, Any]):
    assert {name: got for name, got in made(**values).columns.items() if name not in SYSTEM} == columns


@pytest.mark.parametrize(
    ("values", "stored"),
    [
        ({"title": "A", "note": "kept", "secret": "not"}, {"title": "A", "note": "kept"}),
        ({"year": 0, "lent": False}, {"year": 0, "lent": False}),
        ({"price": Decimal("0.10"), "seen": date(2020, 1, 2)}, {"price": "0.10", "seen": "2020-01-02T00:00:00"}),
        ({"names": ("a", "b"), "title": None, "kind": "", "subject": []}, {"names": ["a", "b"]}),
        ({"note": {1: Decimal(2), "deep": [date(2020, 1, 2)]}}, {"note": {"1": "2", "deep": ["2020-01-02"]}}),
        ({"note": 2**70}, {"note": str(2**70)}),
    ],
)
def test_stored_fields_are_ready_for_json(values: dict[str, Any], stored: dict[str, Any]):
    own = {name: got for name, got in made(**values).stored.items() if not name.startswith(("django_", "_"))}
    assert own == stored


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"year": "old"}, "'year' takes a whole number"),
        ({"kind": "é" * 20_000}, "'kind' takes a value of at most"),
        ({"kind": ["a", ["b"]]}, "'kind' takes one text"),
        ({"place": "here"}, "'place' takes 'latitude,longitude'"),
        ({"place": (91, 0)}, "within 90"),
        ({"place": (1, 2, 3)}, "'place' takes"),
        ({"place": (float("nan"), 0)}, "'place' takes"),
        ({"title": "a\ud800"}, "'title' takes a text of whole characters"),
        ({"note": "a\ud800"}, "'note' takes a text of whole characters"),
        ({"secret": "a\ud800"}, "'secret' takes a text of whole characters"),
    ],
)
def test_a_refused_document_says_which_and_why(values: dict[str, Any], says: str):
    with pytest.raises(DocumentRefused, match=r"catalog\.item\.1 was refused") as caught:
        made(title_exact="fine", **values)
    assert says in str(caught.value)


def test_schemas_that_write_the_same_have_the_same_fingerprint():
    assert Schema(tuple(reversed(SCHEMA.fields))).fingerprint == SCHEMA.fingerprint
    assert Schema(SCHEMA.fields[:-1]).fingerprint != SCHEMA.fingerprint


@pytest.mark.parametrize(
    ("fields", "column"),
    [
        ((Field("title", Kind.TEXT, "english"), Field("title_words", Kind.TEXT)), "title_words"),
        ((Field("year", Kind.INTEGER, sort=True), Field("sort_year", Kind.INTEGER)), "sort_year"),
        ((Field("place", Kind.LOCATION), Field("place_lat", Kind.FLOAT)), "place_lat"),
    ],
)
def test_fields_that_write_the_same_column_are_named(fields: tuple[Field, ...], column: str):
    with pytest.raises(ValueError, match=f"'{column}'"):
        Schema(fields).columns  # noqa: B018 - it is built when asked for
