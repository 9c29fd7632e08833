"""The same matches with less work, and no shape that engines get wrong."""

from collections.abc import Callable

from backends.core.nodes import All, And, Boost, Filter, Node, Not, Nothing, Or, Prefer


def simplify(node: Node) -> Node:
    """Flat, without neutral parts, and every NOT beside something to take it from.

    An engine's purely negative boolean gives no hits at all, and some count a repeated word once: both are
    spelled out here (`* AND NOT x`, `word^2`).
    """
    done = _simplify(node)
    return And((All(), done)) if isinstance(done, Not) else done


def _simplify(node: Node) -> Node:
    match node:
        case And():
            return _and(node)
        case Or():
            return _or(node)
        case Not(inner):
            return _not(_simplify(inner))
        case Boost(inner, factor):
            return _wrapped(inner, lambda child: _boosted(child, factor))
        case Filter(inner):
            return _wrapped(inner, Filter)
        case Prefer(inner, preferred):
            return _wrapped(inner, lambda child: Prefer(child, simplify(preferred)))
        case _:
            return node


def _wrapped(inner: Node, wrap: Callable[[Node], Node]) -> Node:
    child = simplify(inner)
    return child if isinstance(child, Nothing) else wrap(child)


def _not(inner: Node) -> Node:
    match inner:
        case All():
            return Nothing()
        case Nothing():
            return All()
        case Not(twice):
            return twice
        case _:
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
    return tuple(node if isinstance(node, Not) else _boosted(node, weight) for node, weight in weights.items())


def _and(node: And) -> Node:
    nodes: list[Node] = []
    for child in map(_simplify, node.nodes):
        if isinstance(child, Nothing):
            return child
        nodes.extend(child.nodes if isinstance(child, And) else (child,))
    wanted = [child for child in nodes if not isinstance(child, All)]
    if not wanted:
        return All()
    if all(isinstance(child, Not) for child in wanted):
        wanted.insert(0, All())
    counted = _counted(wanted)
    return counted[0] if len(counted) == 1 else And(counted)


def _or(node: Or) -> Node:
    nodes: list[Node] = []
    for child in map(simplify, node.nodes):
        nodes.extend(child.nodes if isinstance(child, Or) else (child,))
    wanted = [child for child in nodes if not isinstance(child, Nothing)]
    if not wanted:
        return Nothing()
    counted = _counted(wanted)
    return counted[0] if len(counted) == 1 else Or(counted)
