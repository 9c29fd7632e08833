"""Counts of conditions and of spans of time beside a search, and conditions written as `field:value`."""

# ruff: noqa: DTZ001 - the moments of Haystack's date facets carry no time zone

from datetime import UTC, date, datetime
from typing import Any

import pytest

from backends.core.conditions import condition, fragment, narrowing
from backends.core.counting import counted, gathered
from backends.core.errors import BadQuery, BadValue, UnknownField, UnsupportedQuery
from backends.core.gaps import spans
from backends.core.nodes import Lookup, Not
from backends.core.parse import parse
from tests.contract.conftest import Questions
from tests.contract.corpus import SCHEMA

counting = pytest.mark.requires("counts")


def counts(ask: Questions, what: str, *queries: tuple[str, Any], **dates: tuple[Any, ...]) -> dict[str, dict[str, Any]]:
    named = {
        name: dict(zip(("start_date", "end_date", "gap_by", "gap_amount"), detail, strict=False))
        for name, detail in dates.items()
    }
    parts = counted(SCHEMA, named, queries)
    page = ask.page(what, size=0, counts=tuple(part.node for part in parts))
    return gathered(parts, page.counts, named)


@counting
def test_conditions_are_counted_over_all_matches(ask: Questions) -> None:
    assert counts(ask, "", ("kind", "painting"), ("year", "[1900 TO *]"))["queries"] == {
        "kind:painting": 3, "year:[1900 TO *]": 4,
    }  # fmt: skip
    assert counts(ask, "harbour", ("kind", "painting"), ("kind", "nosuch"))["queries"] == {
        "kind:painting": 2, "kind:nosuch": 0,
    }  # fmt: skip


@counting
def test_two_counts_on_one_field_do_not_collide(ask: Questions) -> None:
    assert counts(ask, "", ("year", "[1900 TO 1930]"), ("year", "[* TO 1899]"))["queries"] == {
        "year:[1900 TO 1930]": 3, "year:[* TO 1899]": 4,
    }  # fmt: skip


@counting
def test_a_count_of_what_is_not_there(ask: Questions) -> None:
    page = ask.page("", size=0, counts=(Not(Lookup("kind", "exact", "painting")), parse("harbour -night")))
    assert page.counts == (6, 2)


@counting
def test_refinements_narrow_counts(ask: Questions) -> None:
    page = ask.page("", size=0, refines=[("kind", ("painting",))], counts=(Lookup("year", "exact", 1929),))
    assert page.counts == (3,)


@counting
def test_spans_of_years_are_calendar_years_with_the_empty_ones(ask: Questions) -> None:
    found = counts(ask, "", bought=(date(1999, 1, 1), date(2002, 1, 1), "year"))["dates"]["bought"]
    assert found == [(datetime(1999, 1, 1), 1), (datetime(2000, 1, 1), 0), (datetime(2001, 1, 1), 2)]


@counting
@pytest.mark.parametrize(
    ("start", "end", "gap", "amount", "expected"),
    [
        ((2001, 2, 1), (2001, 5, 1), "month", 1, {(2001, 3, 1): 2}),
        ((2001, 1, 15), (2001, 7, 1), "month", 3, {(2001, 1, 1): 2}),
        ((1990, 6, 1), (2010, 1, 1), "year", 10, {(1990, 1, 1): 1, (2000, 1, 1): 2}),
        ((2001, 3, 3), (2001, 3, 6), "day", 1, {(2001, 3, 4): 2}),
        ((2001, 3, 1), (2001, 3, 4), "day", 1, {}),
    ],
)
def test_spans_of_dates(ask: Questions, start: Any, end: Any, gap: str, amount: int, expected: Any) -> None:
    found = counts(ask, "", bought=(date(*start), date(*end), gap, amount))["dates"]["bought"]
    assert {moment: count for moment, count in found if count} == {
        datetime(*moment): count for moment, count in expected.items()
    }


@counting
@pytest.mark.parametrize(
    ("gap", "amount", "expected"),
    [
        ("hour", 1, [((3, 0, 0), 2)]),
        ("minute", 1, [((3, 4, 0), 2)]),
        ("second", 1, [((3, 4, 5), 1), ((3, 4, 6), 1)]),
        ("second", 2, [((3, 4, 4), 1), ((3, 4, 6), 1)]),
        ("hour", 6, [((0, 0, 0), 2)]),
    ],
)
def test_spans_of_times(ask: Questions, gap: str, amount: int, expected: Any) -> None:
    begin = {"second": (3, 4, 4), "minute": (3, 0, 0)}.get(gap, (0, 0, 0))
    end = datetime(2020, 1, 2, 3, 5) if gap == "second" else datetime(2020, 1, 3)
    found = counts(ask, "", seen=(datetime(2020, 1, 2, *begin), end, gap, amount))["dates"]["seen"]
    assert [(moment, count) for moment, count in found if count] == [
        (datetime(2020, 1, 2, *time), count) for time, count in expected
    ]


@counting
def test_the_ends_of_a_date_facet_cut_its_first_and_last_span(ask: Questions) -> None:
    asked = (datetime(2020, 1, 2, 3, 4, 6, tzinfo=UTC), datetime(2020, 6, 1), "year")
    assert counts(ask, "", seen=asked)["dates"]["seen"] == [(datetime(2020, 1, 1), 1)]
    asked = (datetime(2020, 1, 1), datetime(2020, 1, 2, 3, 4, 6), "year")
    assert counts(ask, "", seen=asked)["dates"]["seen"] == [(datetime(2020, 1, 1), 1)]


def begins(*asked: Any) -> list[tuple[int, ...]]:
    return [name.timetuple()[:3] for name, _low, _high in spans(*asked)]


