"""The JSON API's views: lean functions, for a framework's serializers cost more than the search (shared figures)."""

from collections.abc import Callable
from functools import wraps

import orjson
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from searchsvc.api.problems import problem_of
from searchsvc.api.serialize import search_reply
from searchsvc.search.params import read_params
from searchsvc.search.service import index_named, run
from searchsvc.search.viewer import Viewer

View = Callable[..., HttpResponse]


def problems(view: View) -> View:
    """Turn the service's errors into problem documents; any other error is a bug and goes on."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Exception as error:
            response = problem_of(request, error)
            if response is None:
                raise
            return response

    return wrapped


@require_safe
@problems
def search(request: HttpRequest, index: str) -> HttpResponse:
    """GET /api/v1/indexes/<index>/search."""
    params = read_params(request.GET, index_named(index), strict=True)
    page = run(params, Viewer.of(request.user))
    reply = search_reply(page, request.path, getattr(request, "request_id", None))
    return HttpResponse(orjson.dumps(reply), content_type="application/json")
