"""The two outermost layers of a request: its id, and the headers that every page carries."""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from uuid import uuid4

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bind_contextvars, clear_contextvars

Next = Callable[[HttpRequest], HttpResponse]

HEADER = "X-Request-ID"
SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
# Only our own pages may have a policy as strict as ours; Django's pages for a developer hold styles and scripts.
DEBUG_PAGES = frozenset({404, 500})

log = structlog.get_logger("searchsvc.request")


class RequestId:
    """Gives each request an id: `request.request_id`, in every log line, and on the reply. One line a request.

    A proxy's id is kept when it is sane. The line has the path without the query, which is what somebody searched for.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = time.perf_counter()
        request_id = sane_id(request.headers.get(HEADER, ""))
        # Cleared here and not at the end: Django logs a refusal, and a streamed body is made, after this returns.
        clear_contextvars()
        bind_contextvars(request_id=request_id)
        request.request_id = request_id  # type: ignore[attr-defined]  # what Django's docs tell a middleware to do
        response = self.get_response(request)
        response.headers[HEADER] = request_id
        took_ms = round((time.perf_counter() - begun) * 1000, 1)
        log.info("request", method=request.method, path=request.path, status=response.status_code, took_ms=took_ms)
        return response


class SecurityHeaders:
    """Content-Security-Policy from SECURE_CSP and Permissions-Policy from PERMISSIONS_POLICY.

    A view that sets its own keeps it.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        self.policy = content_policy(settings.SECURE_CSP)
        self.permissions = permissions_policy(settings.PERMISSIONS_POLICY)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", self.permissions)
        if not (settings.DEBUG and response.status_code in DEBUG_PAGES):
            response.headers.setdefault("Content-Security-Policy", self.policy)
        return response


def sane_id(given: str) -> str:
    """The id that was given, when it cannot harm a log; else a new one of 32 hexadecimal digits."""
    return given if SANE_ID.fullmatch(given) else uuid4().hex


def content_policy(directives: Mapping[str, Sequence[str]]) -> str:
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())


def permissions_policy(features: Mapping[str, Sequence[str]]) -> str:
    return ", ".join(f"{name}=({' '.join(allowed)})" for name, allowed in features.items())
