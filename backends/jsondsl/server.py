"""One way to speak to a server: any client library behind one method, and its answers by our names."""

import threading
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import orjson

from backends.core.errors import SearchError, TimedOut, Unavailable
from backends.core.outbound import Outbound
from backends.jsondsl.trouble import BUSY, FORBIDDEN, UNAUTHORIZED, Place, refused
from searchsvc.reliability.http import HttpSettings

Result = TypeVar("Result")
Body = bytes | Callable[[], bytes] | None  # a function is asked before each try
MOST_OF = 0.9  # of what is left of a deadline, for the server; the rest is for the way, so that its own word arrives


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, whatever its status. `body` is JSON as text or bytes, or read already."""

    status: int
    body: Any


class AsItIs:
    """A client library's serializer that does nothing: bodies are written and read here, for all servers alike."""

    def loads(self, data: Any) -> Any:
        return data

    def dumps(self, data: Any) -> Any:
        return data


class Client(Protocol):
    """A client library. It raises what `Place.failed` makes of its own exceptions, and none of them."""

    def send(self, method: str, path: str, body: bytes | None, timeout: float) -> Reply:
        """One try on one node, in at most so many seconds. `body` is JSON, or lines of JSON for paths in _bulk."""
        ...

    def check(self, status: int, info: Mapping[str, Any]) -> None:
        """Raises Unavailable unless an answer to GET / is of this client's product, in a version it speaks to."""
        ...

    def close(self) -> None: ...


class ClientClass(Protocol):
    product: str

    def __call__(self, settings: HttpSettings, place: Place, options: Mapping[str, Any]) -> Client: ...


class Server:
    """A server as one connection sees it; its threads share the client, which is opened when first asked.

    Every call may be repeated: documents are written by id, and a number once reserved is nobody else's.
    """

    def __init__(self, place: Place, settings: HttpSettings, open_client: Callable[[], Client]) -> None:
        self.place, self._open_client = place, open_client
        self.outbound = Outbound(place.product, settings)
        self._client: Client | None = None
        self._opened: Client | None = None  # kept while it is not checked yet: it knows which nodes did not answer
        self._lock = threading.Lock()  # guards _client and _opened

    def call(
        self,
        method: str,
        path: str,
        body: Body = None,
        *,
        accept: Container[int] = (),
        read: Callable[[Any], Result] | None = None,
        error: Callable[[Any, int, Place], SearchError] = refused,
    ) -> Any:
        """The JSON of an answer, or what `read` makes of it; None for a status in `accept`, which is no error then.

        `read` may raise Busy to have the call repeated; `error` makes one of an answer that is none. Raises
        Unavailable, TimedOut or IndexMissing.
        """

        def once() -> Any:
            found = self.outbound.attempt(self._answer, method, path, body() if callable(body) else body, accept, error)
            return found if found is None or read is None else read(found)

        return self.outbound.repeat(once)

    def _answer(
        self,
        method: str,
        path: str,
        body: bytes | None,
        accept: Container[int],
        error: Callable[[Any, int, Place], SearchError],
    ) -> Any:
        reply = self.client().send(method, path, body, self.outbound.left())
        if reply.status in accept:
            return None
        found = parsed(reply, self.place)
        if reply.status not in range(200, 300):
            raise error(found, reply.status, self.place)
        return found

    def milliseconds(self) -> int:
        """What the server may take of what is left."""
        return max(1, int(self.outbound.left() * 1000 * MOST_OF))

    def client(self) -> Client:
        """The client, once the server has said that it is of its product."""
        if self._client is not None:
            return self._client
        if not self._lock.acquire(timeout=self.outbound.left()):  # another thread waits for the same answer
            raise TimedOut(f"{self.outbound.name} did not say in time what it is.")
        try:
            self._opened = self._opened or self._open_client()
            self._client = self._client or self._checked(self._opened)  # type: ignore[redundant-expr] # another thread
            return self._client
        finally:
            self._lock.release()

    def _checked(self, client: Client) -> Client:
        reply = client.send("GET", "/", None, self.outbound.left())
        info = parsed(reply, self.place)
        if reply.status == UNAUTHORIZED or reply.status in BUSY:
            raise refused(info, reply.status, self.place)
        if reply.status != FORBIDDEN:  # a key for some indexes only may not ask what the server is
            client.check(reply.status, info)
        return client

    def close(self) -> None:
        with self._lock:
            client, self._client, self._opened = self._opened, None, None
        if client is not None:
            client.close()


def is_tls(settings: HttpSettings) -> bool:
    return any(url.startswith("https:") for url in settings.urls)


def parsed(reply: Reply, place: Place) -> Any:
    if not isinstance(reply.body, str | bytes):
        return reply.body
    try:
        return orjson.loads(reply.body)
    except orjson.JSONDecodeError as error:
        if reply.status in range(200, 300):
            raise Unavailable(f"{place.url} answered what is no JSON: {reply.body[:80]!r}") from error
        return {"error": f"{reply.body[:80]!r}"}  # a proxy's own words
