"""Fragments of stored texts: safe, whole words, cut between words."""

from html import unescape

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from backends.core.highlight import EDGE, ELLIPSIS, Style, highlight, highlights, spans, wanted
from backends.core.lower import lower
from backends.core.nodes import And, Filter, Lookup, Node, Not, Or
from backends.core.parse import parse
from backends.core.schema import Field, Kind, Schema

ENGLISH = Field("title", Kind.TEXT, "english", weight=1, sort=True)
SCHEMA = Schema((ENGLISH, Field("names", Kind.TEXT, multi=True, weight=1), Field("kind", Kind.KEYWORD, weight=1)))
WHOLE = Style(length=None)
WORDS = ["harbour", "Harbours", "boat", "needle", "needleworks", "naïve", "東京都", "c++", "🎨", "don't", "<b>",
         "&amp;", '"', "</mark>", "<script>", "'", "-", "\n", "x" * 30]  # fmt: skip
TEXT = st.lists(st.sampled_from(WORDS) | st.text(max_size=5), max_size=40).map(" ".join)
QUERY = st.lists(st.sampled_from(["harbour", "boat", "needle", "naiv*", '"harbour boat"', "東京", "🎨", "mark", "b",
                                  "don't"]), min_size=1, max_size=4).map(" OR ".join)  # fmt: skip
STYLES = st.builds(Style, length=st.none() | st.integers(1, 120), count=st.integers(1, 4))


def marked(text: str, query: str | Node, style: Style = WHOLE) -> list[str]:
    node = parse(query) if isinstance(query, str) else query
    return highlight(text, ENGLISH, wanted(lower(node, SCHEMA)), style)


def plain(fragment: str) -> str:
    """A fragment as the text it was cut from."""
    return unescape(fragment.replace("<mark>", "").replace("</mark>", ""))


@given(TEXT, QUERY, STYLES)
def test_without_its_marks_a_fragment_is_a_stretch_of_the_text(text: str, query: str, style: Style):
    for fragment in marked(text, query, style):
        stretch = plain(fragment)
        stretch = stretch.removeprefix(ELLIPSIS).removesuffix(ELLIPSIS) if style.length else stretch
        assert stretch.strip() in text


@given(TEXT, QUERY, STYLES)
def test_no_markup_of_the_text_survives(text: str, query: str, style: Style):
    for fragment in marked(text, query, style):
        assert not {"<", ">", '"', "'"} & set(fragment.replace("<mark>", "").replace("</mark>", ""))
        assert fragment.count("<mark>") == fragment.count("</mark>") > 0


@given(TEXT, QUERY, STYLES)
def test_a_fragment_is_no_longer_than_asked_or_than_one_word(text: str, query: str, style: Style):
    assume(style.length)
    fragments = marked(text, query, style)
    assert len(fragments) <= style.count
    found = spans(text, ENGLISH, wanted(lower(parse(query), SCHEMA)))
    longest = max((end - start for start, end in found), default=0)
    for fragment in fragments:
        assert len(plain(fragment)) <= max(style.length or 0, longest) + 2 * len(ELLIPSIS)


@given(TEXT, QUERY)
def test_marks_stand_apart_and_in_order(text: str, query: str):
    found = spans(text, ENGLISH, wanted(lower(parse(query), SCHEMA)))
    ends = [place for span in found for place in span]
    assert ends == sorted(ends)
    assert all(0 <= start < end <= len(text) for start, end in found)


@given(TEXT, QUERY)
def test_only_words_of_the_query_are_marked(text: str, query: str):
    columns = wanted(lower(parse(query), SCHEMA))
    for start, end in spans(text, ENGLISH, columns):
        # A word alone may be part of a phrase; anything else is found when it stands alone.
        assert spans(text[start:end], ENGLISH, columns) == [(0, end - start)] or text[start:end].lower() in {
            "harbour", "harbours", "boat",
        }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "query", "fragment"),
    [
        ("The Harbours of Dieppe", "harbour", "The <mark>Harbours</mark> of Dieppe"),
        ("Needleworks and a needle", "needle", "Needleworks and a <mark>needle</mark>"),
        ("Needleworks and a needle", "needle*", "<mark>Needleworks</mark> and a <mark>needle</mark>"),
        ("boat fishing boats fishing", '"fishing boat"', "boat <mark>fishing</mark> <mark>boats</mark> fishing"),
        ("Naïve Landscape", "NAIVE", "<mark>Naïve</mark> Landscape"),
        ("Nai\u0308ve Landscape", "naïve", "<mark>Nai\u0308ve</mark> Landscape"),
        ("東京都の港", "東京都", "<mark>東京都</mark>の港"),
        ("東京都の港", "港", "東京都<mark>の港</mark>"),
        ("か\u3099く", "がく", "<mark>か\u3099く</mark>"),
        ("a <b>needle</b> & thread", "needle", "a &lt;b&gt;<mark>needle</mark>&lt;/b&gt; &amp; thread"),
        ("<script>alert('needle')</script>", "needle OR script",
         "&lt;<mark>script</mark>&gt;alert(&#x27;<mark>needle</mark>&#x27;)&lt;/<mark>script</mark>&gt;"),
        ("You don\u2019t say", "don't", "You <mark>don\u2019t</mark> say"),
        ("You don't say", "dont", "You <mark>don&#x27;t</mark> say"),
        ("C++ and C#", "c++", "<mark>C++</mark> and C#"),
        ("art 🎨", "🎨", "art <mark>🎨</mark>"),
        ("state-of-the-art art", "state-of-the-art",
         "<mark>state</mark>-<mark>of</mark>-<mark>the</mark>-<mark>art</mark> art"),
        ("harbour boat", "harbour -boat", "<mark>harbour</mark> boat"),
    ],
)  # fmt: skip
def test_a_text_is_marked(text: str, query: str, fragment: str):
    assert marked(text, query) == [fragment]


