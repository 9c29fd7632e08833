"""What the adapters cost over the libraries they adapt, as ratios of CPU time measured side by side in one run.

    tests/benchmarks/run engines [--quick] [--only PART,PART] [--works N] [--data FOLDER]

tantivy, whoosh   twelve kinds of query: the page and exact total from a person's text, over the library's own query
                  objects with its searcher open, the first 20 and their stored fields
bulk, stock       indexing over raw Tantivy (what raw is: parts/bulk.py) and over Haystack's own Whoosh backend
orders, ranks     later pages over earlier ones, in an order of a field and by score within a rank list
facets            what counting a facet adds to a search, with Whoosh

Stops by itself, after about six minutes; --quick takes 2,000 works and half a minute, and its ratios mean less: what a
search costs the library shrinks with the index, what the adapter adds does not. Exit codes: 3 a goal missed, 2 no data.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "searchsvc.settings.test")

import django

django.setup()

from tests.benchmarks.parts import bulk, pages, stock, tantivy, whoosh  # noqa: E402 - Haystack reads the settings
from tests.benchmarks.parts.measure import Bench, Parts, say  # noqa: E402
from tests.benchmarks.whoosh_tate import CATALOGUE, DATA  # noqa: E402

WORKS, QUICK = 69_202, 2_000
PARTS: Parts = {
    "tantivy": tantivy.searches,
    "bulk": bulk.bulk,
    "orders": pages.orders,
    "ranks": pages.ranks,
    "facets": whoosh.facets,
    "whoosh": whoosh.searches,
    "stock": stock.indexing,
}


def chosen(text: str) -> list[str]:
    names = text.split(",")
    if unknown := set(names) - set(PARTS):
        raise argparse.ArgumentTypeError(f"no part '{min(unknown)}'; there are {', '.join(PARTS)}")
    return names


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--works", type=int, default=WORKS)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", type=chosen, default=list(PARTS))
    options = parser.parse_args()
    if not (options.data / CATALOGUE).exists():
        print(f"no data: {options.data / CATALOGUE} is not there; name its folder with --data", file=sys.stderr)  # noqa: T201 - a script prints
        return 2
    verdicts = []
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options.data, QUICK if options.quick else options.works, Path(folder))
        for name in options.only:
            verdicts += PARTS[name](bench)
    say("\n".join(map(str, verdicts)))
    return 0 if all(verdict.holds for verdict in verdicts) else 3


if __name__ == "__main__":
    sys.exit(main())
