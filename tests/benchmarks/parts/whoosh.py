"""Whoosh without the adapter: an index of plain Whoosh over the same ready terms, its searcher open."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import orjson
from whoosh import fields, query
from whoosh.analysis import RegexTokenizer
from whoosh.index import create_in

from backends.core.asked import Asked, page
from backends.core.parse import parse
from backends.core.store import Document, Store
from tests.benchmarks.parts.kinds import WEIGHTS, adapter
from tests.benchmarks.parts.measure import Bench, Verdict, median, say
from tests.benchmarks.whoosh_tate import SCHEMA, SIZE

GOAL = 1.3
MOST = 20_000  # works of the comparison; plain Whoosh writes some 400 a second
FACETED = 60_000  # works
FACETS = {"graphite": 60.0, "*": 10.0}  # goals in milliseconds: of half of the works (24,000 and more), of all
BETWEEN = "\x1f"  # two whole values of a field


class RawWhoosh:
    def __init__(self, folder: Path, documents: list[Document]) -> None:
        folder.mkdir()
        terms = {name: fields.TEXT(RegexTokenizer(r"\S+")) for field in WEIGHTS for name in (field, f"{field}_words")}
        creator = fields.KEYWORD(analyzer=RegexTokenizer(f"[^{BETWEEN}]+"))
        index = create_in(str(folder), fields.Schema(**terms, creator=creator, kept=fields.STORED()))
        writer = index.writer(limitmb=256)
        for document in documents:
            columns = {name: " ".join(value) for name in terms for value in document.columns.get(name, ())}
            names = BETWEEN.join(map(str, document.columns.get("creator", ())))
            writer.add_document(**columns, creator=names, kept=orjson.dumps(document.stored))
        writer.commit()
        self.searcher = index.searcher()

    def word(self, term: str) -> query.Query:
        return self.any_of(*(query.Term(name, term, boost=weight) for name, weight in WEIGHTS.items()))

    def phrase(self, *terms: str) -> query.Query:
        return self.any_of(*(query.Phrase(name, list(terms), boost=weight) for name, weight in WEIGHTS.items()))

    def all_of(self, *queries: query.Query) -> query.Query:
        return query.And(list(queries))

    def any_of(self, *queries: query.Query) -> query.Query:
        return query.Or(list(queries))

    def without(self, one: query.Query, other: query.Query) -> query.Query:
        return query.AndNot(one, other)

    def beginning(self, text: str) -> query.Query:
        return self.any_of(*(query.Prefix(f"{name}_words", text) for name in WEIGHTS))

    def kept(self, one: query.Query, column: str, value: str) -> query.Query:
        return query.Require(one, query.Term(column, value))

    def top(self, asked: query.Query) -> tuple[int, list[Any]]:
        found = self.searcher.search(asked, limit=SIZE)
        return len(found), [orjson.loads(hit["kept"]) for hit in found]


def searches(bench: Bench) -> list[Verdict]:
    """The adapter over plain Whoosh, on as many works as plain Whoosh writes within a minute."""
    count = min(MOST, len(bench.documents))
    raw = RawWhoosh(bench.folder / "plain", bench.documents[:count])
    return [adapter("Whoosh", bench.store("whoosh", count), raw, GOAL)]


def facets(bench: Bench) -> list[Verdict]:
    """One facet beside a search, less the search, in milliseconds of CPU: of a word's hits and of every document."""
    count = min(FACETED, len(bench.documents))
    store = bench.store("whoosh", count)
    return [faceted(store, count, text, goal) for text, goal in FACETS.items()]


def faceted(store: Store, count: int, text: str, goal: float) -> Verdict:
    plain = Asked(parse(text), size=SIZE)
    counted = replace(plain, facets={"subject": {"size": SIZE}})
    hits = page(store, SCHEMA, plain).total
    alone, both = (median(partial(page, store, SCHEMA, asked)) * 1000 for asked in (plain, counted))
    say(f"  Whoosh, '{text}' ({hits:,} hits): {alone:.1f} ms without a facet, {both:.1f} ms with one")
    return Verdict(f"Whoosh, a facet of {hits:,} of {count:,} works", both - alone, goal, "ms")
