"""What Whoosh costs on 69,202 real works, with Tantivy beside it. Stops by itself, after about a minute.

    PYTHONPATH=. python tests/benchmarks/whoosh_tate.py [--data FOLDER] [--batch N]

Prints milliseconds: of the first search of a new process ("cold") and the median of ten more ("warm").
"""

import argparse
import gc
import gzip
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings

from backends.core.asked import Asked, page
from backends.core.documents import document
from backends.core.parse import parse
from backends.core.schema import Field, Kind, Schema
from backends.core.store import Document, Store

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
CATALOGUE = Path("catalog") / "tate" / "artworks.jsonl.gz"
ENGINES = ("whoosh", "tantivy")
RUNS = 10
DEEP = 3000  # the page whose cost is compared with the second's
SIZE = 20
SCHEMA = Schema(
    (
        Field("title", Kind.TEXT, "english", sort=True, weight=2),
        Field("text", Kind.TEXT, "english", weight=1, stored=False),
        Field("subject", Kind.KEYWORD, multi=True),
        Field("creator", Kind.KEYWORD, multi=True),
        Field("year", Kind.INTEGER, sort=True),
    )
)
FACETS: dict[str, dict[str, Any]] = {"subject": {"size": SIZE}, "creator": {"size": SIZE}}
SEARCHES: dict[str, dict[str, Any]] = {
    "rare word": {"node": "zebra"},
    "very common word": {"node": "paper"},
    "common word": {"node": "purchased"},
    "two words": {"node": "paint canvas"},
    "one or the other": {"node": "boat OR harbour"},
    "phrase": {"node": '"oil paint on canvas"'},
    "prefix": {"node": "harb*"},
    "common word + 2 facets": {"node": "purchased", "facets": FACETS},
    "everything": {"node": "*"},
    "everything + 2 facets": {"node": "*", "facets": FACETS},
    "everything by year, page 1": {"node": "*", "order_by": ("-year",)},
    "everything by year, page 2": {"node": "*", "order_by": ("-year",), "at": 2},
    f"everything by year, page {DEEP}": {"node": "*", "order_by": ("-year",), "at": DEEP},
    "common word by title, page 1": {"node": "purchased", "order_by": ("title",)},
    "common word by title, page 2": {"node": "purchased", "order_by": ("title",), "at": 2},
    "common word by title, page 500": {"node": "purchased", "order_by": ("title",), "at": 500},
}


def store_of(engine: str, path: Path) -> Store:
    if engine == "whoosh":
        from backends.whoosh.store import WhooshStore

        return WhooshStore("bench", path, SCHEMA)
    from backends.tantivy.store import TantivyStore

    return TantivyStore("bench", path, SCHEMA)


def rows(data: Path) -> Iterator[tuple[tuple[str, str, str, str], dict[str, Any]]]:
    """Identity and values of each work, as `document` takes them."""
    with gzip.open(data / CATALOGUE, "rb") as lines:
        for line in lines:
            row = orjson.loads(line)
            texts = (row.get(name) for name in ("title", "medium", "dimensions", "credit", "date_text"))
            values = {
                "title": row.get("title"),
                "text": " ".join([*filter(None, texts), *row.get("subjects", ()), *row.get("artists", ())]),
                "subject": row.get("subject_paths", []),
                "creator": row.get("artists", []),
                "year": row.get("year_from"),
            }
            yield (row["id"], f"tate:{row['id']}", "catalog.item", row["id"]), values


def works(data: Path) -> Iterator[Document]:
    return (document(SCHEMA, *row) for row in rows(data))


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def asked(search: dict[str, Any], store: Store) -> Asked:
    """The question, behind the last hit of the page before where a later page is wanted."""
    options = {"style": None, "size": SIZE, **search, "node": parse(search["node"])}
    at = options.pop("at", 1)
    if at > 1:
        before = page(store, SCHEMA, Asked(**{**options, "offset": (at - 1) * SIZE - 1, "size": 1})).results
        options["after"] = before[-1].sort
    return Asked(**options)


def measure(engine: str, path: Path, name: str) -> tuple[float, float]:
    position = asked(SEARCHES[name], store_of(engine, path))
    fresh = store_of(engine, path)
    cold = timed(lambda: page(fresh, SCHEMA, position))
    return cold, statistics.median(timed(lambda: page(fresh, SCHEMA, position)) for _ in range(RUNS))


def memory_mb() -> float:
    """What this process holds now."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * resource.getpagesize() / 1e6


def write(engine: str, path: Path, documents: list[Document], batch: int) -> float:
    store = store_of(engine, path)
    generation = store.create(SCHEMA)
    store.promote(generation)
    rows = iter(documents)
    took = 0.0
    while some := list(islice(rows, batch)):
        took += timed(lambda some=some: store.write(generation, some))  # type: ignore[misc] # bound now
    return took


def one_engine(engine: str, data: Path, batch: int) -> None:
    """Prints one line a measurement, as JSON; runs in a process of its own, so that memory can be told apart."""
    # Haystack asks for settings when it is imported, and engines import it.
    settings.configure(HAYSTACK_CONNECTIONS={"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}})
    documents = list(works(data))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        took = write(engine, path, documents, batch)
        say = lambda name, *figures: print(orjson.dumps([name, *figures]).decode())  # noqa: E731, T201 - a script prints
        say("documents a second", len(documents) / took * 1000)
        say("disk, MB", sum(file.stat().st_size for file in path.rglob("*") if file.is_file()) / 1e6)
        del documents[1000:]
        before = memory_mb()
        store = store_of(engine, path)
        for search in SEARCHES.values():
            page(store, SCHEMA, asked(search, store))
        say("memory of an open index, MB", memory_mb() - before)
        for name in SEARCHES:
            say(name, *measure(engine, path, name))
        last = asked(SEARCHES["common word + 2 facets"], store)
        say("write one document", timed(lambda: store.write(1, documents[:1])))
        say("the search after it", timed(lambda: page(store, SCHEMA, last)))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=DATA)
    options.add_argument("--batch", type=int, default=100_000, help="documents a commit")
    options.add_argument("--engine", choices=ENGINES)
    chosen = options.parse_args()
    if chosen.engine:
        one_engine(chosen.engine, chosen.data, chosen.batch)
        return
    table: dict[str, list[str]] = {}
    for engine in ENGINES:
        command = [sys.executable, __file__, "--engine", engine, "--data", chosen.data, "--batch", str(chosen.batch)]
        for line in subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.splitlines():
            name, *figures = orjson.loads(line)
            table.setdefault(name, []).append(" / ".join(f"{figure:,.1f}" for figure in figures))
    print(f"{'milliseconds, cold / warm':34}" + "".join(f"{engine:>22}" for engine in ENGINES))  # noqa: T201 - as above
    for name, figures in table.items():
        print(f"{name:34}" + "".join(f"{figure:>22}" for figure in figures))  # noqa: T201 - as above


if __name__ == "__main__":
    main()
