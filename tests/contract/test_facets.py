"""Counts of values over all matches."""

import pytest

from backends.core.errors import BadQuery, UnsupportedQuery
from tests.contract.conftest import Questions

pytestmark = pytest.mark.requires("facets")
SEA = [("Nature", 4), ("Nature/Water", 4), ("Nature/Water/Sea", 3), ("Nature/Water/River", 1)]


def test_values_are_counted_most_frequent_first_and_equal_ones_by_value(ask: Questions) -> None:
    assert ask.counts("kind") == [("painting", 3), ("book", 2), ("object", 2), ("print", 1)]


def test_each_of_many_values_counts_once_a_document(ask: Questions) -> None:
    assert ask.counts("creator") == [
        ("Sew, Ann", 2), ("Wood, Christopher", 2), ("Hokusai", 1), ("Shakespeare, William", 1), ("Sharp, B.", 1),
        ("Łęcka, Zofia", 1),
    ]  # fmt: skip


def test_only_matches_are_counted(ask: Questions) -> None:
    assert ask.counts("kind", "harbour") == [("painting", 2), ("print", 1)]
    assert ask.counts("kind", "nosuchword") == []


def test_size_cuts_each_facet_for_itself(ask: Questions) -> None:
    page = ask.page("", facets={"kind": {"size": 2}, "creator": {"size": 1}}, size=0)
    assert page.facets["kind"].values == (("painting", 3), ("book", 2))
    assert page.facets["creator"].values == (("Sew, Ann", 2),)
    assert not page.facets["kind"].exhaustive
    assert ask.page("", facets={"kind": {"size": None}}).facets["kind"].exhaustive


def test_a_hierarchy_is_read_level_by_level(ask: Questions) -> None:
    assert ask.counts("subject", prefix="Nature") == SEA
    assert ask.counts("subject", "tokyo", prefix="Places/") == [("Places/Asia", 1), ("Places/Asia/Japan", 1)]


def test_only_the_open_levels_of_a_hierarchy_are_counted(ask: Questions) -> None:
    assert ask.counts("subject", below=("",)) == [
        ("Nature", 4), ("Places", 3), ("Art", 1), ("Literature", 1), ("Science", 1),
    ]  # fmt: skip
    assert ask.counts("subject", below=("Places", "Nature/Water")) == [
        ("Nature/Water/Sea", 3), ("Places/Europe", 2), ("Nature/Water/River", 1), ("Places/Asia", 1),
    ]  # fmt: skip


def test_numbers_dates_and_booleans_are_counted(ask: Questions) -> None:
    assert ask.counts("year", size=2) == [(1929, 3), (-1900, 1)]
    assert ask.counts("lent") == [(0, 2), (1, 2)]


def test_documents_without_a_value_are_counted_when_asked(ask: Questions) -> None:
    page = ask.page("", facets={"kind": {"missing": True}, "creator": {"missing": True}, "year": {}})
    assert [page.facets[name].missing for name in ("kind", "creator", "year")] == [1, 2, 0]


def test_a_refinement_narrows_hits_and_the_other_facets_but_not_its_own(ask: Questions) -> None:
    refines = [("kind", ("painting", "print"))]
    assert ask.found("", refines=refines) == {"boat", "naive", "harbour2", "tokyo"}
    assert ask.counts("kind", refines=refines) == [("painting", 3), ("book", 2), ("object", 2), ("print", 1)]
    assert ask.counts("year", refines=refines) == [(1929, 3), (1831, 1)]


def test_two_refinements_narrow_each_other(ask: Questions) -> None:
    refines = [("kind", ("painting",)), ("creator", ("Sew, Ann",))]
    assert ask.found("", refines=refines) == {"harbour2"}
    assert ask.counts("kind", refines=refines) == [("object", 1), ("painting", 1)]
    assert ask.counts("creator", refines=refines) == [("Sew, Ann", 1), ("Wood, Christopher", 1), ("Łęcka, Zofia", 1)]


def test_a_refinement_by_and_wants_every_value_and_narrows_its_own_counts(ask: Questions) -> None:
    refines = [("creator", ("Sew, Ann", "Wood, Christopher"), "and")]
    assert ask.found("", refines=refines) == {"needle"}
    assert ask.counts("creator", refines=refines) == [("Sew, Ann", 1), ("Wood, Christopher", 1)]


def test_facets_count_the_same_on_every_page(ask: Questions) -> None:
    first = ask.page("", facets={"kind": {}}, size=2, order_by=("year",))
    second = ask.page("", facets={"kind": {}}, size=2, order_by=("year",), after=first.results[-1].sort)
    assert first.facets == second.facets
    assert first.total == second.total


def test_words_are_no_facet(ask: Questions) -> None:
    with pytest.raises(UnsupportedQuery, match="text"):
        ask.counts("text")


def test_a_text_with_an_exact_companion_counts_whole_values(ask: Questions) -> None:
    assert ("The Harbour", 1) in ask.counts("title")


def test_wrong_facet_options_are_named(ask: Questions) -> None:
    with pytest.raises(BadQuery, match="sise"):
        ask.counts("kind", sise=3)
    with pytest.raises(BadQuery, match="size"):
        ask.counts("kind", size=-1)
