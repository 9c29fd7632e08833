"""How far each index is behind, for Prometheus: read at each scrape from the database, so any process tells the same.

What takes time is asked at most once a minute a process; an engine that is down changes one figure and breaks none.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from searchsvc.indexing.agreed import Agreed, last_agreed
from searchsvc.indexing.documents import aliases, rows_in_all
from searchsvc.indexing.queue import Queue, queue_of
from searchsvc.indexing.status import Engine, engine_of
from searchsvc.reliability.deadline import deadline

ENGINE_SECONDS = 2.0  # that a scrape waits for an engine
OFTEN, SELDOM = 5.0, 60.0  # seconds for which a figure is kept: one that is cheap, one that is not
MANY = 10_000  # changes that wait, from where counting them is not cheap
NAMES = {
    "waiting": "Changes that wait to be delivered to the index.",
    "oldest_age_seconds": "Age of the oldest change that waits; 0 where none does.",
    "dead": "Changes that were given up and wait for a person.",
    "rows": "Rows of the database that the index is made of.",
    "documents": "Documents in the generation that answers; absent while the engine does not answer.",
    "generation": "Number of the generation that answers; absent as above.",
    "answers": "1 where the engine answers, 0 where it does not or there is no index.",
    "verified_age_seconds": "Age of the last verification; absent where there was none.",
}


@dataclass(slots=True, eq=False)
class IndexMetrics(Collector):
    """The figures of every index. Threads share it."""

    clock: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = timezone.now
    _kept: dict[tuple[str, str], tuple[float, Any]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)  # guards _kept; held while one thread asks

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Raises what the database raises."""
        families = {name: _family(name, text) for name, text in NAMES.items()}
        drift = GaugeMetricFamily(
            "searchsvc_index_drift", "Documents that the last verification, or round of them, found to differ.",
            labels=["index", "kind"],
        )  # fmt: skip
        for alias in aliases():
            agreed = last_agreed(alias)
            for name, value in self._figures(alias, agreed):
                families[name].add_metric([alias], value)
            for kind, count in agreed.found.items() if agreed else ():
                drift.add_metric([alias, kind.value], count)
        return [*families.values(), drift]

    def _figures(self, alias: str, agreed: Agreed | None) -> Iterator[tuple[str, float]]:
        queue: Queue = self._once(alias, "queue", lambda: queue_of(alias), _kept_for)
        yield "waiting", queue.waiting + queue.expansions
        yield "oldest_age_seconds", queue.age(self.now())
        yield "dead", queue.dead
        yield "rows", self._once(alias, "rows", lambda: rows_in_all(alias))
        engine: Engine = self._once(alias, "engine", lambda: _asked(alias))
        yield "answers", int(engine.documents is not None)
        if engine.documents is not None and engine.generation is not None:
            yield "documents", engine.documents
            yield "generation", engine.generation
        if agreed is not None:
            yield "verified_age_seconds", (self.now() - agreed.finished).total_seconds()

    def _once(
        self, alias: str, what: str, ask: Callable[[], Any], seconds: Callable[[Any], float] = lambda _value: SELDOM
    ) -> Any:
        with self._lock:
            until, value = self._kept.get((alias, what), (0.0, None))
            if value is None or self.clock() >= until:
                value = ask()
                self._kept[alias, what] = self.clock() + seconds(value), value
        return value


def _family(name: str, text: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"searchsvc_index_{name}", text, labels=["index"])


def _kept_for(queue: Queue) -> float:
    return SELDOM if queue.waiting + queue.dead > MANY else OFTEN


def _asked(alias: str) -> Engine:
    with deadline(ENGINE_SECONDS):
        return engine_of(alias)


REGISTRY = CollectorRegistry()
REGISTRY.register(IndexMetrics())
