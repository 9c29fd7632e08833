"""Which documents a word, a phrase or a combination of them finds."""

from dataclasses import replace

import pytest

from backends.core.nodes import And, Boost, Filter, Lookup, Not, Or, Prefer
from backends.core.schema import Schema
from tests.contract.conftest import Questions
from tests.contract.corpus import ROWS, SCHEMA


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("harbour", {"boat", "tokyo", "harbour2"}),
        ("harbours", {"boat", "tokyo", "harbour2"}),
        ("HARBOUR", {"boat", "tokyo", "harbour2"}),
        ("harbour boat", {"boat", "harbour2"}),
        ("fishing canvas", {"boat"}),
        ("wood normandy", {"boat"}),
        ("boat OR needle", {"boat", "needle", "ancient", "harbour2"}),
        ("harbour -boat", {"tokyo"}),
        ("-harbour boat", {"ancient"}),
        ("-harbour", set(ROWS) - {"boat", "tokyo", "harbour2"}),
        ("NOT harbour", set(ROWS) - {"boat", "tokyo", "harbour2"}),
        ("(boat OR needle) -harbour", {"ancient", "needle"}),
        ('"fishing boat"', {"boat"}),
        ('"boat fishing"', set()),
        ('"fishing boats lie"', {"boat"}),
        ('harbour -"boat house"', {"boat", "tokyo"}),
        ("harb*", {"boat", "tokyo", "harbour2"}),
        ("need* -thread", {"code"}),
        ("nosuchword", set()),
        ("", set(ROWS)),
        ("*", set(ROWS)),
    ],
)
def test_words_find(ask: Questions, query: str, names: set[str]) -> None:
    assert ask.found(query) == names


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("naive", {"naive"}),
        ("NAÏVE", {"naive"}),
        ("nai\u0308ve", {"naive"}),
        ("lodz", {"naive"}),
        ("Łódź", {"naive"}),
        ("strasse", {"naive"}),
        ("aero", {"naive"}),
        ("istanbul", {"naive"}),
        ("ISTANBUL", {"naive"}),
        ("lecka", {"naive"}),
        ("c++", {"code"}),
        ("C#", {"code"}),
        (".net", {"code"}),
        ("c", set()),
        ("don't", {"code"}),
        ("don\u2019t", {"code"}),
        ("dont", {"code"}),
        ("3.5", {"code"}),
        ("state-of-the-art", {"code"}),
        ("state of the art", {"code"}),
        ("art-of-the-state", set()),
        ("東京", {"tokyo"}),
        ("東京都", {"tokyo"}),
        ("京都の", {"tokyo"}),
        ("東都", set()),
        ("港", {"tokyo"}),
        ("北斎", {"tokyo"}),
        ("🎨", {"tokyo"}),
        ("x", {"hamlet"}),
        ("to be or not to be", {"hamlet"}),
        ('"to be or not to be"', {"hamlet"}),
        ('"not to be or to be"', set()),
        ("!!!", set()),
        ("! harbour ?", {"boat", "tokyo", "harbour2"}),
    ],
)
def test_text_is_analysed_alike_everywhere(ask: Questions, query: str, names: set[str]) -> None:
    assert ask.found(query) == names


@pytest.mark.parametrize(
    "query",
    ['"', "'", "((((", "))))", "\\", "a:b", "title:*", "*:*", "[a TO b]", "{!func}x", "a^2", "~", "a~1", "&&", "||",
     "\x00", "\x1b[31m", "\ud800", "<script>", "%", "AND", "OR OR", "NOT", "-", "--", "+", "/x/", "?", "x" * 10_000,
     "x " * 5000, "(" * 10_000, "🙂" * 500, '"a" "', "-(a", "-()", "()"],
)  # fmt: skip
def test_no_text_is_ever_syntax(ask: Questions, query: str) -> None:
    assert ask.found(query) <= set(ROWS)


@pytest.mark.requires("phrases")
def test_a_phrase_stays_within_one_value(ask: Questions) -> None:
    assert ask.lookup("names", "phrase", "Christopher Wood") == {"boat"}
    assert ask.lookup("names", "phrase", "Wood Kit") == set()


