"""What a person typed, as a tree. Lenient: every text has a meaning, nothing raises, and no word is left out.

harbour boat      both words, each in any searched field
"fishing boat"    the words in a row
-winter           not this word, phrase or group; NOT winter is the same
boat OR ship      either; binds tighter than the space, as web search has taught people
harb*             words that begin so
(a OR b) c        brackets group
title:harbour     in one field; title:"a phrase", title:(a OR b), title:harb* as well
year:1900..1950   a range, either end left out for an open one; year:>1900, year:>=1900, year:<1900, year:<=1900

A colon means a field only behind one of the names given. A value that its field cannot take is words, with a remark.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from backends.core.errors import BadValue
from backends.core.nodes import CONTENT, All, And, Lookup, Node, Not, Or

DEEPEST = 20  # brackets inside brackets; deeper ones are read as spaces, so that no text exhausts the stack
QUOTES = str.maketrans("“”„‟«»＂", '"' * 7)
# Control characters and lone surrogates are separators: they are in no word and some engines refuse them.
SEPARATORS = re.compile("[\\x00-\\x20\\x7f-\\x9f\\u2028\\u2029\\ufeff\\ud800-\\udfff]+")
PHRASE, WORD = r'"(?P<phrase>[^"]*)"(?=[\s()]|$)', r"(?P<word>[^\s()]+)"
PIECE = re.compile(rf"\s*(?:(?P<not>-(?=[^\s)-]))|{PHRASE}|(?P<bracket>[()])|{WORD})")
NAME = re.compile(r"(?P<name>\w[\w-]*):(?=[^\s)])")
VALUE = re.compile(rf"{PHRASE}|(?P<bracket>\()|{WORD}")  # behind a name a minus is part of a number
SPAN = re.compile(r"(.*?[^.])?(?:\.{2,3}|…|–)([^.].*)?")
COMPARISON = re.compile(r"([<>]=?)(.+)")
COMPARISONS = {"<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}
Piece = tuple[str, str]  # its kind and text
END, CLOSING, JOINING = ("end", ""), ("bracket", ")"), ("word", "OR")
OPERATORS = frozenset({("not", "-"), ("word", "NOT"), ("word", "AND")})
EMPTY = And(())


class Name(Protocol):
    """A field as people name it; `backends.core.named` makes them."""

    @property
    def is_ordered(self) -> bool:
        """Whether ranges and comparisons have a meaning here."""

    def meaning(self, lookup: str, value: str | tuple[str | None, str | None]) -> Node:
        """The lookups of the index that are meant. Raises BadValue."""


Names = Mapping[str, Name]
NO_NAMES: Names = {}


@dataclass(frozen=True, slots=True)
class Remark:
    """A part of a text that was not read as its field's value, and what the field takes."""

    part: str
    name: str
    expected: str

    def __str__(self) -> str:
        return f"“{self.part}” was searched as words: {self.name} takes {self.expected}."


@dataclass(frozen=True, slots=True)
class Reading:
    """A text read. `asked` has the names people use, `node` the fields of the index."""

    asked: Node
    node: Node
    remarks: tuple[Remark, ...] = ()


