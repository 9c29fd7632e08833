"""Pages for what no view answers."""

from django.db import connection
from django.template import TemplateDoesNotExist
from django.test import RequestFactory

from searchsvc.web import errors
from tests.web.document import Document


def test_an_address_that_never_was(get):
    page = get("/nosuchpage", 404)
    assert page.heading == "There is nothing at this address"
    assert page.one("form", id="search")


def test_a_failure_of_ours_asks_neither_database_nor_engine(client, monkeypatch, django_assert_num_queries):
    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr("searchsvc.web.search.run", broken)
    monkeypatch.setattr("searchsvc.web.pages.registered", broken)
    client.raise_request_exception = False
    with django_assert_num_queries(0, connection=connection):
        response = client.get("/search?index=creators", headers={"X-Request-ID": "find-me-7"})
    page = Document(response.content.decode())
    assert (response.status_code, page.heading) == (500, "Something went wrong")
    assert page.one("code").text == "find-me-7"
    assert response["Cache-Control"] == "no-store"


def test_even_without_its_template_it_says_so(monkeypatch):
    def gone(*_):
        raise TemplateDoesNotExist("x")

    monkeypatch.setattr(errors, "render_to_string", gone)
    response = errors.server_error(RequestFactory().get("/"))
    assert (response.status_code, b"Something went wrong" in response.content) == (500, True)


def test_a_request_that_django_refuses(client):
    response = client.get("/search", headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert Document(response.content.decode()).heading == "This request cannot be read"
    assert b"evil" not in response.content


def test_too_many_parameters_are_refused_and_not_read(client):
    response = client.get("/search?" + "&".join(f"f.kind={number}" for number in range(1100)))
    assert response.status_code == 400
