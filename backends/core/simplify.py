"""The same matches with less work, and no shape that engines get wrong."""

from collections.abc import Callable, Iterable
from typing import Any

from backends.core.nodes import All, And, Boost, Filter, Node, Not, Nothing, Or, Prefer


def simplify(node: Node) -> Node:
    """Flat, without neutral parts, and every NOT beside something to take it from.

    An engine's purely negative boolean gives no hits at all, and some count a repeated word once: both are
    spelled out here (`* AND NOT x`, `word^2`).
    """
    rule = RULES.get(type(node))
    if rule is None:
        return node
    done = rule(node)
    return And((All(), done)) if isinstance(done, Not) else done


def narrowed(node: Node, conditions: Iterable[Node]) -> Node:
    """The matches of a tree that also meet each of the conditions, which do not score. All of them are simplified."""
    return _all_of([node, *(_filtered(condition) for condition in conditions)])


def _simplify(node: Node) -> Node:
    rule = RULES.get(type(node))
    return node if rule is None else rule(node)


def _boost(node: Boost) -> Node:
    child = simplify(node.node)
    return child if isinstance(child, Nothing) else _boosted(child, node.factor)


def _filter(node: Filter) -> Node:
    return _filtered(simplify(node.node))


def _filtered(node: Node) -> Node:
    return node if isinstance(node, Nothing) else Filter(node)


def _prefer(node: Prefer) -> Node:
    child = simplify(node.node)
    return child if isinstance(child, Nothing) else Prefer(child, simplify(node.preferred))


def _not(node: Not) -> Node:
    match _simplify(node.node):
        case All():
            return Nothing()
        case Nothing():
            return All()
        case Not(twice):
            return twice
        case inner:
            return Not(inner)


def _boosted(node: Node, factor: float) -> Node:
    if isinstance(node, Boost):
        return _boosted(node.node, node.factor * factor)
    return node if factor == 1 else Boost(node, float(factor))


def _counted(nodes: list[Node]) -> tuple[Node, ...]:
    """Each node once, in order; one that stood there n times counts n times in the score."""
    weights: dict[Node, float] = {}
    for node in nodes:
        inner, weight = (node.node, node.factor) if isinstance(node, Boost) else (node, 1.0)
        weights[inner] = weights.get(inner, 0.0) + weight
    if len(weights) == len(nodes):
        return tuple(nodes)
    return tuple(node if isinstance(node, Not) else _boosted(node, weight) for node, weight in weights.items())


def _and(node: And) -> Node:
    return _all_of(map(_simplify, node.nodes))


def _all_of(parts: Iterable[Node]) -> Node:
    nodes: list[Node] = []
    for child in parts:
        if isinstance(child, Nothing):
            return child
        if isinstance(child, And):
            nodes.extend(child.nodes)
        else:
            nodes.append(child)
    wanted = [child for child in nodes if not isinstance(child, All)]
    if not wanted:
        return All()
    if all(isinstance(child, Not) for child in wanted):
        wanted.insert(0, All())
    return _joined(And, wanted)


def _or(node: Or) -> Node:
    nodes: list[Node] = []
    for child in map(simplify, node.nodes):
        if isinstance(child, Or):
            nodes.extend(child.nodes)
        elif not isinstance(child, Nothing):
            nodes.append(child)
    return _joined(Or, nodes) if nodes else Nothing()


def _joined(kind: type[And] | type[Or], nodes: list[Node]) -> Node:
    counted = _counted(nodes) if len(nodes) > 1 else nodes
    return counted[0] if len(counted) == 1 else kind(tuple(counted))


# By exact type, in one step: a `match` asks for each of the six in turn, and most nodes are none of them.
RULES: dict[type[Node], Callable[[Any], Node]] = {
    And: _and, Or: _or, Not: _not, Boost: _boost, Filter: _filter, Prefer: _prefer,
}  # fmt: skip
