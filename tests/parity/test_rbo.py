"""Rank-biased overlap by figures that can be checked by hand, and what it must be by its definition."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.parity.known import READ, are_close, overlap
from backends.parity.rbo import rbo

RANKINGS = st.lists(st.integers(0, 30), unique=True, max_size=12)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("abcde", "abcde", 1.0),
        ("abcde", "vwxyz", 0.0),
        ("", "", 1.0),
        ("a", "", 0.0),
        # Agreement 0, 1: (0.1 / 0.9) * 1 * 0.81 + 1 * 0.81.
        ("ab", "ba", 0.9),
        # Agreement 1, 1/2: (0.1 / 0.9) * (0.9 + 0.5 * 0.81) + 0.5 * 0.81.
        ("ab", "ac", 0.55),
        # Agreement 0, 1/2, 2/3: (0.1 / 0.9) * (0.405 + 0.486) + 2/3 * 0.729.
        ("abc", "xab", 0.585),
        # The shorter agrees as far as it goes, and is taken to go on so.
        ("abc", "a", 1.0),
        # Overlaps 0, 1, 1: (0.1 / 0.9) * (0.405 + 0.243 + 1 * 1 / (2 * 3) * 0.729) + 0.5 * 0.729.
        ("ax", "bac", 0.45),
    ],
)
def test_it_is_equation_32(one, other, expected):
    assert math.isclose(rbo(one, other), expected, rel_tol=1e-9)


@given(RANKINGS, RANKINGS)
def test_it_lies_between_0_and_1_and_takes_no_side(one, other):
    assert -1e-9 <= rbo(one, other) <= 1 + 1e-9
    assert math.isclose(rbo(one, other), rbo(other, one))


@given(RANKINGS)
def test_a_ranking_is_like_itself(one):
    assert math.isclose(rbo(one, one), 1)


def test_a_change_at_the_top_weighs_more_than_one_below():
    assert rbo("bacdefghij", "abcdefghij") < rbo("abcdefghji", "abcdefghij") < 1


def test_equal_scores_stand_in_no_order():
    one = [("a", 3.0), ("b", 2.0), ("c", 2.0), ("d", 1.0)]
    assert overlap(one, [("a", 9.0), ("c", 5.0), ("b", 4.0), ("d", 1.0)]) == pytest.approx(1)
    assert overlap(one, [("b", 9.0), ("a", 5.0), ("c", 4.0), ("d", 1.0)]) < 1


def test_a_work_of_equal_score_beyond_the_tenth_place_may_stand_among_them():
    tied = [(str(number), 1.0) for number in range(20)]
    assert overlap(tied, [(str(number), float(number)) for number in reversed(range(20))]) == pytest.approx(1)


def test_equal_scores_that_go_on_behind_what_was_read_say_nothing():
    one = [("best", 9.0), *((f"a{number}", 1.0) for number in range(READ - 1))]
    other = [("best", 3.0), *((f"b{number}", 2.0) for number in range(READ - 1))]
    assert overlap(one, other) == pytest.approx(1)
    assert overlap(one[:-1], other[:-1]) < 0.5
    assert overlap(one, [("else", 9.0), *other[1:]]) == 0


def test_deviations_are_close_for_the_size_of_their_numbers():
    date = 1.8e12
    assert are_close([(15.6268, date)], [(15.6267, date)])
    assert are_close([(0.0, date)], [(20_000.0, date)])
    assert not are_close([(0.0, date)], [(40_000.0, date)])
    assert not are_close([(15.6268, 100)], [(15.6267, 100)])
    assert not are_close([(1.0, 1.0)], [])
