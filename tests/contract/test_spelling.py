"""Words near a word, and queries put right by words that the index has."""

import pytest

from backends.core.errors import UnsupportedQuery
from backends.core.nodes import CONTENT, And, Lookup, Node
from backends.core.parse import parse
from backends.core.schema import Field, Kind, Schema
from backends.core.spelling import RARER, suggestion
from backends.core.store import Store
from tests.contract.conftest import Questions
from tests.contract.corpus import SCHEMA, make

pytestmark = pytest.mark.requires("spelling")


def suggested(ask: Questions, what: str | Node) -> str | None:
    return suggestion(ask.store, SCHEMA, what if isinstance(what, Node) else parse(what))


def filled(store: Store, *texts: str) -> Questions:
    store.write(store.current() or 0, [make(str(at), {"title": text}) for at, text in enumerate(texts)])
    return Questions(store)


def test_near_terms_come_nearest_first_with_their_documents(ask: Questions) -> None:
    assert ask.store.near("text_words", "harbor", 5) == (("harbour", 2), ("harbours", 1))
    assert ask.store.near("text_words", "harbour", 5) == (("harbours", 1),)
    assert ask.store.near("text_words", "harbor", 1) == (("harbour", 2),)
    assert ask.store.near("text_words", "zzzzzz", 5) == ()
    assert ask.store.near("names", "kti", 5) == (("kit", 1),)


def test_equally_near_terms_come_by_their_documents_then_by_themselves(empty: Store) -> None:
    ask = filled(empty, "sand", "sand", "sane", "sans", "band")
    assert ask.store.near("title_words", "sanx", 9) == (("sand", 2), ("sane", 1), ("sans", 1))


def test_the_first_letter_is_right_and_short_words_forgive_less(empty: Store) -> None:
    ask = filled(empty, "turner", "burner", "be", "bee", "beach")
    assert ask.store.near("title_words", "trner", 9) == (("turner", 1),)
    assert ask.store.near("title_words", "bx", 9) == ()
    assert ask.store.near("title_words", "baech", 9) == (("beach", 1),)
    assert ask.store.near("title_words", "baxch", 9) == ()


@pytest.mark.parametrize(
    ("typed", "better"),
    [
        ("harbuor", "harbour"),
        ("Harbuor", "Harbour"),
        ("HARBUOR", "HARBOUR"),
        ("fihsing baot", "fishing boat"),
        ("baot in the harbuor", "boat in the harbour"),
        ('"fishing baot" -harbuor', '"fishing boat" -harbuor'),
        ("harbuor OR night", "(harbour OR night)"),
        ("harbuor harb* 1929", "harbour harb* 1929"),
        ("soliloqy, harbour", "soliloquy, harbour"),
        ("state-of-the-atr", "state-of-the-art"),
        ("Lozd", "Lodz"),
        ("nedle (baot OR night)", "needle (boat OR night)"),
    ],
)
def test_words_that_are_not_there_are_replaced_in_their_place(ask: Questions, typed: str, better: str) -> None:
    assert suggested(ask, typed) == better


@pytest.mark.parametrize(
    "right",
    ["harbour", "harbouring", "boats", "Dieppe harbour", "zyzzyvax", "x", "", "*", "1930", "東京", "-harbuor", "C++"],
)
def test_what_is_right_or_unlike_everything_has_no_suggestion(ask: Questions, right: str) -> None:
    assert suggested(ask, right) is None


def test_only_what_was_typed_as_words_is_put_right(ask: Questions) -> None:
    query = And((Lookup(CONTENT, "content", "harbuor"), Lookup("kind", "exact", "paintign"), Lookup("year", "gt", 1)))
    assert suggested(ask, query) == "harbour"
    assert suggested(ask, Lookup("title", "content", "harbuor")) == "harbour"
    assert suggested(ask, Lookup("kind", "exact", "paintign")) is None
    assert suggested(ask, Lookup("year", "in", (1, 2))) is None


def test_a_suggestion_finds_what_the_query_did_not(ask: Questions) -> None:
    assert ask.found("harbuor wall") == set()
    assert ask.found(suggested(ask, "harbuor wall") or "") == {"harbour2"}


def test_a_word_far_rarer_than_its_neighbour_is_doubted(empty: Store) -> None:
    common = ["a turner here"] * RARER
    ask = filled(empty, *common, "a tuner")
    assert suggested(ask, "tuner") == "turner"
    assert suggested(ask, "turners") is None
    assert suggested(ask, "here") is None


def test_a_word_not_so_much_rarer_is_let_alone(empty: Store) -> None:
    common = ["a turner here"] * (RARER - 1)
    ask = filled(empty, *common, "a tuner")
    assert suggested(ask, "tuner") is None


def test_of_equally_near_words_the_commonest_is_suggested(empty: Store) -> None:
    ask = filled(empty, "sand", "sane", "sane", "sans")
    assert suggested(ask, "sanx") == "sane"


def test_a_word_that_only_deleted_documents_held_is_not_suggested(empty: Store) -> None:
    ask = filled(empty, "harbour", "other", "third")
    assert suggested(ask, "harbuor") == "harbour"
    empty.delete(empty.current() or 0, ["tests.work.0"])
    assert suggested(ask, "harbuor") is None


def test_an_index_that_is_empty_suggests_nothing(empty: Store) -> None:
    assert suggested(Questions(empty), "harbuor") is None


def test_without_searched_text_there_is_nothing_to_suggest_from(ask: Questions) -> None:
    schema = Schema((Field("kind", Kind.KEYWORD),))
    assert suggested(ask, "harbour") is None
    with pytest.raises(UnsupportedQuery):
        suggestion(ask.store, schema, parse("harbuor"))
