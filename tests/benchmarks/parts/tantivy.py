"""Tantivy without the adapter, as its own documentation uses it, on the index the adapter wrote."""

from pathlib import Path
from typing import Any

import orjson
import tantivy
from tantivy import Occur, Query

from backends.tantivy.columns import STORED
from tests.benchmarks.parts.kinds import WEIGHTS, adapter
from tests.benchmarks.parts.measure import Bench, Verdict
from tests.benchmarks.whoosh_tate import SIZE

GOAL = 1.5


class RawTantivy:
    def __init__(self, folder: Path) -> None:
        self.index = tantivy.Index.open(str(folder))
        self.schema = self.index.schema

    def word(self, term: str) -> Query:
        return self._weighted({name: Query.term_query(self.schema, name, term, "freq") for name in WEIGHTS})

    def phrase(self, *terms: str) -> Query:
        return self._weighted({name: Query.phrase_query(self.schema, name, list(terms)) for name in WEIGHTS})

    def _weighted(self, queries: dict[str, Query]) -> Query:
        return self.any_of(*(Query.boost_query(query, WEIGHTS[name]) for name, query in queries.items()))

    def all_of(self, *queries: Query) -> Query:
        return Query.boolean_query([(Occur.Must, query) for query in queries])

    def any_of(self, *queries: Query) -> Query:
        return Query.boolean_query([(Occur.Should, query) for query in queries])

    def without(self, query: Query, other: Query) -> Query:
        return Query.boolean_query([(Occur.Must, query), (Occur.MustNot, other)])

    def beginning(self, text: str) -> Query:
        return self.any_of(*(Query.regex_query(self.schema, f"{name}_words", f"{text}.*") for name in WEIGHTS))

    def kept(self, query: Query, column: str, value: str) -> Query:
        return self.all_of(query, Query.const_score_query(Query.term_query(self.schema, column, value), 0.0))

    def top(self, query: Query) -> tuple[int, list[Any]]:
        searcher = self.index.searcher()
        found = searcher.search(query, SIZE)
        return found.count, [orjson.loads(searcher.doc(address)[STORED][0]) for _score, address in found.hits]


def searches(bench: Bench) -> list[Verdict]:
    """The adapter over tantivy-py, on all works."""
    store = bench.store("tantivy")
    return [adapter("Tantivy", store, RawTantivy(bench.path("tantivy", bench.works)), GOAL)]
