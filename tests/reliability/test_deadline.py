"""A deadline travels with the call and only ever comes nearer."""

import pytest

from searchsvc.reliability.deadline import DeadlinePassed, deadline, remaining


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_without_a_deadline_all_the_time_asked_for_is_left():
    assert remaining(30) == 30


def test_what_is_left_shrinks_and_an_inner_deadline_cannot_push_it_out():
    clock = Clock()
    with deadline(10, clock):
        assert remaining(30, clock) == 10
        clock.now += 4
        with deadline(60, clock):
            assert remaining(30, clock) == 6
        with deadline(1, clock):
            assert remaining(30, clock) == 1
        with deadline(None, clock):
            assert remaining(2, clock) == 2
            assert remaining(30, clock) == 6
        assert remaining(30, clock) == 6
    assert remaining(30, clock) == 30


def test_what_is_over_is_said():
    clock = Clock()
    with deadline(1, clock):
        clock.now += 1
        with pytest.raises(DeadlinePassed):
            remaining(30, clock)
