"""From the outbox to an index: works a second of processor time, and where it goes.

    tests/benchmarks/run delivery [--works N] [--batches N,N] [--data FOLDER]

Real works in an SQLite file of its own, on the embedded default. "Ready" leaves out what it takes to read rows and make
documents of them: that is the index' own preparation and the analysis, whoever asks for them.
"""

import argparse
import gzip
import os
import resource
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import Any

KEPT = tempfile.TemporaryDirectory(prefix="searchsvc-bench-")  # until the process ends
FOLDER = Path(KEPT.name)
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "searchsvc.settings.dev",
    "SEARCHSVC_VAR_DIR": str(FOLDER),
    "SEARCHSVC_DEBUG": "0",
    "SEARCHSVC_INDEXING_WORKER": "off",
}

import django  # noqa: E402 - its settings are read from the lines above

django.setup()

from django.core.management import call_command  # noqa: E402 - Django is ready now

from searchsvc.catalog.models import Item  # noqa: E402
from searchsvc.indexing.claim import claim  # noqa: E402
from searchsvc.indexing.delivery import drain  # noqa: E402
from searchsvc.indexing.documents import Source, aliases, backend, store  # noqa: E402
from searchsvc.indexing.models import Change, Expansion  # noqa: E402
from searchsvc.indexing.outbox import changed  # noqa: E402
from tests.benchmarks.whoosh_tate import CATALOGUE, DATA  # noqa: E402

GOAL = 3_000  # works a second of one core, ready
WRITE, READ = "write", "read"
spent = {WRITE: 0.0, READ: 0.0}  # seconds of processor time


def watch(owner: type, name: str) -> None:
    """Add up what a method takes."""
    before = getattr(owner, name)

    def watched(*arguments: Any) -> Any:
        begun = time.process_time()
        try:
            return before(*arguments)
        finally:
            spent[name] += time.process_time() - begun

    setattr(owner, name, watched)


def fill(data: Path, works: int) -> None:
    feed = FOLDER / "works.jsonl"
    with gzip.open(data / CATALOGUE, "rt") as rows:
        feed.write_text("".join(islice(rows, works)))
    call_command("migrate", verbosity=0)
    call_command("import_catalogue", str(feed), "--format", "jsonl", "--map", "tate", "--no-progress", verbosity=0)


def delivered(batch: int) -> tuple[float, float]:
    """Works a second of processor time from rows, and ready; into an empty index."""
    for alias in aliases():
        store(alias).promote(store(alias).create(backend(alias).index_schema))
    Change.objects.all().delete()
    Expansion.objects.all().delete()
    changed(Item, Item.objects.values_list("pk", flat=True))
    claim.__kwdefaults__["most"] = batch
    spent.update(dict.fromkeys(spent, 0.0))
    begun = time.process_time()
    drained = drain("default")
    took = time.process_time() - begun
    assert (drained.delivered, drained.left) == (Item.objects.count(), 0), drained
    return drained.delivered / took, drained.delivered / (took - spent[READ])


def main() -> int:
    """Print the table; 3 where the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--works", type=int, default=10_000)
    parser.add_argument("--batches", default="100,1000,4000")
    options = parser.parse_args()
    fill(options.data, options.works)
    watch(type(store("default")), WRITE)
    watch(Source, READ)
    most = 0.0
    for batch in map(int, options.batches.split(",")):
        whole, ready = delivered(batch)
        most = max(most, ready)
        engine, rows = (spent[name] * whole / options.works for name in (WRITE, READ))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(  # noqa: T201 - a table
            f"batches of {batch:5}: {whole:6.0f} works/s of a core from rows, {ready:6.0f} ready; rows to documents "
            f"{rows:4.0%}, engine {engine:4.0%}, delivery {1 - rows - engine:4.0%}; {peak} MB at most"
        )
    return 0 if most >= GOAL else 3


if __name__ == "__main__":
    sys.exit(main())
