"""What ranks higher without being asked for: preferred words, the boosts of fields and of documents."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from backends.core.asked import Asked, page
from backends.core.documents import document
from backends.core.errors import BadQuery, DocumentRefused, UnsupportedQuery
from backends.core.nodes import Boost, Lookup, Node, Prefer
from backends.core.parse import parse
from backends.core.schema import DOCUMENT_BOOST, Field, Kind, Schema
from backends.core.store import Store
from backends.core.translate import preferred
from tests.contract.conftest import Questions
from tests.contract.corpus import ROWS, make

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


# Documents' own boosts


def _rated(store: Store, boosts: dict[str, Any]) -> Questions:
    """The corpus, some of it boosted."""
    generation = store.current()
    assert generation is not None
    rows = [make(name, {**row, "boost": boosts.get(name)}) for name, row in ROWS.items()]
    if refused := store.write(generation, rows):
        assert {error.document for error in refused} == {
            f"tests.work.{name}" for name, boost in boosts.items() if boost != 1
        }
        raise UnsupportedQuery(str(refused[0]))
    return Questions(store)


def _scores(ask: Questions, what: str) -> dict[str, float]:
    return {result.key.removeprefix("t:"): result.score for result in ask.page(what).results}


@pytest.mark.requires("document_boosts")
@pytest.mark.parametrize("boost", [0.01, 0.13, 0.25, 0.5, 0.9, 1, 1.125, 2, Decimal("3.5"), 31.4, 100])
def test_the_score_of_a_document_is_multiplied_by_its_boost(empty: Store, ask: Questions, boost: Any) -> None:
    boosted = _rated(empty, {"tokyo": boost, "needle": 7})
    plain = _scores(ask, "harbour")
    wanted = {name: score * (float(boost) if name == "tokyo" else 1) for name, score in plain.items()}
    assert _scores(boosted, "harbour") == pytest.approx(wanted, rel=1e-5)
    assert boosted.names("harbour") == sorted(wanted, key=lambda name: -wanted[name])


@pytest.mark.requires("document_boosts")
def test_documents_above_and_below_one_are_ranked_together(empty: Store, ask: Questions) -> None:
    boosts = {"tokyo": 40, "boat": 0.6, "harbour2": 0.02, "ancient": 0.125}
    boosted, plain = _rated(empty, boosts), _scores(ask, "harbour OR boat OR soliloquy")
    wanted = {name: score * boosts.get(name, 1) for name, score in plain.items()}
    assert _scores(boosted, "harbour OR boat OR soliloquy") == pytest.approx(wanted, rel=1e-5)


@pytest.mark.requires("document_boosts")
def test_a_boost_changes_neither_what_is_found_nor_what_is_counted(empty: Store, ask: Questions) -> None:
    boosted = _rated(empty, {"tokyo": 40, "boat": 0.6})
    for what, asked in (
        ("harbour", {}),
        ("", {}),
        ("harbour", {"order_by": ("-year",)}),
        ("", {"order_by": ("title",)}),
    ):
        one, other = (where.page(what, facets={"kind": {}}, **asked) for where in (ask, boosted))
        assert (one.total, one.facets) == (other.total, other.facets)
        assert {hit.key for hit in one.results} == {hit.key for hit in other.results}
    assert boosted.names("", order_by=("-year",)) == ask.names("", order_by=("-year",))
    assert boosted.names("") == ask.names("")  # nothing ranks there: by key


@pytest.mark.requires("document_boosts")
def test_pages_by_score_are_those_of_one_list(empty: Store) -> None:
    boosted = _rated(empty, {"tokyo": 40, "boat": 0.6, "harbour2": 0.02})
    whole = boosted.names("harbour OR boat")
    assert [boosted.names("harbour OR boat", offset=at, size=1)[0] for at in range(len(whole))] == whole
    refined = boosted.names("harbour OR boat", refines=[("kind", ("painting", "print"))])
    assert refined == [name for name in whole if name in {"boat", "harbour2", "tokyo"}]


@pytest.mark.requires("document_boosts")
def test_a_boost_goes_with_the_next_write(empty: Store, ask: Questions) -> None:
    boosted = _rated(empty, {"tokyo": 40, "boat": 0.5})
    assert boosted.names("harbour")[0] == "tokyo"
    _rated(empty, {"boat": 0.5})
    assert _scores(boosted, "harbour")["tokyo"] < 2 * _scores(ask, "harbour")["tokyo"]


@pytest.mark.parametrize(
    "boost", [0, -1, 0.009, 101, float("nan"), float("inf"), Decimal("NaN"), 10**400, True, "2", [2]]
)
def test_a_boost_that_is_no_number_of_its_range_is_refused_by_name(boost: Any) -> None:
    with pytest.raises(DocumentRefused, match=r"from 0\.01 to 100") as refused:
        make("boat", {**ROWS["boat"], "boost": boost})
    assert refused.value.field == "boost"


def test_an_index_may_have_a_field_of_that_name() -> None:
    schema = Schema((Field("boost", Kind.INTEGER),))
    made = document(schema, ("a", "a", "tests.work", "1"), {"boost": -4})
    assert made.columns["boost"] == (-4,)
    assert DOCUMENT_BOOST not in made.columns
    with pytest.raises(ValueError, match=DOCUMENT_BOOST):
        _ = Schema((Field(DOCUMENT_BOOST, Kind.FLOAT),)).columns
