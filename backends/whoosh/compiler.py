"""From the tree to what it matches."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from backends.core import geo, nodes
from backends.core.compiler import Compiler
from backends.core.distance import edits_within
from backends.core.nodes import Node
from backends.whoosh.matches import Boosted, Constant, Each, Either, Matches, Preferring, Word
from backends.whoosh.ordinals import NONE
from backends.whoosh.phrases import Row
from backends.whoosh.places import point
from backends.whoosh.snapshot import Snapshot

NOTHING: Matches = Constant(frozenset())


def beginning(values: list[str], text: str) -> range:
    """Where the values that start with a text stand among all, which are in order."""
    return range(bisect_left(values, text), bisect_right(values, text, key=lambda value: value[: len(text)]))


class WhooshCompiler(Compiler[Matches]):
    """For one search: a node that stands in the query, a refinement and three facets is looked up once."""

    engine = "Whoosh"

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._seen: dict[Node, Matches] = {}

    def visit(self, node: Node) -> Matches:
        if node not in self._seen:
            self._seen[node] = super().visit(node)
        return self._seen[node]

    def visit_all(self, _node: nodes.All) -> Matches:
        return Constant(self.snapshot.live, 0.0)

    def visit_nothing(self, _node: nodes.Nothing) -> Matches:
        return NOTHING

    def visit_and(self, node: nodes.And) -> Matches:
        wanted = [self.visit(child) for child in node.nodes if not isinstance(child, nodes.Not)]
        excluded = [self.visit(child.node) for child in node.nodes if isinstance(child, nodes.Not)]
        return Each(wanted or [self.visit(nodes.All())], excluded)

    def visit_or(self, node: nodes.Or) -> Matches:
        return Either([self.visit(child) for child in node.nodes])

    def visit_not(self, node: nodes.Not) -> Matches:
        return Each([self.visit(nodes.All())], [self.visit(node.node)])

    def visit_boost(self, node: nodes.Boost) -> Matches:
        return Boosted(self.visit(node.node), node.factor)

    def visit_filter(self, node: nodes.Filter) -> Matches:
        return Boosted(self.visit(node.node), 0.0)

    def visit_prefer(self, node: nodes.Prefer) -> Matches:
        return Preferring(self.visit(node.node), self.visit(node.preferred))

    def visit_term(self, node: nodes.Term) -> Matches:
        return Word(self.snapshot, node.column, node.term)

    def visit_phrase(self, node: nodes.Phrase) -> Matches:
        return Row(self.snapshot, node.column, node.terms, node.slop)

    def _any_of(self, column: str, ordinals: Iterable[int]) -> Matches:
        return Constant(self.snapshot.column(column).documents(ordinals))

    def visit_prefix(self, node: nodes.Prefix) -> Matches:
        return self._any_of(node.column, beginning(self.snapshot.column(node.column).values, node.text))

    def visit_suffix(self, node: nodes.Suffix) -> Matches:
        values = self.snapshot.column(node.column).values
        return self._any_of(node.column, [at for at, value in enumerate(values) if value.endswith(node.text)])

    def visit_infix(self, node: nodes.Infix) -> Matches:
        values = self.snapshot.column(node.column).values
        return self._any_of(node.column, [at for at, value in enumerate(values) if node.text in value])

    def visit_fuzzy(self, node: nodes.Fuzzy) -> Matches:
        values = self.snapshot.column(node.column).values
        candidates = beginning(values, node.term[: node.prefix])
        near = [at for at in candidates if edits_within(node.term, values[at], node.distance)]
        return self._any_of(node.column, near)

    def visit_equals(self, node: nodes.Equals) -> Matches:
        return self.visit_anyof(nodes.AnyOf(node.column, (node.value,)))

    def visit_anyof(self, node: nodes.AnyOf) -> Matches:
        find = self.snapshot.column(node.column).find
        return self._any_of(node.column, [at for value in node.values if (at := find(value)) != NONE])

    def visit_exists(self, node: nodes.Exists) -> Matches:
        return Constant(self.snapshot.column(node.column).present())

    def visit_near(self, node: nodes.Near) -> Matches:
        found = self.visit(geo.around(node)).ids
        lat, lon = map(self.snapshot.ordinals, geo.axes(node.column))
        return Constant({at for at in found if (place := point(lat, lon, at)) and geo.is_within(node, place)})

    def visit_range(self, node: nodes.Range) -> Matches:
        values = self.snapshot.column(node.column).values
        first, last = 0, len(values)
        if node.lower is not None:
            first = (bisect_left if node.include_lower else bisect_right)(values, node.lower)
        if node.upper is not None:
            last = (bisect_right if node.include_upper else bisect_left)(values, node.upper)
        return self._any_of(node.column, range(first, max(first, last)))
