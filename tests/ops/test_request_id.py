import json
import logging
from io import StringIO

import pytest
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from searchsvc.ops.logging import formatter
from searchsvc.ops.middleware import RequestId, sane_id

pytestmark = pytest.mark.urls("searchsvc.ops.urls")


@pytest.fixture
def lines():
    """Return a function that gives the JSON lines logged so far."""
    stream, root = StringIO(), logging.getLogger()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter(json=True))
    level = root.level
    root.addHandler(handler)
    root.setLevel("INFO")
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.parametrize("given", ["a", "A-b_c.9", "x" * 64])
def test_a_sane_id_is_kept(client, given):
    assert client.get("/healthz", headers={"X-Request-ID": given})["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", " ", "a b", "x" * 65, "a\r\nSet-Cookie: b", "é", "<b>", "a\n", "١٢"])
def test_any_other_id_is_replaced(given):
    assert sane_id(given) != given
    assert len(sane_id(given)) == 32


def test_two_requests_have_two_ids(client):
    assert client.get("/healthz")["X-Request-ID"] != client.get("/healthz")["X-Request-ID"]


def test_a_view_reads_the_id_of_its_request():
    answer = RequestId(lambda request: HttpResponse(request.request_id))
    response = answer(RequestFactory().get("/", headers={"X-Request-ID": "mine"}))
    assert response.content == b"mine"


def test_every_line_of_a_request_has_its_id(client, lines):
    client.get("/healthz", headers={"X-Request-ID": "first"})
    client.get("/no-such-page", headers={"X-Request-ID": "second"})
    seen = [(line["logger"], line["request_id"]) for line in lines()]
    # Django writes its own line about a 404 after the last middleware has returned: it must have the id too.
    assert seen == [("searchsvc.request", "first"), ("searchsvc.request", "second"), ("django.request", "second")]


def test_the_line_of_a_request_does_not_say_what_was_searched_for(client, lines):
    client.get("/healthz?q=private+matter")
    client.get("/no-such-page?q=private+matter")
    line = lines()[0]
    assert line["event"] == "request"
    assert (line["method"], line["path"], line["status"]) == ("GET", "/healthz", 200)
    assert line["took_ms"] >= 0
    assert len(lines()) == 3
    assert "private" not in json.dumps(lines())


def test_an_error_page_has_the_id_too(client):
    client.raise_request_exception = False
    assert client.get("/no-such-page", headers={"X-Request-ID": "e"})["X-Request-ID"] == "e"


def test_a_line_of_the_next_request_has_not_the_last_ones_id(lines):
    def refuse(_request):
        logging.getLogger("some.library").warning("inside")
        raise Http404

    for given in ("one", "two"):
        with pytest.raises(Http404):
            RequestId(refuse)(RequestFactory().get("/", headers={"X-Request-ID": given}))
    assert [line["request_id"] for line in lines()] == ["one", "two"]
