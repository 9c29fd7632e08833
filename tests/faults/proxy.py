"""An HTTP proxy before a real server, which misbehaves as often as it is told and then passes everything on."""

import http.client
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

EVER = 1_000_000
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: closing sends a reset
DRIP_SECONDS = 0.1  # a byte each
NOT_PASSED = frozenset({"transfer-encoding", "content-length", "connection"})


@dataclass
class Proxy:
    """`how` is a status to answer with, "reset" in the middle of a body, or "drip"; it holds for `times` requests."""

    upstream: str
    how: int | str = ""
    times: int = 0
    misbehaved: int = 0
    url: str = ""
    ended: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def misbehave(self, how: int | str, times: int = EVER) -> None:
        with self.lock:
            self.how, self.times, self.misbehaved = how, times, 0

    def behave(self) -> None:
        self.misbehave("", 0)

    def turn(self) -> int | str:
        """How this request is answered."""
        with self.lock:
            if not self.times:
                return ""
            self.times, self.misbehaved = self.times - 1, self.misbehaved + 1
            return self.how


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    proxy: Proxy

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        how = self.proxy.turn()
        if isinstance(how, int):
            self.answer(how, {"content-type": "text/plain"}, b"not now")
            return
        status, headers, content = self.ask(body)
        if how == "reset":
            self.start(status, headers, len(content))
            self.wfile.write(content[: len(content) // 2])
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            self.rfile.close()
            self.connection.close()
            self.close_connection = True
        elif how == "drip":
            self.start(status, headers, len(content))
            for at in range(len(content)):
                self.wfile.write(content[at : at + 1])
                if self.proxy.ended.wait(DRIP_SECONDS):
                    return
        else:
            self.answer(status, headers, content)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_any  # noqa: N815 - http.server's names

    def ask(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        upstream = http.client.HTTPConnection(urlsplit(self.proxy.upstream).netloc, timeout=60)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in NOT_PASSED}
        try:
            upstream.request(self.command, self.path, body or None, {**headers, "accept-encoding": "identity"})
            reply = upstream.getresponse()
            passed = {name: value for name, value in reply.getheaders() if name.lower() not in NOT_PASSED}
            return reply.status, passed, reply.read()
        finally:
            upstream.close()

    def answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.start(status, headers, len(content))
        self.wfile.write(content)

    def start(self, status: int, headers: dict[str, str], length: int) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(length))
        self.end_headers()

    def log_message(self, *_arguments: Any) -> None:
        pass


class Listening(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a connection that is kept open would hold the end up

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is what is tested here."""


@contextmanager
def before(upstream: str) -> Iterator[Proxy]:
    """A proxy before a server's address (http://host:port/path); `url` is where it listens."""
    proxy = Proxy(upstream)
    listening = Listening(("127.0.0.1", 0), type("Ours", (Handler,), {"proxy": proxy}))
    proxy.url = f"http://127.0.0.1:{listening.server_address[1]}{urlsplit(upstream).path}"
    thread = threading.Thread(target=listening.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield proxy
    finally:
        proxy.ended.set()
        listening.shutdown()
        listening.server_close()
        thread.join()
