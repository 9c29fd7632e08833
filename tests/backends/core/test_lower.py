"""From lookups on fields to conditions on columns."""

import pytest

from backends.core.errors import BadValue, UnknownField, UnsupportedQuery
from backends.core.lower import DEEPEST, lower
from backends.core.nodes import (
    All,
    And,
    AnyOf,
    Boost,
    Equals,
    Fuzzy,
    Infix,
    Lookup,
    Node,
    Not,
    Nothing,
    Or,
    Phrase,
    Prefer,
    Prefix,
    Range,
    Term,
)
from backends.core.parse import parse
from backends.core.schema import Field, Kind, Schema
from tests.backends.core.conftest import depth

SCHEMA = Schema(
    (
        Field("title", Kind.TEXT, "english", sort=True, weight=2, exact="title_exact"),
        Field("title_exact", Kind.KEYWORD),
        Field("names", Kind.TEXT, weight=1),
        Field("kind", Kind.KEYWORD),
        Field("year", Kind.INTEGER),
        Field("price", Kind.DECIMAL, places=2),
    )
)


def nested(levels: int) -> Node:
    node: Node = Lookup("kind", "exact", "x")
    for at in range(levels - 1):
        node = (And if at % 2 else Or)((node, Lookup("kind", "exact", str(at))))
    return node


@pytest.mark.parametrize(
    ("node", "lowered"),
    [
        (All(), All()),
        (Lookup("title", "content", "Boats"), Term("title", "boat")),
        (Lookup("title", "content", "well-known"), Phrase("title", ("well", "known"))),
        (Lookup("title", "phrase", "Fishing Boats"), Phrase("title", ("fish", "boat"))),
        (Lookup("title", "exact", "Fishing Boats"), Equals("title_exact", "Fishing Boats")),
        (Lookup("names", "exact", "Kit Wood"), Phrase("names", ("kit", "wood"))),
        (Lookup("title", "startswith", "Harb"), Prefix("title_words", "harb")),
        (Lookup("names", "startswith", "Kit Wo"), And((Term("names", "kit"), Prefix("names", "wo")))),
        (Lookup("title", "contains", "Arb"), Infix("title_words", "arb")),
        (Lookup("title", "fuzzy", "harbuor"), Fuzzy("title_words", "harbuor", 2)),
        (Lookup("title", "fuzzy", "boat"), Fuzzy("title_words", "boat", 1)),
        (Lookup("title", "fuzzy", "at"), Term("title_words", "at")),
        (Lookup("title", "gt", "The É"), Range("sort_title", "the e", None, include_lower=False)),
        (Lookup("title", "content", "港"), Or((Term("title", "港"), Infix("title_words", "港")))),
        (Lookup("kind", "in", ["b", "a", "b"]), AnyOf("kind", ("b", "a"))),
        (Lookup("kind", "in", []), Nothing()),
        (Lookup("year", "exact", "1929"), Equals("year", 1929)),
        (Lookup("year", "range", (None, 1.5)), Range("year", None, 1)),
        (Lookup("price", "exact", "1.005"), Nothing()),
        (Lookup("price", "gt", "1.005"), Range("price", 101, None)),
        (Lookup("price", "gt", "1.01"), Range("price", 101, None, include_lower=False)),
        (Lookup("price", "lte", "1.019"), Range("price", None, 101)),
        (Lookup("content", "content", "boats"), Or((Boost(Term("title", "boat"), 2), Term("names", "boats")))),
        (parse("!!!"), Nothing()),
        (parse("-!!!"), Nothing()),
        (And((Lookup("title", "content", "!!!"), Lookup("title", "content", "boat"))), Term("title", "boat")),
        (Prefer(Lookup("title", "content", "boat"), Lookup("title", "content", "!!!")), Term("title", "boat")),
        (Not(Lookup("title", "content", "boat")), And((All(), Not(Term("title", "boat"))))),
    ],
)
def test_a_lookup_becomes(node: Node, lowered: Node):
    assert lower(node, SCHEMA) == lowered


def test_any_of_several_texts_is_asked_for_wherever_the_index_searches():
    one_of = lower(Lookup("content", "content", ("boats", "kits")), SCHEMA)
    assert one_of == Or(
        (
            Boost(Or((Term("title", "boat"), Term("title", "kit"))), 2),
            Term("names", "boats"), Term("names", "kits"),
        )
    )  # fmt: skip


MIXED = Schema(
    (
        Field("title", Kind.TEXT, "english", weight=2),
        Field("year", Kind.INTEGER, weight=1),
        Field("bought", Kind.DATE, weight=1),
    )
)
NUMBERS = Schema((Field("year", Kind.INTEGER, weight=1),))


@pytest.mark.parametrize(
    ("lookup", "value", "lowered"),
    [
        ("content", "boats", Boost(Term("title", "boat"), 2)),
        (
            "content", "boats 1929",
            And((Boost(Term("title", "boat"), 2), Or((Boost(Term("title", "1929"), 2), Equals("year", 1929))))),
        ),
        ("startswith", "19", Boost(Prefix("title_words", "19"), 2)),
        ("content", "!!!", Nothing()),
    ],
)  # fmt: skip
def test_a_searched_field_that_cannot_hold_a_word_does_not_have_it(lookup: str, value: str, lowered: Node):
    assert lower(Lookup("content", lookup, value), MIXED) == lowered


def test_a_word_is_nowhere_where_only_numbers_are_searched():
    assert lower(parse("boat"), NUMBERS) == Nothing()
    assert lower(parse("1929 boat"), NUMBERS) == Nothing()
    assert lower(parse("1929"), NUMBERS) == Equals("year", 1929)
    with pytest.raises(UnsupportedQuery, match="year"):
        lower(Lookup("content", "startswith", "19"), NUMBERS)


def test_a_tree_is_lowered_as_deep_as_is_allowed_and_refused_beyond():
    assert depth(lower(nested(DEEPEST), SCHEMA)) == DEEPEST
    for levels in (DEEPEST + 1, 100_000):
        with pytest.raises(UnsupportedQuery, match=f"nested more than {DEEPEST} deep"):
            lower(nested(levels), SCHEMA)


@pytest.mark.parametrize(
    ("field", "lookup", "value", "error"),
    [
        ("kidn", "exact", "x", UnknownField),
        ("kind", "exact", "\ud800", BadValue),
        ("kind", "startswith", "\ud800", BadValue),
        ("kind", "fuzzy", "\ud800abc", BadValue),
        ("kind", "in", ["a", "\ud800"], BadValue),
        ("title", "exact", "\ud800", BadValue),
        ("title", "gt", "\ud800", BadValue),
        ("year", "exact", "1e999990", BadValue),
        ("price", "exact", "1e999990", BadValue),
        ("price", "in", ["1e999990"], BadValue),
        ("price", "range", (1, 2, 3), BadValue),
        ("year", "contains", "9", UnsupportedQuery),
    ],
)
def test_what_cannot_be_meant_is_refused(field: str, lookup: str, value: object, error: type[Exception]):
    with pytest.raises(error, match=field):
        lower(Lookup(field, lookup, value), SCHEMA)


@pytest.mark.parametrize("end", ["1e999990", "-1e999990", "1e-999990", "9" * 4000])
@pytest.mark.parametrize("field", ["year", "price"])
def test_an_end_far_out_is_an_end(field: str, end: str):
    for lookup in ("gt", "gte", "lt", "lte"):
        assert isinstance(lower(Lookup(field, lookup, end), SCHEMA), Range)
