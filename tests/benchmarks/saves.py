"""Single saves: how many a second, from one thread and from several, each committed alone and with shared commits.

    tests/benchmarks/run saves

The saves a second are the disk's, and vary with what else the machine does. Each measure begins with an empty index.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "searchsvc.settings.test")

import django

django.setup()

from backends.core.gathering import Gathering  # noqa: E402 - Haystack reads the settings when it is imported
from backends.core.store import Document  # noqa: E402
from tests.contract.conftest import ENGINES  # noqa: E402
from tests.contract.corpus import SCHEMA, make  # noqa: E402

SECONDS = 4.0
THREADS = (1, 4, 8)
GOALS = {"1": 0.8, "4": 1.5, "8": 1.5, "a loop, gathered": 10.0}  # times as many as when each is committed alone

Save = Callable[[Document], None]


def documents() -> Iterator[Document]:
    return (make(f"w{at}", {"title": f"Work {at}", "text": "word " * 60, "year": at}) for at in count())


def rate(save: Save, threads: int, source: Iterator[Document]) -> float:
    """Saves a second by so many threads."""
    begun = time.perf_counter()

    def run() -> int:
        for done in count():
            if time.perf_counter() - begun > SECONDS:
                return done
            save(next(source))
        return 0

    with ThreadPoolExecutor(threads) as pool:
        saved = sum(future.result() for future in [pool.submit(run) for _ in range(threads)])
    return saved / (time.perf_counter() - begun)


class Locked:
    """A generator that threads may share."""

    def __init__(self, source: Iterator[Document]) -> None:
        self._made = [next(source) for _ in range(20_000)]
        self._at = count()

    def __iter__(self) -> "Locked":
        return self

    def __next__(self) -> Document:
        return self._made[next(self._at) % len(self._made)]


def measured(store: Any) -> Iterator[tuple[str, float, float]]:
    """What was done, saves a second each committed alone, and with shared commits; each into an empty index."""
    source = Locked(documents())

    def alone() -> Save:
        generation = store.create(SCHEMA)

        def save(document: Document) -> None:
            with store.writer_lock.held():
                store.commit(generation, {document.id: document})

        return save

    def shared() -> Save:
        generation = store.create(SCHEMA)
        return lambda document: store.write(generation, [document])

    for threads in THREADS:
        yield str(threads), rate(alone(), threads, source), rate(shared(), threads, source)
    yield "a loop, gathered", rate(alone(), 1, source), gathered(store, source)


def gathered(store: Any, source: Iterator[Document]) -> float:
    """Saves a second by one thread in a block of its own."""
    generation = store.create(SCHEMA)
    gathering = Gathering(lambda changes: store.write(generation, changes.values()))
    begun = time.perf_counter()
    saved = rate(lambda document: gathering.add({document.id: document}), 1, source) * SECONDS
    gathering.flush()
    return saved / (time.perf_counter() - begun)


def main() -> int:
    """Print the table; 3 where a goal is missed."""
    missed = False
    print(f"{'engine':8} {'threads':>17} {'alone /s':>9} {'shared /s':>10} {'ratio':>6}  goal")  # noqa: T201 - a table
    for engine in ("tantivy", "whoosh"):
        with tempfile.TemporaryDirectory() as folder:
            for what, alone, shared in measured(ENGINES[engine](Path(folder), SCHEMA)):
                ratio = shared / alone
                verdict = "met" if ratio >= GOALS[what] else "MISSED"
                missed |= verdict == "MISSED"
                print(  # noqa: T201 - as above
                    f"{engine:8} {what:>17} {alone:9.0f} {shared:10.0f} {ratio:6.1f}  at least {GOALS[what]}: {verdict}"
                )
    return 3 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
