"""Settings and addresses of a site for tests of the server: one of its views answers when the test lets it."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.urls import path

from searchsvc.settings.test import *  # noqa: F403 - settings inherit so

ROOT_URLCONF = __name__
ALLOWED_HOSTS = ["127.0.0.1"]
POOL = ThreadPoolExecutor(1)
FIFOS = Path(os.environ["HELD_SITE_FIFOS"])


def length(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(len(request.GET.get("q", ""))))


def held(_request: HttpRequest) -> HttpResponse:
    """Say through one pipe that this has begun, and wait for a word through the other."""
    (FIFOS / "begun").write_text("x", "utf-8")
    with (FIFOS / "go").open("rb", buffering=0) as go:
        go.read(1)
    # As the home search does: a server that lets its interpreter end too early fails here.
    return HttpResponse(POOL.submit(str.upper, "finished").result())


urlpatterns = [path("length", length), path("held", held)]
