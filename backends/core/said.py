"""A query said back: as a text that means the same, and as a part of a sentence for whoever asked it."""

from collections.abc import Callable, Iterable

from backends.core.nodes import CONTENT, All, And, Lookup, Node, Not, Or
from backends.core.parse import COMPARISONS

SIGNS = {lookup: sign for sign, lookup in COMPARISONS.items()}
COMPARED = {"gt": "above", "gte": "from", "lt": "below", "lte": "up to"}


def written(node: Node) -> str:
    """The plainest text that `parse` reads as this tree, of a tree that it made of a text.

    Not promised where a word holds a lone quotation mark, which can close another here, nor for brackets so deep that
    the ones added here are too deep to be read.
    """
    if node == Lookup(CONTENT, "content", "*"):
        return "(*)"
    return " ".join(map(_written, node.nodes)) if isinstance(node, And) else _written(node)


def _written(node: Node) -> str:
    match node:
        case And(nodes):
            return f"({' '.join(map(_written, nodes))})"
        case Or(nodes):
            return f"({' OR '.join(map(_written, nodes))})"
        case Not(inner):
            text = f"({_written(inner)})" if isinstance(inner, Not) else _written(inner)
            return f"NOT {text}" if text.startswith("-") else f"-{text}"
        case Lookup(name, lookup, value):
            return ("" if name == CONTENT else f"{name}:") + WRITTEN.get(lookup, str)(value)
        case _:
            return str(node)


def _span(value: tuple[str | None, str | None]) -> str:
    return "..".join(end or "" for end in value)


WRITTEN: dict[str, Callable[..., str]] = {
    "phrase": '"{}"'.format,
    "startswith": "{}*".format,
    "range": _span,
    **{lookup: (sign + "{}").format for lookup, sign in SIGNS.items()},
}


def understood(node: Node) -> str:
    """What is asked, to stand behind 'works': 'with “harbour” and year 1900–1950, without “winter”'."""
    if isinstance(node, All):
        return "of all kinds"
    parts = node.nodes if isinstance(node, And) else (node,)
    wanted = [_said(part) for part in parts if not isinstance(part, Not)]
    unwanted = [_said(part.node) for part in parts if isinstance(part, Not)]
    halves = [f"with {_listed(wanted, 'and')}"] if wanted else []
    if unwanted:
        halves.append(f"without {_listed(unwanted, 'and without')}")
    return ", ".join(halves)


def _said(node: Node) -> str:
    match node:
        case And(nodes):
            return f"both {_listed(map(_said, nodes), 'and')}" if nodes else "nothing"
        case Or(nodes):
            return f"either {_listed(map(_said, nodes), 'or')}"
        case Not(inner):
            return f"not {_said(inner)}"
        case Lookup(name, lookup, value):
            if name == CONTENT:
                return SAID.get(lookup, _quoted)(value)
            said = _quoted if lookup == "phrase" else SAID.get(lookup, _quoted)
            return f"{name.replace('_', ' ')} {said(value)}"
        case _:
            return str(node)


def _listed(parts: Iterable[str], joined: str) -> str:
    *first, last = parts
    return f"{', '.join(first)} {joined} {last}" if first else last


def _quoted(value: object) -> str:
    return f"“{value}”"


def _between(value: tuple[str | None, str | None]) -> str:
    low, high = value
    if low is None:
        return f"up to {high}"
    return f"from {low}" if high is None else f"{low}–{high}"


SAID: dict[str, Callable[..., str]] = {
    "phrase": "the words “{}” in a row".format,
    "startswith": "words that begin with “{}”".format,
    "range": _between,
    **{lookup: (word + " {}").format for lookup, word in COMPARED.items()},
}
