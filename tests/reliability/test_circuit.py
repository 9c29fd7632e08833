"""A circuit opens after failures in a row, says so, lets one call try, and closes on an answer."""

import logging
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.reliability.circuit import Circuit, Open


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


class Down(Exception): ...


class Refusal(Exception): ...


class Gone(Exception): ...


VERDICTS = {Down: True, Refusal: False, Gone: None}


def fails(error):
    return VERDICTS[type(error)]


def ask(circuit, error=None):
    def function():
        if error:
            raise error
        return "an answer"

    return circuit.call(function, fails)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def circuit(clock):
    return Circuit("Solr", 3, 5.0, clock)


@pytest.fixture
def opened(circuit):
    for _ in range(3):
        with pytest.raises(Down):
            ask(circuit, Down("no route"))
    return circuit


def test_it_opens_after_failures_in_a_row_and_says_since_when_and_until_when(opened, clock):
    clock.now += 2
    with pytest.raises(Open) as refused:
        ask(opened)
    assert (refused.value.since, refused.value.seconds) == (2, 3)
    assert str(refused.value) == (
        "Solr failed again and again and is spared since 2.0 seconds ago; the next try is in 3.0 seconds. "
        "The last failure: no route"
    )


@pytest.mark.parametrize("answer", [None, Refusal()])
def test_any_answer_begins_the_count_anew(circuit, answer):
    for error in (Down(), Down(), answer, Down(), Down()):
        if error:
            with pytest.raises(type(error)):
                ask(circuit, error)
        else:
            ask(circuit)
    assert ask(circuit) == "an answer"


def test_what_says_nothing_about_the_server_is_no_failure_and_no_answer(circuit):
    for error in (Down(), Down(), Gone(), Gone(), Gone()):
        with pytest.raises(type(error)):
            ask(circuit, error)
    with pytest.raises(Down):
        ask(circuit, Down())
    with pytest.raises(Open):
        ask(circuit)


def test_after_the_pause_an_answer_closes_it(opened, clock):
    clock.now += 5
    assert ask(opened) == "an answer"
    assert ask(opened) == "an answer"


def test_after_the_pause_one_call_tries_and_the_others_are_refused_until_it_ends(opened, clock):
    clock.now += 5
    seen = []

    def trial():
        with pytest.raises(Open):
            ask(opened)
        seen.append("refused meanwhile")
        raise Down

    with pytest.raises(Down):
        opened.call(trial, fails)
    assert seen == ["refused meanwhile"]
    clock.now += 4.9
    with pytest.raises(Open):
        ask(opened)
    clock.now += 0.1
    ask(opened)


@pytest.mark.parametrize("error", [Gone(), KeyboardInterrupt()])
def test_a_trial_that_says_nothing_leaves_it_to_the_next_call(opened, clock, error):
    clock.now += 5
    with pytest.raises(type(error)):
        ask(opened, error)
    assert ask(opened) == "an answer"


def test_a_trial_that_is_never_heard_of_is_followed_by_another(opened, clock):
    clock.now += 5
    assert opened._enter()
    clock.now += 5
    assert ask(opened) == "an answer"


def test_a_call_from_before_changes_no_pause(opened, clock):
    clock.now += 4
    opened._ended(True, False)
    opened._ended(None, False)
    with pytest.raises(Open) as refused:
        ask(opened)
    assert refused.value.seconds == 1


def test_the_log_has_a_line_for_the_opening_and_one_for_the_end(circuit, clock, caplog):
    with caplog.at_level(logging.WARNING):
        for _ in range(5):
            with pytest.raises((Down, Open)):
                ask(circuit, Down())
        clock.now += 6
        ask(circuit)
    assert [record.getMessage() for record in caplog.records] == [
        "Solr failed 3 times in a row; it is asked again in 5 s.",
        "Solr answers again, after 6.0 s.",
    ]


@given(st.lists(st.tuples(st.sampled_from([None, Down, Refusal, Gone]), st.floats(0, 4)), max_size=60))
def test_a_call_is_refused_only_within_a_pause_after_a_failure(steps):
    """And a server that is back is asked again at the latest one pause after the last failure."""
    clock = Clock()
    circuit = Circuit("Solr", 3, 5.0, clock)
    row, last_failure = 0, None
    for error, seconds in steps:
        clock.now += seconds
        try:
            ask(circuit, error() if error else None)
        except Open:
            assert row >= 3
            assert clock.now < last_failure + 5.0
            continue
        except Down:
            row, last_failure = row + 1, clock.now
        except Gone:
            pass
        except Refusal:
            row = 0
        else:
            row = 0
    clock.now += 5.0
    assert ask(circuit) == "an answer"


def test_of_many_threads_one_tries(opened, clock):
    clock.now += 5
    trying, done = threading.Event(), threading.Event()
    outcomes = []

    def slow():
        trying.set()
        assert done.wait(10)
        return "tried"

    def run(function):
        try:
            outcomes.append(opened.call(function, fails))
        except Open:
            outcomes.append("refused")

    first = threading.Thread(target=run, args=(slow,))
    first.start()
    assert trying.wait(10)
    others = [threading.Thread(target=run, args=(slow,)) for _ in range(8)]
    for thread in others:
        thread.start()
    for thread in others:
        thread.join()
    done.set()
    first.join()
    assert outcomes == ["refused"] * 8 + ["tried"]
