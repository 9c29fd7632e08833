"""The deepest, the longest and the strangest that may be asked."""

from typing import Any

import pytest

from backends.core.errors import BadValue, UnsupportedQuery
from backends.core.lower import DEEPEST
from backends.core.nodes import And, Lookup, Node, Not, Or
from tests.contract.conftest import Questions
from tests.contract.corpus import ROWS

# Stores whose server bounds how many words a query has (indices.query.bool.max_clause_count).
BOUNDED = frozenset({"ElasticsearchStore", "OpenSearchStore"})


def nested(levels: int) -> Node:
    """boat OR (it AND (boat OR ...)): matches what `boat` matches."""
    boat, every = Lookup("title", "content", "boat"), Not(Lookup("title", "content", "nosuchword"))
    node: Node = boat
    for at in range(levels - 3):
        node = Or((boat, node)) if at % 2 else And((every, node))
    return node


def test_the_deepest_query_is_answered(ask: Questions) -> None:
    assert ask.found(nested(DEEPEST)) == {"boat", "ancient"}


@pytest.mark.parametrize("lookup", ["exact", "startswith", "endswith", "contains", "fuzzy", "content"])
@pytest.mark.parametrize("value", ["x" * 10_000, "é" * 10_000, "🎨" * 10_000, ".*" * 5_000, "(" * 9_999, "\x00" * 999])
def test_a_part_of_any_length_finds_nothing_where_nothing_is(ask: Questions, lookup: str, value: str) -> None:
    assert ask.lookup("kind", lookup, value) == set()
    try:
        assert ask.lookup("title", lookup, value) <= set(ROWS)
    except UnsupportedQuery as error:
        # Each emoji is a word, and a server takes some thousands of words at once.
        if type(ask.store).__name__ not in BOUNDED:
            raise
        assert "more words than" in str(error)  # noqa: PT017


@pytest.mark.parametrize(
    "value", [".", "p.*", "[a-z]+", "\\w", "a|b", "^", "$", "?", "*", "~", "&", "#", "-", "{1}", "@", "<"]
)
@pytest.mark.parametrize("lookup", ["startswith", "endswith", "contains"])
def test_no_sign_of_an_expression_is_one(ask: Questions, lookup: str, value: str) -> None:
    assert ask.lookup("kind", lookup, value) == set()
    assert ask.counts("kind", prefix=value) == []


@pytest.mark.parametrize(("field", "value"), [("kind", "\ud800"), ("title", "\ud800"), ("key", "a\udfff")])
def test_half_a_character_is_a_wrong_value(ask: Questions, field: str, value: Any) -> None:
    with pytest.raises(BadValue, match="whole characters"):
        ask.lookup(field, "exact", value)


@pytest.mark.parametrize(
    ("lookup", "value", "names"),
    [
        ("gt", "1e999990", set()), ("lt", "-1e999990", set()), ("lt", "1e-999990", {"ancient"}),
        ("gte", "-1e999990", set(ROWS) - {"bare"}), ("lte", "9" * 4000, set(ROWS) - {"bare"}),
    ],
)  # fmt: skip
def test_a_number_of_any_size_is_an_end(ask: Questions, lookup: str, value: str, names: set[str]) -> None:
    assert ask.lookup("year", lookup, value) == names


def test_a_text_that_asks_for_several_finds_any(ask: Questions) -> None:
    assert ask.lookup("content", "content", ["needle", "naive"]) == {"needle", "naive"}
    assert ask.lookup("content", "in", ["needle", "The Harbour"]) >= {"needle", "harbour2"}


def test_a_group_is_excluded_whole(ask: Questions) -> None:
    assert ask.found("harbour -(boat house)") == {"boat", "tokyo"}
    assert ask.found("harbour -(boat OR tokyo)") == set()
    assert ask.found("-(harbour OR needle)") == set(ROWS) - {"boat", "tokyo", "harbour2", "needle"}
