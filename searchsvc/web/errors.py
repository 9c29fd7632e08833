"""Handlers for what no view answers. The page for a failure asks neither the database nor the engine for anything."""

from contextlib import suppress

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from searchsvc.web.pages import problem

PLAIN = "<!doctype html><title>Something went wrong</title><h1>Something went wrong</h1><p>It has been noted.</p>"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - given by name
    return problem(request, 404, "The address may be mistyped, or what it led to is gone. A search may find it.")


def bad_request(_request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - given by name
    """Django refused the request before a view saw it, its host among the reasons: nothing of it is used."""
    return failed("bad_request", 400)


def server_error(request: HttpRequest) -> HttpResponse:
    return failed("server_error", 500, request_id=str(getattr(request, "request_id", "")))


def failed(template: str, status: int, **context: str) -> HttpResponse:
    page = PLAIN
    # Whatever broke may break this page too, a missing list of static files for one; then plain words have to do.
    with suppress(Exception):
        page = render_to_string(f"web/{template}.html", context)
    return HttpResponse(page, status=status, headers={"Cache-Control": "no-store"})
