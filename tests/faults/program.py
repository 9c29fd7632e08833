"""What runs in processes of its own, to be killed: each function tells on a pipe what was acknowledged to it.

Imported by multiprocessing's fork server before anything is opened, so a process starts in milliseconds.
"""

import faulthandler
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "searchsvc.settings.test")

import django

django.setup()

from haystack.utils.loading import load_backend  # noqa: E402 - Haystack reads the settings when it is imported

from backends.core.embedded import EmbeddedBackend, EmbeddedStore  # noqa: E402
from backends.core.nodes import All  # noqa: E402
from backends.core.request import FacetRequest, Request, Response  # noqa: E402
from backends.core.store import Document  # noqa: E402
from tests.contract.corpus import SCHEMA, make  # noqa: E402

for name in ("tantivy", "whoosh"):
    if find_spec(name):  # a test of an engine that is not there is skipped
        import_module(f"backends.{name}")

PARTS = 3  # documents of a batch; they are there together or not at all
LARGE, LARGE_PARTS = 7, 120  # each seventh batch has more
STUCK = 20  # seconds after which a forked child says where it stands, and ends
FILE_EVENTS = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate")


def parts(batch: int) -> int:
    return LARGE_PARTS if batch % LARGE == LARGE - 1 else PARTS


def ids(batch: int) -> list[str]:
    return [f"b{batch:06}-{part}" for part in range(parts(batch))]


def documents(batch: int) -> list[Document]:
    """Each says in its keyword `kind` of which batch it is."""
    return [make(name, {"title": f"Work {name}", "kind": f"b{batch:06}", "year": batch}) for name in ids(batch)]


def batches(response: Response) -> dict[int, int]:
    """How many documents of each batch an answer counts."""
    return {int(str(value)[1:]): found for value, found in response.facets[0].values}


COUNT = Request(All(), size=0, facets=(FacetRequest("kind", size=None),))


def backend_of(engine: str, folder: Path) -> EmbeddedBackend:
    """Haystack's backend of an index of the corpus' fields; its store is the one that all of this process share."""
    real = load_backend(f"backends.{engine}.Engine").backend
    made: EmbeddedBackend = type("Backend", (real,), {"index_schema": SCHEMA})("contract", PATH=str(folder))
    return made


def store_of(backend: EmbeddedBackend) -> EmbeddedStore[Any]:
    store: EmbeddedStore[Any] = backend.store  # type: ignore[assignment] # an embedded backend's is one
    return store


def write(engine: str, folder: Path, first: int, told: Connection) -> None:
    """Write batches, and delete each fifth one again, until killed."""
    store = store_of(backend_of(engine, folder))
    generation = store.current() or 0
    for batch in count(first):
        store.write(generation, documents(batch))
        told.send(("wrote", batch))
        if batch % 5 == 4:
            store.delete(generation, [f"tests.work.{name}" for name in ids(batch - 2)])
            told.send(("deleted", batch - 2))


def merge(engine: str, folder: Path, first: int, told: Connection) -> None:
    """As `write`, and say when Whoosh begins to merge segments."""
    from whoosh.writing import SegmentWriter

    real = SegmentWriter.add_reader

    def add_reader(self: Any, reader: Any) -> None:
        told.send(("merging", 0))
        real(self, reader)

    SegmentWriter.add_reader = add_reader
    write(engine, folder, first, told)


def rebuild(engine: str, folder: Path, first: int, told: Connection) -> None:
    """Empty the index and write one batch, again and again: create, promote and drop, as rebuild_index does."""
    backend = backend_of(engine, folder)
    for batch in count(first):
        backend.clear()
        told.send(("cleared", batch))
        store_of(backend).write(store_of(backend).current() or 0, documents(batch))
        told.send(("wrote", batch))


def rebuild_to(engine: str, folder: Path, event: int, told: Connection) -> None:
    """One round of `rebuild`, killed by itself before the n-th thing that Python does to a file of the index."""
    backend = backend_of(engine, folder)
    batch = max(batches(store_of(backend).search(COUNT))) + 1
    left = count(event, -1)

    def hook(name: str, arguments: tuple[object, ...]) -> None:
        if name in FILE_EVENTS and str(folder) in str(arguments[0]) and next(left) == 0:
            os.kill(os.getpid(), 9)

    sys.addaudithook(hook)
    backend.clear()
    told.send(("cleared", batch))
    store_of(backend).write(store_of(backend).current() or 0, documents(batch))
    told.send(("wrote", batch))


