"""From the tree to the servers' query language: a dict a node, no strings joined.

What scores and what only matches is compiled apart: in a filter, and wherever hits come in an order, conditions on
one column are one list. Constant scores are those of the other engines: 1 for a value, 0 for everything.
"""

import re
from base64 import b64encode
from collections.abc import Iterable
from typing import Any

import orjson

from backends.core import nodes
from backends.core.analysis.analyzer import TERM_LENGTH
from backends.core.compiler import Compiler
from backends.core.documents import KEYWORD_BYTES
from backends.core.schema import DOCUMENT_BOOST, ColumnType, Schema
from backends.jsondsl.places import circle

Query = dict[str, Any]
# A query may be nested 30 deep (Elasticsearch's indices.query.bool.max_nested_depth); a `wrapper` starts anew, and a
# node takes two levels at most.
WRAPPED_EVERY = 10
# Longer patterns make automata that the servers refuse; values are looked at one by one then.
PATTERN = 200  # characters
WILD = re.compile(r"([*?\\])")
HOLDS = {nodes.Prefix: "startsWith", nodes.Suffix: "endsWith", nodes.Infix: "contains"}
KEYED = frozenset({"term", "match_phrase", "prefix", "wildcard", "fuzzy", "range"})  # these hold the field's name

Part = nodes.Prefix | nodes.Suffix | nodes.Infix


def boosted(query: Query, factor: float) -> Query:
    """The query with its score multiplied; it is changed in place."""
    ((kind, body),) = query.items()
    if kind == "wrapper":
        return {"bool": {"must": [query], "boost": factor}}
    inner = next(iter(body.values())) if kind in KEYED else body
    inner["boost"] = inner.get("boost", 1.0) * factor
    return query


def constant(query: Query, score: float = 1.0) -> Query:
    return {"constant_score": {"filter": query, "boost": score}}


def weighed(query: Query) -> Query:
    """The query, the score of each document multiplied by the document's own boost."""
    boost = {"field": DOCUMENT_BOOST, "missing": 1.0}
    return {"function_score": {"query": query, "field_value_factor": boost, "boost_mode": "multiply"}}


def all_of(queries: list[Query]) -> Query:
    """What matches all of them, without a score."""
    return queries[0] if len(queries) == 1 else {"bool": {"filter": queries}}


