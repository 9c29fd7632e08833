from types import SimpleNamespace

import pytest
from django.db import OperationalError

from backends.core.errors import IndexMissing, Unavailable
from searchsvc.ops import health

pytestmark = pytest.mark.urls("searchsvc.ops.urls")


@pytest.fixture
def engines(monkeypatch):
    """Return a function that lets each connection answer with a revision, or raise an error."""

    def answer(**replies):
        def backend(alias):
            def revision():
                if isinstance(replies[alias], Exception):
                    raise replies[alias]
                return replies[alias]

            return SimpleNamespace(get_backend=lambda: SimpleNamespace(store=SimpleNamespace(revision=revision)))

        handler = SimpleNamespace(connections_info=replies, __getitem__=backend)
        handler_type = type("Connections", (), {"__getitem__": lambda _self, alias: backend(alias)})
        handler = handler_type()
        handler.connections_info = replies
        monkeypatch.setattr(health, "connections", handler)

    return answer


def test_alive_touches_nothing(client):
    # Without the django_db mark a query fails the test, and no engine is set up.
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_ready_says_how_each_thing_is(client, engines):
    engines(default="4.12", creators="1.0")
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "checks": {
            "database": {"ok": True, "detail": "sqlite answers"},
            "index:default": {"ok": True, "detail": "revision 4.12"},
            "index:creators": {"ok": True, "detail": "revision 1.0"},
        },
    }


@pytest.mark.django_db
def test_a_missing_index_says_which_command_builds_it(client, engines):
    engines(default=IndexMissing("default", "var/index"), creators="1.0")
    response = client.get("/readyz")
    checks = response.json()["checks"]
    assert (response.status_code, response.json()["status"]) == (503, "unavailable")
    assert "manage.py rebuild_index" in checks["index:default"]["detail"]
    assert checks["index:creators"]["ok"]


@pytest.mark.django_db
def test_an_outage_of_one_thing_does_not_hide_the_others(client, engines, monkeypatch):
    def broken():
        raise OperationalError("database is locked")

    monkeypatch.setattr(health, "_database", broken)
    engines(default=Unavailable("no answer"))
    checks = client.get("/readyz").json()["checks"]
    assert checks == {
        "database": {"ok": False, "detail": "database is locked"},
        "index:default": {"ok": False, "detail": "no answer"},
    }


@pytest.mark.django_db
def test_a_mistake_in_the_code_is_not_taken_for_an_outage(client, engines):
    engines(default=KeyError("typo"))
    with pytest.raises(KeyError):
        client.get("/readyz")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_probe_cannot_be_posted_to(client, path):
    assert client.post(path).status_code == 405
