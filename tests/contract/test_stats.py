"""Statistics of numbers over all matches, exact where the numbers are whole."""

import math
from decimal import Decimal
from statistics import stdev
from typing import Any

import pytest

from backends.core.errors import UnknownField, UnsupportedQuery
from backends.core.request import Stats, StatsRequest
from backends.core.schema import Field, Kind, Schema
from backends.core.stats import stats_request
from backends.core.store import Store
from tests.contract.conftest import Questions
from tests.contract.corpus import ROWS, SCHEMA, make

pytestmark = pytest.mark.requires("stats")
SCALE = 10**4  # of the decimals in the corpus


def stats(ask: Questions, what: str, *fields: str, by: tuple[str, ...] = (), **asked: Any) -> tuple[Any, ...]:
    return ask.page(what, stats=tuple(stats_request(SCHEMA, field, by) for field in fields), **asked).stats


def of(numbers: list[Any], missing: int) -> Stats:
    """What a reader would work out."""
    deviation = stdev(numbers) if len(numbers) > 1 else 0.0
    ends = (min(numbers), max(numbers)) if numbers else (None, None)
    squares = sum(number * number for number in numbers)
    return Stats(len(numbers), missing, *ends, sum(numbers), pytest.approx(squares), pytest.approx(deviation))


def held(field: str, names: Any = ROWS) -> list[Any]:
    return [ROWS[name][field] for name in names if field in ROWS[name]]


def test_every_number_of_what_is_found_is_added_up(ask: Questions) -> None:
    (reply,) = stats(ask, "", "year")
    assert reply.whole == of(held("year"), missing=1)
    assert (reply.whole.total, reply.whole.minimum, reply.whole.maximum) == (11176, -1900, 2005)
    assert reply.groups == ()


def test_only_matches_are_added_up(ask: Questions) -> None:
    (reply,) = stats(ask, "harbour", "price")
    assert reply.whole == of([12_005_000], missing=2)
    (nothing,) = stats(ask, "nosuchword", "price", by=("kind",))
    assert nothing.whole == Stats(0, 0, None, None, 0, 0.0, 0.0)
    assert nothing.groups == ((),)


def test_decimals_are_added_up_without_rounding(ask: Questions) -> None:
    (reply,) = stats(ask, "", "price")
    assert reply.whole == of([int(price * SCALE) for price in held("price")], missing=4)
    assert Decimal(reply.whole.total) / SCALE == Decimal("1390.59")


def test_fractions_may_be_negative(ask: Questions) -> None:
    (reply,) = stats(ask, "", "weight")
    assert reply.whole == of(held("weight"), missing=5)
    assert reply.whole.minimum == -3.0


def test_several_fields_are_added_up_at_once_beside_facets_and_a_page(ask: Questions) -> None:
    page = ask.page(
        "", stats=(stats_request(SCHEMA, "year"), stats_request(SCHEMA, "weight")), facets={"kind": {}},
        order_by=("year",), size=2,
    )  # fmt: skip
    assert [part.whole.count for part in page.stats] == [8, 4]
    assert (len(page.results), page.total) == (2, len(ROWS))
    assert page.facets["kind"].values[0] == ("painting", 3)


def test_a_refinement_narrows_the_statistics(ask: Questions) -> None:
    (reply,) = stats(ask, "", "year", refines=[("kind", ("painting", "print"))])
    assert reply.whole == of([1929, 1929, 1831, 1929], missing=0)


def test_each_value_of_a_facet_has_its_own(ask: Questions) -> None:
    (reply,) = stats(ask, "", "price", by=("kind",))
    assert reply.groups == (
        (
            ("book", of([450_000, 450_000], missing=0)),
            ("object", of([1000], missing=1)),
            ("painting", of([12_005_000, 999_900], missing=1)),
            ("print", of([], missing=1)),
        ),
    )


