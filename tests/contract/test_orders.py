"""Field orders, and pages that continue behind a position."""

import pytest

from backends.core.errors import UnsupportedQuery
from backends.core.store import Store
from tests.contract.conftest import Questions
from tests.contract.corpus import ROWS, make

pytestmark = pytest.mark.requires("field_order")
ORDERS = [
    ("year",), ("-year",), ("title",), ("-title",), ("kind", "-year"), ("-kind", "year", "title"), ("weight",),
    ("-weight",), ("price",), ("-bought", "title"), ("lent",), ("-seen",), ("-key",), (),
]  # fmt: skip


def test_missing_values_come_last_in_both_directions(ask: Questions) -> None:
    up = ask.names("", order_by=("year",))
    down = ask.names("", order_by=("-year",))
    assert up == ["ancient", "hamlet", "tokyo", "needle", "boat", "harbour2", "naive", "code", "bare"]
    assert down == ["code", "boat", "harbour2", "naive", "needle", "tokyo", "hamlet", "ancient", "bare"]


def test_equal_values_are_told_apart_by_key_upwards(ask: Questions) -> None:
    assert ask.names("", order_by=("-lent",)) == [
        "ancient", "boat", "naive", "needle", "bare", "code", "hamlet", "harbour2", "tokyo",
    ]  # fmt: skip


def test_directions_mix(ask: Questions) -> None:
    assert ask.names("", order_by=("kind", "-year"))[:4] == ["code", "hamlet", "needle", "ancient"]


def test_text_is_ordered_without_case_and_accents(ask: Questions) -> None:
    assert ask.names("", order_by=("title",)) == [
        "boat", "ancient", "code", "naive", "needle", "harbour2", "hamlet", "bare", "tokyo",
    ]  # fmt: skip


def test_numbers_are_ordered_as_numbers(ask: Questions) -> None:
    assert ask.names("", order_by=("price",))[:5] == ["needle", "code", "hamlet", "naive", "boat"]
    assert ask.names("", order_by=("weight",))[:4] == ["harbour2", "needle", "code", "boat"]


@pytest.mark.requires("keyset")
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("query", ["", "harbour OR boat OR needle", "-harbour"])
def test_pages_forwards_and_back_make_the_whole(ask: Questions, order: tuple[str, ...], query: str) -> None:
    order = order or ("key",)
    whole = ask.names(query, order_by=order)
    walked, after, firsts = [], None, []
    while True:
        page = ask.page(query, order_by=order, size=2, after=after)
        walked += [result.key.removeprefix("t:") for result in page.results]
        firsts.append(page.results[0].sort)
        assert page.total == len(whole)
        if not page.more:
            break
        after = page.results[-1].sort
    assert walked == whole
    for first, expected in zip(reversed(firsts[1:]), range(2 * len(firsts) - 4, -1, -2), strict=True):
        back = ask.page(query, order_by=order, size=2, after=first, backwards=True)
        assert [result.key.removeprefix("t:") for result in back.results] == whole[expected : expected + 2]
        assert back.more == (expected > 0)


@pytest.mark.requires("keyset")
@pytest.mark.parametrize("order", [("year",), ("-year",), ("title",), ("-lent", "year")])
def test_a_walk_is_stable_while_documents_come_and_go(empty: Store, order: tuple[str, ...]) -> None:
    generation = empty.current() or 0
    rows = {f"w{at:02}": {"title": f"Work {at % 5}", "year": 1900 + at % 4, "lent": at % 2 == 0} for at in range(12)}
    for name in ("w03", "w07"):
        rows[name] = {"title": "Work"}
    empty.write(generation, [make(name, row) for name, row in rows.items()])
    ask = Questions(empty)
    whole, walked, after = ask.names("", order_by=order), [], None
    for at in range(6):
        page = ask.page("", order_by=order, size=2, after=after)
        walked += [result.key.removeprefix("t:") for result in page.results]
        after = page.results[-1].sort
        empty.write(generation, [make(f"new{at}", {"title": f"Work {at}", "year": 1890 + at * 5})])
        empty.delete(generation, [f"tests.work.{walked[0]}"])
    assert [name for name in walked if not name.startswith("new")][: len(whole)] == [
        name for name in whole if name in walked
    ]
    assert len(set(walked)) == len(walked)


@pytest.mark.requires("keyset")
def test_a_position_holds_after_its_document_is_gone(empty: Store) -> None:
    generation = empty.current() or 0
    empty.write(generation, [make(name) for name in ROWS])
    ask = Questions(empty)
    whole = ask.names("", order_by=("year",))
    position = ask.page("", order_by=("year",), size=3).results[-1].sort
    empty.delete(generation, [f"tests.work.{whole[2]}"])
    assert ask.names("", order_by=("year",), after=position) == whole[3:]


def test_offsets_count_in_field_order_too(ask: Questions) -> None:
    assert ask.names("", order_by=("year",), offset=2, size=3) == ["tokyo", "needle", "boat"]


def test_a_field_without_a_sort_column_is_refused(ask: Questions) -> None:
    with pytest.raises(UnsupportedQuery, match="sort=True"):
        ask.names("", order_by=("text",))


@pytest.mark.requires("scores")
def test_equal_scores_are_told_apart_by_key_on_every_page(empty: Store) -> None:
    names = [f"w{at:03}" for at in range(240)]
    for part in (names[1::2], names[::2]):  # two writes: where they lie on disk is not their order
        empty.write(empty.current() or 0, [make(name, {"title": "Grey harbour"}) for name in part])
    ask = Questions(empty)
    assert [name for start in range(0, 240, 7) for name in ask.names("harbour", size=7, offset=start)] == names