@pytest.mark.parametrize(
    ("lookup", "value", "fragment"),
    [
        ("fuzzy", "harbuor", "The <mark>Harbour</mark> wall"),
        ("endswith", "bour", "The <mark>Harbour</mark> wall"),
        ("contains", "arb", "The <mark>Harbour</mark> wall"),
        ("startswith", "wa", "The Harbour <mark>wall</mark>"),
        ("phrase", "harbour wall", "The <mark>Harbour</mark> <mark>wall</mark>"),
        ("in", ["wall", "the harbour"], "<mark>The</mark> <mark>Harbour</mark> <mark>wall</mark>"),
    ],
)
def test_each_lookup_marks_what_it_found(lookup: str, value: object, fragment: str):
    assert marked("The Harbour wall", Lookup("title", lookup, value)) == [fragment]


def test_what_does_not_make_a_document_match_is_not_marked():
    boat, harbour = Lookup("title", "content", "boat"), Lookup("title", "content", "harbour")
    assert marked("harbour boat", And((harbour, Not(boat)))) == ["<mark>harbour</mark> boat"]
    assert marked("harbour boat", And((harbour, Filter(boat)))) == ["<mark>harbour</mark> boat"]
    assert marked("harbour boat", Or((harbour, boat))) == ["<mark>harbour</mark> <mark>boat</mark>"]


def test_a_text_without_a_found_word_has_no_fragment():
    assert marked("nothing here", "harbour") == []
    assert marked("", "harbour") == []


def test_the_stretch_with_most_marks_is_shown():
    text = "boat " + "filler " * 30 + "harbour boat harbour " + "filler " * 30
    (fragment,) = marked(text, "harbour boat", Style(length=60))
    assert fragment.count("<mark>") == 3
    assert (fragment[0], fragment[-1]) == (ELLIPSIS, ELLIPSIS)


@pytest.mark.parametrize("fillers", [1, 2, 4, 5, 6, 12])
def test_fragments_come_in_the_order_of_the_text_and_do_not_overlap(fillers: int):
    text = " ".join(f"{at:04} harbour" + f" filler{at}" * fillers for at in range(20))
    fragments = marked(text, "harbour", Style(length=50, count=5))
    places = [text.index(plain(fragment).strip(ELLIPSIS)) for fragment in fragments]
    assert len(fragments) == 5
    assert places == sorted(places)
    ends = [place + len(plain(fragment).strip(ELLIPSIS)) for place, fragment in zip(places, fragments, strict=True)]
    assert all(end <= place for end, place in zip(ends, places[1:], strict=False))


def test_fragments_begin_and_end_between_words():
    text = "seven letter words " * 10 + "harbour" + " seven letter words" * 10
    (fragment,) = marked(text, "harbour", Style(length=100))
    assert set(plain(fragment).strip(ELLIPSIS).split()) <= {"seven", "letter", "words", "harbour"}


def test_a_word_longer_than_a_fragment_is_shown_whole():
    long = "x" * 200
    assert marked(f"some {long} {long}y", long, Style(length=100, count=3)) == [
        f"{ELLIPSIS}<mark>{long}</mark>{ELLIPSIS}"
    ]


@pytest.mark.parametrize("length", [0, 1, 10, EDGE])
def test_the_shortest_fragment_still_shows_a_mark(length: int):
    (fragment,) = marked("many words before the harbour and many words behind", "harbour", Style(length=length))
    assert "<mark>harbour</mark>" in fragment


def test_a_text_full_of_marks_is_cut_like_any_other():
    (fragment,) = marked("the boat " * 50_000, "the boat")
    assert len(fragment) > 400_000
    assert len(marked("the boat " * 50_000, "the boat", Style(count=3))) == 3


def test_own_marks_are_used():
    assert marked("a boat", "boat", Style(before="[", after="]")) == ["a [boat]"]


def test_every_stored_text_with_a_found_word_has_fragments():
    stored = {"title": "A Boat", "names": ["Ann Boat", "Kit Wood", "Boat & Sons"], "kind": "boat", "other": "boat"}
    node = lower(parse("boat"), SCHEMA)
    assert highlights(stored, SCHEMA, node, Style()) == {
        "title": ["A <mark>Boat</mark>"],
        "names": ["Ann <mark>Boat</mark>", "<mark>Boat</mark> &amp; Sons"],
    }
    assert highlights({"title": None, "names": []}, SCHEMA, node, Style()) == {}
    assert highlights(stored, SCHEMA, lower(Lookup("names", "content", "boat"), SCHEMA), Style()).keys() == {"names"}
