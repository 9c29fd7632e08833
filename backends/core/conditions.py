"""Conditions written as `field:value`, as Haystack's forms, narrow() and query_facet() have them.

    kind:"oil painting"       the whole value; of analysed text, the words in a row
    title:harb*   year:*      a beginning; any value at all
    year:[1800 TO 1850}       a range as Lucene writes it: square brackets take the end in, * leaves it open
    kind:(print OR book)      either
    year__gte=1800            what narrow(SQ(year__gte=1800)) becomes on its way through a string; the value is JSON

AND, OR, NOT and brackets join them. Whatever has another form is a person's text, for `parse`.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from backends.core.errors import UnsupportedQuery
from backends.core.lower import lower
from backends.core.nodes import And, Exists, Lookup, Node, Not, Nothing, Or, Range
from backends.core.parse import parse
from backends.core.schema import ANALYSED, SYSTEM, Kind, Schema
from backends.core.translate import TreeQuery, as_node, leaf

MOST_BRACKETS = 50  # and NOTs; each takes a few of Python's thousand frames
RANGE = re.compile(r'([\[{])\s*("[^"]*"|\S+)\s+TO\s+("[^"]*"|\S+?)\s*([\]}])')
WHOLE = re.compile(r"([A-Za-z_]\w*):(.+)", re.DOTALL)
PIECE = re.compile(
    r"""\s*(?:
      (?P<bracket>[()])
    | (?P<joint>AND|OR|NOT)(?=[\s(])
    | (?P<typed>[A-Za-z_]\w*__[a-z]+)=
    | (?P<name>[A-Za-z_]\w*):(?P<value>"[^"]*"(?=[\s)]|$)|[\[{][^\]}]*[\]}]|\([^()]*\)|[^\s()"]+)
    )""",
    re.VERBOSE,
)
ENDS = {"[": "gte", "{": "gt", "]": "lte", "}": "lt"}
Piece = tuple[str, Any]


def condition(name: str, value: object, schema: Schema) -> Node:
    """One field and what stands behind its colon. Raises UnknownField, BadValue or UnsupportedQuery."""
    if not isinstance(value, str):
        return leaf(name, "content", value)
    kind = Kind.KEYWORD if name in SYSTEM else schema.field(name).kind
    text = value.strip()
    if text == "*":
        return Exists(f"{name}_lat" if kind is Kind.LOCATION else name)
    if (found := RANGE.fullmatch(text)) is not None:
        return _range(name, found, schema)
    if len(text) > 1 and text[0] == text[-1] == '"':
        return Lookup(name, "phrase", text[1:-1])
    if kind in ANALYSED:
        return parse(text, name)
    if text.startswith("(") and text.endswith(")"):
        return Or(tuple(condition(name, part, schema) for part in text[1:-1].split(" OR ")))
    if kind is Kind.KEYWORD and text.endswith("*"):
        return Lookup(name, "startswith", text[:-1])
    return Lookup(name, "content", text)


def _range(name: str, found: re.Match[str], schema: Schema) -> Node:
    """One Range and not two joined by AND, which two values of a document could satisfy together."""
    opening, low, high, closing = found.groups()
    asked = ((ENDS[opening], low.strip('"')), (ENDS[closing], high.strip('"')))
    ends = [lower(Lookup(name, lookup, end), schema) for lookup, end in asked if end != "*"]
    if not ends:
        return Exists(name)
    if len(ends) == 1:
        return ends[0]
    match ends:
        case [Range() as first, Range() as last]:
            return Range(first.column, first.lower, last.upper, first.include_lower, last.include_upper)
    return Nothing()


def fragment(name: str, lookup: str, value: object) -> str:
    """A condition as a string that `narrowing` reads back. Raises UnsupportedQuery for what is no plain value."""

    def plain(item: Any) -> object:
        if isinstance(item, set | frozenset):
            return sorted(item)
        if hasattr(item, "isoformat"):
            return item.isoformat()
        if type(item).__module__ == "decimal":
            return str(item)
        raise UnsupportedQuery(f"narrow() takes plain values in an SQ, not {item!r}; use filter() instead.")

    return f"{name}__{lookup}={json.dumps(value, default=plain)}"


def narrowing(query: object, schema: Schema) -> Node:
    """What narrow() was given: a tree, conditions, or a person's text."""
    if isinstance(query, Node | TreeQuery):
        return as_node(query)
    text = str(query).strip()
    pieces = _pieces(text)
    if pieces is not None and (found := _Reader(pieces, schema).everything()) is not None:
        return found
    # A facet's value may hold quotes and brackets itself; FacetedSearchForm escapes nothing.
    whole = WHOLE.fullmatch(text)
    if whole is not None and whole[2][0] == whole[2][-1] == '"':
        return condition(whole[1], whole[2], schema)
    return parse(text)


def _pieces(text: str) -> list[Piece] | None:
    """None where something else stands between them."""
    pieces: list[Piece] = []
    at = depth = 0
    while at < len(text):
        found = PIECE.match(text, at)
        if found is None or depth > MOST_BRACKETS:
            return None
        at = found.end()
        depth += found["bracket"] == "(" or found["joint"] == "NOT"
        if found["typed"]:
            try:
                value, at = json.JSONDecoder().raw_decode(text, at)
            except ValueError:
                return None
            name, _, lookup = found["typed"].rpartition("__")
            pieces.append(("typed", Lookup(name, lookup, tuple(value) if isinstance(value, list) else value)))
        elif found["name"]:
            pieces.append(("named", (found["name"], found["value"])))
        else:
            pieces.append((found.lastgroup or "", found[0].strip()))
    return pieces


@dataclass(slots=True)
class _Reader:
    """Reads pieces from the left; None says that they make no sense."""

    pieces: list[Piece]
    schema: Schema
    at: int = 0

    def everything(self) -> Node | None:
        found = self.joined()
        return found if self.at == len(self.pieces) else None

    def next(self, *wanted: Piece) -> bool:
        """Step over the next piece if it is one of these."""
        there = self.at < len(self.pieces) and self.pieces[self.at] in wanted
        self.at += there
        return there

    def joined(self) -> Node | None:
        """OR binds looser than AND, as in Lucene; Haystack brackets wherever it matters."""
        either: list[Node] = []
        while True:
            every: list[Node] = []
            while True:
                part = self.one()
                if part is None:
                    return None
                every.append(part)
                if not self.next(("joint", "AND")):
                    break
            either.append(every[0] if len(every) == 1 else And(tuple(every)))
            if not self.next(("joint", "OR")):
                return either[0] if len(either) == 1 else Or(tuple(either))

    def one(self) -> Node | None:
        if self.next(("joint", "NOT")):
            inner = self.one()
            return None if inner is None else Not(inner)
        if self.next(("bracket", "(")):
            inner = self.joined()
            return inner if self.next(("bracket", ")")) else None
        if self.at == len(self.pieces) or self.pieces[self.at][0] not in {"typed", "named"}:
            return None
        kind, found = self.pieces[self.at]
        self.at += 1
        if kind == "typed":
            typed: Node = found
            return typed
        name, value = found
        return condition(name, value, self.schema)
