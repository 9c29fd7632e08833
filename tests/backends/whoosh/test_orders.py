"""Orders and ordinals against the plainest way of doing the same."""

import random
from array import array
from itertools import chain

import pytest

from backends.core.nodes import All
from backends.core.request import Request, Sort
from backends.whoosh.codec import NUMBER
from backends.whoosh.columns import Rows
from backends.whoosh.orders import Order
from backends.whoosh.ordinals import Ordinals

SIZE = 300


def rows(values: list[tuple[int, ...]]) -> Rows:
    different = sorted(set(chain.from_iterable(values)))
    flat = [different.index(value) for value in chain.from_iterable(values)]
    return Rows(different, array(NUMBER, map(len, values)), array(NUMBER, flat))


def column(values: list[tuple[int, ...]], deleted: set[int], cut: int) -> Ordinals:
    """The values as two segments."""
    return Ordinals([rows(values[:cut]), rows(values[cut:])], deleted)


@pytest.mark.parametrize("most", [1, 3])
@pytest.mark.parametrize("cut", [0, 100, SIZE])
def test_ordinals_over_segments_are_those_of_the_whole(most: int, cut: int) -> None:
    rng = random.Random(cut)
    values = [tuple(rng.sample(range(40), rng.randint(0, most))) for _ in range(SIZE)]
    deleted = set(rng.sample(range(SIZE), 30))
    found = column(values, deleted, cut)
    live = {document: row for document, row in enumerate(values) if document not in deleted}
    assert found.values == sorted(set(chain.from_iterable(values)))
    for at, value in enumerate(found.values):
        with_it = {document for document, row in live.items() if value in row}
        assert found.documents([at]) == with_it
        assert found.counts[at] == len(with_it)
    low, high = found.find(found.values[10]), found.find(found.values[20])
    between = {document for document, row in live.items() if any(found.values[10] <= value <= found.values[20] for value in row)}  # fmt: skip # noqa: E501 - one condition
    assert found.documents(range(low, high + 1)) == found.documents(list(range(low, high + 1))) == between
    assert found.documents(range(0)) == set()
    assert found.present() == {document for document, row in live.items() if row}


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("missing_first", [False, True])
@pytest.mark.parametrize("share", [0.005, 0.3, 1.0])  # sparse, dense and all: the three ways of picking a page
def test_pages_are_slices_of_the_sorted_whole(descending: bool, missing_first: bool, share: float) -> None:
    rng = random.Random(7)
    years = [(rng.randrange(20),) if rng.random() < 0.8 else () for _ in range(SIZE)]
    keys = [(key,) for key in rng.sample(range(SIZE), SIZE)]
    deleted = {3, 77, 299}
    live = frozenset(range(SIZE)) - deleted
    order = Order(
        (Sort("year", descending, missing_first), Sort("key")),
        [column(years, deleted, 120), column(keys, deleted, 120)],
        live,
    )
    found = {document for document in live if rng.random() < share} or {5}

    def place(document: int) -> tuple[int, int, int]:
        year = years[document][0] if years[document] else 0
        return (bool(years[document]) == missing_first, -year if descending else year, keys[document][0])

    whole = sorted(found, key=place)
    assert order.page(found, Request(All(), size=SIZE)) == whole
    for offset in (0, 3):
        for at in range(0, len(whole), max(1, len(whole) // 7)):
            after = order.values(whole[at])
            ahead = order.page(found, Request(All(), after=after, size=5, offset=offset))
            assert ahead == whole[at + 1 + offset : at + 6 + offset]
            back = order.page(found, Request(All(), after=after, size=5, offset=offset, backwards=True))
            assert back == whole[max(0, at - 5 - offset) : max(0, at - offset)]
