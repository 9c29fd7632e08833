"""Fields by name in what a person typed: nothing raises, no word is lost, and it can be said back."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.core.lower import DEEPEST, lower
from backends.core.named import names
from backends.core.nodes import All, And, Lookup, Node, Not, Or
from backends.core.parse import Reading, parse, read
from backends.core.said import understood, written
from backends.core.schema import Field, Kind, Schema
from tests.backends.core.conftest import depth

SCHEMA = Schema(
    (
        Field("text", Kind.TEXT, "english", weight=1),
        Field("title", Kind.TEXT, "english", sort=True, weight=3),
        Field("people", Kind.TEXT, multi=True, weight=1),
        Field("begins", Kind.EDGE_NGRAM),
        Field("kind", Kind.KEYWORD),
        Field("subject", Kind.KEYWORD, multi=True),
        Field("rights", Kind.KEYWORD),
        Field("language", Kind.KEYWORD),
        Field("shelf", Kind.KEYWORD),
        Field("visible_to", Kind.KEYWORD, multi=True),
        Field("year", Kind.INTEGER),
        Field("year_to", Kind.INTEGER),
        Field("price", Kind.DECIMAL),
        Field("weight", Kind.FLOAT),
        Field("lent", Kind.BOOLEAN),
        Field("bought", Kind.DATE),
        Field("seen", Kind.DATETIME),
        Field("place", Kind.LOCATION),
        Field("note", Kind.TEXT, indexed=False),
    )
)
KNOWN = {
    "kind": {"painting": "Painting", "comic-book": "Comic book", "Book": "Book"},
    "subject": {"Places/Asia/Japan": "Japan", "Places/Asia": "Asia"},
    "language": {"fr": "French", "de": "German"},
}
NAMES = names(
    SCHEMA,
    aliases={"creator": "people", "made": ("year", "year_to"), "secret": "visible_to"},
    hidden={"visible_to", "rights"},
    values=lambda name: None if name == "shelf" else KNOWN.get(name, {}),
)
SYNTAX = st.lists(
    st.sampled_from(
        ["(", ")", '"', "“", "-", "--", "*", "a*", "OR", "AND", "NOT", "c++", "don't", "b", "東京", "é", "🎨", " ",
         "\x00", "\ud800", "\n", "\u3000", "-(", '-"', "~", "\\", ":", "..", "…", "–", ">", "<", ">=", "1900", "-5",
         "1e999999999", "nan", "9" * 30, "painting", "2001-03-04", "0001-01-01T00:00+23:59", "9999-12-31T23:59-23:59",
         "yes", "id:",
         *(f"{name}:" for name in (*NAMES, "Year", "TITLE", "unknown", "visible_to", "http"))]
    ),
    max_size=40,
)  # fmt: skip
ANY = st.text(max_size=60) | SYNTAX.map("".join) | SYNTAX.map(" ".join)
QUOTE = re.compile('["“”„‟«»\uff02]')
SIGNS = re.compile(r"[^\w]+")


def reading(text: str) -> Reading:
    return read(text, names=NAMES)


def leaves(node: Node) -> list[Lookup]:
    below = [leaf for child in node.children() for leaf in leaves(child)]
    return [node, *below] if isinstance(node, Lookup) else below


def content(text: str) -> Lookup:
    return Lookup("content", "content", text)


@given(ANY)
def test_every_text_has_a_meaning_in_the_index(text: str):
    found = reading(text)
    assert depth(found.node) < DEEPEST
    lower(found.node, SCHEMA)
    assert understood(found.asked)
    assert all(str(remark) for remark in found.remarks)


@given(ANY)
def test_no_word_is_lost(text: str):
    held = " ".join(f"{leaf.field} {leaf.value}" for leaf in leaves(reading(text).asked)).lower()
    words = {word.lower() for word in SIGNS.split(re.sub("[\ud800-\udfff]", " ", text))}
    assert {word for word in words - {"or", "and", "not", ""} if word not in held} == set()


@given(ANY)
def test_what_is_hidden_is_never_asked(text: str):
    allowed = {"content", "people", *NAMES, "year_to"}
    assert {leaf.field for leaf in leaves(reading(text).node)} <= allowed
    assert not {"visible_to", "rights", "note", "place", "id", "key", "django_ct", "secret"} & set(NAMES)


@given(ANY.filter(lambda text: len(QUOTE.findall(text)) == 0) | SYNTAX.map(lambda parts: " ".join(
    '"a b"' if QUOTE.search(part) else part for part in parts)))  # fmt: skip
def test_what_is_written_back_means_the_same(text: str):
    asked = reading(text).asked
    assert reading(written(asked)).asked == asked


@given(ANY)
def test_without_names_a_colon_is_part_of_a_word(text: str):
    assert {leaf.field for leaf in leaves(parse(text))} <= {"content"}
    assert read(text).remarks == ()


@pytest.mark.parametrize("part", ["title:(", "year:1..2 ", "-title:(a OR ", "kind:x ", 'year:"', 'year:" x', "title:"])
def test_the_longest_query_with_names_has_a_meaning(part: str):
    found = reading(part * (10_000 // len(part)))
    lower(found.node, SCHEMA)
    assert understood(found.asked)
    reading(written(found.asked))


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("title:boat", Lookup("title", "content", "boat")),
        ("TITLE:Boat", Lookup("title", "content", "Boat")),
        ('title:"fishing boat" x', And((Lookup("title", "phrase", "fishing boat"), content("x")))),
        ("title:(a OR b) c",
         And((Or((Lookup("title", "content", "a"), Lookup("title", "content", "b"))), content("c")))),
        ("title:(a -b)", And((Lookup("title", "content", "a"), Not(Lookup("title", "content", "b"))))),
        ("title:(a year:1900)", And((Lookup("title", "content", "a"), Lookup("year", "exact", "1900")))),
        ("title:harb*", Lookup("title", "startswith", "harb")),
        ("-title:boat", Not(Lookup("title", "content", "boat"))),
        ("creator:hokusai", Lookup("people", "content", "hokusai")),
        ("year:1900", Lookup("year", "exact", "1900")),
        ("year:-500", Lookup("year", "exact", "-500")),
        ("year:1900..1950", Lookup("year", "range", ("1900", "1950"))),
        ("year:-500..-400", Lookup("year", "range", ("-500", "-400"))),
        ("year:1900…1950", Lookup("year", "range", ("1900", "1950"))),
        ("year:1900–1950", Lookup("year", "range", ("1900", "1950"))),
        ("year:1900..", Lookup("year", "range", ("1900", None))),
        ("year:..1950", Lookup("year", "range", (None, "1950"))),
        ("year:>1900", Lookup("year", "gt", "1900")),
        ("year:<=1900", Lookup("year", "lte", "1900")),
        ("made:1900..1950", And((Lookup("year_to", "gte", "1900"), Lookup("year", "lte", "1950")))),
        ("made:1900", And((Lookup("year_to", "gte", "1900"), Lookup("year", "lte", "1900")))),
        ("made:..1950", Lookup("year", "lte", "1950")),
        ("made:>1900", Lookup("year_to", "gt", "1900")),
        ("made:<1900", Lookup("year", "lt", "1900")),
        ("lent:yes", Lookup("lent", "exact", "yes")),
        ("bought:2001-03-04", Lookup("bought", "exact", "2001-03-04")),
        ("kind:Painting", Lookup("kind", "in", ("painting",))),
        ("kind:BOOK", Lookup("kind", "in", ("comic-book", "Book"))),
        ("kind:pain*", Lookup("kind", "in", ("painting",))),
        ("language:french", Lookup("language", "in", ("fr",))),
        ("language:fr", Lookup("language", "in", ("fr",))),
        ("shelf:ND623", Lookup("shelf", "exact", "ND623")),
        ('subject:"asia japan"', Lookup("subject", "in", ("Places/Asia/Japan",))),
        ("http://x", content("http://x")),
        ("a:b", content("a:b")),
        ("12:30", content("12:30")),
        ("title:", content("title:")),
        ("title: boat", And((content("title:"), content("boat")))),
        ("title:()", content("title:")),
        ('title:""', content("title:")),
        ("visible_to:curators", content("visible_to:curators")),
        ("secret:curators", content("secret:curators")),
        ("id:1", content("id:1")),
        ("django_ct:a.b", content("django_ct:a.b")),
        ("place:1,2", content("place:1,2")),
    ],
)  # fmt: skip
def test_a_name_and_its_value_mean(text: str, node: Node):
    found = reading(text)
    assert found.node == node
    assert found.remarks == ()


@pytest.mark.parametrize(
    ("text", "node", "remark"),
    [
        ("year:old", content("year:old"), "“year:old” was searched as words: year takes a whole number."),
        ("Year:19*", Lookup("content", "startswith", "Year:19"),
         "“Year:19*” was searched as words: year takes a whole number."),
        ('year:"a b"', And((content("year:"), Lookup("content", "phrase", "a b"))),
         '“year:"a b"” was searched as words: year takes a whole number.'),
        ("year:(1900 OR old)", Or((Lookup("year", "exact", "1900"), content("year:old"))),
         "“year:old” was searched as words: year takes a whole number."),
        ("year:1950..1900", content("year:1950..1900"),
         "“year:1950..1900” was searched as words: year takes the smaller end of a range first."),
        ("lent:maybe", content("lent:maybe"), "“lent:maybe” was searched as words: lent takes true or false."),
        ("bought:soon", content("bought:soon"),
         "“bought:soon” was searched as words: bought takes a date like 2026-11-24."),
        ("title:!!!", content("title:!!!"), "“title:!!!” was searched as words: title takes words."),
        ("kind:paintng", content("kind:paintng"),
         "“kind:paintng” was searched as words: kind takes one of its values, such as “Painting”."),
        ("subject:nipon", content("subject:nipon"),
         "“subject:nipon” was searched as words: subject takes one of its values."),
        ("subject:japn", content("subject:japn"),
         "“subject:japn” was searched as words: subject takes one of its values, such as “Japan”."),
        ("kind:comik", content("kind:comik"),
         "“kind:comik” was searched as words: kind takes one of its values, such as “Comic book”."),
        ("kind:xyzzy", content("kind:xyzzy"), "“kind:xyzzy” was searched as words: kind takes one of its values."),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_words_and_is_said(text: str, node: Node, remark: str):
    found = reading(text)
    assert found.node == node
    assert list(map(str, found.remarks)) == [remark]


def test_a_remark_comes_once_and_is_short():
    assert len(reading("year:old year:old").remarks) == 1
    assert len(str(reading(f"year:{'x' * 5000}").remarks[0])) < 150


def test_a_keyword_that_means_too_much_is_words():
    many = names(SCHEMA, values=lambda _name: {f"value {number}": "" for number in range(1001)})
    found = read("kind:value", names=many)
    assert found.node == content("kind:value")
    assert "1,001" in str(found.remarks[0])


def test_a_keyword_without_known_values_is_a_whole_value():
    plain = names(SCHEMA)
    assert read('kind:"Comic book"', names=plain).node == Lookup("kind", "exact", "Comic book")
    assert read("kind:Com*", names=plain).node == Lookup("kind", "startswith", "Com")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "of all kinds"),
        ("harbour", "with “harbour”"),
        ('harbour "fishing boat" -winter year:1900..1950',
         "with “harbour”, the words “fishing boat” in a row and year 1900–1950, without “winter”"),
        ("-a -b", "without “a” and without “b”"),
        ("(a OR (b c)) -title:(d OR e*)",
         "with either “a” or both “b” and “c”, without either title “d” or title words that begin with “e”"),
        ("year:1900.. year:..1950 year:>=5 year:<6",
         "with year from 1900, year up to 1950, year from 5 and year below 6"),
        ('title:"a b" -title:(a b)', "with title “a b”, without both title “a” and title “b”"),
        ("comic_title:x", "with “comic_title:x”"),
        ("visible_to:x -made:>5", "with “visible_to:x”, without made above 5"),
        ("a OR -b", "with either “a” or not “b”"),
    ],
)  # fmt: skip
def test_a_query_is_said_back(text: str, sentence: str):
    assert understood(reading(text).asked) == sentence


@pytest.mark.parametrize("text", ["(*)", "NOT --b", "-(-a)", "a (b OR c)", "(a b) OR c", "title:(-a)", "year:1.."])
def test_a_strange_text_is_written_back(text: str):
    asked = reading(text).asked
    assert reading(written(asked)).asked == asked != All()
