import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from searchsvc.ops.middleware import SecurityHeaders

pytestmark = pytest.mark.urls("searchsvc.ops.urls")


def test_every_reply_carries_the_strict_policy(client):
    for path in ("/healthz", "/no-such-page"):
        policy = client.get(path)["Content-Security-Policy"]
        assert policy.startswith(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:;"
        )
        assert "frame-ancestors 'none'" in policy
        assert "base-uri 'none'" in policy
        assert "form-action 'self'" in policy
        assert "unsafe" not in policy


def test_the_other_headers_are_there(client):
    headers = client.get("/healthz").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert "camera=()" in headers["Permissions-Policy"]


def test_a_view_keeps_its_own_policy():
    own = SecurityHeaders(lambda _request: HttpResponse(headers={"Content-Security-Policy": "default-src 'self'"}))
    assert own(RequestFactory().get("/"))["Content-Security-Policy"] == "default-src 'self'"


@pytest.mark.parametrize(("status", "has_policy"), [(200, True), (403, True), (404, False), (500, False)])
def test_only_a_developer_s_error_pages_go_without(settings, status, has_policy):
    settings.DEBUG = True
    answer = SecurityHeaders(lambda _request: HttpResponse(status=status))(RequestFactory().get("/"))
    assert ("Content-Security-Policy" in answer) is has_policy