class JsonCompiler(Compiler[Query]):
    """`visit` scores, `match` does not."""

    def __init__(self, schema: Schema, engine: str) -> None:
        self.schema, self.engine = schema, engine
        self._scoring = True
        self._level = 0

    def visit(self, node: nodes.Node) -> Query:
        self._level += 1
        query = super().visit(node)
        self._level -= 1
        if self._level and self._level % WRAPPED_EVERY == 0:
            return {"wrapper": {"query": b64encode(orjson.dumps(query)).decode()}}
        return query

    def match(self, node: nodes.Node) -> Query:
        before, self._scoring = self._scoring, False
        query = self.visit(node)
        self._scoring = before
        return query

    def visit_all(self, _node: nodes.All) -> Query:
        return {"match_all": {"boost": 0.0}}

    def visit_nothing(self, _node: nodes.Nothing) -> Query:
        return {"match_none": {}}

    def visit_and(self, node: nodes.And) -> Query:
        parts = node.nodes if self._scoring else tuple(dict.fromkeys(node.nodes))
        excluded = [part.node for part in parts if isinstance(part, nodes.Not)]
        filters = [part.node for part in parts if isinstance(part, nodes.Filter)]
        scored = [part for part in parts if not isinstance(part, nodes.Not | nodes.Filter)]
        clauses = {
            "must": [self.visit(part) for part in scored] if self._scoring else [],
            "filter": [self.match(part) for part in (filters if self._scoring else [*filters, *scored])],
            "must_not": self._any(excluded),
        }
        return {"bool": {name: queries for name, queries in clauses.items() if queries}}

    def _any(self, parts: Iterable[nodes.Node]) -> list[Query]:
        """What matches any of them: the values of one column as one list."""
        listed: dict[str, list[Any]] = {}
        out: list[nodes.Node] = []
        for part in dict.fromkeys(parts):
            match part:
                case nodes.Term(column, value) | nodes.Equals(column, value):
                    listed.setdefault(column, []).append(value)
                case nodes.AnyOf(column, values):
                    listed.setdefault(column, []).extend(values)
                case _:
                    out.append(part)
        return [self.match(nodes.AnyOf(column, tuple(values))) for column, values in listed.items()] + [
            self.match(part) for part in out
        ]

    def visit_or(self, node: nodes.Or) -> Query:
        queries = [self.visit(part) for part in node.nodes] if self._scoring else self._any(node.nodes)
        return queries[0] if len(queries) == 1 else {"bool": {"should": queries, "minimum_should_match": 1}}

    def visit_not(self, node: nodes.Not) -> Query:
        return {"bool": {"must_not": self._any([node.node])}}

    def visit_boost(self, node: nodes.Boost) -> Query:
        query = self.visit(node.node)
        return boosted(query, node.factor) if self._scoring else query

    def visit_filter(self, node: nodes.Filter) -> Query:
        query = self.match(node.node)
        return constant(query, 0.0) if self._scoring else query

    def visit_prefer(self, node: nodes.Prefer) -> Query:
        if not self._scoring:
            return self.visit(node.node)
        return {"bool": {"must": [self.visit(node.node)], "should": [self.visit(node.preferred)]}}

    def visit_term(self, node: nodes.Term) -> Query:
        return {"term": {node.column: {"value": node.term}}}

    def visit_phrase(self, node: nodes.Phrase) -> Query:
        return {"match_phrase": {node.column: {"query": " ".join(node.terms), "slop": node.slop}}}

    def visit_prefix(self, node: nodes.Prefix) -> Query:
        return self._part(node, {"prefix": {node.column: {"value": node.text}}})

    def visit_suffix(self, node: nodes.Suffix) -> Query:
        return self._part(node, {"wildcard": {node.column: {"value": f"*{literal(node.text)}"}}})

    def visit_infix(self, node: nodes.Infix) -> Query:
        return self._part(node, {"wildcard": {node.column: {"value": f"*{literal(node.text)}*"}}})

    def _part(self, node: Part, query: Query) -> Query:
        if self.schema.by_column[node.column].type is ColumnType.TERMS:
            return query if len(node.text) <= TERM_LENGTH else {"match_none": {}}
        if not can_be_kept(node.text):
            return {"match_none": {}}
        return query if len(node.text) <= PATTERN else self._looked_at(node)

    def _looked_at(self, node: Part) -> Query:
        source = (
            f"for (v in doc[params.column]) {{ if (v.{HOLDS[type(node)]}(params.text)) return true; }} return false;"
        )
        return {"script": {"script": {"source": source, "params": {"column": node.column, "text": node.text}}}}

    def visit_fuzzy(self, node: nodes.Fuzzy) -> Query:
        if not can_be_kept(node.term):
            return {"match_none": {}}
        # With a constant score all terms within the distance match; scored ones are cut off at max_expansions.
        fuzzy = {
            "value": node.term,
            "fuzziness": node.distance,
            "prefix_length": node.prefix,
            "rewrite": "constant_score",
        }
        return {"fuzzy": {node.column: {**fuzzy, "transpositions": True}}}

    def visit_equals(self, node: nodes.Equals) -> Query:
        if not can_be_kept(node.value):
            return {"match_none": {}}
        query = {"term": {node.column: {"value": node.value}}}
        return constant(query) if self._scoring else query

    def visit_anyof(self, node: nodes.AnyOf) -> Query:
        return {"terms": {node.column: [value for value in node.values if can_be_kept(value)]}}

    def visit_range(self, node: nodes.Range) -> Query:
        ends = {
            "gte" if node.include_lower else "gt": node.lower,
            "lte" if node.include_upper else "lt": node.upper,
        }
        given = {name: end for name, end in ends.items() if end is not None}
        return {"range": {node.column: given}} if given else self.visit(nodes.Exists(node.column))

    def visit_near(self, node: nodes.Near) -> Query:
        query = all_of(circle(node))
        return constant(query) if self._scoring else query

    def visit_exists(self, node: nodes.Exists) -> Query:
        return {"exists": {"field": node.column}}


def can_be_kept(value: object) -> bool:
    """Whether a column may hold it. The servers refuse to look for a text that is longer."""
    return not isinstance(value, str) or len(value) * 4 <= KEYWORD_BYTES or len(value.encode()) <= KEYWORD_BYTES


def literal(text: str) -> str:
    """Text as a wildcard pattern that means itself."""
    return WILD.sub(r"\\\1", text)