def test_a_month_s_spans_know_its_length_and_the_year_s_end() -> None:
    start, end = datetime(2019, 11, 30, tzinfo=UTC), datetime(2020, 3, 31, tzinfo=UTC)
    assert begins(start, end, "month", 1) == [(2019, 11, 1), (2019, 12, 1), (2020, 1, 1), (2020, 2, 1), (2020, 3, 1)]
    assert begins(start, end, "month", 2) == [(2019, 11, 1), (2020, 1, 1), (2020, 3, 1)]
    assert begins(start, start, "day", 1) == []
    last = datetime(9999, 12, 31, tzinfo=UTC)
    assert begins(datetime(9998, 1, 1, tzinfo=UTC), last, "year", 1) == [(9998, 1, 1), (9999, 1, 1)]


@pytest.mark.parametrize("wrong", [("week", 1), ("day", 0), ("day", 1.5), ("second", 1)])
def test_a_gap_that_is_none_or_makes_too_many_spans_is_refused(wrong: tuple[str, Any]) -> None:
    with pytest.raises(BadQuery, match="date facet"):
        list(spans(datetime(2000, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC), *wrong))


def test_what_a_date_facet_cannot_count_is_named() -> None:
    with pytest.raises(UnsupportedQuery, match="kind"):
        counted(SCHEMA, {"kind": {"start_date": 1, "end_date": 2, "gap_by": "day"}}, ())
    with pytest.raises(BadValue, match="bought"):
        counted(SCHEMA, {"bought": {"start_date": None, "end_date": None, "gap_by": "day"}}, ())
    with pytest.raises(UnknownField, match="bougt"):
        counted(SCHEMA, {"bougt": {}}, ())
    with pytest.raises(BadQuery, match="later end"):
        counted(SCHEMA, {"bought": {"start_date": date(2001, 1, 2), "end_date": date(2001, 1, 1), "gap_by": "day"}}, ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('kind:"painting"', {"boat", "naive", "harbour2"}),
        ("kind:painting", {"boat", "naive", "harbour2"}),
        ("kind:paint*", {"boat", "naive", "harbour2"}),
        ("kind:(print OR book)", {"tokyo", "code", "hamlet"}),
        ('creator:"Sew, Ann"', {"needle", "harbour2"}),
        ('title:"the harbour"', {"harbour2"}),
        ("title:harbour", {"boat", "harbour2"}),
        ("title:need*", {"needle"}),
        ("year:1929", {"boat", "naive", "harbour2"}),
        ("year:[1603 TO 1831]", {"hamlet", "tokyo"}),
        ("year:{1603 TO 1850}", {"tokyo"}),
        ("year:[* TO 0]", {"ancient"}),
        ("price:[45 TO 99.99]", {"code", "hamlet", "naive"}),
        ("lent:True", {"boat", "ancient"}),
        ('lent:"false"', {"needle", "naive"}),
        ("bought:2001-03-04", {"boat", "harbour2"}),
        ("bought:[1999-01-01T00:00:00Z TO 2000-01-01T00:00:00Z]", {"needle"}),
        ("place:*", {"boat", "tokyo"}),
        ("seen:*", {"boat", "hamlet"}),
        ("begin:*", {"boat", "code"}),
        ('kind:"book" AND year:2005', {"code"}),
        ('kind:"book" OR year:2005 OR kind:print', {"code", "hamlet", "tokyo"}),
        ("NOT kind:painting AND NOT (kind:book OR kind:object)", {"tokyo", "bare"}),
        ("django_ct:tests.work AND kind:print", {"tokyo"}),
        ("harbour -night", {"boat", "harbour2"}),
        ("kind__exact=" + '"print"', {"tokyo"}),
        ("(year__gte=1900 AND kind__in=" + '["book", "print"])', {"code"}),
        ('NOT (content__content="harbour")', {"needle", "naive", "code", "hamlet", "ancient", "bare"}),
    ],
)
def test_what_narrow_understands(ask: Questions, text: str, expected: set[str]) -> None:
    assert ask.found(narrowing(text, SCHEMA)) == expected


@pytest.mark.parametrize("value", ['the "big" one', 'a" AND kind:"b', "(", "AND", 'x"', "\\", "C++ [1 TO 2]"])
def test_any_value_between_quotes_narrows_to_itself_or_to_nothing(ask: Questions, value: str) -> None:
    assert ask.found(narrowing(f'kind:"{value}"', SCHEMA)) == set()


@pytest.mark.parametrize("text", ["(" * 5000, "(" * 5000 + "kind:x", "NOT " * 5000 + "kind:x", 'kind__exact="', ")"])
def test_what_makes_no_sense_is_a_person_s_text(ask: Questions, text: str) -> None:
    assert ask.found(narrowing(text, SCHEMA)) == set()


def test_conditions_on_unknown_fields_and_wrong_values_are_named() -> None:
    with pytest.raises(UnknownField, match="kind"):
        narrowing('kinnd:"painting"', SCHEMA)
    with pytest.raises(BadValue, match="year"):
        condition("year", "[now TO *]", SCHEMA)


@pytest.mark.parametrize("value", ['it\'s "x"', 3, 2.5, True, None, ["a", "b"], {"b", "a"}, date(2001, 3, 4)])
def test_a_fragment_is_read_back(value: Any) -> None:
    found = narrowing(fragment("kind", "in", value), SCHEMA)
    assert isinstance(found, Lookup)
    plain = {date: lambda day: day.isoformat(), list: tuple, set: lambda items: tuple(sorted(items))}
    assert found.value == plain.get(type(value), lambda same: same)(value)
    with pytest.raises(UnsupportedQuery, match="plain"):
        fragment("kind", "content", object())
