"""Connections that keep the deadline at every step: to send, and for each piece of an answer that drips.

A time limit of urllib3 holds for a single read: a server that sends a byte now and then never reaches it.
"""

import http.client
import io
import socket
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from searchsvc.reliability.deadline import remaining

WITHOUT_DEADLINE = 60.0  # seconds for a step where none is set


class _Pieces(io.RawIOBase):
    """What comes over a socket; each piece must be there before the deadline."""

    def __init__(self, sock: socket.socket, raw: io.RawIOBase) -> None:
        self._socket, self._raw = sock, raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._socket.settimeout(remaining(WITHOUT_DEADLINE))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Answer(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:
        super().__init__(sock, *arguments, **options)
        self.fp = io.BufferedReader(_Pieces(sock, self.fp.detach()))


class _Bounded(http.client.HTTPConnection):
    response_class = _Answer

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        self.sock.settimeout(remaining(WITHOUT_DEADLINE))
        super().send(data)


class _Http(_Bounded, HTTPConnection):
    pass


class _Https(_Bounded, HTTPSConnection):
    pass


class HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


POOLS = {"http": HttpPool, "https": HttpsPool}
# For a pool that another library makes: its ConnectionCls.
CONNECTIONS: dict[str, Any] = {"http": _Http, "https": _Https}
