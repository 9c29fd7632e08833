"""`/metrics`: how far each index is behind, for those alone who run the service; an engine that is down breaks none."""

import time
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from searchsvc.indexing.models import Change, Verification
from searchsvc.ops import metrics as collecting
from searchsvc.ops import scrape
from searchsvc.ops.metrics import IndexMetrics
from tests.indexing.spoilt import fill, work
from tests.sites import site

pytestmark = pytest.mark.django_db
TOKEN = "a-long-secret"


class Clock:
    seconds = 0.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def clock(settings, monkeypatch):
    """Return the clock of a collector of the test's own; nothing is kept from another test."""
    settings.SEARCHSVC_METRICS_TOKEN, settings.SEARCHSVC_METRICS_INTERNAL = TOKEN, False
    clock = Clock()
    registry = collecting.CollectorRegistry()
    registry.register(IndexMetrics(clock))
    monkeypatch.setattr(scrape, "REGISTRY", registry)
    return clock


@pytest.fixture
def figures(clock, client):
    """Return a function that scrapes; it returns values of the index `default` by name, drift by (name, kind)."""

    def scraped():
        response = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert response.status_code == 200
        samples = [each for family in text_string_to_metric_families(response.text) for each in family.samples]
        return {
            (each.name.removeprefix("searchsvc_index_"), each.labels.get("kind")): each.value
            for each in samples
            if each.labels["index"] == "default"
        }

    return scraped


@pytest.fixture
def index(tmp_path, db):
    with site("tantivy", tmp_path):
        yield


def change(row, ago, **columns):
    made = timezone.now() - timedelta(seconds=ago)
    Change.objects.create(alias="default", model="catalog.item", object_pk=str(row.pk), made=made, **columns)


def test_an_index_tells_what_it_holds_and_what_waits(index, figures):
    row = work("a")
    number = fill()
    change(row, 90), change(row, 10), change(row, 5, dead=timezone.now(), error="too long")
    found = figures()
    told = {name: found[name, None] for name in ("waiting", "dead", "rows", "documents", "generation", "answers")}
    assert told == {"waiting": 2, "dead": 1, "rows": 1, "documents": 1, "generation": number, "answers": 1}
    assert 90 <= found["oldest_age_seconds", None] < 100
    assert ("verified_age_seconds", None) not in found


def test_the_last_verification_is_told_by_kind(index, figures):
    work("a")
    fill()
    finished = timezone.now() - timedelta(seconds=60)
    Verification.objects.create(alias="default", generation=1, started=finished, finished=finished, wrong=2, stale=1)
    found = figures()
    assert {kind: value for (name, kind), value in found.items() if name == "drift"} == {
        "missing": 0, "ghost": 0, "stale": 1, "wrong": 2,
    }  # fmt: skip
    assert 60 <= found["verified_age_seconds", None] < 70


def test_the_age_grows_between_two_counts_and_counts_are_made_once_a_minute(index, figures, clock):
    row = work("a")
    fill()
    change(row, 50)
    first = figures()
    work("b")
    change(row, 500)
    second = figures()
    assert second["oldest_age_seconds", None] > first["oldest_age_seconds", None]
    assert (second["waiting", None], second["rows", None]) == (1, 1)
    clock.seconds = collecting.OFTEN
    assert (figures()["waiting", None], figures()["rows", None]) == (1, 1)
    clock.seconds = collecting.SELDOM
    assert figures()["rows", None] == 2


def test_a_scrape_asks_little_of_the_database(index, figures, django_assert_max_num_queries):
    work("a")
    fill()
    figures()
    with django_assert_max_num_queries(9):
        figures()


def test_an_engine_that_is_down_breaks_no_scrape(figures, tmp_path):
    pytest.importorskip("pysolr")
    row = work("a")
    change(row, 90)
    with site("solr", tmp_path, "http://127.0.0.1:9", TRIES=1):
        found = figures()
    assert (found["answers", None], found["waiting", None], found["rows", None]) == (0, 1, 1)
    assert ("documents", None) not in found


def test_an_engine_that_hangs_is_waited_for_two_seconds(figures, tmp_path, monkeypatch):
    import socket

    pytest.importorskip("pysolr")
    monkeypatch.setattr(collecting, "ENGINE_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as deaf:  # takes connections, and says nothing
        address = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        with site("solr", tmp_path, address, TRIES=1):
            begun = time.monotonic()
            assert figures()["answers", None] == 0
    assert time.monotonic() - begun < 10


def test_a_missing_index_does_not_answer(index, figures):
    assert figures()["answers", None] == 0


def test_a_database_that_is_down_is_told(clock, client, monkeypatch):
    def broken(_registry):
        raise OperationalError("database is locked")

    monkeypatch.setattr(scrape, "generate_latest", broken)
    response = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert (response.status_code, "database is locked" in response.text) == (503, True)


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", TOKEN, f"Basic {TOKEN}", "Bearer é"])
def test_without_the_token_nothing_is_told(clock, client, given):
    response = client.get("/metrics", headers={"Authorization": given})
    assert (response.status_code, "searchsvc_index" in response.text) == (403, False)


def test_an_empty_token_is_none(clock, client, settings):
    settings.SEARCHSVC_METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 403


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("10.1.2.3", {}, 200),
        ("8.8.8.8", {}, 403),
        ("", {}, 403),
        ("127.0.0.1", {"X-Forwarded-For": "8.8.8.8"}, 403),
        ("127.0.0.1", {"Forwarded": "for=8.8.8.8"}, 403),
    ],
)
def test_the_own_network_is_let_in_where_that_is_set_and_no_proxy_stands_between(
    index, clock, client, settings, address, headers, status
):
    asked = lambda: client.get("/metrics", REMOTE_ADDR=address, headers=headers).status_code  # noqa: E731
    assert asked() == 403
    settings.SEARCHSVC_METRICS_INTERNAL = True
    assert asked() == status


def test_it_cannot_be_posted_to_and_is_not_kept(index, clock, client):
    assert client.post("/metrics").status_code == 405
    assert "no-store" in client.get("/metrics")["Cache-Control"]
