"""From the tree to Tantivy's query objects."""

import re
from collections.abc import Callable, Iterable

import tantivy
from tantivy import Occur, Query

from backends.core import geo, nodes
from backends.core.compiler import Compiler
from backends.core.distance import edits_within
from backends.core.schema import KEY, ColumnType, Schema
from backends.tantivy.columns import FIELD_TYPES
from backends.tantivy.places import Walk

ALL_TERMS = 1_000_000  # more distinct values than any catalogue's column, to bound one listing
# Tantivy takes expressions of at most 1,000 states, about two for each byte; longer ones are read from its terms.
PATTERN_BYTES = 350
# Rust's regular expressions, not Python's: it takes a backslash before these signs and before few others.
SIGN = re.compile(r"([\\.+*?()|\[\]{}^$#&~-])")

Part = nodes.Prefix | nodes.Suffix | nodes.Infix


def quoted(text: str) -> str:
    return SIGN.sub(r"\\\1", text)


class TantivyCompiler(Compiler[Query]):
    """`terms_of(column, prefix)` lists a column's terms, `walk(query, columns)` the values of what a query finds.

    Ranges over text, which Tantivy does not have, and fuzzy words, whose fixed beginning it cannot express, are
    looked up there first.
    """

    engine = "Tantivy"

    def __init__(
        self, schema: Schema, native: tantivy.Schema, terms_of: Callable[[str, str], list[str]], walk: Walk
    ) -> None:
        self.schema, self.native, self.terms_of, self.walk = schema, native, terms_of, walk
        self._near: dict[nodes.Near, Query] = {}  # a circle in a refinement and three facets is walked once

    def visit_all(self, _node: nodes.All) -> Query:
        # Constant: a match of everything says nothing about rank.
        return Query.const_score_query(Query.all_query(), 0.0)

    def visit_nothing(self, _node: nodes.Nothing) -> Query:
        return Query.empty_query()

    def visit_and(self, node: nodes.And) -> Query:
        return Query.boolean_query([self._clause(child) for child in node.nodes])

    def _clause(self, child: nodes.Node) -> tuple[Occur, Query]:
        if isinstance(child, nodes.Not):
            return Occur.MustNot, self.visit(child.node)
        return Occur.Must, self.visit(child)

    def visit_or(self, node: nodes.Or) -> Query:
        return Query.boolean_query([(Occur.Should, self.visit(child)) for child in node.nodes])

    def visit_not(self, node: nodes.Not) -> Query:
        return Query.boolean_query([(Occur.Must, Query.all_query()), (Occur.MustNot, self.visit(node.node))])

    def visit_boost(self, node: nodes.Boost) -> Query:
        return Query.boost_query(self.visit(node.node), node.factor)

    def visit_filter(self, node: nodes.Filter) -> Query:
        return Query.const_score_query(self.visit(node.node), 0.0)

    def visit_prefer(self, node: nodes.Prefer) -> Query:
        return Query.boolean_query([(Occur.Must, self.visit(node.node)), (Occur.Should, self.visit(node.preferred))])

    def visit_term(self, node: nodes.Term) -> Query:
        return Query.term_query(self.native, node.column, node.term, "freq")

    def visit_phrase(self, node: nodes.Phrase) -> Query:
        return Query.phrase_query(self.native, node.column, list(node.terms), node.slop)

    def visit_prefix(self, node: nodes.Prefix) -> Query:
        return self._part(node, quoted(node.text) + ".*", str.startswith)

    def visit_suffix(self, node: nodes.Suffix) -> Query:
        return self._part(node, ".*" + quoted(node.text), str.endswith)

    def visit_infix(self, node: nodes.Infix) -> Query:
        return self._part(node, ".*" + quoted(node.text) + ".*", str.__contains__)

    def _part(self, node: Part, pattern: str, holds: Callable[[str, str], bool]) -> Query:
        if len(node.text.encode()) <= PATTERN_BYTES:
            return self._pattern(node.column, pattern)
        return self._among(node.column, (term for term in self.terms_of(node.column, "") if holds(term, node.text)))

    def _pattern(self, column: str, pattern: str) -> Query:
        # (?s): a value may hold a line break, and a dot must match it.
        return Query.regex_query(self.native, column, "(?s)" + pattern)

    def visit_fuzzy(self, node: nodes.Fuzzy) -> Query:
        candidates = self.terms_of(node.column, node.term[: node.prefix])
        return self._among(node.column, (term for term in candidates if edits_within(node.term, term, node.distance)))

    def visit_equals(self, node: nodes.Equals) -> Query:
        return Query.const_score_query(Query.term_query(self.native, node.column, node.value, "basic"), 1.0)

    def visit_anyof(self, node: nodes.AnyOf) -> Query:
        if len(node.values) == 1:  # a set is an automaton even then: a fifth of the time of a filtered search
            return self.visit_equals(nodes.Equals(node.column, node.values[0]))
        return Query.const_score_query(Query.term_set_query(self.native, node.column, list(node.values)), 1.0)

    def visit_exists(self, node: nodes.Exists) -> Query:
        if self.schema.by_column[node.column].type is ColumnType.TERMS:
            return self._pattern(node.column, ".+")
        return Query.exists_query(node.column)

    def visit_near(self, node: nodes.Near) -> Query:
        if node not in self._near:
            found = self.walk(self.visit(geo.around(node)), (*geo.axes(node.column), KEY))
            self._near[node] = self._among(KEY, (key for lat, lon, key in found if geo.is_within(node, (lat, lon))))
        return self._near[node]

    def visit_range(self, node: nodes.Range) -> Query:
        if self.schema.by_column[node.column].type is ColumnType.KEYWORD:
            return self._text_range(node)
        if node.lower is None and node.upper is None:
            return self.visit(nodes.Exists(node.column))
        kind = FIELD_TYPES[self.schema.by_column[node.column].type]
        ends = (node.lower, node.upper, node.include_lower, node.include_upper)
        return Query.const_score_query(Query.range_query(self.native, node.column, kind, *ends), 1.0)

    def _text_range(self, node: nodes.Range) -> Query:
        return self._among(node.column, (value for value in self.terms_of(node.column, "") if _within(node, value)))

    def _among(self, column: str, terms: Iterable[str]) -> Query:
        found = tuple(terms)
        return self.visit(nodes.AnyOf(column, found) if found else nodes.Nothing())


def terms_of(searcher: tantivy.Searcher, column: str, prefix: str) -> list[str]:
    """The terms of a column that begin so."""
    return [term for term, _count in searcher.terms_with_prefix(column, prefix, None, ALL_TERMS)]


def _within(node: nodes.Range, value: str) -> bool:
    low, high = node.lower, node.upper
    above = low is None or str(low) < value or (node.include_lower and str(low) == value)
    below = high is None or value < str(high) or (node.include_upper and str(high) == value)
    return above and below
