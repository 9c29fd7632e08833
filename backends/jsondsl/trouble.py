"""What the servers say when something is wrong, by our names. Both say it in the same words."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ReadTimeoutError, SSLError

from backends.core.errors import (
    AccessDenied,
    Busy,
    Dropped,
    IndexMissing,
    NotTrusted,
    ReadOnly,
    SearchError,
    TimedOut,
    Unavailable,
    Unreachable,
    UnsupportedQuery,
)
from searchsvc.reliability.http import words

BAD, UNAUTHORIZED, FORBIDDEN, NOT_FOUND, TOO_MANY = 400, 401, 403, 404, 429
BUSY = frozenset({TOO_MANY, 502, 503, 504})


class Failure(Enum):
    """How a call can end without an answer: what is raised, and its sentence."""

    UNREACHED = (Unreachable, "{product} cannot be reached at {url} ({why}). Does it run there?")
    BROKEN = (Dropped, "The connection to {product} at {url} broke ({why}).")
    LATE = (TimedOut, "{product} at {url} did not answer in time ({why}).")
    INSECURE = (NotTrusted, "No secure connection to {product} at {url} ({why}). Is CA_CERTS right?")
    UNREADABLE = (Unavailable, "{product} at {url} gave an answer that cannot be read ({why}).")


# A failure is of the first kind that one of its causes is; both libraries stand on urllib3.
CAUSES: tuple[tuple[tuple[type[BaseException], ...], Failure], ...] = (
    ((SSLError, ssl.SSLError), Failure.INSECURE),
    ((NewConnectionError, ConnectTimeoutError), Failure.UNREACHED),
    ((ReadTimeoutError, TimeoutError), Failure.LATE),
)


def failure_of(error: BaseException) -> Failure:
    """What a client library's error is called here. It is taken for a broken connection where no cause says more."""
    causes: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in causes:
        causes.append(cause)
        cause = cause.__cause__ or cause.__context__
    named = (failure for kinds, failure in CAUSES for each in causes if isinstance(each, kinds))
    return next(named, Failure.BROKEN)


@dataclass(frozen=True, slots=True)
class Place:
    """Which index of which server an error is about."""

    alias: str
    url: str
    name: str
    product: str

    def failed(self, error: Exception, why: str, *, unreadable: bool = False) -> Unavailable:
        """What to raise for an error of the client library."""
        kind, sentence = (Failure.UNREADABLE if unreadable else failure_of(error)).value
        raised: Unavailable = kind(sentence.format(product=self.product, url=self.url, why=why))
        return raised

    def missing(self, which: str = "") -> IndexMissing:
        return IndexMissing(self.alias, f"{self.url}/{which or self.name}")


def _error(body: Any) -> Mapping[str, Any]:
    found = body.get("error") if isinstance(body, Mapping) else None
    return found if isinstance(found, Mapping) else {"type": "", "reason": words(found or body)}


def _deepest(error: Mapping[str, Any]) -> Mapping[str, Any]:
    """The cause that says most: a search's own error is that 'all shards failed'."""
    first = (error.get("failed_shards") or error.get("root_cause") or (error,))[0]
    inner = first.get("reason")
    cause: Mapping[str, Any] = inner if isinstance(inner, Mapping) else first
    while isinstance(below := cause.get("caused_by"), Mapping):
        cause = below
    return cause


def reason_of(body: Any) -> str:
    """What a person can act on, in the server's words."""
    error = _error(body)
    cause = _deepest(error)
    return str(cause.get("reason") or cause.get("type") or error.get("reason") or error.get("type"))


def kinds_of(body: Any) -> frozenset[str]:
    """The types of an error and of what caused it."""
    error = _error(body)
    return frozenset(str(part.get("type")) for part in (error, _deepest(error), *(error.get("root_cause") or ())))


def refused(body: Any, status: int, place: Place) -> SearchError:
    """The error of an answer that is none."""
    kinds, reason = kinds_of(body), reason_of(body)
    if "cluster_block_exception" in kinds:
        return ReadOnly(
            f"The index '{place.name}' on {place.url} takes no writes ({reason}). Is the disk full? When there is room "
            "again, set index.blocks.read_only_allow_delete to null."
        )
    if "index_not_found_exception" in kinds:
        return place.missing()
    if status in (UNAUTHORIZED, FORBIDDEN):
        return AccessDenied(
            f"{place.url} does not let this user in ({status}: {reason}). "
            f"Set USER and PASSWORD, or API_KEY, of connection '{place.alias}'."
        )
    if status in BUSY:
        return Busy(f"{place.url} is busy ({status}: {reason}); try again later.")
    if "timeout" in reason.lower() or "timed out" in reason.lower():
        return TimedOut(f"{place.url} did not answer in time: {reason}")
    return Unavailable(f"{place.url} refused a call about '{place.name}' ({status}: {reason}).")


def query_refused(body: Any, status: int, place: Place) -> SearchError:
    """As `refused`, for a search: what is wrong with it is the asker's to change."""
    if status == BAD and not kinds_of(body) & {"index_not_found_exception", "cluster_block_exception"}:
        reason = reason_of(body)
        if "maxClauseCount" in reason:
            return UnsupportedQuery(f"The query has more words than {place.product} takes at once ({reason}).")
        return UnsupportedQuery(f"{place.product} cannot answer this query: {reason}")
    return refused(body, status, place)
