"""Is the process alive (`/healthz`)? Can it answer (`/readyz`)? Two questions, for a restart mends only the first."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from haystack import connections
from haystack.exceptions import HaystackError

from backends.core.errors import SearchError

log = structlog.get_logger(__name__)

Probe = Callable[[], str]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing the service needs. `detail` is a sentence: the state, or what went wrong and what to do."""

    name: str
    ok: bool
    detail: str


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """200 while the process can answer at all; touches nothing else, so that an outage elsewhere restarts nobody."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """200 when the database and every index answer, else 503; both say how each of them is."""
    checks = readiness()
    ok = all(check.ok for check in checks)
    body: dict[str, Any] = {
        "status": "ok" if ok else "unavailable",
        "checks": {check.name: {"ok": check.ok, "detail": check.detail} for check in checks},
    }
    return JsonResponse(body, status=200 if ok else 503)


def readiness() -> tuple[Check, ...]:
    """Each thing the service needs, asked now."""
    return tuple(_ask(name, probe) for name, probe in probes())


def probes() -> Iterator[tuple[str, Probe]]:
    yield "database", _database
    for alias in connections.connections_info:
        yield f"index:{alias}", lambda alias=alias: _index(alias)  # type: ignore[misc]  # a default binds it now


def _ask(name: str, probe: Probe) -> Check:
    try:
        return Check(name, ok=True, detail=probe())
    except (SearchError, DatabaseError, HaystackError, ImportError) as error:
        log.warning("not ready", check=name, reason=str(error))
        return Check(name, ok=False, detail=str(error))


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return f"{connection.vendor} answers"


def _index(alias: str) -> str:
    return f"revision {connections[alias].get_backend().store.revision()}"
