"""`/metrics`, for Prometheus. It tells how much there is and what fails, to those alone who run the service."""

from hmac import compare_digest
from ipaddress import ip_address

import structlog
from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from searchsvc.ops.metrics import REGISTRY

log = structlog.get_logger(__name__)
REFUSED = (
    "Metrics are for those who run this service. Send SEARCHSVC_METRICS_TOKEN as a Bearer token, or set "
    "SEARCHSVC_METRICS_INTERNAL to let addresses of the own network in.\n"
)
# What a proxy adds: then the address is the proxy's, and whoever asked is somewhere else.
FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP")


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures of `metrics`; 403 for who may not see them, 503 where the database does not answer."""
    if not (_has_token(request) or _is_internal(request)):
        return HttpResponse(REFUSED, status=403, content_type="text/plain")
    try:
        return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)
    except DatabaseError as error:
        log.warning("no metrics", reason=str(error))
        return HttpResponse(f"The database does not answer: {error}\n", status=503, content_type="text/plain")


def _has_token(request: HttpRequest) -> bool:
    token, given = settings.SEARCHSVC_METRICS_TOKEN, request.headers.get("Authorization", "")
    return bool(token) and compare_digest(given.encode(), f"Bearer {token}".encode())


def _is_internal(request: HttpRequest) -> bool:
    if not settings.SEARCHSVC_METRICS_INTERNAL or any(name in request.headers for name in FORWARDED):
        return False
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return address.is_loopback or address.is_private
