"""A deadline holds for what drips and for what is not taken, not only for silence."""

import socket
import threading
import time
from contextlib import contextmanager

import pytest
import urllib3

from backends.core.wire import POOLS
from searchsvc.reliability.deadline import deadline

SECONDS = 0.4


@contextmanager
def server(handle):
    """A port whose connections are handed to a function; each is closed when it returns."""
    listening = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def serve():
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                try:
                    handle(connection, ended)
                except OSError:  # the client has hung up, as it should
                    continue

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield POOLS["http"](*listening.getsockname())
    finally:
        ended.set()
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


def drip(text):
    """A byte each 50 ms: never silent, never done."""

    def handle(connection, ended):
        connection.recv(65536)
        for at in range(len(text)):
            connection.sendall(text[at : at + 1])
            if ended.wait(0.05):
                return

    return handle


def ask(pool, **how):
    return pool.urlopen("POST", "/", timeout=urllib3.Timeout(connect=5, read=5), retries=False, **how)


BODY = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"x" * 1000
HEAD = b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 1000


@pytest.mark.parametrize("text", [HEAD, BODY])
def test_what_drips_ends_at_the_deadline(text):
    def at_once(connection, ended):
        connection.recv(65536)
        connection.sendall(BODY[:60])
        drip(BODY[60:])(connection, ended)

    with server(at_once if text is BODY else drip(text)) as pool:
        began = time.monotonic()
        with deadline(SECONDS), pytest.raises(urllib3.exceptions.ReadTimeoutError):
            ask(pool)
        assert SECONDS * 0.9 < time.monotonic() - began < SECONDS + 1


def test_what_nobody_takes_ends_at_the_deadline_also_on_a_connection_that_was_kept():
    def answer_once(connection, ended):
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        ended.wait(10)

    with server(answer_once) as pool:
        assert ask(pool).data == b"ok"
        began = time.monotonic()
        with deadline(SECONDS), pytest.raises(urllib3.exceptions.HTTPError):
            ask(pool, body=b"x" * 50_000_000)
        assert time.monotonic() - began < SECONDS + 1
        assert pool.num_connections == 1


def test_answers_come_whole_and_connections_are_kept():
    def answer(connection, ended):
        connection.settimeout(10)
        while b"\r\n\r\n" in connection.recv(65536):
            connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            connection.sendall(b"".join(b"10000\r\n%b\r\n" % (b"y" * 0x10000) for _ in range(20)) + b"0\r\n\r\n")

    with server(answer) as pool:
        for _ in range(3):
            with deadline(10):
                assert ask(pool).data == b"y" * 0x10000 * 20
        assert ask(pool).data == b"y" * 0x10000 * 20  # without a deadline
        assert pool.num_connections == 1
        pool.close()
