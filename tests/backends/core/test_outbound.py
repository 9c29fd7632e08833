"""Calls to a server: their turn, the circuit that its clients share, their time, and what is repeated."""

import threading
import time

import pytest
from django.core.exceptions import ImproperlyConfigured

from backends.core import outbound
from backends.core.errors import (
    Busy,
    CircuitOpen,
    Dropped,
    IndexMissing,
    RateLimited,
    TimedOut,
    Unavailable,
    Unreachable,
)
from backends.core.outbound import PATIENCE, Outbound
from searchsvc.reliability.deadline import deadline, remaining
from searchsvc.reliability.http import HttpSettings
from tests.servers.product import new_prefix


def client(url="", **how):
    """Of a server that no other test has; waits between tries are too short to notice."""
    chosen = {"first_wait": 0.001, "longest_wait": 0.001, **how}
    return Outbound("Solr", HttpSettings((url or f"http://{new_prefix()}",), **chosen))


def failing(error, times=1000):
    """A function that fails so many times, then answers with how often it was called."""
    calls = []

    def once():
        calls.append(1)
        if len(calls) <= times:
            raise error
        return len(calls)

    return once


@pytest.mark.parametrize(
    ("error", "asked", "told"),
    [
        (Unreachable("x"), 3, 3), (Busy("x"), 3, 3), (Dropped("x"), 3, 1), (TimedOut("x"), 1, 1),
        (Unavailable("x"), 1, 1), (IndexMissing("default", "x"), 1, 1), (KeyError("x"), 1, 1),
    ],
)  # fmt: skip
def test_what_is_asked_is_repeated_and_what_is_told_only_where_it_cannot_have_been_done(error, asked, told):
    for method, tries in (("ask", asked), ("tell", told)):
        calls = []

        def once(calls=calls):
            calls.append(1)
            raise error

        with pytest.raises(type(error)):
            getattr(client(), method)(once)
        assert len(calls) == tries


def test_one_that_answers_in_the_end_answers():
    assert client().ask(failing(Busy("x"), times=2)) == 3


def test_a_server_that_fails_again_and_again_is_not_asked_by_any_of_its_clients():
    one = client()
    other = Outbound("Solr", one.settings)
    for _ in range(2):
        with pytest.raises((Unreachable, CircuitOpen)):
            one.ask(failing(Unreachable("nothing listens")))
    with pytest.raises(CircuitOpen, match=r"^Solr at http://t\w+ failed again .* nothing listens$") as refused:
        other.ask(lambda: pytest.fail("it was asked"))
    assert 0 <= refused.value.since < 5
    assert 0 < refused.value.seconds <= 5
    assert client().ask(lambda: "another server") == "another server"


def test_it_is_asked_again_after_the_pause():
    spared = client(circuit_failures=1, circuit_pause=0.02)
    with pytest.raises(Unreachable):
        spared.attempt(failing(Unreachable("x")))
    end = time.monotonic() + 5
    while time.monotonic() < end:
        try:
            assert spared.attempt(lambda: "back") == "back"
        except CircuitOpen:
            continue
        break
    assert spared.attempt(lambda: "back") == "back"


@pytest.mark.parametrize("error", [IndexMissing("default", "x"), KeyError("a mistake of ours"), Unavailable("401")])
def test_an_answer_that_we_do_not_like_opens_nothing(error):
    asked = client(circuit_failures=1)
    for _ in range(3):
        with pytest.raises(type(error)):
            asked.ask(failing(error))


def test_a_caller_in_a_hurry_opens_nothing_and_one_with_patience_does(monkeypatch):
    asked = client(circuit_failures=1)
    for _ in range(3):
        with pytest.raises(TimedOut):
            asked.ask(failing(TimedOut("x")))
    monkeypatch.setattr(outbound, "PATIENCE", 0.0)
    with pytest.raises(TimedOut):
        asked.ask(failing(TimedOut("x")))
    with pytest.raises(CircuitOpen):
        asked.ask(failing(TimedOut("x")))
    assert PATIENCE == 1.0


def test_no_circuit_where_none_is_wanted():
    asked = client(circuit_failures=0)
    for _ in range(20):
        with pytest.raises(Unreachable):
            asked.ask(failing(Unreachable("x")))


def test_a_try_has_the_time_that_was_set_or_what_is_left_of_the_callers():
    asked = client(read=20.0)
    assert 19 < asked.ask(lambda: remaining(60)) <= 20
    with deadline(7):
        assert 6 < asked.ask(lambda: remaining(60)) <= 7
        assert 6 < asked.left() <= 7
    with deadline(0):
        for call in (lambda: asked.ask(lambda: remaining(60)), asked.left):
            with pytest.raises(TimedOut, match=r"^The time for Solr at http"):
                call()


def test_a_limit_makes_calls_wait_for_their_turn_and_refuses_those_that_have_no_time_for_it():
    limited = client(rate=20.0, burst=2)
    same = Outbound("Solr", limited.settings)
    began = time.monotonic()
    for number in range(6):
        (limited, same)[number % 2].ask(lambda: None)
    assert 0.19 < time.monotonic() - began < 5
    slow = client(rate=0.01, burst=1, circuit_failures=1)
    slow.ask(lambda: None)
    with deadline(1), pytest.raises(RateLimited, match=r"No more than 0\.01 calls a second go to Solr at .* seconds"):
        slow.ask(lambda: pytest.fail("it was asked"))
    with deadline(1), pytest.raises(RateLimited) as refused:
        slow.ask(lambda: pytest.fail("it was asked"))
    assert 90 < refused.value.seconds <= 100


def test_a_limit_is_shared_through_redis(redis_server):
    pytest.importorskip("redis", reason="pip install searchsvc[redis]")
    url = f"http://{new_prefix()}"
    one = client(url, rate=0.01, burst=2, redis_url=redis_server.url)
    outbound._after_fork()  # as another process has it
    other = client(url, rate=0.01, burst=2, redis_url=redis_server.url)
    assert one._bucket is not other._bucket
    one.ask(lambda: None)
    other.ask(lambda: None)
    for each in (one, other):
        with deadline(1), pytest.raises(RateLimited):
            each.ask(lambda: None)


def test_where_its_client_is_missing_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "redis", None)
    with pytest.raises(ImproperlyConfigured, match="pip install"):
        client(rate=1.0, redis_url="redis://127.0.0.1:1")


def test_who_finds_no_connection_free_waits_no_longer_than_its_deadline():
    asked = client(connections=1, circuit_failures=1)
    held, end = threading.Event(), threading.Event()

    def hold():
        held.set()
        return end.wait(10)

    holder = threading.Thread(target=asked.ask, args=(hold,))
    holder.start()
    assert held.wait(10)
    try:
        for _ in range(2):
            with deadline(0.05), pytest.raises(TimedOut, match=r"All 1 connections to Solr at .* CONNECTIONS"):
                asked.ask(lambda: pytest.fail("it was asked"))
    finally:
        end.set()
        holder.join()
    assert asked.ask(lambda: "free") == "free"


def test_messages_have_no_password():
    asked = client("http://me:hush@server", circuit_failures=1, tries=2)
    with pytest.raises(CircuitOpen) as refused:
        asked.ask(failing(Unreachable("x")))
    assert "http://server " in str(refused.value)
