"""Elasticsearch and OpenSearch, really killed, paused and started again: no acknowledged write is lost.

Each test leaves the server running; a store made before a fault goes on after it.
"""

import threading
import time
from collections.abc import Iterator

import pytest

from backends.core.errors import TimedOut, Unavailable, Unreachable
from backends.jsondsl.store import JsonStore
from searchsvc.reliability.deadline import deadline
from searchsvc.reliability.http import HttpSettings
from tests.backends.jsondsl.conftest import store_class
from tests.contract.conftest import Questions
from tests.contract.corpus import SCHEMA, make
from tests.servers.process import Process
from tests.servers.product import NotInstalled, Server
from tests.servers.sharing import private

DEADLINE = 1.0  # seconds
GRACE = 2.0  # seconds that a busy machine may take to notice
FEW = 10  # acknowledged batches before the server dies


@pytest.fixture(scope="module", params=["elasticsearch", "opensearch"])
def fallible(request: pytest.FixtureRequest, needs) -> Iterator[tuple[str, Server, Process]]:
    name: str = request.param
    store_class(name)
    try:
        with private(name) as (server, process):
            yield name, server, process
    except NotInstalled:
        needs(name, f"tests/servers/install {name}")


@pytest.fixture
def store(fallible: tuple[str, Server, Process]) -> Iterator[JsonStore]:
    name, server, _ = fallible
    found = store_class(name)("test", server.unique("faults"), SCHEMA, settings_of(server))
    found.promote(found.create(SCHEMA))
    yield found
    found.close()


def settings_of(server: Server) -> HttpSettings:
    return HttpSettings((server.url,), first_wait=0.01, longest_wait=0.02, circuit_failures=0)


def recovered(store: JsonStore) -> set[str]:
    """What is found once the shards are there again: a server answers before they are."""
    end = time.monotonic() + 60
    while True:
        try:
            return Questions(store).found("")
        except Unavailable:
            if time.monotonic() > end:
                raise
            threading.Event().wait(0.2)


def test_a_paused_server_is_given_up_at_the_deadline_and_asked_again_after(
    store: JsonStore, fallible: tuple[str, Server, Process]
) -> None:
    _, _, process = fallible
    store.write(1, [make("a", {"title": "Work"})])
    process.pause()
    try:
        for call in (store.count, store.revision, lambda: store.write(1, [make("b", {"title": "Work"})])):
            began = time.monotonic()
            with pytest.raises(TimedOut), deadline(DEADLINE):
                call()
            assert time.monotonic() - began < DEADLINE + GRACE
    finally:
        process.resume()
    assert "a" in recovered(store)
    store.write(1, [make("c", {"title": "Work"})])
    assert {"a", "c"} <= Questions(store).found("")


def test_a_server_that_is_down_is_named_and_the_same_store_answers_when_it_is_up(
    store: JsonStore, fallible: tuple[str, Server, Process]
) -> None:
    name, server, process = fallible
    store.write(1, [make("a", {"title": "Work"})])
    process.stop()
    late = store_class(name)("late", store.made.name, SCHEMA, settings_of(server))
    for each in (store, late):
        with pytest.raises(Unreachable, match=server.url):
            each.count()
        with pytest.raises(Unavailable):
            each.write(1, [make("b", {"title": "Work"})])
    process.start()
    assert recovered(store) == {"a"}
    assert recovered(late) == {"a"}
    late.close()


def test_what_was_acknowledged_survives_kill_9(store: JsonStore, fallible: tuple[str, Server, Process]) -> None:
    _, _, process = fallible
    acknowledged: set[str] = set()
    errors: list[Unavailable] = []
    enough = threading.Event()

    def write() -> None:
        for at in range(10_000):
            names = [f"w{at:04}-{part}" for part in range(5)]
            try:
                store.write(1, [make(name, {"title": "Work"}) for name in names])
            except Unavailable as error:
                errors.append(error)
                return
            acknowledged.update(names)
            if at == FEW:
                enough.set()

    writer = threading.Thread(target=write)
    writer.start()
    assert enough.wait(120)
    process.kill()
    writer.join(60)
    assert len(errors) == 1
    process.start()
    assert acknowledged <= recovered(store)
    before = store.revision()
    store.write(1, [make("last", {"title": "Work"})])
    assert store.revision() != before
    assert "last" in Questions(store).found("")