def read(engine: str, folder: Path, told: Connection) -> None:
    """Search until the other end says stop; then tell how often, and what went wrong."""
    backend = backend_of(engine, folder)
    reads, wrong = 0, list[str]()
    told.send("ready")
    while not told.poll():
        try:
            found = batches(store_of(backend).search(COUNT))
            wrong += [f"batch {batch}: {of} documents" for batch, of in found.items() if of != parts(batch)]
        except Exception as error:  # noqa: BLE001 - the test's to judge
            wrong.append(repr(error))
        reads += 1
    told.send((reads, wrong[:10]))


def watch(engine: str, folder: Path, steps: int, forked: bool, told: Connection) -> None:
    """Search until `steps` documents are found; tell when each search began and ended and how many it found.

    With `forked` a child does, of a process that had the index open.
    """
    backend = backend_of(engine, folder)
    store_of(backend).count()
    if forked and (child := os.fork()):
        os.waitpid(child, 0)
        return
    told.send("ready")
    seen: list[tuple[float, float, int]] = []
    while not seen or seen[-1][2] < steps:
        begun = time.monotonic()
        found = store_of(backend).search(COUNT).total
        seen.append((begun, time.monotonic(), found))
    told.send(seen)
    if forked:
        os._exit(0)


def step(engine: str, folder: Path, steps: int, told: Connection) -> None:
    """Add a document at a time, each fourth time in a new generation; tell when each was acknowledged."""
    store = store_of(backend_of(engine, folder))
    done = []
    for at in range(1, steps + 1):
        before = store.current() or 0
        if at % 4:
            store.write(before, [make(f"s{at}", {"title": "Step"})])
        else:
            fresh = store.create(SCHEMA)
            store.write(fresh, [make(f"s{each}", {"title": "Step"}) for each in range(1, at + 1)])
            store.promote(fresh)
        done.append((at, time.monotonic()))
        if at % 4 == 0:
            store.drop(before)
    told.send(done)


def use(engine: str, folder: Path, told: Connection) -> None:
    """Write, merge, delete and search; tell which modules that imported."""
    backend = backend_of(engine, folder)
    store = store_of(backend)
    before = set(sys.modules)
    fresh = store.create(SCHEMA)
    for batch in range(20):
        store.write(fresh, documents(batch))
        store.search(COUNT, fresh)
    store.delete(fresh, [f"tests.work.{name}" for name in ids(0)])
    told.send(sorted(set(sys.modules) - before))


def compete(engine: str, folder: Path, first: int, rounds: int, told: Connection) -> None:
    """Write `rounds` batches as fast as it goes; tell how long the slowest took."""
    store = store_of(backend_of(engine, folder))
    generation, slowest = store.current() or 0, 0.0
    told.send("ready")
    told.recv()
    for batch in range(first, first + rounds):
        begun = time.monotonic()
        store.write(generation, documents(batch))
        slowest = max(slowest, time.monotonic() - begun)
    told.send(slowest)


def fork_amid_writes(engine: str, folder: Path, children: int, told: Connection) -> None:
    """Fork while other threads write and search; each child writes a batch, and the parent goes on."""
    import threading

    backend = backend_of(engine, folder)
    generation = store_of(backend).current() or 0
    stop = threading.Event()

    def repeat(act: Callable[[int], object], numbers: Iterator[int]) -> None:
        while not stop.is_set():
            act(next(numbers))

    def add(batch: int) -> None:
        store_of(backend).write(generation, documents(batch))

    threads = [
        threading.Thread(target=repeat, args=(add, count(1000))),
        threading.Thread(target=repeat, args=(lambda _: store_of(backend).search(COUNT), count())),
    ]
    for thread in threads:
        thread.start()
    for batch in range(children):
        if not (child := os.fork()):
            faulthandler.dump_traceback_later(STUCK, exit=True)
            with suppress(Exception):
                add(batch)
                told.send(batch)
            os._exit(0)
        os.waitpid(child, 0)
    stop.set()
    for thread in threads:
        thread.join()
    told.send("done")
