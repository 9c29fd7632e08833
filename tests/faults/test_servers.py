"""What real servers do when they fail, and what we say: a named error in time, nothing lost, no restart of ours."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

import pytest

from backends.core.errors import (
    Busy,
    CircuitOpen,
    Dropped,
    ReadOnly,
    SchemaMismatch,
    SearchError,
    TimedOut,
    Unavailable,
    Unreachable,
    WrongServer,
)
from backends.core.nodes import All
from backends.core.request import Request, Sort
from backends.core.schema import KEY, Field, Kind, Schema
from backends.core.store import Document, Store
from searchsvc.reliability.deadline import deadline
from searchsvc.reliability.http import HttpSettings
from tests.contract.corpus import SCHEMA, make
from tests.contract.served import CLIENTS
from tests.faults.proxy import EVER, Proxy, before
from tests.servers.nginx import Nginx
from tests.servers.process import Process
from tests.servers.product import NotInstalled, Server, new_prefix
from tests.servers.sharing import private

ENGINES = {
    "solr": ("backends.solr.store", "SolrStore"),
    "elasticsearch": ("backends.elasticsearch.store", "ElasticsearchStore"),
    "opensearch": ("backends.opensearch.store", "OpenSearchStore"),
}
ANOTHER = {"solr": "elasticsearch", "elasticsearch": "opensearch", "opensearch": "elasticsearch"}
SECONDS = 1.5  # the deadline of what is expected to fail
LATE = 1.5  # of a busy machine: how much later an error may be seen
BACK = 30.0  # in which a server that is back must have answered
ALL = Request(All(), sort=(Sort(KEY),), size=10_000)
THIRD = "answered at the third try"
SHOWN = 110  # letters of a message in the table
ADDRESS = re.compile(r"https?://127\.0\.0\.1:\d+(/solr)?")
TABLE = "table: What each fault is called, and when"


@dataclass(frozen=True)
class Site:
    """One engine with a server of its own, and an index with one document in it."""

    engine: str
    server: Server
    process: Process
    name: str

    def store(self, url: str = "", schema: Schema = SCHEMA, **how: Any) -> Store:
        """Another client of the index; each address has a circuit of its own."""
        settings = HttpSettings((url or self.server.url,), circuit_pause=1.0)
        module, name = ENGINES[self.engine]
        made: Store = getattr(import_module(module), name)("faults", self.name, schema, replace(settings, **how))
        return made


@pytest.fixture(scope="module", params=ENGINES)
def site(request: pytest.FixtureRequest, needs: Callable[[str, str], Any]) -> Iterator[Site]:
    engine = request.param
    pytest.importorskip(CLIENTS[engine], reason=f"pip install searchsvc[{engine}]")
    with ExitStack() as stack:
        try:
            server, process = stack.enter_context(private(engine))
        except NotInstalled:
            needs(engine, f"tests/servers/install {engine}")
        made = Site(engine, server, process, new_prefix())
        store = made.store()
        store.promote(store.create(SCHEMA))
        store.write(1, [work("first")])
        yield made
        store.close()


@pytest.fixture
def proxy(site: Site) -> Iterator[Proxy]:
    with before(site.server.url) as made:
        yield made


@pytest.fixture
def fails(site: Site, record_property: Callable[[str, object], None]) -> Callable[..., Any]:
    """Call what must fail, by this name and in time; a row of the table is made of it."""

    def call(fault: str, kind: type[Exception] | tuple[type[Exception], ...], function: Callable[[], Any]) -> Any:
        begun = time.monotonic()
        with deadline(SECONDS), pytest.raises(kind) as error:
            function()
        elapsed = time.monotonic() - begun
        row(record_property, fault, site.engine, error.value, elapsed)
        assert elapsed < SECONDS + LATE
        return error.value

    return call


def row(record: Callable[[str, object], None], fault: str, engine: str, seen: object, seconds: float) -> None:
    said = f"{type(seen).__name__}: {ADDRESS.sub('URL', str(seen))[:SHOWN]}" if isinstance(seen, Exception) else seen
    record(TABLE, {"fault": fault, "engine": engine, "seconds": f"{seconds:.1f}", "seen": said})


def work(name: str, **columns: Any) -> Document:
    document = make(name, {"title": "Work"})
    return replace(document, columns={**document.columns, **columns})


def names(store: Store) -> set[str]:
    return {hit.key.removeprefix("t:") for hit in store.search(ALL).hits}


def soon(function: Callable[[], Any]) -> Any:
    """What it gives once the server is back: refusals are waited for as long as they say, and no longer than BACK."""
    end = time.monotonic() + BACK
    while True:
        try:
            return function()
        except Unavailable as error:
            if time.monotonic() > end:
                raise
            threading.Event().wait(error.seconds if isinstance(error, CircuitOpen) else 0.1)


def test_one_that_is_killed_under_writes_has_all_that_it_acknowledged(
    site: Site, fails: Callable[..., Any], record_property: Callable[[str, object], None]
) -> None:
    acknowledged: list[str] = []
    error: list[Exception] = []
    store, enough = site.store(), threading.Event()

    def write() -> None:
        for at in range(1_000_000):
            batch = [f"b{at:05}n{number}" for number in range(20)]
            try:
                with deadline(SECONDS):
                    store.write(1, map(work, batch))
            except SearchError as raised:
                error.append(raised)
                return
            acknowledged.extend(batch)
            if at >= 10:
                enough.set()

    writer = threading.Thread(target=write)
    writer.start()
    assert enough.wait(60)
    site.process.kill()
    begun = time.monotonic()
    writer.join(SECONDS + LATE)
    assert not writer.is_alive()
    assert isinstance(error[0], Unreachable | Dropped | TimedOut | CircuitOpen)
    row(record_property, "killed with -9 under writes", site.engine, error[0], time.monotonic() - begun)
    fails("down at start", Unreachable, lambda: site.store(circuit_failures=0).search(ALL))
    fails("down, again", (Unreachable, CircuitOpen), lambda: store.write(1, [work("never")]))
    begun = time.monotonic()
    site.process.start()
    started = time.monotonic()
    found = soon(lambda: names(store))
    assert set(acknowledged) - found == set()
    soon(lambda: store.write(1, [work("after")]))
    assert "after" in names(site.store())
    said = f"{len(acknowledged)} acknowledged, all there; {len(found) - len(acknowledged) - 1} more"
    row(record_property, "started again", site.engine, said, time.monotonic() - started)


def test_one_that_is_paused_is_late_and_answers_when_it_goes_on(site: Site, fails: Callable[..., Any]) -> None:
    store = site.store()
    before_it = names(store)
    site.process.pause()
    try:
        fails("paused, a search", TimedOut, lambda: store.search(ALL))
        fails("paused, a write", TimedOut, lambda: store.write(1, [work("paused")]))
        fails("paused at start", TimedOut, lambda: site.store().search(ALL))
        fails("paused, 10 MB written", TimedOut, lambda: store.write(1, [large(f"large{at}") for at in range(8)]))
    finally:
        site.process.resume()
    assert before_it <= soon(lambda: names(store))
    assert store.write(1, [work("paused")]) == []
    assert "paused" in names(store)


def large(name: str) -> Document:
    return replace(work(name), stored={"text": "x" * 1_300_000})


@pytest.mark.parametrize("status", [429, 503])
def test_one_that_is_busy_is_asked_again_and_says_so_in_the_end(
    site: Site, proxy: Proxy, fails: Callable[..., Any], status: int, record_property: Callable[[str, object], None]
) -> None:
    store = site.store(proxy.url)
    known = names(store)
    for what, function in ("a search", lambda: names(store)), ("a write", lambda: store.write(1, [work("busy")])):
        proxy.misbehave(status, 2)
        begun = time.monotonic()
        function()
        assert proxy.misbehaved == 2
        row(
            record_property,
            f"{status} twice, {what}",
            site.engine,
            THIRD,
            time.monotonic() - begun,
        )
    proxy.misbehave(status)
    error = fails(f"{status} for ever", Busy, lambda: store.search(ALL))
    assert str(status) in str(error)
    uncut = site.store(proxy.url, circuit_failures=0)
    fails(f"{status} for ever, at start", Busy, lambda: uncut.search(ALL))
    fails(f"{status} for ever, a write", Busy, lambda: uncut.write(1, [work("never")]))
    fails(f"{status} for ever, again", (Busy, CircuitOpen), lambda: store.search(ALL))
    proxy.behave()
    assert soon(lambda: names(store)) == known | {"busy"}


def test_a_connection_that_breaks_in_mid_body_is_made_anew(
    site: Site, proxy: Proxy, fails: Callable[..., Any], record_property: Callable[[str, object], None]
) -> None:
    store = site.store(proxy.url)
    known = names(store)
    proxy.misbehave("reset", 2)
    begun = time.monotonic()
    assert names(store) == known
    assert proxy.misbehaved == 2
    row(record_property, "reset in mid-body twice", site.engine, THIRD, time.monotonic() - begun)
    proxy.misbehave("reset", EVER)
    fails("reset in mid-body for ever", Dropped, lambda: store.search(ALL))
    uncut = site.store(proxy.url, circuit_failures=0)
    fails("reset in mid-body, a write", Dropped, lambda: uncut.write(1, [work("reset")]))
    proxy.behave()
    soon(lambda: store.write(1, [work("reset")]))
    assert names(store) == known | {"reset"}


def test_one_that_drips_ends_in_time(site: Site, proxy: Proxy, fails: Callable[..., Any]) -> None:
    store = site.store(proxy.url)
    known = names(store)
    proxy.misbehave("drip")
    fails("a byte each 0.1 s", TimedOut, lambda: store.search(ALL))
    fails("a byte each 0.1 s, a write", TimedOut, lambda: store.write(1, [work("drip")]))
    fails("a byte each 0.1 s, at start", TimedOut, lambda: site.store(proxy.url).search(ALL))
    proxy.behave()
    soon(lambda: store.write(1, [work("drip")]))
    assert names(store) == known | {"drip"}


def test_half_of_a_batch_is_refused_by_name_and_the_rest_is_there(
    site: Site, record_property: Callable[[str, object], None]
) -> None:
    store = site.store()
    known, begun = names(store), time.monotonic()
    batch = [work(f"half{at}", **({"kind": ("k" * 40_000,)} if at % 2 else {})) for at in range(10)]
    refused = store.write(1, batch)
    seconds = time.monotonic() - begun
    assert [error.document for error in refused] == [f"tests.work.half{at}" for at in range(1, 10, 2)]
    assert {error.field for error in refused} == {"kind"}
    assert names(store) == known | {f"half{at}" for at in range(0, 10, 2)}
    row(record_property, "half of a batch refused", site.engine, refused[0], seconds)


def test_what_does_not_fit_the_mapping_is_refused_and_an_index_of_another_schema_too(
    site: Site, fails: Callable[..., Any], record_property: Callable[[str, object], None]
) -> None:
    store = site.store()
    begun = time.monotonic()
    [refused] = store.write(1, [work("conflict", year=("soon",)), work("fits")])
    assert (refused.document, refused.field) == ("tests.work.conflict", "year")
    row(record_property, "mapping conflict", site.engine, refused, time.monotonic() - begun)
    assert "fits" in names(store)
    other = Schema((*SCHEMA.fields, Field("added", Kind.KEYWORD)))
    fails("index of another schema", SchemaMismatch, lambda: site.store(schema=other).search(ALL))
    fails(
        "index of another schema, a write", SchemaMismatch, lambda: site.store(schema=other).write(1, [work("other")])
    )


def block_json(store: Any, value: object) -> None:
    body = b'{"index.blocks.read_only_allow_delete": %s}' % (b"true" if value else b"null")
    store.server.call("PUT", f"/{store.made.index(1)}/_settings", body)


def test_an_index_that_a_full_disk_made_read_only_says_so_and_can_be_searched(
    site: Site, fails: Callable[..., Any]
) -> None:
    if site.engine == "solr":
        pytest.skip("a core of a standalone Solr has no such state; the test of SolrCloud is below")
    store = site.store()
    known = names(store)
    block_json(store, True)
    error = fails("read-only as with a full disk", ReadOnly, lambda: store.write(1, [work("full")]))
    assert "disk" in str(error)
    assert names(store) == known
    block_json(store, None)
    assert store.write(1, [work("full")]) == []
    assert names(store) == known | {"full"}


def test_a_collection_that_is_read_only_says_so(
    solr_cloud: Server, record_property: Callable[[str, object], None]
) -> None:
    pytest.importorskip("pysolr", reason="pip install searchsvc[solr]")
    site = Site("solr", solr_cloud, None, solr_cloud.unique("faults"))  # type: ignore[arg-type] # it is not stopped
    store: Any = site.store()
    store.promote(store.create(SCHEMA))
    try:
        for value in "true", "false":
            place = store.places.place(1)
            store.client.tell("/admin/collections", action="MODIFYCOLLECTION", collection=place, readOnly=value)
            begun = time.monotonic()
            if value == "true":
                with pytest.raises(ReadOnly) as error:
                    store.write(1, [work("full")])
                row(record_property, "read-only collection", "solr cloud", error.value, time.monotonic() - begun)
                assert names(store) == set()
        soon(lambda: store.write(1, [work("full")]))
        assert names(store) == {"full"}
    finally:
        store.close()


def test_another_product_is_told_apart(site: Site, fails: Callable[..., Any], request: pytest.FixtureRequest) -> None:
    other = request.getfixturevalue(ANOTHER[site.engine])
    error = fails("another product", WrongServer, lambda: site.store(other.url).search(ALL))
    assert other.url in str(error)


def test_the_next_of_two_nodes_answers_when_the_first_is_killed(
    site: Site, needs: Callable[[str, str], Any], record_property: Callable[[str, object], None]
) -> None:
    """Two nginx stand for the nodes: what is killed is a real process, and what both lead to has the same documents."""
    try:
        version = Nginx().version()
    except NotInstalled:
        needs("nginx", "tests/servers/install nginx")
    assert version
    upstream = site.process.instance.base
    path = site.server.url.removeprefix(upstream)
    with private(Nginx(upstream=upstream)) as (one, process), private(Nginx(upstream=upstream)) as (other, _):
        store = site.store(urls=(f"{one.url}{path}", f"{other.url}{path}"))
        known = names(store)
        for _ in range(4):  # whichever node is asked first
            names(store)
        process.kill()
        seconds = []
        for at in range(10):
            begun = time.monotonic()
            assert names(store) == known
            assert store.write(1, [work(f"node{at}")]) == []
            known = known | {f"node{at}"}
            seconds.append(time.monotonic() - begun)
        row(record_property, "one of two nodes killed with -9", site.engine, "20 calls, none failed", max(seconds))
