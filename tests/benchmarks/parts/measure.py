"""CPU time, measured in pairs side by side, and what a part of the benchmark says."""

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path

from backends.core.store import Document, Store
from tests.benchmarks.whoosh_tate import SCHEMA, store_of, works

ROUNDS = 15  # of each pair, one after the other, so that a slow moment hits both
WARM = 3
SECONDS = 0.004  # a measurement, at least


@dataclass(frozen=True)
class Verdict:
    """A figure and its goal: at most, or at least where `least`."""

    name: str
    figure: float
    goal: float
    unit: str = ""
    least: bool = False

    @property
    def holds(self) -> bool:
        return self.figure >= self.goal if self.least else self.figure <= self.goal

    def __str__(self) -> str:
        bound = "at least" if self.least else "at most"
        word = "holds" if self.holds else "MISSED"
        return f"{self.name:62} {self.figure:8.2f} {self.unit:2}  goal {bound:8} {self.goal:6.2f} {self.unit:2} {word}"


class Bench:
    """The works, and an index of each engine that is built when a part first asks for it."""

    def __init__(self, data: Path, works_: int, folder: Path) -> None:
        self.data, self.works, self.folder = data, works_, folder
        self._stores: dict[tuple[str, int], Store] = {}

    @cached_property
    def documents(self) -> list[Document]:
        found = list(islice(works(self.data), self.works))
        # What only the benchmark holds, no collection of garbage shall walk: a service has no such list.
        gc.collect()
        gc.freeze()
        return found

    def path(self, engine: str, count: int) -> Path:
        """The folder of its generation."""
        self.store(engine, count)
        return self.folder / f"{engine}{count}" / "g1"

    def store(self, engine: str, count: int | None = None) -> Store:
        """Of so many works, all by default."""
        count = min(count or self.works, len(self.documents))
        if (engine, count) not in self._stores:
            store = store_of(engine, self.folder / f"{engine}{count}")
            generation = store.create(SCHEMA)
            store.promote(generation)
            store.write(generation, self.documents[:count])
            self._stores[engine, count] = store
        return self._stores[engine, count]


def cpu(work: Callable[[], object], times: int = 1) -> float:
    """Seconds of CPU a call."""
    start = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - start) / times


def ratio(ours: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, float, float]:
    """The median ratio of pairs, and both medians in microseconds."""
    for work in (ours, theirs):
        cpu(work, WARM)
    once = cpu(theirs, WARM)
    times = max(1, round(SECONDS / max(once, 1e-6)))
    rounds = ROUNDS if once < 10 * SECONDS else WARM  # what takes long is measured well in three
    pairs = [(cpu(ours, times), cpu(theirs, times)) for _ in range(rounds)]
    ratios = statistics.median(mine / other for mine, other in pairs)
    return ratios, *(statistics.median(column) * 1e6 for column in zip(*pairs, strict=True))


def median(work: Callable[[], object], times: int = ROUNDS) -> float:
    """Seconds of CPU a call, the first one left out."""
    work()
    return statistics.median(cpu(work) for _ in range(times))


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - a script prints


Part = Callable[[Bench], list[Verdict]]
Parts = Mapping[str, Part]
