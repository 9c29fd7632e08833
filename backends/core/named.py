"""The fields of an index as people name them in their queries: what `parse` takes as names.

Text is searched as text, numbers and dates by value. A keyword is compared byte by byte on disk, which nobody
expects of `kind:Painting`; so its values are read like text without a language: those that hold the words are meant.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extractOne

from backends.core.analysis import analyzer
from backends.core.errors import BadQuery, BadValue
from backends.core.lookups import COMPARISONS
from backends.core.lower import lower
from backends.core.nodes import CONTENT, And, Lookup, Node, Nothing
from backends.core.parse import Name
from backends.core.schema import ANALYSED, SYSTEM, Field, Kind, Schema
from backends.core.values import COERCE, bound

Value = str | tuple[str | None, str | None]
Known = Callable[[str], Mapping[str, str] | None]  # of a field: each value with the words people know it by
Holds = Callable[[tuple[str, ...], tuple[str, ...]], bool]
MOST_MEANT = 1000  # values of a keyword field that one word may mean; a query of more is slow on every engine
NEAR_AMONG = 5000  # values among which a near one is looked for: a few milliseconds
NEAR = 70  # per cent of the letters that are alike: a slip or two in a name


@lru_cache(maxsize=200_000)
def _words(value: str) -> tuple[str, ...]:
    """Kept, for every question about a keyword reads all values of its field again."""
    return tuple(analyzer().terms(value))


@dataclass(frozen=True, slots=True)
class Words:
    """A field of analysed text."""

    schema: Schema
    field: Field
    is_ordered: bool = False

    def meaning(self, lookup: str, value: Value) -> Node:
        meant = Lookup(self.field.name, lookup, value)
        if isinstance(lower(meant, self.schema), Nothing):
            raise BadValue(self.field.name, value, "words")
        return meant


@dataclass(frozen=True, slots=True)
class Values:
    """A field of numbers, dates or yes and no, or a span from a `field` that holds its start to an `end`."""

    schema: Schema
    field: Field
    end: Field

    @property
    def is_ordered(self) -> bool:
        return self.field.kind is not Kind.BOOLEAN

    def meaning(self, lookup: str, value: Value) -> Node:
        expected = COERCE[self.field.kind][1]
        if lookup == "startswith":
            raise BadValue(self.field.name, value, expected)
        if lookup == "range" and self._runs_backwards(value):
            raise BadValue(self.field.name, value, "the smaller end of a range first")
        meant = self._on_span(lookup, value) if self.end is not self.field else self._on_field(lookup, value)
        try:
            lower(meant, self.schema)
        except BadQuery:
            raise BadValue(self.field.name, value, expected) from None
        return meant

    def _runs_backwards(self, ends: Value) -> bool:
        if not isinstance(ends, tuple) or None in ends:
            return False
        low, high = ends
        return bound(self.field, low, lower=True)[0] > bound(self.field, high, lower=False)[0]  # type: ignore[operator] # both of the field's type

    def _on_field(self, lookup: str, value: Value) -> Node:
        return Lookup(self.field.name, "exact" if lookup in {"content", "phrase"} else lookup, value)

    def _on_span(self, lookup: str, value: Value) -> Node:
        """A span overlaps the one asked for when it begins before its end and ends after its beginning."""
        if lookup in COMPARISONS:
            field = self.end if COMPARISONS[lookup].get("lower") else self.field
            return Lookup(field.name, lookup, value)
        low, high = value if isinstance(value, tuple) else (value, value)
        ends = ((self.end.name, "gte", low), (self.field.name, "lte", high))
        parts = tuple(Lookup(*part) for part in ends if part[2] is not None)
        return parts[0] if len(parts) == 1 else And(parts)


@dataclass(frozen=True, slots=True)
class Keywords:
    """A field of whole values. Where they are not known a word means the value that is written so."""

    field: Field
    values: Known | None = None
    is_ordered: bool = False

    def meaning(self, lookup: str, value: Value) -> Node:
        text = str(value)
        known = None if self.values is None else self.values(self.field.name)
        if known is None:
            return Lookup(self.field.name, "startswith" if lookup == "startswith" else "exact", text)
        meant = tuple(_meant(HOLDS[lookup], _words(text), known))
        if not meant:
            raise BadValue(self.field.name, text, f"one of its values{_nearest(text, known.values())}")
        if len(meant) > MOST_MEANT:
            raise BadValue(self.field.name, text, f"words that fewer than its {len(meant):,} values hold")
        return Lookup(self.field.name, "in", meant)


def _meant(holds: Holds, asked: tuple[str, ...], known: Mapping[str, str]) -> Iterable[str]:
    """The values that hold the words themselves or in what people know them by."""
    for value, label in known.items() if asked else ():
        if holds(_words(value), asked) or (label != value and holds(_words(label), asked)):
            yield value


def _nearest(text: str, known: Collection[str]) -> str:
    if len(known) > NEAR_AMONG:
        return ""
    by_words: dict[str, str] = {}
    for value in known:
        words = _words(value)
        for part in (" ".join(words), *words):
            by_words.setdefault(part, value)
    near = extractOne(" ".join(_words(text)), by_words.keys(), scorer=ratio, score_cutoff=NEAR)
    return f", such as “{by_words[near[0]]}”" if near else ""


def _all_in(words: tuple[str, ...], asked: tuple[str, ...]) -> bool:
    return set(asked) <= set(words)


def _row_in(words: tuple[str, ...], asked: tuple[str, ...]) -> bool:
    return any(words[at : at + len(asked)] == asked for at in range(len(words) - len(asked) + 1))


def _begin_in(words: tuple[str, ...], asked: tuple[str, ...]) -> bool:
    return _all_in(words, asked[:-1]) and any(word.startswith(asked[-1]) for word in words)


HOLDS = {"content": _all_in, "phrase": _row_in, "startswith": _begin_in}


def name_of(schema: Schema, start: Field, end: Field, values: Known | None = None) -> Name | None:
    """None for a field that words cannot ask about."""
    if start.kind in ANALYSED:
        return Words(schema, start)
    if start.kind is Kind.KEYWORD:
        return Keywords(start, values)
    return Values(schema, start, end) if start.kind in COERCE else None


def names(
    schema: Schema,
    *,
    aliases: Mapping[str, str | tuple[str, str]] | None = None,
    hidden: Collection[str] = (),
    values: Known | None = None,
) -> dict[str, Name]:
    """The names of an index, in lower case. An alias goes before a field of its name; two fields are a span.

    `hidden` fields and Haystack's own have no name. `values` gives the values of a keyword field that may be known to
    whoever asks, for they stand in remarks; None where they are too many to be read.
    """
    public = {
        field.name: field for field in schema.fields if field.indexed and field.name not in {*hidden, *SYSTEM, CONTENT}
    }
    asked: dict[str, str | tuple[str, str]] = {**{name: name for name in public}, **(aliases or {})}
    found = {}
    for name, target in asked.items():
        start, end = (target, target) if isinstance(target, str) else target
        if start in public and end in public and (made := name_of(schema, public[start], public[end], values)):
            found[name.lower()] = made
    return found
