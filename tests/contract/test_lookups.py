"""What each of Haystack's lookups finds on each kind of field."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from backends.core.errors import BadQuery, BadValue, UnknownField, UnsupportedQuery
from backends.core.nodes import Lookup
from tests.contract.conftest import Questions
from tests.contract.corpus import ROWS

WITH_YEAR = set(ROWS) - {"bare"}
BRUSSELS = timezone(timedelta(hours=1))


@pytest.mark.parametrize(
    ("field", "lookup", "value", "names"),
    [
        ("title", "content", "boat harbour", {"boat"}),
        ("title", "content", ["needle", "naive"], {"needle", "naive"}),
        ("title", "contains", "eedlewor", {"needle"}),
        ("title", "contains", "arbou iepp", {"boat"}),
        ("title", "exact", "The Harbour", {"harbour2"}),
        ("title", "exact", "the harbour", set()),
        ("title", "phrase", "the harbour", {"harbour2"}),
        ("text", "exact", "fishing boats lie", {"boat"}),
        ("title", "in", ["The Harbour", "Untitled", "Harbour"], {"harbour2", "bare"}),
        ("title", "startswith", "need", {"needle"}),
        ("title", "startswith", "harbours", set()),
        ("title", "startswith", "the harb", {"harbour2"}),
        ("title", "endswith", "works", {"needle"}),
        ("title", "fuzzy", "harbuor", {"boat", "harbour2"}),
        ("title", "fuzzy", "arbour", set()),
        ("title", "fuzzy", "boot", {"boat", "ancient"}),
        ("title", "fuzzy", "it", set()),
        ("title", "gt", "the harbour", {"hamlet", "bare", "tokyo"}),
        ("title", "gte", "The Harbour", {"harbour2", "hamlet", "bare", "tokyo"}),
        ("title", "lt", "boat", {"boat"}),
        ("title", "range", ("b", "d"), {"ancient", "code"}),
        ("kind", "content", "painting", {"boat", "naive", "harbour2"}),
        ("kind", "exact", "paint", set()),
        ("kind", "in", ["print", "book"], {"tokyo", "code", "hamlet"}),
        ("kind", "in", [], set()),
        ("kind", "startswith", "p", {"boat", "naive", "harbour2", "tokyo"}),
        ("kind", "endswith", "t", {"needle", "ancient", "tokyo"}),
        ("kind", "contains", "oo", {"code", "hamlet"}),
        ("kind", "fuzzy", "boko", {"code", "hamlet"}),
        ("kind", "gt", "object", {"boat", "naive", "harbour2", "tokyo"}),
        ("kind", "lte", "book", {"code", "hamlet"}),
        ("kind", "range", ("book", "object"), {"code", "hamlet", "needle", "ancient"}),
        ("creator", "exact", "Wood, Christopher", {"boat", "needle"}),
        ("creator", "exact", "wood, christopher", set()),
        ("creator", "startswith", "Ł", {"naive"}),
        ("subject", "exact", "Nature/Water", {"boat", "tokyo", "ancient", "harbour2"}),
        ("subject", "startswith", "Places/Eu", {"boat", "naive"}),
        ("year", "exact", 1929, {"boat", "naive", "harbour2"}),
        ("year", "exact", "1929", {"boat", "naive", "harbour2"}),
        ("year", "content", 1929.0, {"boat", "naive", "harbour2"}),
        ("year", "in", [1603, "-1900", 7], {"hamlet", "ancient"}),
        ("year", "gt", 1929, {"code"}),
        ("year", "gte", 1929, {"boat", "naive", "harbour2", "code"}),
        ("year", "lt", 1603, {"ancient"}),
        ("year", "lte", 1603, {"ancient", "hamlet"}),
        ("year", "lt", 1602.5, {"ancient"}),
        ("year", "range", (1600, 1850), {"hamlet", "needle", "tokyo"}),
        ("year", "range", (None, 1603), {"ancient", "hamlet"}),
        ("year", "range", (1929, None), {"boat", "naive", "harbour2", "code"}),
        ("year", "range", (None, None), WITH_YEAR),
        ("year", "range", (3, 1), set()),
        ("weight", "exact", 0.25, {"needle"}),
        ("weight", "lt", 0, {"harbour2"}),
        ("weight", "range", (0.25, 1), {"needle", "code"}),
        ("price", "exact", Decimal(45), {"code", "hamlet"}),
        ("price", "exact", "0.1", {"needle"}),
        ("price", "exact", 0.1, {"needle"}),
        ("price", "exact", "45.00001", set()),
        ("price", "gt", "45.00001", {"boat", "naive"}),
        ("price", "gte", "44.99999", {"boat", "naive", "code", "hamlet"}),
        ("price", "lt", "45.00001", {"needle", "code", "hamlet"}),
        ("price", "range", ("0.1", "99.99"), {"needle", "naive", "code", "hamlet"}),
        ("lent", "exact", True, {"boat", "ancient"}),
        ("lent", "exact", "false", {"needle", "naive"}),
        ("lent", "in", [True, False], {"boat", "ancient", "needle", "naive"}),
        ("bought", "exact", date(2001, 3, 4), {"boat", "harbour2"}),
        ("bought", "exact", "1999-12-31", {"needle"}),
        ("bought", "gt", date(2000, 1, 1), {"boat", "harbour2"}),
        ("bought", "range", ("1999-12-31", "2001-03-04"), {"boat", "needle", "harbour2"}),
        ("seen", "exact", datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC), {"boat"}),
        ("seen", "exact", datetime(2020, 1, 2, 4, 4, 5, tzinfo=BRUSSELS), {"boat"}),
        ("seen", "gt", "2020-01-02T03:04:05Z", {"hamlet"}),
        ("seen", "lte", datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC), {"boat"}),
        ("begin", "content", "h", {"boat"}),
        ("begin", "content", "harb", {"boat"}),
        ("begin", "content", "arb", set()),
        ("part", "content", "mpil", {"code"}),
        ("part", "content", "rbo", {"boat"}),
        ("id", "exact", "tests.work.boat", {"boat"}),
        ("key", "in", ["t:boat", "t:code"], {"boat", "code"}),
        ("django_ct", "exact", "tests.work", set(ROWS)),
        ("django_id", "in", ["boat", "bare"], {"boat", "bare"}),
    ],
)  # fmt: skip
def test_lookup_finds(ask: Questions, field: str, lookup: str, value: Any, names: set[str]) -> None:
    assert ask.lookup(field, lookup, value) == names


@pytest.mark.parametrize(
    ("field", "lookup", "value", "error", "says"),
    [
        ("yaer", "exact", 1, UnknownField, "did you mean 'year'"),
        ("year", "exact", "old", BadValue, "a whole number"),
        ("year", "exact", 1.5, BadValue, "a whole number"),
        ("year", "exact", 2**63, BadValue, "64 bits"),
        ("year", "in", "1929", BadValue, "a list"),
        ("year", "range", 5, BadValue, "two ends"),
        ("year", "startswith", "19", UnsupportedQuery, "startswith"),
        ("weight", "exact", float("nan"), BadValue, "finite"),
        ("price", "exact", "dear", BadValue, "decimal"),
        ("lent", "exact", "maybe", BadValue, "true or false"),
        ("bought", "gt", "yesterday", BadValue, "a date"),
        ("place", "exact", "x", UnsupportedQuery, "place"),
        ("text", "gt", "a", UnsupportedQuery, "sortable"),
        ("note", "content", "storage", UnsupportedQuery, "not indexed"),
        ("title", "nosuch", "x", UnsupportedQuery, "nosuch"),
    ],
)
def test_what_has_no_meaning_is_refused_by_name(
    ask: Questions, field: str, lookup: str, value: Any, error: type[BadQuery], says: str
) -> None:
    with pytest.raises(error, match=says):
        ask.found(Lookup(field, lookup, value))