def test_a_document_of_two_values_counts_under_both(ask: Questions) -> None:
    (reply,) = stats(ask, "", "year", by=("creator", "lent"))
    creators, lent = (dict(group) for group in reply.groups)
    assert creators["Wood, Christopher"] == of([1929, 1850], missing=0)
    assert creators["Sew, Ann"] == of([1850, 1929], missing=0)
    assert lent == {0: of([1850, 1929], missing=0), 1: of([1929, -1900], missing=0)}


def test_a_field_may_be_its_own_facet(ask: Questions) -> None:
    (reply,) = stats(ask, "painting OR kind:x", "year", by=("year",), refines=[("kind", ("painting", "object"))])
    assert all(group.minimum == group.maximum == year for year, group in reply.groups[0])


def test_dates_are_moments(ask: Questions) -> None:
    (reply,) = stats(ask, "", "bought", by=("kind",))
    assert reply.whole.minimum == 946_598_400_000  # 1999-12-31, in milliseconds
    assert (reply.whole.count, reply.whole.missing) == (3, 6)
    assert [kind for kind, _stats in reply.groups[0]] == ["book", "object", "painting", "print"]


def test_sums_of_large_numbers_are_exact(empty: Store) -> None:
    """Each of these is beyond what a float holds exactly, and so is what they add up to."""
    years = [2**62 + 1, 2**62 + 3, -(2**61) - 5, 7]
    rows: list[dict[str, Any]] = [{"title": "x", "year": year, "kind": "ab"[at % 2]} for at, year in enumerate(years)]
    rows += [{"title": "x", "kind": "a"}, {"title": "x"}]
    generation = empty.current() or 0
    empty.write(generation, [make(str(at), row) for at, row in enumerate(rows)])
    (reply,) = stats(Questions(empty), "", "year", by=("kind", "year"))
    assert reply.whole.total == sum(years)
    assert reply.whole == of(years, missing=2)
    assert (reply.whole.minimum, reply.whole.maximum) == (min(years), max(years))
    assert reply.groups[0] == (("a", of(years[::2], missing=1)), ("b", of(years[1::2], missing=0)))
    assert reply.groups[1] == tuple((year, of([year], missing=0)) for year in sorted(years))


def test_what_was_replaced_or_deleted_is_not_added_up(empty: Store) -> None:
    generation = empty.current() or 0
    empty.write(generation, [make("one", {"title": "x", "year": 5}), make("two", {"title": "x", "year": 6})])
    empty.write(generation, [make("one", {"title": "x", "year": 9}), make("three", {"title": "x", "year": 100})])
    empty.delete(generation, ["tests.work.three"])
    (reply,) = stats(Questions(empty), "", "year")
    assert reply.whole == of([6, 9], missing=0)


def test_close_numbers_far_from_nought_keep_their_deviation(empty: Store) -> None:
    years = [10**15 + step for step in (0, 1, 2, 2)]
    empty.write(empty.current() or 0, [make(str(at), {"title": "x", "year": year}) for at, year in enumerate(years)])
    (reply,) = stats(Questions(empty), "", "year")
    assert math.isclose(reply.whole.deviation, 0.9574271077563381)


@pytest.mark.parametrize("field", ["title", "kind", "lent", "place", "begin"])
def test_words_and_yes_and_no_have_no_statistics(field: str) -> None:
    with pytest.raises(UnsupportedQuery, match=field):
        stats_request(SCHEMA, field)


def test_unknown_fields_and_facets_are_named() -> None:
    with pytest.raises(UnknownField, match="did you mean 'price'"):
        stats_request(SCHEMA, "prize")
    with pytest.raises(UnknownField, match="knid"):
        stats_request(SCHEMA, "price", ("knid",))
    with pytest.raises(UnsupportedQuery, match="text"):
        stats_request(SCHEMA, "price", ("text",))


def test_several_numbers_a_document_are_no_facet_of_themselves() -> None:
    schema = Schema((Field("years", Kind.INTEGER, multi=True), Field("kind", Kind.KEYWORD)))
    assert stats_request(schema, "years", ("kind",)) == StatsRequest("years", ("kind",))
    with pytest.raises(UnsupportedQuery, match="years"):
        stats_request(schema, "years", ("years",))
