"""From Haystack's SQ tree and input types to nodes, and the `str` that carries a tree through Haystack."""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self

from haystack import inputs
from haystack.backends import SQ, SearchNode

from backends.core.errors import BadQuery, UnsupportedQuery
from backends.core.inputs import NamedQuery
from backends.core.nodes import CONTENT, All, And, Boost, Lookup, Node, Not, Or, Prefer
from backends.core.parse import parse


class TreeQuery(str):
    """A readable rendering of a query that carries its tree; Haystack insists on strings here."""

    __slots__ = ("node",)
    node: Node

    def __new__(cls, node: Node) -> Self:
        made = super().__new__(cls, str(node))
        made.node = node
        return made

    def __reduce__(self) -> tuple[type["TreeQuery"], tuple[Node]]:
        return TreeQuery, (self.node,)


def as_node(query: object) -> Node:
    """The tree of what a backend's `search` was given: a node, a TreeQuery or a person's text."""
    if isinstance(query, Node):
        return query
    return query.node if isinstance(query, TreeQuery) else parse(str(query))


def _plain(field: str, lookup: str, value: inputs.BaseInput) -> Node:
    return Lookup(field, lookup, value.query_string)


def _alternative(_field: str, _lookup: str, _value: inputs.BaseInput) -> Node:
    raise UnsupportedQuery("AltParser names a parser of one engine; write the query with SQ objects instead.")


INPUTS: tuple[tuple[type[inputs.BaseInput], Callable[[str, str, Any], Node]], ...] = (
    (inputs.AltParser, _alternative),
    (NamedQuery, lambda field, _lookup, value: value.read(field).node),
    (inputs.AutoQuery, lambda field, _lookup, value: parse(str(value.query_string), field)),
    (inputs.Raw, lambda field, _lookup, value: parse(str(value.query_string), field)),
    (inputs.Exact, lambda field, _lookup, value: Lookup(field, "phrase", value.query_string)),
    (inputs.Not, lambda field, lookup, value: Not(_plain(field, lookup, value))),
    (inputs.BaseInput, _plain),
)


def leaf(field: str, lookup: str, value: Any, read_raw: Callable[[str], Node] = parse) -> Node:
    if isinstance(value, inputs.Raw) and field == CONTENT:
        return read_raw(str(value.query_string))
    for type_, made in INPUTS:
        if isinstance(value, type_):
            return made(field, lookup, value)
    if not isinstance(value, str) and isinstance(value, Iterable):
        value = tuple(value)
    return Lookup(field, lookup, value)


def preferred(node: Node, terms: Mapping[str, float]) -> Node:
    """The same matches; those with these words score higher, by Haystack's boost() of a word and a factor."""
    for term, factor in terms.items():
        if not 0 < factor < math.inf:
            raise BadQuery(f"boost() takes a factor above 0 for '{term}', not {factor!r}.")
    found = tuple(Boost(Lookup(CONTENT, "content", term), float(factor)) for term, factor in terms.items())
    return Prefer(node, found[0] if len(found) == 1 else Or(found)) if found else node


def tree(condition: SearchNode, name_of: Callable[[str], str], read_raw: Callable[[str], Node] = parse) -> Node:
    """The node of an SQ tree. `name_of` maps a field's name to its name in the index, `read_raw` reads a Raw text."""
    parts = []
    for child in condition.children:
        if isinstance(child, SearchNode):
            parts.append(tree(child, name_of, read_raw))
        else:
            expression, value = child
            field, lookup = condition.split_expression(expression)
            parts.append(leaf(name_of(field), lookup, value, read_raw))
    if not parts:
        return All()
    joined = parts[0] if len(parts) == 1 else (And if condition.connector == SQ.AND else Or)(tuple(parts))
    return Not(joined) if condition.negated else joined
