"""Did you mean: words of a query that the index does not have, or hardly, replaced by near ones that it has.

The words of the whole index are looked at, also those that stand only in documents which whoever asks may not see: a
suggestion can tell that such a word exists. A service with documents not for everyone has to weigh that, for example
by suggesting only what a search as that person finds.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from rapidfuzz.distance import OSA

from backends.core.analysis import analyzer
from backends.core.analysis.words import WORD
from backends.core.asked import answer
from backends.core.distance import edits_within
from backends.core.errors import UnsupportedQuery
from backends.core.lookups import distance
from backends.core.lower import lower
from backends.core.nodes import CONTENT, All, And, Boost, Filter, Lookup, Node, Not, Or, Prefer, Term
from backends.core.request import Request
from backends.core.said import written
from backends.core.schema import Field, Kind, Schema
from backends.core.store import Speller

WHOLE = frozenset({"content", "phrase"})  # lookups of words as a person types them; the beginning of one is left alone
MOST_WORDS = 20  # of a query that are looked at; nobody mistypes more
MOST_NEAR = 20  # terms of a column that are compared by their documents
RIGHT = 0.01  # of all documents: what more of them hold is no mistake; Lucene's DirectSpellChecker, maxQueryFrequency
RARER = 100  # times: a word that is there is doubted when a neighbour stands in so many more documents; ours


def suggestion(store: Speller, schema: Schema, query: Node) -> str | None:
    """The query's words put right, as a text to search for; None where nothing is to be put right.

    Order, case, phrases and operators stay as they were typed. Raises UnsupportedQuery where the engine cannot.
    """
    if not store.features.spelling:
        raise UnsupportedQuery("This engine cannot suggest spellings: leave INCLUDE_SPELLING out of its connection.")
    typed = _typed(query, schema)
    if typed is None:
        return None
    words = tuple(dict.fromkeys(word for text in _texts(typed) for word in _words(text)))
    better = _Speller(store, schema).better(words[:MOST_WORDS]) if words else {}
    return written(_replaced(typed, better)) if better else None


def nearest(word: str, terms: Iterable[str], documents: Callable[[str], int], most: int) -> tuple[tuple[str, int], ...]:
    """Of terms those near a word, as `Store.near` gives them. `documents` tells how many hold a term."""
    edits = distance(word)
    near = [term for term in terms if term[:1] == word[:1] and term != word and edits_within(word, term, edits)]
    held = ((term, documents(term)) for term in near)
    return tuple(sorted(held, key=lambda pair: (OSA.distance(word, pair[0]), -pair[1], pair[0]))[:most])


def _typed(node: Node, schema: Schema) -> Node | None:
    """What of a query was typed as words, without the names of fields; None where nothing was."""
    match node:
        case And(nodes) | Or(nodes):
            kept = tuple(part for child in nodes if (part := _typed(child, schema)) is not None)
            return kept[0] if len(kept) == 1 else type(node)(kept) if kept else None
        case Boost(inner) | Filter(inner) | Prefer(inner):
            return _typed(inner, schema)
        case Not(inner):
            excluded = _typed(inner, schema)
            return None if excluded is None else Not(excluded)
        case Lookup(name, lookup, value) if lookup in {*WHOLE, "startswith"} and isinstance(value, str):
            is_text = name == CONTENT or (name in schema.by_name and schema.field(name).kind is Kind.TEXT)
            return Lookup(CONTENT, lookup, value) if is_text else None
        case _:
            return None


def _texts(node: Node) -> Iterable[str]:
    """Those that are put right; what is excluded is left as it is."""
    if isinstance(node, Lookup) and node.lookup in WHOLE:
        yield str(node.value)
    elif isinstance(node, And | Or):
        for child in node.nodes:
            yield from _texts(child)


def _words(text: str) -> Iterable[str]:
    return (found[0] for found in WORD.finditer(text) if found.lastgroup == "word")


def _replaced(node: Node, better: Mapping[str, str]) -> Node:
    def put(found: re.Match[str]) -> str:
        return _cased(found[0], better[found[0]]) if found[0] in better else found[0]

    match node:
        case And(nodes) | Or(nodes):
            return type(node)(tuple(_replaced(child, better) for child in nodes))
        case Lookup(_name, lookup, value) if lookup in WHOLE:
            return replace(node, value=WORD.sub(put, str(value)))
        case _:
            return node


def _cased(word: str, better: str) -> str:
    """In the letters the word was typed in: 'Trner' -> 'Turner'."""
    if word.isupper() and len(word) > 1:
        return better.upper()
    return better[:1].upper() + better[1:] if word[:1].isupper() else better


@dataclass(frozen=True, slots=True)
class _Speller:
    store: Speller
    schema: Schema

    @property
    def fields(self) -> list[Field]:
        return [field for field in self.schema.searched if field.kind is Kind.TEXT]

    def better(self, words: tuple[str, ...]) -> dict[str, str]:
        """The words that are to be replaced, and by what."""
        found = {word: self.instead(word, held, total) for word, held, total in self.held(words)}
        return {word: near for word, near in found.items() if near is not None}

    def held(self, words: tuple[str, ...]) -> Iterable[tuple[str, int, int]]:
        """Each word, how many documents a search for it finds, its other forms among them, and how many there are."""
        total, counts = self.counts(lower(Lookup(CONTENT, "content", word), self.schema) for word in words)
        return ((word, held, total) for word, held in zip(words, counts, strict=True))

    def counts(self, nodes: Iterable[Node]) -> tuple[int, tuple[int, ...]]:
        reply = answer(self.store, Request(All(), size=0, counts=tuple(nodes)))
        return reply.total, reply.counts

    def instead(self, word: str, held: int, total: int) -> str | None:
        """The nearest word that is there, of equally near ones that of most documents."""
        term = analyzer().term(word)
        if held > RIGHT * total or not distance(term):
            return None
        near = dict.fromkeys(
            other for field in self.fields for other, _ in self.store.near(field.words_column, term, MOST_NEAR)
        )
        if held:
            near = {other: None for other in near if edits_within(term, other, 1)}
        # Counted again and exactly, so that every engine suggests the same.
        _, counts = self.counts(self.standing(other) for other in near)
        ranked = [
            (OSA.distance(term, other), -many, other)
            for other, many in zip(near, counts, strict=True)
            if many >= max(1, RARER * held)
        ]
        return min(ranked)[2] if ranked else None

    def standing(self, term: str) -> Node:
        parts = tuple(Term(field.words_column, term) for field in self.fields)
        return parts[0] if len(parts) == 1 else Or(parts)