def test_names_are_not_stemmed(ask: Questions) -> None:
    assert ask.lookup("names", "content", "sews") == set()
    assert ask.lookup("names", "content", "sew") == {"needle", "harbour2"}


@pytest.mark.parametrize(
    ("node", "names"),
    [
        (And((Lookup("title", "content", "boat"), Lookup("kind", "exact", "object"))), {"ancient"}),
        (Or((Lookup("title", "content", "boat"), Lookup("kind", "exact", "print"))), {"boat", "ancient", "tokyo"}),
        (Or((Lookup("kind", "exact", "print"), Not(Lookup("year", "gt", -5000)))), {"tokyo", "bare"}),
        (Not(And((Lookup("kind", "exact", "painting"), Lookup("year", "exact", 1929)))),
         set(ROWS) - {"boat", "naive", "harbour2"}),
        (Not(Not(Lookup("title", "content", "boat"))), {"boat", "ancient"}),
        (And((Not(Lookup("kind", "exact", "painting")), Not(Lookup("kind", "exact", "book")))),
         {"needle", "tokyo", "ancient", "bare"}),
        (Filter(Lookup("title", "content", "boat")), {"boat", "ancient"}),
        (Boost(Lookup("title", "content", "boat"), 3.0), {"boat", "ancient"}),
        (Prefer(Lookup("title", "content", "boat"), Lookup("kind", "exact", "object")), {"boat", "ancient"}),
    ],
)  # fmt: skip
def test_conditions_combine(ask: Questions, node: And, names: set[str]) -> None:
    assert ask.found(node) == names


@pytest.mark.requires("scores")
def test_more_of_a_word_in_fewer_words_ranks_higher(ask: Questions) -> None:
    assert ask.names("harbour")[0] == "harbour2"
    scores = [result.score for result in ask.page("harbour").results]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[-1] > 0


@pytest.mark.requires("scores")
def test_what_is_preferred_ranks_higher_and_nothing_is_lost(ask: Questions) -> None:
    boats = Lookup("text", "content", "boat")
    assert ask.names(Prefer(boats, Lookup("kind", "exact", "object")))[0] == "ancient"
    assert ask.names(Prefer(boats, Boost(Lookup("text", "content", "fishing"), 5)))[0] == "boat"


@pytest.mark.requires("scores")
def test_a_filter_does_not_change_scores(ask: Questions) -> None:
    plain = {result.key: result.score for result in ask.page("harbour").results}
    kept = ask.page("harbour", refines=[("kind", ("painting",))]).results
    assert {result.key: result.score for result in kept} == pytest.approx(
        {key: plain[key] for key in ("t:boat", "t:harbour2")}
    )


def test_totals_are_exact_whatever_the_page(ask: Questions) -> None:
    assert ask.page("", size=2).total == len(ROWS)
    assert ask.page("harbour", size=0).total == 3
    assert ask.page("harbour", size=1, offset=50).total == 3
    assert ask.page("harbour", size=1, offset=50).results == ()


def test_a_query_that_does_not_rank_is_ordered_by_key(ask: Questions) -> None:
    assert ask.names("") == sorted(ROWS)
    assert ask.names("", refines=[("kind", ("painting",))]) == ["boat", "harbour2", "naive"]


@pytest.mark.requires("fuzzy")
def test_a_misspelled_word_finds_what_is_near_and_begins_alike(ask: Questions) -> None:
    assert ask.lookup("title", "fuzzy", "harbuor") == {"boat", "harbour2"}
    assert ask.lookup("title", "fuzzy", "zarbour") == set()


def test_a_plain_word_looks_in_searched_numbers_too(ask: Questions) -> None:
    weights = {"title": 2.0, "year": 1.0, "bought": 1.0, "place": 1.0}
    fields = tuple(replace(field, weight=weights.get(field.name, 0.0)) for field in SCHEMA.fields)
    mixed = replace(ask, schema=Schema(fields))
    assert mixed.found("1929") == ask.lookup("year", "exact", 1929)
    assert mixed.found("boat 1929") == {"boat"}
    assert mixed.found("boat") == ask.lookup("title", "content", "boat")
    assert mixed.found("1999-12-31") == {"needle"}
    assert mixed.found("-boat") == set(ROWS) - ask.lookup("title", "content", "boat")
