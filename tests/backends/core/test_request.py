"""Fingerprints, orders and what narrows a search."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.core.nodes import AnyOf, Boost, Equals, Filter, Term
from backends.core.request import FacetRequest, Refinement, Request, Sort, fingerprint, narrowed

PLAIN = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.decimals(allow_nan=False)
)
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3).map(tuple) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
REQUEST = Request(
    Boost(Term("title", "boat"), 2.0),
    refinements=(Refinement("kind", AnyOf("kind", ("book", "print"))),),
    sort=(Sort("sort_year", descending=True), Sort("key")),
    after=(1929, None, "t:boat"),
    facets=(FacetRequest("kind", without=frozenset({"kind", "models"})),),
)


def same(one: object, other: object) -> bool:
    """Equal in value and type, all the way down."""
    if type(one) is not type(other):
        return False
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return repr(one) == repr(other)


@given(VALUES, VALUES)
def test_equal_fingerprints_are_of_the_same_values(one: object, other: object):
    assert (fingerprint(one) == fingerprint(other)) == same(one, other)


@pytest.mark.parametrize(
    "values",
    [
        (1, 1.0, True, "1", Decimal(1), b"1", Decimal("1.0")),
        (None, "", (), {}, frozenset(), 0, False, "None"),
        (("ab",), ("a", "b"), ("a", ("b",)), "ab"),
        (({"a": 1}, {}), ({}, {"a": 1}), ({"a": 1},), ({}, "a", 1)),
        ((1,), frozenset({1})),
        (date(2026, 11, 24), datetime(2026, 11, 24, tzinfo=UTC), "2026-11-24"),
        (Equals("year", 1), Equals("year", 1.0), Equals("year", "1"), Equals("1", "year"), Term("year", "1")),
        (0.0, -0.0, 0),
        ("\ud800", "?", "\\ud800"),
    ],
)
def test_a_fingerprint_tells_apart_what_python_takes_for_equal(values: tuple[object, ...]):
    assert len({fingerprint(value) for value in values}) == len(values)


@pytest.mark.parametrize(
    "change",
    [
        {"offset": 1}, {"size": 21}, {"after": None}, {"after": (1929.0, None, "t:boat")}, {"backwards": True},
        {"sort": (Sort("sort_year"), Sort("key"))}, {"facets": ()}, {"refinements": ()},
        {"node": Term("title", "boat")}, {"facets": (FacetRequest("kind", 11, without=frozenset({"kind", "models"})),)},
    ],
)  # fmt: skip
def test_every_part_of_a_request_is_in_its_fingerprint(change: dict[str, object]):
    assert fingerprint(replace(REQUEST, **change)) != fingerprint(REQUEST)


def test_a_fingerprint_does_not_depend_on_order_of_sets_and_keys():
    assert fingerprint({"a": 1, "b": {"c", "d", "e"}}) == fingerprint({"b": {"e", "d", "c"}, "a": 1})


def test_a_fingerprint_is_the_same_in_every_process(root: Path):
    code = "from tests.backends.core.test_request import REQUEST, fingerprint; print(fingerprint(REQUEST))"
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=root, env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
            capture_output=True, text=True, timeout=60, check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }  # fmt: skip
    assert found == {fingerprint(REQUEST)}


@given(st.text(), st.booleans(), st.booleans())
def test_turning_an_order_twice_gives_it_back(column: str, descending: bool, missing_first: bool):
    sort = Sort(column, descending, missing_first)
    assert sort.reversed().reversed() == sort != sort.reversed()


def test_a_refinement_narrows_without_a_score_and_can_be_left_out():
    word, kind, year = Term("title", "boat"), AnyOf("kind", ("book",)), Equals("year", 1929)
    request = Request(word, (Refinement("kind", kind), Refinement("year", year)))
    assert narrowed(request).nodes == (word, Filter(kind), Filter(year))
    assert narrowed(request, frozenset({"kind"})).nodes == (word, Filter(year))
    assert narrowed(request, frozenset({"kind", "year"})) == word
