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
    _is_kept, _kept = False, b""

    def request(self, *arguments: Any, **options: Any) -> None:
        """Head and body leave in one piece, which is one call of the kernel and one packet less."""
        super().request(*arguments, **options)
        if self._kept:
            self.send(b"")

    def endheaders(self, *arguments: Any, **options: Any) -> None:
        self._is_kept = True
        try:
            super().endheaders(*arguments, **options)
        finally:
            self._is_kept = False

    def send(self, data: Any) -> None:
        if self._is_kept:
            self._kept += data
            return
        if kept := self._kept:
            self._kept = b""
            if not isinstance(data, bytes):
                self.send(kept)
            data = kept + data if isinstance(data, bytes) else data
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
