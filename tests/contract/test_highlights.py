"""The words that were found, marked in the texts that each engine stored."""

import re
from html import unescape
from typing import Any

import pytest

from backends.core.highlight import Style
from backends.core.nodes import And, Filter, Lookup, Node, Not, Or
from backends.core.store import Store
from tests.contract.conftest import Questions
from tests.contract.corpus import ROWS, make

MARKED = re.compile("<mark>(.*?)</mark>", re.DOTALL)


def shown(ask: Questions, what: str | Node, **style: Any) -> dict[str, dict[str, list[str]]]:
    """Name -> field -> fragments."""
    page = ask.page(what, style=Style(**style))
    return {result.key.removeprefix("t:"): dict(result.highlights) for result in page.results}


@pytest.mark.parametrize(
    ("query", "name", "highlights"),
    [
        ("harbour", "boat", {
            "title": ["A Fishing Boat in Dieppe <mark>Harbour</mark>"],
            "text": ["Oil paint on canvas. Fishing boats lie in the <mark>harbours</mark> of Normandy."]}),
        ("HARBOURS", "harbour2", {
            "title": ["The <mark>Harbour</mark>"],
            "text": ["A <mark>harbour</mark>. The <mark>harbour</mark> wall and a boat house."]}),
        ('"fishing boat"', "boat", {
            "title": ["A <mark>Fishing</mark> <mark>Boat</mark> in Dieppe Harbour"],
            "text": ["Oil paint on canvas. <mark>Fishing</mark> <mark>boats</mark> lie in the harbours of Normandy."]}),
        ('"boat house"', "harbour2", {
            "text": ["A harbour. The harbour wall and a <mark>boat</mark> <mark>house</mark>."]}),
        ("needle", "needle", {
            "title": ["Needleworks and a <mark>Needle</mark>"],
            "text": ["A <mark>needle</mark> lies on &lt;b&gt;cloth&lt;/b&gt; &amp; thread."]}),
        ("needle*", "needle", {
            "title": ["<mark>Needleworks</mark> and a <mark>Needle</mark>"],
            "text": ["A <mark>needle</mark> lies on &lt;b&gt;cloth&lt;/b&gt; &amp; thread."]}),
        ("cloth", "needle", {"text": ["A needle lies on &lt;b&gt;<mark>cloth</mark>&lt;/b&gt; &amp; thread."]}),
        ("b", "needle", {
            "text": ["A needle lies on &lt;<mark>b</mark>&gt;cloth&lt;/<mark>b</mark>&gt; &amp; thread."]}),
        ("naive", "naive", {
            "title": ["<mark>Naïve</mark> Landscape near Łódź"],
            "text": ["Straße, Ærø and İstanbul are named in a <mark>naïve</mark> hand."]}),
        ("NAI\u0308VE", "naive", {
            "title": ["<mark>Naïve</mark> Landscape near Łódź"],
            "text": ["Straße, Ærø and İstanbul are named in a <mark>naïve</mark> hand."]}),
        ("strasse istanbul lodz", "naive", {
            "title": ["Naïve Landscape near <mark>Łódź</mark>"],
            "text": ["<mark>Straße</mark>, Ærø and <mark>İstanbul</mark> are named in a naïve hand."]}),
        ("lecka", "naive", {"names": ["Zofia <mark>Łęcka</mark>"]}),
        ("wood", "boat", {"names": ["Christopher <mark>Wood</mark>", "Kit <mark>Wood</mark>"]}),
        ("東京", "tokyo", {"title": ["<mark>東京</mark>都の港"]}),
        ("東京都", "tokyo", {"title": ["<mark>東京都</mark>の港"]}),
        ("北斎", "tokyo", {"names": ["葛飾 <mark>北斎</mark>"]}),
        ("🎨", "tokyo", {"text": ["A harbour in Tokyo, by night. <mark>🎨</mark>"]}),
        ("c++", "code", {"title": ["<mark>C++</mark> and C# for .NET"]}),
        (".net c#", "code", {"title": ["C++ and <mark>C#</mark> for <mark>.NET</mark>"]}),
        ("dont", "code", {
            "text": ["You <mark>don&#x27;t</mark> need version 3.5 of a state-of-the-art compiler."]}),
        ("state-of-the-art", "code", {
            "text": [("You don&#x27;t need version 3.5 of a <mark>state</mark>-<mark>of</mark>-<mark>the</mark>-"
                     "<mark>art</mark> compiler.")]}),
    ],
)  # fmt: skip
def test_what_a_query_found_is_marked(ask: Questions, query: str, name: str, highlights: dict[str, list[str]]) -> None:
    assert shown(ask, query)[name] == highlights


