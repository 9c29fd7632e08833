"""What is counted beside a search, so that one search answers all.

Refinements that a facet leaves out of its own counts narrow the hits afterwards, and each count filters for itself.
"""

from collections.abc import Iterator

from backends.core.nodes import And, Node
from backends.core.request import FacetReply, Request, StatsReply, narrowed
from backends.core.schema import Schema
from backends.core.simplify import simplify
from backends.jsondsl import facets, stats
from backends.jsondsl.compiler import JsonCompiler, Query

COUNTS = "counts"


class Counts:
    """The aggregations of a request, and how their answers are read."""

    def __init__(self, request: Request, schema: Schema, compiler: JsonCompiler) -> None:
        self.request, self.schema, self.compiler = request, schema, compiler
        own = frozenset[str]().union(*(facet.without for facet in request.facets))
        self.deferred = tuple(part for part in request.refinements if part.name in own)

    @property
    def query(self) -> Node:
        """What matches before the deferred refinements do."""
        return narrowed(self.request, frozenset(part.name for part in self.deferred))

    def after(self) -> Query:
        """The part of a search's body that narrows the hits after they were counted."""
        if not self.deferred:
            return {}
        return {"post_filter": self.compiler.match(simplify(And(tuple(part.node for part in self.deferred))))}

    def body(self) -> Query:
        """The part of a search's body that counts."""
        aggregations = dict(self._aggregations())
        return {"aggs": aggregations} if aggregations else {}

    def _aggregations(self) -> Iterator[tuple[str, Query]]:
        for at, facet in enumerate(self.request.facets):
            yield f"facet {at}", self._over(facets.aggregations(facet, self.schema), facet.without)
        if self.request.counts:
            conditions = [self.compiler.match(simplify(node)) for node in self.request.counts]
            yield COUNTS, self._over({COUNTS: {"filters": {"filters": conditions}}})
        for at, part in enumerate(self.request.stats):
            yield f"stats {at}", self._over(stats.aggregations(part))

    def _over(self, aggregations: Query, without: frozenset[str] = frozenset()) -> Query:
        """These aggregations over what the deferred refinements leave, but for those named."""
        filters = tuple(part.node for part in self.deferred if part.name not in without)
        match = self.compiler.match(simplify(And(filters))) if filters else {"match_all": {}}
        return {"filter": match, "aggs": aggregations}

    def exactly(self, answer: Query) -> Query:
        """A body that counts again what floats could not hold; {} where they could."""
        inexact = {
            name: self._over(stats.aggregations(part, mean))
            for at, part in enumerate(self.request.stats)
            if (mean := stats.inexact_mean(part, answer["aggregations"][name := f"stats {at}"], self.schema))
            is not None
        }
        return {"aggs": inexact} if inexact else {}

    # Reading

    def facets(self, answer: Query) -> tuple[FacetReply, ...]:
        found = answer.get("aggregations", {})
        return tuple(facets.reply(facet, found[f"facet {at}"]) for at, facet in enumerate(self.request.facets))

    def counts(self, answer: Query) -> tuple[int, ...]:
        if not self.request.counts:
            return ()
        return tuple(bucket["doc_count"] for bucket in answer["aggregations"][COUNTS][COUNTS]["buckets"])

    def stats(self, answer: Query) -> tuple[StatsReply, ...]:
        return tuple(
            stats.reply(part, answer["aggregations"][f"stats {at}"]) for at, part in enumerate(self.request.stats)
        )
