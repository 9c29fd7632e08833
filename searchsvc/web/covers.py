"""Drawn covers, one address a record, seen by whom the record is."""

from hashlib import blake2b

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from backends.core.results import Result
from indexes.registry import Index
from searchsvc.catalog.cover import cover_svg
from searchsvc.search.service import UnknownRecord, record
from searchsvc.search.viewer import ANYONE, Viewer
from searchsvc.web.cards import plain
from searchsvc.web.pages import explained
from searchsvc.web.visitors import refuse_hidden, viewer_for

FOR_ALL = "public, max-age=3600"  # an hour: so long a cover may lag behind a changed title or a record now hidden
FOR_ONE = "private, no-cache"
TAG_LENGTH = 16  # bytes


@require_safe
@explained
def cover(request: HttpRequest, name: str, key: str) -> HttpResponse:
    """What everyone may see is answered without asking who looks, so that caches may share it."""
    try:
        return drawn(request, *visible(name, key, ANYONE), FOR_ALL)
    except UnknownRecord:
        return drawn(request, *visible(name, key, viewer_for(request, name)), FOR_ONE)


def visible(name: str, key: str, viewer: Viewer) -> tuple[Index, Result]:
    """Raises UnknownRecord. One query, for what the database has hidden since the index was built."""
    index, result = record(name, key, viewer)
    model = index.declared().get_model()
    refuse_hidden(index, model._default_manager.filter(pk=result.pk).first(), viewer)  # noqa: SLF001 - Django documents it
    return index, result


def drawn(request: HttpRequest, index: Index, result: Result, caching: str) -> HttpResponse:
    card = index.declared.card
    kind = str(result.fields.get(card.cover) or index.name)
    svg = cover_svg(kind, plain(index, card.title, result) or result.key, result.key).encode()
    tag = f'"{blake2b(svg, digest_size=TAG_LENGTH).hexdigest()}"'
    response = HttpResponse(svg, content_type="image/svg+xml", headers={"Cache-Control": caching, "ETag": tag})
    return get_conditional_response(request, etag=tag, response=response) or response
