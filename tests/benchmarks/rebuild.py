"""A rebuild of 69,202 works: rows from the database, documents from ready rows, and the engine's share.

    tests/benchmarks/run rebuild [--works N] [--workers N]

The database is that of DATABASE_URL and SEARCHSVC_VAR_DIR (a folder of its own where neither is set); where it has no
works, the Tate's are imported first. CPU seconds, so that what else the machine does counts little; the rebuild itself
by the clock.
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "searchsvc.settings.dev")
if not {"DATABASE_URL", "SEARCHSVC_VAR_DIR"} & os.environ.keys():
    os.environ["SEARCHSVC_VAR_DIR"] = tempfile.mkdtemp(prefix="searchsvc-rebuild-")

import django

django.setup()

import tantivy  # noqa: E402 - Haystack reads the settings when it is imported
from django.core.management import call_command  # noqa: E402

from backends.tantivy.columns import native_schema  # noqa: E402
from backends.tantivy.store import HEAP_BYTES, WRITER_THREADS  # noqa: E402
from searchsvc.catalog.models import Item  # noqa: E402
from searchsvc.indexing.documents import Source, sources, store  # noqa: E402
from searchsvc.indexing.rebuild.run import rebuild  # noqa: E402
from searchsvc.indexing.rebuild.wanted import BATCH, Run, Wanted  # noqa: E402
from searchsvc.indexing.rebuild.workers import SELDOM  # noqa: E402
from tests.benchmarks.parts.measure import Verdict, say  # noqa: E402
from tests.benchmarks.whoosh_tate import CATALOGUE, DATA  # noqa: E402

READY, SHARE, GROWTH = 3000.0, 0.4, 100.0  # works a second a core; of the raw engine; MB


def timed(spent: dict[str, float], name: str, work: Callable[[], Any]) -> Any:
    begun = time.process_time()
    made = work()
    spent[name] = spent.get(name, 0.0) + time.process_time() - begun
    return made


def steps(source: Source, most: int, folder: Path) -> dict[str, float]:
    """Seconds of CPU a work, of each step, and of the engine alone given the same documents."""
    import gc

    gc.set_threshold(*SELDOM)
    engine: Any = store(source.alias)
    generation = engine.create(engine.schema)
    raw = tantivy.Index(native_schema(engine.schema), path=str(folder)).writer(HEAP_BYTES, WRITER_THREADS)
    spent: dict[str, float] = {}
    done, pages = 0, source.pages(None, None, BATCH)
    source.made(next(pages))  # fills the cache of stems
    while done < most and (rows := timed(spent, "read", lambda: next(pages, None))):
        fresh = timed(spent, "prepare", lambda rows=rows: source.made(rows))
        timed(spent, "write", lambda fresh=fresh: engine.write(generation, fresh.documents.values()))
        natives = [engine._native(document) for document in fresh.documents.values()]
        timed(spent, "raw", lambda natives=natives: [raw.add_document(native) for native in natives])
        done += len(rows)
    timed(spent, "raw", raw.commit)
    raw.wait_merging_threads()
    engine.drop(generation)
    return {name: seconds / done for name, seconds in spent.items()}


def verdicts(per: dict[str, float], growth: float) -> list[Verdict]:
    ready = per["prepare"] + per["write"]
    return [
        Verdict("works a second from ready rows", 1 / ready, READY, least=True),
        Verdict("share of the raw engine, from ready rows", per["raw"] / ready, SHARE, least=True),
        Verdict("memory that the second half of a rebuild adds", growth, GROWTH, "MB"),
    ]


def peak() -> float:
    """Megabytes that this process held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


class Halves:
    """Watches a rebuild, and remembers the memory at the half of it."""

    def __init__(self) -> None:
        self.half = 0.0

    def say(self, text: str) -> None:
        say(text)

    def steps(self, _what: str, total: int, done: int = 0) -> Any:
        from contextlib import nullcontext

        seen = [done]

        def advance(count: int, _refused: int) -> None:
            seen[0] += count
            if not self.half and seen[0] * 2 >= total:
                self.half = peak()

        return nullcontext(advance)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--works", type=int, default=10_000, help="of which each step is measured (10,000)")
    parser.add_argument("--workers", type=int, default=1, help="processes of the rebuild (1)")
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    if not Item.objects.exists():
        call_command("import_catalogue", str(DATA / CATALOGUE), "--format", "jsonl", "--map", "tate.toml")
    (source,) = sources("default")
    with tempfile.TemporaryDirectory() as folder:
        per = steps(source, options.works, Path(folder))
    say("microseconds of CPU a work: " + ", ".join(f"{name} {each * 1e6:.0f}" for name, each in per.items()))
    watch = Halves()
    done = rebuild(Run("default", Wanted("a benchmark", workers=options.workers), watch, cores=os.cpu_count() or 1))
    say(f"rebuilt {done.documents:,} works in {done.seconds:.0f} s, {done.documents / done.seconds:,.0f} a second")
    found = verdicts(per, peak() - watch.half)
    for verdict in found:
        say(str(verdict))
    return 0 if all(verdict.holds for verdict in found) else 1


if __name__ == "__main__":
    sys.exit(main())
