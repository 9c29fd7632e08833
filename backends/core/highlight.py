"""Which words of a stored text were found, as escaped HTML with <mark>: the same fragments on every engine.

The text is escaped first and then marked, so nothing in it can become markup. Whole words are marked, as the
analysis sees them: 'needle' is not marked inside 'needleworks', and 'harbours' is for the query 'harbour'. A field of
beginnings marks the words that begin as typed.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

from backends.core import nodes
from backends.core.analysis import Token, analyzer
from backends.core.distance import edits_within
from backends.core.schema import Field, Kind, Schema

FRAGMENT_LENGTH = 200  # characters; two lines of a result card
FRAGMENTS = 1
ELLIPSIS = "…"
# Parts of words stand in most of a text, and a keyword was found whole: neither says anything when marked.
MARKED = frozenset({Kind.TEXT, Kind.EDGE_NGRAM})


@dataclass(slots=True)
class Wanted:
    """What to mark in one column: terms, rows of terms, and tests on a term."""

    terms: set[str] = field(default_factory=set)
    phrases: list[tuple[str, ...]] = field(default_factory=list)
    tests: list[Callable[[str], bool]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.terms or self.phrases or self.tests)


@dataclass(frozen=True, slots=True)
class Style:
    """How fragments are cut and marked. `length` None keeps the whole text; `fields` None marks in all."""

    length: int | None = FRAGMENT_LENGTH
    count: int = FRAGMENTS
    before: str = "<mark>"
    after: str = "</mark>"
    fields: frozenset[str] | None = None


def _collect(node: nodes.Node) -> Iterator[nodes.Leaf]:
    """The leaves that make a document match; what stands under NOT does not."""
    stack = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, nodes.Leaf):
            yield current
        elif not isinstance(current, nodes.Not | nodes.Filter):
            stack.extend(current.children())


def wanted(node: nodes.Node) -> dict[str, Wanted]:
    """Column -> what a lowered query looks for there."""
    found: dict[str, Wanted] = defaultdict(Wanted)
    for leaf in _collect(node):
        column = found[leaf.column]
        match leaf:
            case nodes.Term(_, term):
                column.terms.add(term)
            case nodes.Phrase(_, terms):
                column.phrases.append(terms)
            case nodes.Prefix(_, text):
                column.tests.append(lambda term, text=text: term.startswith(text))  # type: ignore[misc] # bound now
            case nodes.Suffix(_, text):
                column.tests.append(lambda term, text=text: term.endswith(text))  # type: ignore[misc] # bound now
            case nodes.Infix(_, text):
                column.tests.append(lambda term, text=text: text in term)  # type: ignore[misc] # bound now
            case nodes.Fuzzy(_, word, distance, prefix):
                column.tests.append(
                    lambda term, word=word, most=distance, same=prefix: (  # type: ignore[misc] # bound now
                        term[:same] == word[:same] and edits_within(word, term, most)
                    )
                )
    return {name: column for name, column in found.items() if column}


def _rows(tokens: list[Token], phrases: Iterable[tuple[str, ...]]) -> Iterator[int]:
    terms = [token.term for token in tokens]
    for phrase in phrases:
        width = len(phrase)
        for at in range(len(terms) - width + 1):
            if terms[at] == phrase[0] and tuple(terms[at : at + width]) == phrase:
                yield from range(at, at + width)


def _marked(tokens: list[Token], column: Wanted) -> set[tuple[int, int]]:
    spans = {
        (token.start, token.end)
        for token in tokens
        if token.term in column.terms or any(test(token.term) for test in column.tests)
    }
    return spans | {(tokens[at].start, tokens[at].end) for at in _rows(tokens, column.phrases)}


def _begun(column: Wanted) -> Wanted:
    """What to mark in whole words where the terms of a column are beginnings."""
    return Wanted(tests=[lambda term: term.startswith(tuple(column.terms)), *column.tests])


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Overlapping bigrams become one mark."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if out and start < out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def spans(text: str, item: Field, columns: dict[str, Wanted]) -> list[tuple[int, int]]:
    """Where the words of one field that were found stand in a text: (start, end) in characters, in order."""
    found: set[tuple[int, int]] = set()
    if stemmed := columns.get(item.name):
        own = item.analyzer if item.kind is Kind.TEXT else analyzer()
        found |= _marked(list(own.tokens(text)), stemmed if item.kind is Kind.TEXT else _begun(stemmed))
    if item.words_column != item.name and (plain := columns.get(item.words_column)):
        found |= _marked(list(analyzer().tokens(text)), plain)
    return _merged(found)


def _windows(text: str, marks: list[tuple[int, int]], style: Style) -> list[tuple[int, int]]:
    """The stretches to show: those with most marks first, then in the order of the text. Each shows its first mark."""
    if style.length is None or len(text) <= style.length:
        return [(0, len(text))]
    chosen: list[tuple[int, int]] = []
    rest = marks
    while rest and len(chosen) < style.count:
        first, last = _busiest(rest, style.length - style.length // 4)
        left = max((end for _, end in chosen if end <= first), default=0)
        right = min((start for start, _ in chosen if start >= last), default=len(text))
        start = max(left, first - style.length // 4)
        end = min(right, max(start + style.length, last))
        start = min(first, max(left, end - style.length))
        chosen.append((_word_edge(text, start, 1, first), _word_edge(text, end, -1, last)))
        rest = [mark for mark in rest if mark[0] < start or mark[1] > end]
    return sorted(chosen)


def _busiest(marks: list[tuple[int, int]], length: int) -> tuple[int, int]:
    """The mark with most marks within `length` characters from its start, the first one of equals."""
    ends = [end for _, end in marks]
    return marks[max(range(len(marks)), key=lambda at: (bisect_right(ends, marks[at][0] + length) - at, -at))]


SPACE = re.compile(r"\s")
EDGE = 24  # characters a fragment may lose to begin and end between words


def _word_edge(text: str, at: int, step: int, stop: int) -> int:
    """The nearest place between words on the way to `stop`, or `at` itself."""
    if at in (0, len(text)):
        return at
    for place in range(at, stop + step, step)[:EDGE]:
        if SPACE.match(text[place - 1 if step > 0 else place]):
            return place
    return at


def render(text: str, marks: list[tuple[int, int]], style: Style, window: tuple[int, int]) -> str:
    """One stretch of a text, escaped, with its marks; an ellipsis where the text goes on."""
    start, end = window
    out, at = [ELLIPSIS if start else ""], start
    for first, last in marks:
        if first < start or last > end:
            continue
        out += [escape(text[at:first]), style.before, escape(text[first:last]), style.after]
        at = last
    return "".join([*out, escape(text[at:end]), ELLIPSIS if end < len(text) else ""]).strip()


def highlight(text: str, item: Field, columns: dict[str, Wanted], style: Style = Style()) -> list[str]:
    """Fragments of one stored text with the found words marked; [] where none is."""
    marks = spans(text, item, columns)
    return [render(text, marks, style, window) for window in _windows(text, marks, style)] if marks else []


def highlights(stored: Mapping[str, Any], schema: Schema, node: nodes.Node, style: Style) -> dict[str, list[str]]:
    """Field -> fragments for every stored field of MARKED kinds in which something was found."""
    columns = wanted(node)
    out: dict[str, list[str]] = {}
    for item in schema.fields:
        value = stored.get(item.name)
        if style.fields is not None and item.name not in style.fields:
            continue
        if item.kind not in MARKED or not value or not {item.name, item.words_column} & columns.keys():
            continue
        texts = value if isinstance(value, list) else [value]
        if found := [part for text in texts for part in highlight(str(text), item, columns, style)]:
            out[item.name] = found
    return out
