"""What the adapters of Elasticsearch, OpenSearch and Solr cost over their own clients, and what later pages cost.

    tests/benchmarks/run servers [--data FOLDER] [--works N]

The adapter: CPU of this process over that of the library's own `search` with the same body, sent and read as its
documentation does; once for the store (a request to a response), once for a page of 20 (a person's words to results).
Later pages: wall time, for the server does the work.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "searchsvc.settings.test")

import django

django.setup()

from backends.core.asked import Asked, request_of  # noqa: E402 - Haystack reads the settings
from backends.core.parse import parse  # noqa: E402
from backends.core.store import Store  # noqa: E402
from tests.benchmarks.parts.clients import CLIENTS, Beside  # noqa: E402
from tests.benchmarks.parts.kinds import KINDS, searched  # noqa: E402
from tests.benchmarks.parts.measure import Verdict, ratio, say  # noqa: E402
from tests.benchmarks.parts.pages import at  # noqa: E402
from tests.benchmarks.whoosh_tate import DATA, SCHEMA, SIZE, works  # noqa: E402
from tests.servers.products import PRODUCTS  # noqa: E402
from tests.servers.sharing import running  # noqa: E402

ROUNDS = 41  # of each page; a shared machine has slow moments
ADAPTER_GOAL, PAGES_GOAL = 1.3, 1.2
PAGE_GOAL = 1.5  # as for the embedded engine, which works out what was meant and makes results too


def adapter(beside: Beside, engine: str) -> list[Verdict]:
    store, ratios = beside.store, []
    for name, (text, asked, _query) in KINDS.items():
        whole = partial(searched, store, text, asked)
        request = replace(request_of(Asked(parse(text), size=SIZE, **asked), SCHEMA), size=SIZE + 1)
        theirs = partial(beside.search, beside.body(whole))
        assert whole().total == beside.total(theirs()), name
        (alone, mine, other), (page, _, _) = ratio(partial(store.search, request), theirs), ratio(whole, theirs)
        say(f"  {name:30} {mine:9,.0f} µs {other:9,.0f} µs raw   {alone:5.2f}, page {page:5.2f}")
        ratios.append((alone, page))
    alone, page = (statistics.median(column) for column in zip(*ratios, strict=True))
    return [
        Verdict(f"{engine}: the store's CPU over raw, median of twelve", alone, ADAPTER_GOAL),
        Verdict(f"{engine}: a page's CPU, from words to results, over raw", page, PAGE_GOAL),
    ]


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def orders(store: Store, engine: str, deep: int) -> list[Verdict]:
    out = []
    for order in ("-year", "title"):
        second, far = (at(store, order, number) for number in (2, deep))
        pairs = [(seconds(far), seconds(second)) for _ in range(ROUNDS)]
        # Of each its lower quartile: a shared machine makes calls slower, and none faster.
        late, early = (statistics.quantiles(column, n=4)[0] for column in zip(*pairs, strict=True))
        say(f"  {engine}, order {order}: page 2 {early * 1000:.1f} ms, page {deep:,} {late * 1000:.1f} ms")
        found = late / early
        out.append(Verdict(f"{engine}, order {order}: page {deep:,} over page 2", found, PAGES_GOAL))
    return out


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--works", type=int, default=69_202)
    parser.add_argument("--engines", nargs="*", choices=CLIENTS, default=list(CLIENTS))
    options = parser.parse_args()
    documents = list(islice(works(options.data), options.works))
    deep, verdicts = min(3000, len(documents) // SIZE - 1), []
    for engine in options.engines:
        with (
            running(engine) as server,
            closing(CLIENTS[engine](server.unique("tate"), server.url)) as beside,
        ):
            beside.store.promote(beside.store.create(SCHEMA))
            spent = seconds(partial(beside.store.write, 1, documents))
            say(f"{engine}: {len(documents):,} works written in {spent:.0f} s")
            verdicts += [*adapter(beside, engine), *orders(beside.store, engine, deep)]
            PRODUCTS[engine].clear(server)
    say("\n".join(map(str, verdicts)))
    return 0 if all(verdict.holds for verdict in verdicts) else 3


if __name__ == "__main__":
    sys.exit(main())
