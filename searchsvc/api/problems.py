"""Errors as problem documents (RFC 9457), with a stable `code` and every wrong parameter at once."""

from dataclasses import asdict
from http import HTTPStatus
from math import ceil
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse

from backends.core.errors import BadQuery, TimedOut, Unavailable
from searchsvc.search.cursor import BadCursor
from searchsvc.search.params import BadParams
from searchsvc.search.service import UnknownIndex, UnknownRecord

MEDIA_TYPE = "application/problem+json"
CURSOR_STATUS = {"cursor-expired": HTTPStatus.GONE}


def problem(request: HttpRequest, status: HTTPStatus, code: str, detail: str, **members: Any) -> HttpResponse:
    """One problem document. `members` are RFC 9457's extension members."""
    body = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "code": code,
        "detail": detail,
        **members,
        "request_id": getattr(request, "request_id", None),
    }
    return HttpResponse(orjson.dumps(body), status=status, content_type=MEDIA_TYPE)


def problem_of(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """The problem document of an error of the service; None for one that is nobody's fault but ours."""
    start = _first_page(request)
    match error:
        case BadParams():
            errors = [asdict(part) for part in error.errors]
            return problem(request, HTTPStatus.BAD_REQUEST, "bad-parameters", str(error), errors=errors)
        case BadCursor():
            status = CURSOR_STATUS.get(error.code, HTTPStatus.BAD_REQUEST)
            return problem(request, status, error.code, str(error), start=start)
        case BadQuery():
            return problem(request, HTTPStatus.BAD_REQUEST, "bad-query", str(error))
        case UnknownIndex():
            return problem(request, HTTPStatus.NOT_FOUND, "unknown-index", str(error))
        case UnknownRecord():
            return problem(request, HTTPStatus.NOT_FOUND, "unknown-record", str(error))
        case TimedOut():
            return problem(request, HTTPStatus.GATEWAY_TIMEOUT, "timed-out", str(error))
        case Unavailable():
            response = problem(request, HTTPStatus.SERVICE_UNAVAILABLE, "engine-unavailable", str(error))
            response["Retry-After"] = str(ceil(error.seconds))
            return response
        case _:
            return None


def _first_page(request: HttpRequest) -> str:
    """The same address without its cursor."""
    query = request.GET.copy()
    query.pop("cursor", None)
    return f"{request.path}?{query.urlencode()}" if query else request.path
