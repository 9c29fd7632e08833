"""How Solr is spoken to: JSON over kept connections, every answer within its time, every failure by our names."""

import json
import time
from collections.abc import Mapping
from contextlib import closing
from typing import Any

import orjson
import pysolr
import requests
import urllib3
from requests.adapters import HTTPAdapter

from backends.core.errors import SearchError, TimedOut, Unavailable, UnsupportedQuery
from searchsvc.reliability.deadline import DeadlinePassed, deadline, remaining
from searchsvc.reliability.http import HttpSettings, retrying

OLDEST = (9, 0)
PIECE = 65_536  # bytes read at a time; between two of them the clock is looked at
TOO_MUCH = ("maxClauseCount", "TooManyClauses", "too complex to determinize", "Infinite Recursion")
HTTP_OK, BAD_REQUEST, NOT_FOUND, TOO_MANY = 200, 400, 404, 429
DENIED, BUSY = frozenset({401, 403}), frozenset({TOO_MANY, 503})


class NotThere(SearchError):
    """No such core, collection or page."""


class Passing(Unavailable):
    """May be gone at the next try. `was_sent` tells whether Solr may have done what was asked."""

    was_sent = True


class NotSent(Passing):
    was_sent = False


def _may_repeat(error: BaseException) -> bool:
    return isinstance(error, Passing)


def _may_send(error: BaseException) -> bool:
    return isinstance(error, Passing) and not error.was_sent


class Client:
    """One Solr, or several nodes of one SolrCloud. Threads share it."""

    def __init__(self, settings: HttpSettings) -> None:
        self.settings = settings
        self._first = 0  # the node that answered last
        self.session: requests.Session = pysolr.Solr(settings.urls[0]).get_session()
        adapter = HTTPAdapter(settings.connections, settings.connections, pool_block=True)
        self.session.mount("http://", adapter)
        self.session.mount("https://", adapter)
        self.session.auth = (settings.user, settings.password) if settings.user else None
        self.session.verify = settings.ca_certs or settings.verify_certs
        self.session.trust_env = False

    def ask(self, path: str, body: Any = None, **parameters: Any) -> dict[str, Any]:
        """Solr's answer to what changes nothing, and may be asked again where a connection fails.

        Raises NotThere, UnsupportedQuery, TimedOut or Unavailable.
        """
        return self._call(_may_repeat, path, body, parameters)

    def tell(self, path: str, body: Any = None, **parameters: Any) -> dict[str, Any]:
        """As `ask`, of what changes something: sent again only where Solr cannot have seen it."""
        return self._call(_may_send, path, body, parameters)

    def send(self, path: str, content: bytes, **parameters: Any) -> dict[str, Any]:
        """As `tell`, of a file."""
        return self._call(_may_send, path, content, parameters)

    def _call(self, may_repeat: Any, path: str, body: Any, parameters: Mapping[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = retrying(self.settings, may_repeat)(self._once, path, body, parameters)
        return answer

    def _once(self, path: str, body: Any, parameters: Mapping[str, Any]) -> dict[str, Any]:
        node = self.settings.urls[self._first % len(self.settings.urls)]
        data = body if body is None or isinstance(body, bytes) else _packed(body)
        try:
            with deadline(self.settings.read):
                status, content = self._exchange(f"{node}{path}", data, parameters)
        except (DeadlinePassed, requests.ReadTimeout, urllib3.exceptions.ReadTimeoutError) as error:
            raise TimedOut(f"Solr at {node} did not answer within {self.settings.read:g} seconds.") from error
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            self._first += 1
            raise (NotSent if _was_refused(error) else Passing)(
                f"Solr at {node} cannot be reached: {_shortened(error)}. Is it running, and is URL its address?"
            ) from error
        return _read(node, status, content)

    def _exchange(self, url: str, data: bytes | None, parameters: Mapping[str, Any]) -> tuple[int, bytes]:
        response = self.session.request(
            "GET" if data is None else "POST",
            url,
            params={"wt": "json", **parameters},
            data=data,
            headers={"Content-Type": "application/octet-stream" if url.endswith("/configs") else "application/json"},
            timeout=(remaining(self.settings.connect), remaining(self.settings.read)),
            stream=True,
        )
        with closing(response):
            pieces = []
            while piece := response.raw.read1(PIECE, decode_content=True):
                pieces.append(piece)
                remaining(self.settings.read)
            return response.status_code, b"".join(pieces)

    def system(self) -> tuple[bool, tuple[int, ...]]:
        """Whether this is a SolrCloud, and the version. Raises Unavailable where it is no Solr that we know."""
        try:
            found = self.ask("/admin/info/system")
            text = str(found["lucene"]["solr-spec-version"])
            version = tuple(int(part) for part in text.split(".")[:2])
        except (NotThere, KeyError, ValueError) as error:
            raise Unavailable(
                f"No Solr answers at {self.settings.urls[0]}: its address ends in /solr, as http://127.0.0.1:8983/solr."
            ) from error
        if version < OLDEST:
            raise Unavailable(f"Solr {text} at {self.settings.urls[0]} is too old; searchsvc needs 9.0 or newer.")
        return found.get("mode") == "solrcloud", version

    def close(self) -> None:
        self.session.close()


def _packed(body: Any) -> bytes:
    try:
        return orjson.dumps(body)
    except TypeError:  # orjson goes 254 levels deep, and a tree of 100 nodes is three times that in JSON
        return json.dumps(body).encode()


def _was_refused(error: Exception) -> bool:
    """Whether no connection was made, so that nothing can have been done."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(error, requests.ConnectTimeout) or isinstance(reason, urllib3.exceptions.NewConnectionError)


def _shortened(error: Exception, most: int = 200) -> str:
    return str(error)[:most]


def _read(node: str, status: int, content: bytes) -> dict[str, Any]:
    try:
        answer: Any = orjson.loads(content)
    except orjson.JSONDecodeError:
        answer = None
    if status == HTTP_OK and isinstance(answer, dict):
        return answer
    if status == NOT_FOUND:
        raise NotThere(f"Solr at {node} has no such index.")
    reason = str(
        answer.get("error", {}).get("msg", "") if isinstance(answer, dict) else content[:200].decode("latin-1")
    )
    if any(sign in reason for sign in TOO_MUCH):
        raise UnsupportedQuery(f"The query is too large for Solr ({reason}); solr.max.booleanClauses bounds it.")
    if status == BAD_REQUEST:
        raise UnsupportedQuery(f"Solr does not take this: {reason}")
    if status in DENIED:
        raise Unavailable(f"Solr at {node} refuses these credentials ({status}); set USER and PASSWORD.")
    kind = NotSent if status in BUSY else Unavailable
    raise kind(f"Solr at {node} answered {status}: {reason}")


def now() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000