@pytest.mark.parametrize(
    ("field", "lookup", "value", "name", "fragment"),
    [
        ("title", "fuzzy", "harbuor", "harbour2", "The <mark>Harbour</mark>"),
        ("title", "contains", "eedlewor", "needle", "<mark>Needleworks</mark> and a Needle"),
        ("title", "endswith", "works", "needle", "<mark>Needleworks</mark> and a Needle"),
        ("title", "startswith", "need", "needle", "<mark>Needleworks</mark> and a <mark>Needle</mark>"),
        ("title", "phrase", "fishing boat", "boat", "A <mark>Fishing</mark> <mark>Boat</mark> in Dieppe Harbour"),
        ("title", "content", ["dieppe", "naive"], "boat", "A Fishing Boat in <mark>Dieppe</mark> Harbour"),
    ],
)
def test_what_a_lookup_found_is_marked(
    ask: Questions, field: str, lookup: str, value: Any, name: str, fragment: str
) -> None:
    assert shown(ask, Lookup(field, lookup, value))[name] == {field: [fragment]}


def test_what_is_excluded_or_filtered_is_not_marked(ask: Questions) -> None:
    harbour, wall = Lookup("text", "content", "harbour"), Lookup("text", "content", "wall")
    fragment = "A <mark>harbour</mark>. The <mark>harbour</mark> wall and a boat house."
    assert shown(ask, And((harbour, Filter(wall)))) == {"harbour2": {"text": [fragment]}}
    assert shown(ask, Or((harbour, Not(wall))))["harbour2"] == {"text": [fragment]}
    only = shown(ask, Or((harbour, wall)))["harbour2"]["text"]
    assert MARKED.findall(only[0]) == ["harbour", "harbour", "wall"]
    page = ask.page(harbour, filters=(wall,), style=Style())
    assert [dict(result.highlights) for result in page.results] == [{"text": [fragment]}]


def test_without_a_style_nothing_is_marked(ask: Questions) -> None:
    assert all(not result.highlights for result in ask.page("harbour").results)


def test_a_query_without_words_marks_nothing(ask: Questions) -> None:
    assert shown(ask, "") == {name: {} for name in ROWS}
    assert shown(ask, Lookup("kind", "exact", "book")) == {"code": {}, "hamlet": {}}


@pytest.mark.parametrize(
    "query", ["harbour", '"fishing boat"', "harb*", "naive", "東京", "港", "don't", "c++", "x", "wood", "🎨", "to be"]
)
def test_every_hit_of_a_word_shows_it_and_every_mark_is_found_again(ask: Questions, query: str) -> None:
    for name, fields in shown(ask, query, length=None).items():
        assert fields
        for fragment in (found for fragments in fields.values() for found in fragments):
            for word in MARKED.findall(fragment):
                assert name in ask.found(unescape(word))
            text = unescape(fragment.replace("<mark>", "").replace("</mark>", ""))
            assert any(text in str(value) or text == value for value in flat(ROWS[name]))


def flat(row: dict[str, Any]) -> list[Any]:
    return [item for value in row.values() for item in (value if isinstance(value, list) else [value])]


def test_a_long_text_is_cut_around_its_words(empty: Store) -> None:
    filler = "plain words in a row " * 40
    empty.write(empty.current() or 0, [make("long", {"title": "T", "text": f"{filler}<i>needle</i> {filler}"})])
    ask = Questions(empty)
    (fragment,) = shown(ask, "needle", length=60)["long"]["text"]
    assert "&lt;i&gt;<mark>needle</mark>&lt;/i&gt;" in fragment
    assert (fragment[0], fragment[-1]) == ("…", "…")
    assert len(unescape(MARKED.sub(r"\1", fragment))) <= 62


def test_own_marks_and_several_fragments_are_possible(empty: Store) -> None:
    text = "harbour " + "plain words " * 30 + "harbour " + "plain words " * 30
    empty.write(empty.current() or 0, [make("long", {"title": "T", "text": text})])
    fragments = shown(Questions(empty), "harbour", length=40, count=3, before="[", after="]")["long"]["text"]
    assert [fragment.count("[harbour]") for fragment in fragments] == [1, 1]


def test_a_field_of_beginnings_marks_the_words_that_begin_as_typed(ask: Questions) -> None:
    assert shown(ask, Lookup("begin", "content", "harb")) == {"boat": {"begin": ["<mark>harbour</mark>"]}}
    assert shown(ask, Lookup("begin", "startswith", "comp")) == {"code": {"begin": ["<mark>compiler</mark>"]}}
    assert shown(ask, Lookup("part", "content", "arbo")) == {"boat": {}}  # parts of words mark nothing
    assert shown(ask, Lookup("kind", "exact", "print")) == {"tokyo": {}}
