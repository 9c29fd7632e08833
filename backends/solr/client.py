"""How Solr is spoken to: JSON over kept connections, every answer within its time, every failure by our names."""

import json
import time
from collections.abc import Mapping
from typing import Any

import orjson
import pysolr
import requests
import urllib3
from requests.adapters import HTTPAdapter

from backends.core import errors
from backends.core.errors import SearchError, Unavailable, UnsupportedQuery
from backends.core.outbound import Outbound
from backends.core.wire import POOLS
from searchsvc.reliability.deadline import DeadlinePassed, remaining
from searchsvc.reliability.http import HttpSettings, plain, words

OLDEST = (9, 0)
TOO_MUCH = ("maxClauseCount", "TooManyClauses", "too complex to determinize", "Infinite Recursion")
HTTP_OK, BAD_REQUEST, NOT_FOUND = 200, 400, 404
JSON, FILE = "application/json", "application/octet-stream"
DENIED = frozenset({401, 403})
# What a proxy says of a Solr that broke off is no promise that nothing was done.
REFUSALS: dict[int, type[Unavailable]] = {429: errors.Busy, 502: errors.Dropped, 503: errors.Busy, 504: errors.Dropped}
MOST_SAID = 200  # characters of another's words in a message of ours

# A failure is of the first kind that one of its causes is, else the connection broke.
KINDS: tuple[tuple[tuple[type[Exception], ...], type[Unavailable]], ...] = (
    ((requests.exceptions.SSLError, urllib3.exceptions.SSLError), errors.NotTrusted),
    ((requests.ReadTimeout, urllib3.exceptions.ReadTimeoutError, DeadlinePassed), errors.TimedOut),
    ((requests.ConnectTimeout, urllib3.exceptions.NewConnectionError), errors.Unreachable),
)
SENTENCES: dict[type[Unavailable], str] = {
    errors.TimedOut: "Solr at {node} did not answer in time.",
    errors.Unreachable: "Solr at {node} cannot be reached: {why}. Is it running, and is URL its address?",
    errors.Dropped: "The connection to Solr at {node} broke: {why}.",
    errors.NotTrusted: "No secure connection to Solr at {node} can be made: {why}. Is CA_CERTS right?",
}


class NotThere(SearchError):
    """No such core, collection or page."""


class Client:
    """One Solr, or several nodes of one SolrCloud. Threads share it."""

    def __init__(self, settings: HttpSettings) -> None:
        self.settings = settings
        self.outbound = Outbound("Solr", settings)
        self._first = 0  # the node that answered last
        self.session: requests.Session = pysolr.Solr(settings.urls[0]).get_session()
        adapter = HTTPAdapter(settings.connections, settings.connections)
        adapter.poolmanager.pool_classes_by_scheme = POOLS
        self.session.mount("http://", adapter)
        self.session.mount("https://", adapter)
        self.session.auth = (settings.user, settings.password) if settings.user else None
        self.session.verify = settings.verify_certs and (settings.ca_certs or True)
        self.session.trust_env = False

    def ask(self, path: str, body: Any = None, **parameters: Any) -> dict[str, Any]:
        """Solr's answer to what changes nothing, and may be asked again where a connection fails.

        Raises NotThere, UnsupportedQuery, TimedOut or Unavailable.
        """
        return self.outbound.ask(self._once, path, body, parameters)

    def tell(self, path: str, body: Any = None, **parameters: Any) -> dict[str, Any]:
        """As `ask`, of what changes something: sent again only where Solr cannot have seen it."""
        return self.outbound.tell(self._once, path, body, parameters)

    def send(self, path: str, content: bytes, **parameters: Any) -> dict[str, Any]:
        """As `tell`, of a file."""
        return self.outbound.tell(self._once, path, content, parameters)

    def _once(self, path: str, body: Any, parameters: Mapping[str, Any]) -> dict[str, Any]:
        first = self._first
        url = self.settings.urls[first % len(self.settings.urls)]
        node = plain(url)
        data = body if body is None or isinstance(body, bytes) else _packed(body)
        try:
            reply = self.session.request(
                "GET" if data is None else "POST",
                f"{url}{path}",
                params={"wt": "json", **parameters},
                data=data,
                headers={"Content-Type": FILE if path.endswith("/configs") else JSON},
                timeout=(remaining(self.settings.connect), remaining(self.settings.read)),
                allow_redirects=False,
            )
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            self._leave(first)
            raise _failure(node, error) from error
        if reply.status_code in REFUSALS:
            self._leave(first)
        return _read(node, reply.status_code, reply.content)

    def _leave(self, first: int) -> None:
        """Ask the next node from now on, unless another thread has seen to it."""
        if self._first == first:
            self._first = first + 1

    def system(self) -> tuple[bool, tuple[int, ...]]:
        """Whether this is a SolrCloud, and the version. Raises Unavailable where it is no Solr that we know."""
        try:
            found = self.ask("/admin/info/system")
            text = str(found["lucene"]["solr-spec-version"])
            version = tuple(int(part) for part in text.split(".")[:2])
        except (NotThere, UnsupportedQuery, KeyError, ValueError) as error:
            raise errors.WrongServer(
                f"No Solr answers at {self.settings.place}: its address ends in /solr, as http://127.0.0.1:8983/solr."
            ) from error
        if version < OLDEST:
            raise errors.WrongServer(f"Solr {text} at {self.settings.place} is too old; searchsvc needs 9.0 or newer.")
        return found.get("mode") == "solrcloud", version

    def close(self) -> None:
        self.session.close()


def _packed(body: Any) -> bytes:
    try:
        return orjson.dumps(body)
    except TypeError:  # orjson goes 254 levels deep, and a tree of 100 nodes is three times that in JSON
        return json.dumps(body).encode()


def _failure(node: str, error: Exception) -> Unavailable:
    inner = error.args[0] if error.args else None
    causes = (error, inner, getattr(inner, "reason", None))
    kinds = (kind for classes, kind in KINDS if any(isinstance(cause, classes) for cause in causes))
    kind = next(kinds, errors.Dropped)
    return kind(SENTENCES[kind].format(node=node, why=str(error)[:MOST_SAID]))


def _read(node: str, status: int, content: bytes) -> dict[str, Any]:
    try:
        answer: Any = orjson.loads(content)
    except orjson.JSONDecodeError:
        answer = None
    if status == HTTP_OK and isinstance(answer, dict):
        return answer
    if status == NOT_FOUND:
        raise NotThere(f"Solr at {node} has no such index.")
    reason = _reason(answer, content)
    if any(sign in reason for sign in TOO_MUCH):
        raise UnsupportedQuery(f"The query is too large for Solr ({reason}); solr.max.booleanClauses bounds it.")
    if status == BAD_REQUEST and not (isinstance(answer, dict) and "responseHeader" in answer):
        raise errors.WrongServer(f"What answers at {node} is no Solr: {reason}")
    if status == BAD_REQUEST:
        raise UnsupportedQuery(f"Solr does not take this: {reason}")
    if status in DENIED and "read-only" in reason:
        raise errors.ReadOnly(f"The index at {node} takes no writes: {reason}. Set its collection's readOnly to false.")
    if status in DENIED:
        raise errors.AccessDenied(f"Solr at {node} refuses these credentials ({status}); set USER and PASSWORD.")
    raise REFUSALS.get(status, Unavailable)(f"Solr at {node} answered {status}: {reason}")


def _reason(answer: Any, content: bytes) -> str:
    error = answer.get("error") if isinstance(answer, dict) else None
    return str(error.get("msg")) if isinstance(error, dict) else words(error or content, MOST_SAID)


def now() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000
