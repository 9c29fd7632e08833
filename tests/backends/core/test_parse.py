"""From what a person typed to a tree, and from any such tree to columns."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.core.lower import DEEPEST, lower
from backends.core.nodes import LOWERED, All, And, Lookup, Node, Not, Or
from backends.core.parse import parse
from backends.core.schema import Field, Kind, Schema
from tests.backends.core.conftest import depth

SCHEMA = Schema(
    (
        Field("title", Kind.TEXT, "english", sort=True, weight=3, exact="title_exact"),
        Field("title_exact", Kind.KEYWORD),
        Field("names", Kind.TEXT, multi=True, weight=1),
        Field("begins", Kind.EDGE_NGRAM, weight=1),
        Field("parts", Kind.NGRAM, weight=1),
        Field("code", Kind.KEYWORD, weight=1),
    )
)
SYNTAX = st.lists(
    st.sampled_from(
        ["(", ")", '"', "“", "-", "--", "*", "a*", "OR", "AND", "NOT", "c++", "don't", "b", "東京", "é", "🎨", " ",
         "\x00", "\ud800", "\n", "\u3000", "-(", '-"', "title:", "^2", "~", "\\", "[a TO b]", "{!func}"]
    ),
    max_size=40,
)  # fmt: skip
ANY = st.text(max_size=60) | SYNTAX.map("".join) | SYNTAX.map(" ".join)
WORDS = st.lists(st.from_regex(re.compile("[a-z]{1,8}"), fullmatch=True), min_size=1, max_size=6)


def word(text: str) -> Lookup:
    return Lookup("content", "content", text)


def beginning(text: str) -> Lookup:
    return Lookup("content", "startswith", text)


def phrase(text: str) -> Lookup:
    return Lookup("content", "phrase", text)


def nodes(node: Node) -> list[Node]:
    return [node, *(found for child in node.children() for found in nodes(child))]


def has_a_meaning(text: str) -> None:
    node = parse(text)
    assert depth(node) < DEEPEST
    assert {type(found) for found in nodes(lower(node, SCHEMA))} <= set(LOWERED)


@given(ANY)
def test_every_text_has_a_meaning(text: str):
    has_a_meaning(text)


@pytest.mark.parametrize(
    "part",
    ["(", "-(", "(a OR ", "NOT ", "OR ", '"', '" x', "a ", "*", "a*", "\ud800", "東", "🎨", "'", "-", "\\", "é\u0301"],
)
def test_the_longest_query_has_a_meaning(part: str):
    has_a_meaning(part * (10_000 // len(part)))


@given(ANY)
def test_the_same_text_has_the_same_meaning(text: str):
    assert parse(text) == parse(text)
    assert hash(parse(text)) == hash(parse(text))
    assert str(parse(text)) == str(parse(text))


@given(ANY)
def test_what_stands_around_a_query_changes_nothing(text: str):
    assert parse(f" \n{text}\x00\t ") == parse(text)


@given(ANY)
def test_only_lookups_and_what_joins_them_come_of_a_text(text: str):
    for node in nodes(parse(text, "title")):
        assert isinstance(node, All | And | Or | Not | Lookup)
        if isinstance(node, Lookup):
            assert node.field == "title"
            assert node.lookup in {"content", "phrase", "startswith"}


@given(WORDS)
def test_plain_words_are_all_wanted(words: list[str]):
    parts = tuple(map(word, words))
    assert parse(" ".join(words)) == (And(parts) if len(parts) > 1 else parts[0])


@given(WORDS)
def test_words_in_brackets_mean_what_they_mean_without(words: list[str]):
    text = " ".join(words)
    assert parse(f"({text})") == parse(text) == parse(f"(({text}")


@given(WORDS)
def test_a_minus_and_a_not_are_the_same(words: list[str]):
    for text in (words[0], f'"{" ".join(words)}"', f"({' '.join(words)})"):
        assert parse(f"-{text}") == parse(f"NOT {text}") == Not(parse(text))
        assert parse(f"x -{text}") == And((word("x"), Not(parse(text))))


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("", All()),
        (" \x00\ud800\t", All()),
        ("*", All()),
        ("harbour boat", And((word("harbour"), word("boat")))),
        ('"fishing boat" x', And((phrase("fishing boat"), word("x")))),
        ("“fishing boat”", phrase("fishing boat")),
        ('"fishing boat', And((word('"fishing'), word("boat")))),
        ('5" disk', And((word('5"'), word("disk")))),
        ("a OR b", Or((word("a"), word("b")))),
        ("a or b", And((word("a"), word("or"), word("b")))),
        ("a b OR c d", And((word("a"), Or((word("b"), word("c"))), word("d")))),
        ("a OR b OR c", Or((word("a"), word("b"), word("c")))),
        ("a OR OR b", Or((word("a"), word("b")))),
        ("a OR", word("a")),
        ("OR a", word("a")),
        ("a AND b", And((word("a"), word("b")))),
        ("a AND NOT b", And((word("a"), Not(word("b"))))),
        ("NOT NOT a", word("a")),
        ("NOT", word("NOT")),
        ("a - b", And((word("a"), word("-"), word("b")))),
        ("a --b", And((word("a"), word("--b")))),
        ("a-b", word("a-b")),
        ("harb*", beginning("harb")),
        ("harb**", beginning("harb")),
        ("-harb*", Not(beginning("harb"))),
        ("*boat", word("*boat")),
        ("c++", word("c++")),
        ("(a OR b) -c", And((Or((word("a"), word("b"))), Not(word("c"))))),
        ("a -(b c)", And((word("a"), Not(And((word("b"), word("c"))))))),
        ("a -()", word("a")),
        ("a)b", And((word("a"), word("b")))),
        ("()", word("()")),
        ('""', word('""')),
    ],
)
def test_a_text_means(text: str, node: Node):
    assert parse(text) == node


def test_brackets_deeper_than_anybody_types_are_spaces():
    assert parse("(" * 500 + "a b" + ")" * 500) == parse("a b")
