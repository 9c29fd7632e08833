"""From the tree to Solr's JSON queries. Only `escape` makes text that Solr parses."""

from collections.abc import Callable, Iterable
from typing import Any

from backends.core import geo, nodes
from backends.core.compiler import Compiler
from backends.core.distance import edits_within
from backends.core.schema import Schema
from backends.solr import escape
from backends.solr.columns import field_of

Json = dict[str, Any]
# Longer parts of words make automata that Lucene refuses to build; they are looked up among the terms.
LONGEST_PART = 100
SEPARATORS = [chr(code) for code in range(1, 32)]
# Of a distance: Java's and Python's sines differ in their last digit, and Solr's turns at 180 degrees.
MARGIN, MARGIN_KM = 1e-12, 1e-10


class SolrCompiler(Compiler[Json]):
    """`terms_of(field, prefix)` lists a field's terms."""

    engine = "Solr"

    def __init__(self, schema: Schema, terms_of: Callable[[str, str], Iterable[str]]) -> None:
        self.schema, self.terms_of = schema, terms_of

    def field(self, column: str) -> str:
        return field_of(self.schema.by_column[column])

    def visit_all(self, _node: nodes.All) -> Json:
        return {"bool": {"filter": ["*:*"]}}

    def visit_nothing(self, _node: nodes.Nothing) -> Json:
        return {"bool": {"filter": ["-*:*"]}}

    def visit_and(self, node: nodes.And) -> Json:
        parts: dict[str, list[Any]] = {"must": [], "filter": [], "must_not": []}
        for child in node.nodes:
            match child:
                case nodes.Not(inner):
                    parts["must_not"].append(self.visit(inner))
                case nodes.Filter(inner):
                    parts["filter"].append(self.visit(inner))
                case _:
                    parts["must"].append(self.visit(child))
        if not (parts["must"] or parts["filter"]):
            parts["filter"] = ["*:*"]
        return {"bool": {name: found for name, found in parts.items() if found}}

    def visit_or(self, node: nodes.Or) -> Json:
        return {"bool": {"should": [self.visit(child) for child in node.nodes]}}

    def visit_not(self, node: nodes.Not) -> Json:
        return {"bool": {"filter": ["*:*"], "must_not": [self.visit(node.node)]}}

    def visit_boost(self, node: nodes.Boost) -> Json:
        return {"boost": {"b": node.factor, "query": self.visit(node.node)}}

    def visit_filter(self, node: nodes.Filter) -> Json:
        return {"bool": {"filter": [self.visit(node.node)]}}

    def visit_prefer(self, node: nodes.Prefer) -> Json:
        return {"bool": {"must": [self.visit(node.node)], "should": [self.visit(node.preferred)]}}

    def visit_term(self, node: nodes.Term) -> Json:
        return {"term": {"f": self.field(node.column), "v": node.term}}

    def visit_phrase(self, node: nodes.Phrase) -> Json:
        return _parsed(escape.in_a_row(self.field(node.column), node.terms, node.slop))

    def visit_prefix(self, node: nodes.Prefix) -> Json:
        field = self.field(node.column)
        if len(node.text) <= LONGEST_PART:
            return {"prefix": {"f": field, "v": node.text}}
        return self._among(field, self.terms_of(field, node.text))

    def visit_suffix(self, node: nodes.Suffix) -> Json:
        return self._part(node, escape.ending, str.endswith)

    def visit_infix(self, node: nodes.Infix) -> Json:
        return self._part(node, escape.holding, str.__contains__)

    def _part(
        self, node: nodes.Suffix | nodes.Infix, written: Callable[[str, str], str], holds: Callable[[str, str], bool]
    ) -> Json:
        field = self.field(node.column)
        if len(node.text) <= LONGEST_PART:
            return _parsed(written(field, node.text))
        return self._among(field, (term for term in self.terms_of(field, "") if holds(term, node.text)))

    def visit_fuzzy(self, node: nodes.Fuzzy) -> Json:
        field = self.field(node.column)
        candidates = self.terms_of(field, node.term[: node.prefix])
        return self._among(field, (term for term in candidates if edits_within(node.term, term, node.distance)))

    def visit_equals(self, node: nodes.Equals) -> Json:
        return self._among(self.field(node.column), (str(node.value),))

    def visit_anyof(self, node: nodes.AnyOf) -> Json:
        return self._among(self.field(node.column), map(str, node.values))

    def _among(self, field: str, values: Iterable[str]) -> Json:
        """Any of these, each scored 1."""
        wanted = tuple(values)
        if not wanted:
            return self.visit_nothing(nodes.Nothing())
        joined = "".join(wanted)
        free = next((sign for sign in SEPARATORS if sign not in joined), None)
        if free is None:  # the values hold every separator there is
            return {"bool": {"should": [{"term": {"f": field, "v": value}} for value in wanted]}}
        return {"terms": {"f": field, "separator": free, "v": free.join(wanted)}}

    def visit_exists(self, node: nodes.Exists) -> Json:
        return _parsed(escape.anything(self.field(node.column)))

    def visit_range(self, node: nodes.Range) -> Json:
        ends = (node.lower, node.upper, node.include_lower, node.include_upper)
        if node.lower is None and node.upper is None:
            return self.visit(nodes.Exists(node.column))
        return _parsed(escape.between(self.field(node.column), *ends))

    def visit_near(self, node: nodes.Near) -> Json:
        circle = {
            "frange": {"l": 0, "u": node.km * (1 + MARGIN) + MARGIN_KM, "query": self.distance(node.column, node.point)}
        }
        return {"bool": {"filter": [self.visit(geo.around(node)), circle]}}

    def distance(self, name: str, point: geo.Point) -> str:
        """Solr's function of the kilometres between a location and a point, by the formula of `geo.kilometres`."""
        lat, lon = map(self.field, geo.axes(name))
        return f"hsin({geo.EARTH_KM!r},true,{lat},{lon},{point[0]!r},{point[1]!r})"


def _parsed(text: str) -> Json:
    return {"lucene": {"query": text}}
