"""What ranks higher without being asked for: preferred words and the boosts of fields."""

from dataclasses import replace

import pytest

from backends.core.asked import Asked, page
from backends.core.errors import BadQuery
from backends.core.nodes import Boost, Lookup, Node, Prefer
from backends.core.parse import parse
from backends.core.schema import Schema
from backends.core.translate import preferred
from tests.contract.conftest import Questions

pytestmark = pytest.mark.requires("scores")


def test_preferred_words_rank_first_and_filter_nothing(ask: Questions) -> None:
    plain, boosted = parse("harbour"), preferred(parse("harbour"), {"tokyo": 10})
    assert ask.found(boosted) == ask.found(plain) == {"boat", "tokyo", "harbour2"}
    assert ask.names(boosted)[0] == "tokyo"
    assert ask.names(plain)[0] != "tokyo"


def test_a_larger_factor_wins(ask: Questions) -> None:
    assert ask.names(preferred(parse("harbour"), {"tokyo": 1, "dieppe": 30}))[0] == "boat"
    assert ask.names(preferred(parse("harbour"), {"tokyo": 30, "dieppe": 1}))[0] == "tokyo"


def test_everything_can_be_ranked_by_what_is_preferred(ask: Questions) -> None:
    names = ask.names(preferred(parse(""), {"soliloquy": 2}))
    assert names[0] == "hamlet"
    assert set(names) == ask.found("")


@pytest.mark.parametrize("word", ["nosuchword", "!!!", ""])
def test_a_preferred_word_that_is_nowhere_changes_nothing(ask: Questions, word: str) -> None:
    assert ask.names(preferred(parse("harbour"), {word: 5})) == ask.names("harbour")


def test_a_preferred_phrase_needs_all_its_words(ask: Questions) -> None:
    assert ask.names(preferred(parse("boat"), {"wooden tomb": 20}))[0] == "ancient"


@pytest.mark.parametrize("factor", [0, -1, float("inf"), float("nan")])
def test_a_factor_that_is_no_positive_number_is_refused(factor: float) -> None:
    with pytest.raises(BadQuery, match="above 0"):
        preferred(parse("harbour"), {"tokyo": factor})


def test_no_factor_is_the_tree_itself() -> None:
    assert preferred(parse("harbour"), {}) == parse("harbour")
    word = Lookup("content", "content", "boat")
    assert preferred(parse("harbour"), {"boat": 2}) == Prefer(parse("harbour"), Boost(word, 2.0))


def _top(ask: Questions, node: Node, **boosts: float) -> float:
    fields = tuple(replace(field, boost=boosts.get(field.name, 1.0)) for field in ask.schema.fields)
    return page(ask.store, Schema(fields), Asked(node)).results[0].score


def test_the_boost_of_a_field_multiplies_where_a_query_names_it(ask: Questions) -> None:
    named, anywhere = Lookup("title", "content", "needle"), parse("needle")
    assert _top(ask, named, title=3.0) == pytest.approx(3 * _top(ask, named))
    assert _top(ask, anywhere, title=3.0) == pytest.approx(_top(ask, anywhere))
