"""Later pages over earlier ones: in an order of a field, and by score within a rank list."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from django.core.cache.backends.locmem import LocMemCache

from backends.core.asked import Asked, page
from backends.core.nodes import Lookup
from backends.core.parse import parse
from backends.core.results import Result
from backends.core.schema import KEY
from backends.core.store import Store
from searchsvc.search.cursor import Position
from searchsvc.search.params import SearchParams
from searchsvc.search.ranked import Asker, turn
from searchsvc.search.ranklist import FARTHEST, CacheLists, RankList
from tests.benchmarks.parts.measure import Bench, Verdict, ratio
from tests.benchmarks.whoosh_tate import SCHEMA, SIZE

ENGINES = ("tantivy", "whoosh")
DEEP, DEEP_BY_SCORE = 3000, 500  # pages whose cost is compared with the second's
FLAT, FLAT_BY_SCORE = 1.1, 1.2
OVER_FIRST = {"-year": 1.5, "title": 2.0}  # of a numeric order, of one by text
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def at(store: Store, order: str, number: int) -> Callable[[], object]:
    """The search for one page of everything in this order, its position known."""
    options: dict[str, Any] = {"order_by": (order,), "size": SIZE}
    if number > 1:
        before = page(store, SCHEMA, Asked(parse(""), **{**options, "offset": (number - 1) * SIZE - 1, "size": 1}))
        options["after"] = before.results[-1].sort
    return lambda: page(store, SCHEMA, Asked(parse(""), **options))


def orders(bench: Bench) -> list[Verdict]:
    """Of both engines, by a number and by a text."""
    return [verdict for engine in ENGINES for order in OVER_FIRST for verdict in ordered(bench, engine, order)]


def ordered(bench: Bench, engine: str, order: str) -> list[Verdict]:
    deep = min(DEEP, len(bench.documents) // SIZE - 1)
    first, second, far = (at(bench.store(engine), order, number) for number in (1, 2, deep))
    name, goal = f"{engine.title()}, order {order}", OVER_FIRST[order]
    return [
        Verdict(f"{name}: page {deep:,} over page 2", ratio(far, second)[0], FLAT),
        Verdict(f"{name}: page 2 over page 1", ratio(second, first)[0], goal),
        Verdict(f"{name}: page {deep:,} over page 1", ratio(far, first)[0], goal),
    ]


@dataclass(frozen=True)
class Reader:
    """As `Asker`, of the benchmark's own index; the service's reads the settings of a connection."""

    store: Store
    text: str
    lists: CacheLists
    params: SearchParams
    now: datetime = NOW

    def read(self, keys: Sequence[str]) -> Sequence[Result]:
        kept = (Lookup(KEY, "in", tuple(keys)),)
        return page(self.store, SCHEMA, Asked(parse(self.text), filters=kept, size=len(keys))).results


def ranks(bench: Bench) -> list[Verdict]:
    """Pages of the best 10,000, whose list is kept in a cache as Redis keeps it."""
    return [ranked(bench, engine) for engine in ENGINES]


def ranked(bench: Bench, engine: str) -> Verdict:
    text, store = "paper", bench.store(engine)
    best = page(store, SCHEMA, Asked(parse(text), size=FARTHEST)).results
    lists = CacheLists(LocMemCache("ranks", {}))
    lists.save(RankList("list", tuple(result.key for result in best), NOW + timedelta(hours=1)), NOW)
    asker = cast("Asker", Reader(store, text, lists, SearchParams("items", size=SIZE)))
    deep = min(DEEP_BY_SCORE, len(best) // SIZE)
    second, far = (Position(offset=(number - 1) * SIZE, ranks="list") for number in (2, deep))
    assert len(turn(asker, far).results) == len(turn(asker, second).results) == SIZE
    found = ratio(lambda: turn(asker, far), lambda: turn(asker, second))[0]
    return Verdict(f"{engine.title()}, by score within a rank list: page {deep} over page 2", found, FLAT_BY_SCORE)
