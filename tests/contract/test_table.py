"""Lookup by kind of field by engine: no cell is empty. A cell is what is asked, and who is found or what is refused."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from haystack.constants import VALID_FILTERS

from backends.core import lookups
from backends.core.errors import UnsupportedQuery
from backends.core.schema import Kind
from tests.contract.conftest import Questions
from tests.contract.corpus import SCHEMA

Refusal = tuple[type[Exception], str]
Cell = tuple[Any, set[str] | Refusal]
NONE: Refusal = (UnsupportedQuery, "has no meaning on field")
WORDS: Refusal = (UnsupportedQuery, "holds many words; compare a sortable or exact field")
FIVE, SIX = (datetime(2020, 1, 2, 3, 4, second, tzinfo=UTC) for second in (5, 6))
SEWN, PAINTED = {"needle", "harbour2"}, {"boat", "naive", "harbour2"}
BOOKS, LENT, KEPT = {"code", "hamlet"}, {"boat", "ancient"}, {"needle", "naive"}
NO_PARTS: dict[str, Cell] = dict.fromkeys(("contains", "startswith", "endswith", "fuzzy"), ("1", NONE))
NO_PLACE: dict[str, Cell] = {"near": (((1, 1), 5), NONE), "within": (((1, 1), (2, 2)), NONE)}
NO_ORDER: dict[str, Cell] = {
    **dict.fromkeys(("gt", "gte", "lt", "lte"), ("a", WORDS)), "range": (("a", "b"), WORDS),
}  # fmt: skip

# Field of the corpus -> lookup -> cell. Two fields for a kind that may hold several values.
TABLE: dict[str, dict[str, Cell]] = {
    "title": {
        "content": ("boat", LENT), "contains": ("arbou", {"boat", "harbour2"}), "exact": ("The Harbour", {"harbour2"}),
        "phrase": ("fishing boat", {"boat"}), "in": (["The Harbour", "Untitled"], {"harbour2", "bare"}),
        "gt": ("the harbour", {"hamlet", "bare", "tokyo"}),
        "gte": ("the harbour", {"harbour2", "hamlet", "bare", "tokyo"}),
        "lt": ("boat model", {"boat"}), "lte": ("boat model", LENT), "range": (("b", "d"), {"ancient", "code"}),
        "startswith": ("need", {"needle"}), "endswith": ("works", {"needle"}),
        "fuzzy": ("harbuor", {"boat", "harbour2"}),
    },
    "names": {
        "content": ("wood", {"boat"}), "contains": ("hakes", {"hamlet"}), "exact": ("Ann Sew", SEWN),
        "phrase": ("Kit Wood", {"boat"}), "in": (["Ann Sew", "Zofia Łęcka"], SEWN | {"naive"}), **NO_ORDER,
        "startswith": ("hok", {"tokyo"}), "endswith": ("peare", {"hamlet"}), "fuzzy": ("hokuasi", {"tokyo"}),
    },
    "kind": {
        "content": ("book", BOOKS), "contains": ("oo", BOOKS), "exact": ("book", BOOKS), "phrase": ("book", BOOKS),
        "in": (["print", "book"], BOOKS | {"tokyo"}), "gt": ("object", PAINTED | {"tokyo"}),
        "gte": ("object", PAINTED | {"tokyo", "needle", "ancient"}), "lt": ("object", BOOKS),
        "lte": ("object", BOOKS | {"needle", "ancient"}), "range": (("book", "object"), BOOKS | {"needle", "ancient"}),
        "startswith": ("p", PAINTED | {"tokyo"}), "endswith": ("t", {"needle", "ancient", "tokyo"}),
        "fuzzy": ("boko", BOOKS),
    },
    "creator": {
        "content": ("Hokusai", {"tokyo"}), "contains": ("Ann", SEWN), "exact": ("Sew, Ann", SEWN),
        "phrase": ("Wood, Christopher", {"boat", "needle"}), "in": (["Hokusai", "Sew, Ann"], SEWN | {"tokyo"}),
        "gt": ("Sharp, B.", {"boat", "needle", "naive"}), "gte": ("Sharp, B.", {"boat", "needle", "naive", "code"}),
        "lt": ("Sew, Ann", {"tokyo"}), "lte": ("Sew, Ann", SEWN | {"tokyo"}), "range": (("Sew", "Sh"), SEWN),
        "startswith": ("Ł", {"naive"}), "endswith": ("Christopher", {"boat", "needle"}),
        "fuzzy": ("Hokuasi", {"tokyo"}),
    },
    "part": {
        "content": ("rbo", {"boat"}), "contains": ("pil", {"code"}), "exact": ("harbour", {"boat"}),
        "phrase": ("comp", {"code"}), "in": (["harbour", "compil"], {"boat", "code"}), **NO_ORDER,
        "startswith": ("har", {"boat"}), "endswith": ("our", {"boat"}),
        "fuzzy": ("harbuor", set()),  # the column holds pieces, and no piece is near a whole word
    },
    "begin": {
        "content": ("harb", {"boat"}), "contains": ("omp", {"code"}), "exact": ("harbour", {"boat"}),
        "phrase": ("comp", {"code"}), "in": (["harbour", "comp"], {"boat", "code"}), **NO_ORDER,
        "startswith": ("har", {"boat"}), "endswith": ("iler", {"code"}), "fuzzy": ("harbuor", {"boat"}),
    },
    "year": {
        "content": (1929, PAINTED), "exact": ("1929", PAINTED), "phrase": (1929, PAINTED),
        "in": ([1603, "-1900"], {"hamlet", "ancient"}), "gt": (1929, {"code"}), "gte": (1929, PAINTED | {"code"}),
        "lt": (1603, {"ancient"}), "lte": (1603, {"ancient", "hamlet"}),
        "range": ((1600, 1850), {"hamlet", "needle", "tokyo"}), **NO_PARTS,
    },
    "weight": {
        "content": (0.25, {"needle"}), "exact": ("2.5", {"boat"}), "phrase": (1, {"code"}),
        "in": ([0.25, 1], {"needle", "code"}), "gt": (1.0, {"boat"}), "gte": (1, {"boat", "code"}),
        "lt": (0.25, {"harbour2"}), "lte": (0.25, {"harbour2", "needle"}), "range": ((0.25, 1), {"needle", "code"}),
        **NO_PARTS,
    },
    "price": {
        "content": ("0.1", {"needle"}), "exact": (Decimal(45), BOOKS), "phrase": ("45.00", BOOKS),
        "in": (["0.10", 45], BOOKS | {"needle"}), "gt": (Decimal("99.99"), {"boat"}),
        "gte": ("99.99", {"boat", "naive"}), "lt": (45, {"needle"}), "lte": (45, BOOKS | {"needle"}),
        "range": (("0.1", "99.99"), BOOKS | KEPT), **NO_PARTS,
    },
    "lent": {
        "content": (True, LENT), "exact": ("true", LENT), "phrase": ("yes", LENT), "in": ([True, False], LENT | KEPT),
        "gt": (False, LENT), "gte": (False, LENT | KEPT), "lt": (True, KEPT), "lte": (True, LENT | KEPT),
        "range": ((False, False), KEPT), **NO_PARTS,
    },
    "bought": {
        "content": (date(2001, 3, 4), {"boat", "harbour2"}), "exact": ("1999-12-31", {"needle"}),
        "phrase": ("2001-03-04", {"boat", "harbour2"}), "in": (["1999-12-31"], {"needle"}),
        "gt": (date(1999, 12, 31), {"boat", "harbour2"}), "gte": ("1999-12-31", {"boat", "harbour2", "needle"}),
        "lt": (date(2001, 3, 4), {"needle"}), "lte": (date(2001, 3, 4), {"boat", "harbour2", "needle"}),
        "range": (("1999-12-31", "2000-01-01"), {"needle"}), **NO_PARTS,
    },
    "seen": {
        "content": (FIVE, {"boat"}), "exact": ("2020-01-02T03:04:06Z", {"hamlet"}), "phrase": (FIVE, {"boat"}),
        "in": ([FIVE], {"boat"}), "gt": (FIVE, {"hamlet"}), "gte": (FIVE, {"boat", "hamlet"}), "lt": (SIX, {"boat"}),
        "lte": (SIX, {"boat", "hamlet"}), "range": ((FIVE, FIVE), {"boat"}), **NO_PARTS,
    },
    "place": {
        "near": (((49.9, 1.1), 5), {"boat"}), "within": (((30, 130), (40, 140)), {"tokyo"}),
        **NO_PARTS, "range": (("1,1", "2,2"), NONE), "in": (["1,1"], NONE),
        **dict.fromkeys(("content", "exact", "phrase", "gt", "gte", "lt", "lte"), ("49.92,1.08", NONE)),
    },
}  # fmt: skip
LOOKUPS = sorted(VALID_FILTERS | {lookup for kind in Kind for lookup in lookups.LOOKUPS[kind]})


def test_every_kind_of_field_is_a_row() -> None:
    assert {SCHEMA.field(name).kind for name in TABLE} == set(Kind), "give the new kind a field in the corpus and a row"


@pytest.mark.parametrize("lookup", LOOKUPS)
@pytest.mark.parametrize("name", TABLE)
def test_a_lookup_on_a_kind_of_field_finds_or_is_refused(ask: Questions, name: str, lookup: str) -> None:
    cells = NO_PLACE | TABLE[name]
    assert lookup in cells, f"what does {name}__{lookup} find? Give the table that cell."
    value, expected = cells[lookup]
    if isinstance(expected, set):
        assert ask.lookup(name, lookup, value) == expected
    else:
        with pytest.raises(expected[0], match=expected[1]):
            ask.lookup(name, lookup, value)
