"""What a person typed, as a tree. Lenient: every text has a meaning, and nothing raises.

harbour boat      both words, each in any searched field
"fishing boat"    the words in a row
-winter           not this word, phrase or group; NOT winter is the same
boat OR ship      either; binds tighter than the space, as web search has taught people
harb*             words that begin so
(a OR b) c        brackets group
"""

import re
from dataclasses import dataclass

from backends.core.nodes import CONTENT, All, And, Lookup, Node, Not, Or

DEEPEST = 20  # brackets inside brackets; deeper ones are read as spaces, so that no text exhausts the stack
QUOTES = str.maketrans("“”„‟«»＂", '"' * 7)
# Control characters and lone surrogates are separators: they are in no word and some engines refuse them.
SEPARATORS = re.compile("[\\x00-\\x20\\x7f-\\x9f\\u2028\\u2029\\ufeff\\ud800-\\udfff]+")
PIECE = re.compile(
    r"""\s*(?:
      (?P<not>-(?=[^\s)-]))
    | "(?P<phrase>[^"]*)"(?=[\s()]|$)
    | (?P<bracket>[()])
    | (?P<word>[^\s()]+)
    )""",
    re.VERBOSE,
)


@dataclass(slots=True)
class _Reader:
    """The pieces of a text and how far they have been read."""

    pieces: list[tuple[str, str]]
    field: str
    at: int = 0
    depth: int = 0

    def peek(self) -> tuple[str, str]:
        return self.pieces[self.at] if self.at < len(self.pieces) else ("end", "")

    def take(self) -> tuple[str, str]:
        piece = self.peek()
        self.at += 1
        return piece

    def group(self) -> Node:
        """Everything up to the closing bracket or the end, joined by AND; `a OR b` counts as one part."""
        parts: list[list[Node]] = []
        joined = False
        while self.peek()[0] != "end":
            if self.peek() == ("bracket", ")"):
                if self.depth:
                    break
                self.take()
            elif self.peek() == ("word", "OR"):
                self.take()
                joined = bool(parts)
            elif (node := self.one()) is not None:
                if joined:
                    parts[-1].append(node)
                else:
                    parts.append([node])
                joined = False
        nodes = tuple(Or(tuple(part)) if len(part) > 1 else part[0] for part in parts)
        return nodes[0] if len(nodes) == 1 else And(nodes)

    def one(self) -> Node | None:
        """A word, a phrase, a group or one of them negated; None where there is nothing to look for."""
        negated = False
        while self.peek()[0] == "not" or self.peek() in (("word", "NOT"), ("word", "AND")):
            negated ^= self.take()[1] != "AND"
        kind, text = self.take()
        if kind == "bracket":
            node = self.bracketed() if text == "(" else None
        elif kind == "phrase":
            node = Lookup(self.field, "phrase", text) if text.strip() else None
        elif kind == "word":
            node = self.word(text)
        else:
            node = None
        return Not(node) if negated and node is not None else node

    def bracketed(self) -> Node | None:
        if self.depth >= DEEPEST:
            return None
        self.depth += 1
        node = self.group()
        self.depth -= 1
        if self.peek() == ("bracket", ")"):
            self.take()
        return None if node == And(()) else node

    def word(self, text: str) -> Node:
        stem = text.rstrip("*")
        if stem != text and any(letter.isalnum() for letter in stem):
            return Lookup(self.field, "startswith", stem)
        return Lookup(self.field, "content", text)


def parse(text: str, field: str = CONTENT) -> Node:
    """The tree of a person's query over a field; no text at all, or only `*`, matches everything."""
    cleaned = SEPARATORS.sub(" ", text).translate(QUOTES).strip()
    if cleaned in {"", "*"}:
        return All()
    pieces = []
    for match in PIECE.finditer(cleaned):
        kind = match.lastgroup or "word"
        pieces.append((kind, match[kind]))
    node = _Reader(pieces, field).group()
    # Only brackets and operators: something was asked that holds no word, which matches nothing (see lower).
    return Lookup(field, "content", cleaned) if node == And(()) else node
