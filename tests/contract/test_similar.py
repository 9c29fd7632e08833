"""More like this: every engine looks for the same words of a document, so it finds and counts the same."""

from typing import Any

import pytest

from backends.core.errors import UnsupportedQuery
from backends.core.nodes import And, Boost, Lookup, Node, Nothing, Or, Term
from backends.core.schema import Field, Kind, Schema
from backends.core.similar import MOST_TERMS, like
from backends.core.store import Store
from tests.contract.conftest import Questions
from tests.contract.corpus import ROWS, SCHEMA, make

pytestmark = pytest.mark.requires("counts")
NEW = {"title": "A boat", "text": "In the harbour of Dieppe, by night."}


def like_row(ask: Questions, name: str) -> Node:
    return like(ask.store, SCHEMA, f"tests.work.{name}", ROWS[name], indexed=True)


def like_new(ask: Questions, **values: Any) -> Node:
    return like(ask.store, SCHEMA, "tests.work.new", values, indexed=False)


def words(node: Node) -> list[str]:
    """The words looked for, those with the most weight first."""
    found: list[tuple[float, str]] = []
    stack = [(node, 1.0)]
    while stack:
        part, weight = stack.pop()
        stack += [(child, weight * (part.factor if isinstance(part, Boost) else 1.0)) for child in part.children()]
        if isinstance(part, Term) and part.column == "text":
            found.append((weight, part.term))
    return [term for _weight, term in sorted(found, key=lambda pair: (-pair[0], pair[1]))]


def test_what_shares_telling_words_is_found_and_the_document_itself_is_not(ask: Questions) -> None:
    assert words(like_row(ask, "harbour2")) == ["harbour", "the", "boat", "and"]
    assert ask.found(like_row(ask, "harbour2")) == {"boat", "ancient", "tokyo", "needle", "naive", "code"}
    assert ask.found(like_row(ask, "ancient")) == {"boat", "harbour2"}


@pytest.mark.requires("scores")
def test_more_shared_words_come_first(ask: Questions) -> None:
    assert ask.names(like_row(ask, "boat"), order_by=())[0] == "harbour2"
    assert ask.names(like_row(ask, "harbour2"), order_by=())[0] == "boat"


def test_what_most_documents_hold_says_nothing_unless_there_is_nothing_else(ask: Questions) -> None:
    assert "a" not in words(like_row(ask, "boat"))
    assert words(like_new(ask, text="A")) == ["a"]


def test_a_document_that_is_not_in_the_index_has_similar_ones(ask: Questions) -> None:
    assert {"diepp", "harbour", "boat", "night"} <= set(words(like_new(ask, **NEW)))
    assert ask.found(like_new(ask, **NEW)) >= {"boat", "harbour2", "tokyo", "ancient"}


def test_several_texts_of_a_field_are_read(ask: Questions) -> None:
    assert ask.found(like_new(ask, names=["Nobody Known", "Ann Hokusai"])) == {"needle", "harbour2", "tokyo"}


def test_what_shares_no_word_has_nothing_similar(ask: Questions) -> None:
    assert like_new(ask, title="Zyzzyva") == Nothing()
    assert like_new(ask) == Nothing()
    assert ask.found(like_new(ask, kind="painting")) == set()


def test_filters_narrow_what_is_similar_and_counts_stay_exact(ask: Questions) -> None:
    similar = like_row(ask, "boat")
    page = ask.page(similar, filters=(Lookup("kind", "exact", "painting"),))
    assert {result.key for result in page.results} >= {"t:harbour2"}
    assert all(result.fields["kind"] == "painting" for result in page.results)
    assert page.total == len(page.results) < ask.page(similar).total


def test_pages_are_slices_of_one_order(ask: Questions) -> None:
    similar = like_row(ask, "boat")
    every = ask.names(similar)
    assert len(every) > 2
    assert [name for at in range(len(every)) for name in ask.names(similar, offset=at, size=1)] == every


def test_long_texts_are_asked_by_lucene_s_limits(empty: Store) -> None:
    """A word twice in the source and in five documents; the most telling twenty-five of them."""
    telling = [f"word{at}x" for at in range(40)]
    rows = [{"title": "x", "text": " ".join(telling)} for _ in range(5)]
    rows += [{"title": "x", "text": f"nothing of {telling[at % 3]} and once"} for at in range(40)]
    empty.write(empty.current() or 0, [make(str(at), row) for at, row in enumerate(rows)])
    source = {"text": " ".join(telling * 2) + " once"}
    node = like(empty, SCHEMA, "tests.work.0", source, indexed=True)
    chosen = words(node)
    assert len(chosen) == MOST_TERMS == 25
    assert "onc" not in chosen
    assert not {f"word{at}x" for at in range(3)} & set(chosen)  # the commonest ones say least
    assert isinstance(node, And)
    assert isinstance(node.nodes[0], Or)


def test_an_index_without_searched_text_is_told_so(ask: Questions) -> None:
    schema = Schema((Field("kind", Kind.KEYWORD, weight=1.0),))
    like_row(ask, "boat")
    with pytest.raises(UnsupportedQuery, match="no text"):
        like(ask.store, schema, "x", {"kind": "print"}, indexed=False)
