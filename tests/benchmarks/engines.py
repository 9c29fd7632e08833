"""What the adapters cost over the libraries they adapt, as ratios of CPU time measured side by side in one run.

    tests/benchmarks/run engines [--data FOLDER] [--works N]

Tantivy: its own query objects, search, exact total and stored fields of the first 20, on the same index. Field orders:
later pages over earlier ones. Stops by itself, after about two minutes.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
import tantivy
from django.conf import settings

# Haystack asks for settings when it is imported, and engines import it.
settings.configure(HAYSTACK_CONNECTIONS={"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}})

from tantivy import Occur, Query  # noqa: E402 - after the settings

from backends.core.asked import Asked, Refine, page  # noqa: E402
from backends.core.parse import parse  # noqa: E402
from backends.core.results import Page  # noqa: E402
from backends.core.store import Document, Store  # noqa: E402
from backends.tantivy.columns import STORED, native_schema  # noqa: E402
from tests.benchmarks.whoosh_tate import DATA, SCHEMA, SIZE, store_of, works  # noqa: E402

ROUNDS = 15  # of each pair, one after the other, so that a slow moment hits both
WARM = 3
WEIGHTS = {"title": 2.0, "text": 1.0}


@dataclass(frozen=True)
class Verdict:
    name: str
    ratio: float
    goal: float

    def __str__(self) -> str:
        word = "holds" if self.ratio <= self.goal else "MISSED"
        return f"{self.name:58} {self.ratio:6.2f}   goal {self.goal:5.2f}   {word}"


def cpu(work: Callable[[], object], times: int) -> float:
    start = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - start) / times


def ratio(ours: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, float, float]:
    """The median ratio of pairs, and both medians in microseconds."""
    for work in (ours, theirs):
        cpu(work, WARM)
    times = max(1, round(0.004 / max(cpu(theirs, WARM), 1e-6)))  # about 4 ms a measurement
    pairs = [(cpu(ours, times), cpu(theirs, times)) for _ in range(ROUNDS)]
    ratios = statistics.median(mine / other for mine, other in pairs)
    return ratios, *(statistics.median(column) * 1e6 for column in zip(*pairs, strict=True))


class Raw:
    """Tantivy as its own documentation uses it, on the index the adapter wrote."""

    def __init__(self, folder: Path) -> None:
        self.index = tantivy.Index.open(str(folder))
        self.schema = self.index.schema

    def word(self, term: str) -> Query:
        return Query.boolean_query(
            [
                (Occur.Should, Query.boost_query(Query.term_query(self.schema, field, term, "freq"), weight))
                for field, weight in WEIGHTS.items()
            ]
        )

    def phrase(self, *terms: str) -> Query:
        return Query.boolean_query(
            [
                (Occur.Should, Query.boost_query(Query.phrase_query(self.schema, field, list(terms)), weight))
                for field, weight in WEIGHTS.items()
            ]
        )

    def all_of(self, *queries: Query) -> Query:
        return Query.boolean_query([(Occur.Must, query) for query in queries])

    def any_of(self, *queries: Query) -> Query:
        return Query.boolean_query([(Occur.Should, query) for query in queries])

    def without(self, query: Query, other: Query) -> Query:
        return Query.boolean_query([(Occur.Must, query), (Occur.MustNot, other)])

    def beginning(self, text: str) -> Query:
        return self.any_of(*(Query.regex_query(self.schema, f"{field}_words", f"{text}.*") for field in WEIGHTS))

    def kept(self, query: Query, column: str, value: str) -> Query:
        return self.all_of(query, Query.const_score_query(Query.term_query(self.schema, column, value), 0.0))

    def answer(self, made: "Callable[[Raw], Query]") -> tuple[int, list[Any]]:
        """The query made, searched, its total and first page with stored fields."""
        return self.top(made(self))

    def top(self, query: Query) -> tuple[int, list[Any]]:
        searcher = self.index.searcher()
        found = searcher.search(query, SIZE)
        return found.count, [orjson.loads(searcher.doc(address)[STORED][0]) for _score, address in found.hits]


TURNER = "Joseph Mallord William Turner"
KINDS: dict[str, tuple[str, dict[str, Any], Callable[[Raw], Query]]] = {
    "a rare word": ("zebra", {}, lambda raw: raw.word("zebra")),
    "a common word": ("purchased", {}, lambda raw: raw.word("purchas")),
    "a very common word": ("paper", {}, lambda raw: raw.word("paper")),
    "two words": ("paint canvas", {}, lambda raw: raw.all_of(raw.word("paint"), raw.word("canva"))),
    "three words": (
        "oil paint canvas", {}, lambda raw: raw.all_of(raw.word("oil"), raw.word("paint"), raw.word("canva")),
    ),
    "one or the other": ("boat OR harbour", {}, lambda raw: raw.any_of(raw.word("boat"), raw.word("harbour"))),
    "one and not the other": ("boat -harbour", {}, lambda raw: raw.without(raw.word("boat"), raw.word("harbour"))),
    "a phrase": ('"fishing boat"', {}, lambda raw: raw.phrase("fish", "boat")),
    "a phrase of common words": ('"oil paint on canvas"', {}, lambda raw: raw.phrase("oil", "paint", "on", "canva")),
    "a word with a filter": (
        "paper",
        {"refines": (Refine("creator", (TURNER,)),)},
        lambda raw: raw.kept(raw.word("paper"), "creator", TURNER),
    ),
    "a beginning and a word": ("harb* boat", {}, lambda raw: raw.all_of(raw.beginning("harb"), raw.word("boat"))),
    "a word in brackets": (
        "(cat OR dog) paper", {},
        lambda raw: raw.all_of(raw.any_of(raw.word("cat"), raw.word("dog")), raw.word("paper")),
    ),
}  # fmt: skip


def searched(store: Store, text: str, asked: dict[str, Any]) -> Page:
    return page(store, SCHEMA, Asked(parse(text), size=SIZE, **asked))


def adapter(store: Store, raw: Raw) -> Verdict:
    ratios = []
    for name, (text, asked, query) in KINDS.items():
        ours, theirs = partial(searched, store, text, asked), partial(raw.answer, query)
        assert ours().total == theirs()[0], name
        found, mine, other = ratio(ours, theirs)
        print(f"  {name:30} {mine:9,.0f} µs {other:9,.0f} µs raw   {found:5.2f}")  # noqa: T201 - a script prints
        ratios.append(found)
    return Verdict("Tantivy adapter over raw, median of twelve kinds", statistics.median(ratios), 1.5)


def at(store: Store, text: str, order: tuple[str, ...], number: int) -> Callable[[], object]:
    """The search for one page of a field order, its position known."""
    options: dict[str, Any] = {"order_by": order, "size": SIZE}
    if number > 1:
        before = page(store, SCHEMA, Asked(parse(text), **{**options, "offset": (number - 1) * SIZE - 1, "size": 1}))
        options["after"] = before.results[-1].sort
    return lambda: page(store, SCHEMA, Asked(parse(text), **options))


def orders(store: Store, engine: str, deep: int) -> list[Verdict]:
    out = []
    for order, first_goal in ((("-year",), 1.5), (("title",), 2.0)):
        first, second, far = (at(store, "", order, number) for number in (1, 2, deep))
        name = f"{engine}, order {order[0]}"
        out.append(Verdict(f"{name}: page {deep:,} over page 2", ratio(far, second)[0], 1.1))
        out.append(Verdict(f"{name}: page 2 over page 1", ratio(second, first)[0], first_goal))
        out.append(Verdict(f"{name}: page {deep:,} over page 1", ratio(far, first)[0], first_goal))
    return out


def bulk(documents: list[Document], data: Path, works_: int, folder: Path) -> list[Verdict]:
    """Indexing speed over raw Tantivy that is given ready terms, from documents and from text."""
    schema = native_schema(SCHEMA)

    def raw(path: Path) -> None:
        path.mkdir()
        writer = tantivy.Index(schema, path=str(path)).writer(128_000_000, 1)
        for document in documents:
            native = tantivy.Document()
            for name, values in document.columns.items():
                for value in values:
                    if isinstance(value, list):
                        native.add_text(name, " ".join(value))
                    elif isinstance(value, str):
                        native.add_text(name, value)
                    else:
                        native.add_integer(name, value)
            native.add_bytes(STORED, orjson.dumps(dict(document.stored)))
            writer.add_document(native)
        writer.commit()
        writer.wait_merging_threads()

    def ours(path: Path, found: Any) -> None:
        store = store_of("tantivy", path)
        store.write(store.create(SCHEMA), found)

    spent = {"raw": [], "documents": [], "text": []}
    for turn in range(3):
        spent["raw"].append(cpu(lambda turn=turn: raw(folder / f"raw{turn}"), 1))
        spent["documents"].append(cpu(lambda turn=turn: ours(folder / f"a{turn}", documents), 1))
        spent["text"].append(cpu(lambda turn=turn: ours(folder / f"t{turn}", list(islice(works(data), works_))), 1))
    base = statistics.median(spent["raw"])
    return [
        Verdict(
            "bulk indexing, analysed documents: CPU over raw", statistics.median(spent["documents"]) / base, 1 / 0.8
        ),
        Verdict("bulk indexing, from text: CPU over raw", statistics.median(spent["text"]) / base, 1 / 0.65),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--works", type=int, default=69_202)
    options = parser.parse_args()
    documents = list(islice(works(options.data), options.works))
    deep = min(3000, len(documents) // SIZE - 1)
    with tempfile.TemporaryDirectory() as folder:
        verdicts = []
        for engine in ("tantivy", "whoosh"):
            store = store_of(engine, Path(folder) / engine)
            generation = store.create(SCHEMA)
            store.promote(generation)
            store.write(generation, documents)
            if engine == "tantivy":
                verdicts.append(adapter(store, Raw(Path(folder) / engine / f"g{generation}")))
            verdicts += orders(store, engine, deep)
        verdicts += bulk(documents[:20_000], options.data, 20_000, Path(folder))
    print("\n".join(map(str, verdicts)))  # noqa: T201 - a script prints
    return 0 if all(verdict.ratio <= verdict.goal for verdict in verdicts) else 3


if __name__ == "__main__":
    sys.exit(main())
