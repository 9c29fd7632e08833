"""Calls side by side have the deadline of who asked, in their own threads too."""

import threading

from searchsvc.reliability.deadline import DeadlinePassed, deadline, remaining
from searchsvc.reliability.fanout import Late, fan_out


def test_the_time_for_all_is_the_deadline_of_each():
    answers = fan_out({"a": lambda: remaining(60), "b": lambda: remaining(0.5)}, 5)
    assert 4 < answers["a"].value <= 5
    assert answers["b"].value == 0.5


def test_an_earlier_deadline_still_holds():
    with deadline(0):
        [answer] = fan_out({"a": lambda: remaining(60)}, 5).values()
    assert isinstance(answer.error, DeadlinePassed)


def test_what_is_late_is_said_and_does_not_hold_the_others_up():
    end = threading.Event()
    try:
        answers = fan_out({"late": lambda: end.wait(10), "early": lambda: "here"}, 0.2)
    finally:
        end.set()
    assert isinstance(answers["late"].error, Late)
    assert answers["early"].value == "here"
