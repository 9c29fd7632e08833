"""What happens on the way: each failure has its name and the server's address, and ends in time."""

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from backends.core.errors import Busy, CircuitOpen, Dropped, TimedOut, Unavailable, Unreachable
from searchsvc.reliability.deadline import deadline
from tests.backends.jsondsl.conftest import MakeStore, store_class
from tests.servers.product import Server

OTHER = {"elasticsearch": "opensearch", "opensearch": "elasticsearch"}
# It says that it closes: a client that used the connection again would meet its end half way through a request.
BUSY = (
    b"HTTP/1.1 503 Busy\r\ncontent-type: application/json\r\ncontent-length: 28\r\nconnection: close\r\n\r\n"
    b'{"error":"all shards moved"}'
)
HALF = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9000\r\n\r\n{"
IN_A_HURRY = {"tries": 3, "first_wait": 0.001, "longest_wait": 0.002, "circuit_failures": 0}


@pytest.fixture
def nowhere() -> str:
    """Return the address of a port where nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def hear(connection: socket.socket) -> None:
    """Read a request to its end: a rest that nobody read would turn the end of the answer into a reset."""
    got = b""
    while b"\r\n\r\n" not in got and (more := connection.recv(65_536)):
        got += more
    head, _, body = got.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    left = int(length[1]) - len(body) if length else 0
    while left > 0 and (more := connection.recv(65_536)):
        left -= len(more)


@contextmanager
def peer(answer: Callable[[socket.socket], None]) -> Iterator[tuple[str, list[float]]]:
    """A server in this process: `answer` is called with each connection that has sent something."""
    calls: list[float] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    hear(connection)
                    calls.append(time.monotonic())
                    with suppress(OSError):
                        answer(connection)

        threading.Thread(target=serve, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}", calls
        finally:
            listening.shutdown(socket.SHUT_RDWR)


def silent(connection: socket.socket) -> None:
    connection.recv(1)  # until the client goes


def dripping(connection: socket.socket) -> None:
    connection.sendall(HALF)
    while True:
        connection.sendall(b" ")
        threading.Event().wait(0.02)


def test_a_server_that_is_not_there_is_named_without_its_password(make_store: MakeStore, nowhere: str) -> None:
    url = nowhere.replace("//", "//me:hush@")
    with pytest.raises(Unreachable, match=nowhere) as caught:
        make_store(urls=(url,), **IN_A_HURRY).count()
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("answer", [silent, dripping])
def test_a_call_ends_at_its_deadline(make_store: MakeStore, answer: Callable[[socket.socket], None]) -> None:
    with peer(answer) as (url, calls):
        began = time.monotonic()
        with pytest.raises(TimedOut, match=r"in time|was over"), deadline(0.3):
            make_store(urls=(url,), **IN_A_HURRY).count()
        assert time.monotonic() - began < 2
        with pytest.raises(TimedOut, match=r"in time|was over"):
            make_store("b", urls=(url,), read=0.3, **IN_A_HURRY).count()
        assert len(calls) == 2


def test_an_answer_that_breaks_off_is_asked_for_again_and_then_named(make_store: MakeStore) -> None:
    with peer(lambda connection: connection.sendall(HALF)) as (url, calls), pytest.raises(Dropped, match=url):
        make_store(urls=(url,), **IN_A_HURRY).count()
    assert len(calls) == 3


def test_a_busy_server_is_asked_a_few_times(make_store: MakeStore) -> None:
    with (
        peer(lambda connection: connection.sendall(BUSY)) as (url, calls),
        pytest.raises(Busy, match="all shards moved"),
    ):
        make_store(urls=(url,), **IN_A_HURRY).count()
    assert len(calls) == 3


def test_a_server_that_keeps_failing_is_spared(make_store: MakeStore) -> None:
    with peer(lambda connection: connection.sendall(BUSY)) as (url, calls):
        store = make_store(urls=(url,), **{**IN_A_HURRY, "tries": 1, "circuit_failures": 2, "circuit_pause": 60.0})
        for _ in range(2):
            with pytest.raises(Busy):
                store.count()
        with pytest.raises(CircuitOpen, match="all shards moved"):
            store.count()
        assert len(calls) == 2


def test_another_node_answers_for_one_that_is_gone(make_store: MakeStore, server: Server, nowhere: str) -> None:
    store = make_store(urls=(nowhere, server.url), **IN_A_HURRY)
    assert store.current() is None
    assert store.generations() == []


def test_the_other_product_is_named_with_the_engine_to_set(
    engine: str, make_store: MakeStore, request: pytest.FixtureRequest
) -> None:
    other: Server = request.getfixturevalue(OTHER[engine])
    with pytest.raises(Unavailable, match=rf"is not .*backends\.{OTHER[engine]}\.Engine"):
        make_store(urls=(other.url,)).count()


def test_a_wrong_password_says_which_options_to_set(elasticsearch_security: Server) -> None:
    from searchsvc.reliability.http import HttpSettings
    from tests.contract.corpus import SCHEMA

    server = elasticsearch_security
    for user, password in (("", ""), (server.user, "wrong")):
        store = store_class("elasticsearch")(
            "t", "t", SCHEMA, HttpSettings((server.url,), user=user, password=password)
        )
        with pytest.raises(Unavailable, match="Set USER and PASSWORD, or API_KEY") as caught:
            store.current()
        assert "wrong" not in str(caught.value)
    right = HttpSettings((server.url,), user=server.user, password=server.password)
    assert store_class("elasticsearch")("t", "t", SCHEMA, right).current() is None