@dataclass(slots=True)
class _Reader:
    """The next `piece` of a text, and the `pieces` behind it.

    `name` is the field that is spoken of; words of none look in `everywhere`.
    """

    pieces: Iterator[Piece]
    everywhere: str
    names: Names
    piece: Piece = END
    depth: int = 0
    name: str = ""
    meanings: dict[Node, Node] = field(default_factory=dict)
    remarks: dict[Remark, None] = field(default_factory=dict)

    def take(self) -> Piece:
        piece, self.piece = self.piece, next(self.pieces, END)
        return piece

    def group(self) -> Node:
        """Everything up to the closing bracket or the end, joined by AND; `a OR b` counts as one part."""
        parts: list[list[Node]] = []
        joined = False
        while (piece := self.piece) is not END:
            if piece == CLOSING:
                if self.depth:
                    break
                self.take()
            elif piece == JOINING:
                self.take()
                joined = bool(parts)
            elif (node := self.one()) is not None:
                if joined:
                    parts[-1].append(node)
                else:
                    parts.append([node])
                joined = False
        nodes = [Or(tuple(part)) if len(part) > 1 else part[0] for part in parts]
        return nodes[0] if len(nodes) == 1 else And(tuple(nodes))

    def one(self) -> Node | None:
        """A word, a phrase, a group or one of them negated; None where there is nothing to look for."""
        negated = False
        while (piece := self.take()) in OPERATORS:
            negated ^= piece[1] != "AND"
        kind, text = piece
        node = self.named(text) if kind == "name" else self.part(kind, text)
        return Not(node) if negated and node is not None else node

    def part(self, kind: str, text: str) -> Node | None:
        if kind == "bracket":
            return self.bracketed() if text == "(" else None
        if kind == "end" or not text.strip():
            return None
        return self.about(kind, text) if self.name else self.plain(kind, text)

    def named(self, name: str) -> Node:
        outer, self.name = self.name, name
        node = self.part(*self.take())
        self.name = outer
        return self.plain("word", f"{name}:") if node is None else node

    def bracketed(self) -> Node | None:
        if self.depth >= DEEPEST:
            return None
        self.depth += 1
        node = self.group()
        self.depth -= 1
        if self.piece == CLOSING:
            self.take()
        return None if node == EMPTY else node

    def plain(self, kind: str, text: str) -> Node:
        return Lookup(self.everywhere, *(("phrase", text) if kind == "phrase" else _word(text)))

    def about(self, kind: str, text: str) -> Node:
        """A value of the field that is spoken of; as typed, name and all, where the field cannot take it."""
        name = self.names[self.name.lower()]
        lookup, value = ("phrase", text) if kind == "phrase" else _value(text) if name.is_ordered else _word(text)
        asked = Lookup(self.name.lower(), lookup, value)
        try:
            self.meanings[asked] = name.meaning(lookup, value)
        except BadValue as error:
            shown = f'"{text}"' if kind == "phrase" else text
            self.remarks[Remark(_shortened(f"{self.name}:{shown}"), asked.field, error.expected)] = None
            if kind == "phrase":
                return And((self.plain("word", f"{self.name}:"), self.plain(kind, text)))
            return self.plain("word", f"{self.name}:{text}")
        return asked

    def meant(self, node: Node) -> Node:
        """The tree with each value of a named field replaced by what it means in the index."""
        match node:
            case And(nodes) | Or(nodes):
                return type(node)(tuple(map(self.meant, nodes)))
            case Not(inner):
                return Not(self.meant(inner))
            case _:
                return self.meanings.get(node, node)


def _word(text: str) -> tuple[str, str]:
    if text[-1:] == "*" and any(map(str.isalnum, stem := text.rstrip("*"))):
        return "startswith", stem
    return "content", text


def _value(text: str) -> tuple[str, str | tuple[str | None, str | None]]:
    """Of a field whose values have an order."""
    if found := COMPARISON.fullmatch(text):
        return COMPARISONS[found[1]], found[2]
    if (found := SPAN.fullmatch(text)) and any(found.groups()):
        return "range", (found[1], found[2])
    return _word(text)


def _shortened(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _pieces(text: str, names: Names) -> Iterator[Piece]:
    at, kind = 0, ""
    while match := (VALUE if kind == "name" else PIECE).match(text, at):
        named = names and kind != "name" and match.lastgroup == "word" and NAME.match(text, match.start("word"))
        if named and named["name"].lower() in names:
            match = named
        kind, at = match.lastgroup or "word", match.end()
        yield kind, match[kind]


def read(text: str, field: str = CONTENT, names: Names = NO_NAMES) -> Reading:
    """A person's query over a field, in which `names` (in lower case) may stand before a colon."""
    is_plain = text.isascii() and text.isprintable() and "  " not in text  # as most are: four steps less
    cleaned = (text if is_plain else SEPARATORS.sub(" ", text).translate(QUOTES)).strip()
    if cleaned in {"", "*"}:
        return Reading(All(), All())
    reader = _Reader(_pieces(cleaned, names), field, names)
    reader.take()
    asked = reader.group()
    if asked == EMPTY:
        # Only brackets and operators: something was asked that holds no word, which matches nothing (see lower).
        asked = Lookup(field, "content", cleaned)
    return Reading(asked, reader.meant(asked) if reader.meanings else asked, tuple(reader.remarks))


def parse(text: str, field: str = CONTENT) -> Node:
    """The tree of a person's query over a field; no text at all, or only `*`, matches everything."""
    return read(text, field).node
