"""What each lookup means on each kind of field: tables from Haystack's lookup names to functions.

Each function takes (field, value, schema) and gives a node over columns, or None where the value holds no word.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from backends.core.analysis import analyzer, fold
from backends.core.analysis.analyzer import LONGEST_BEGINNING, pieces
from backends.core.errors import BadValue, UnsupportedQuery
from backends.core.geo import LOCATION_LOOKUPS
from backends.core.nodes import (
    And,
    AnyOf,
    Equals,
    Fuzzy,
    Infix,
    Node,
    Nothing,
    Or,
    Phrase,
    Prefix,
    Range,
    Suffix,
    Term,
)
from backends.core.schema import ANALYSED, Field, Kind, Schema
from backends.core.values import bound, scaled, text_of, to_column

SEVERAL = (list, tuple, set, frozenset)  # what a value of several is given as
FUZZY_FROM = 3  # letters; shorter words are looked for as they are
FUZZY_TWO_FROM = 6  # letters from which two edits are allowed (design, section 4)

Lowered = Node | None
Visitor = Callable[[Field, Any, Schema], Lowered]


def _row(column: str, terms: list[str]) -> Lowered:
    if not terms:
        return None
    return Term(column, terms[0]) if len(terms) == 1 else Phrase(column, tuple(terms))


def _chunk(field: Field, chunk: str) -> Lowered:
    """One word as typed; 'state-of-the-art' and '東京都' are several terms in a row."""
    if field.kind is not Kind.TEXT:
        return _pieces(field, chunk)
    terms = field.analyzer.terms(chunk)
    if len(terms) != 1:
        return Phrase(field.name, tuple(terms)) if terms else None
    term = terms[0]
    if len(term) == 1 and not term.isascii() and fold(chunk) == term:
        return Or((Term(field.name, term), Infix(field.words_column, term)))  # one sign inside bigrams
    return Term(field.name, term)


def _pieces(field: Field, chunk: str) -> Lowered:
    words = analyzer().terms(chunk)
    if field.kind is Kind.EDGE_NGRAM:
        return _all_of(Term(field.name, word[:LONGEST_BEGINNING]) for word in words)
    return _all_of(Term(field.name, piece) for word in words for piece in pieces(word))


def _all_of(nodes: Iterable[Node]) -> Lowered:
    found = tuple(nodes)
    if len(found) == 1:
        return found[0]
    return And(found) if found else None


def _words(field: Field, value: object, _schema: Schema) -> Lowered:
    if isinstance(value, SEVERAL):
        return _any_of(_words(field, item, _schema) for item in value)
    chunks = str(value).split()
    if len(chunks) == 1:
        return _chunk(field, chunks[0])
    return _all_of(node for chunk in chunks if (node := _chunk(field, chunk)) is not None)


def _any_of(nodes: Iterable[Lowered]) -> Node:
    found = tuple(node for node in nodes if node is not None)
    if len(found) == 1:
        return found[0]
    return Or(found) if found else Nothing()


def _exact(field: Field, value: object, schema: Schema) -> Lowered:
    if field.exact and field.exact in schema.by_name:
        return Equals(field.exact, text_of(field, value))
    return _phrase(field, value, schema)


def _phrase(field: Field, value: object, _schema: Schema) -> Lowered:
    return _row(field.name, field.analyzer.terms(str(value))) if field.kind is Kind.TEXT else _chunk(field, str(value))


def _in(field: Field, values: Any, schema: Schema) -> Lowered:
    if isinstance(values, str):
        raise BadValue(field.name, values, "a list of values for 'in'")
    return _any_of(_exact(field, value, schema) for value in values)


def _part(leaf: type[Prefix] | type[Suffix] | type[Infix]) -> Visitor:
    def lowered(field: Field, value: object, _schema: Schema) -> Lowered:
        """Of several words, one word of the field for each; the last (first for endings) may be incomplete."""
        words = analyzer().terms(str(value))
        whole = {Prefix: words[:-1], Suffix: words[1:], Infix: []}[leaf]
        parts = {Prefix: words[-1:], Suffix: words[:1], Infix: words}[leaf]
        column = field.words_column
        return _all_of([*(Term(column, word) for word in whole), *(leaf(column, part) for part in parts)])

    return lowered


def distance(word: str) -> int:
    """Edits that a word of this length forgives."""
    if len(word) < FUZZY_FROM:
        return 0
    return 1 if len(word) < FUZZY_TWO_FROM else 2


def _fuzzy(field: Field, value: object, _schema: Schema) -> Lowered:
    column = field.words_column
    words = analyzer().terms(str(value))
    return _all_of(Fuzzy(column, word, distance(word)) if distance(word) else Term(column, word) for word in words)


def _text_bound(**ends: bool) -> Visitor:
    def lowered(field: Field, value: object, _schema: Schema) -> Lowered:
        if not field.sort:
            raise UnsupportedQuery(f"Field '{field.name}' holds many words; compare a sortable or exact field instead.")
        return _bounded(field.sort_column, fold(text_of(field, value)), **ends)

    return lowered


def _text_range(field: Field, value: Any, schema: Schema) -> Lowered:
    low, high = _pair(field, value)
    parts = [
        None if end is None else _text_bound(**{side: True})(field, end, schema)
        for side, end in (("lower", low), ("upper", high))
    ]
    return _all_of(part for part in parts if part is not None)


def _equals(field: Field, value: Any, _schema: Schema) -> Lowered:
    if isinstance(value, SEVERAL):
        return _among(field, value, _schema)
    if field.kind is Kind.DECIMAL and _too_fine(field, value):
        return Nothing()
    return Equals(field.name, to_column(field, value))


def _too_fine(field: Field, value: object) -> bool:
    to_column(field, value)  # names a value that is no number at all
    exact = scaled(field, value)
    return exact != exact.to_integral_value()


def _among(field: Field, values: Any, _schema: Schema) -> Lowered:
    if isinstance(values, str):
        raise BadValue(field.name, values, "a list of values for 'in'")
    typed = tuple(dict.fromkeys(to_column(field, value) for value in values))
    return AnyOf(field.name, typed) if typed else Nothing()


def _bounded(column: str, value: str | float, *, lower: bool = False, upper: bool = False, open_: bool = False) -> Node:
    """`open_` leaves the end itself out."""
    return Range(
        column, value if lower else None, value if upper else None, not (open_ and lower), not (open_ and upper)
    )


def _value_bound(*, lower: bool = False, upper: bool = False, open_: bool = False) -> Visitor:
    def lowered(field: Field, value: object, _schema: Schema) -> Lowered:
        end, exact = bound(field, value, lower=lower)
        # An end moved inwards lies inside the range even where the asked one does not.
        return _bounded(field.name, end, lower=lower, upper=upper, open_=open_ and exact)

    return lowered


def _pair(field: Field, value: Any) -> tuple[Any, Any]:
    if isinstance(value, str) or not hasattr(value, "__len__") or len(value) != 2:  # noqa: PLR2004 - two ends
        raise BadValue(field.name, value, "two ends, (from, to), either of them None")
    low, high = value
    return low, high


def _value_range(field: Field, value: Any, _schema: Schema) -> Lowered:
    low, high = _pair(field, value)
    lower, upper = (
        None if end is None else bound(field, end, lower=first)[0] for first, end in ((True, low), (False, high))
    )
    return Range(field.name, lower, upper)


def _keyword_part(leaf: type[Prefix] | type[Suffix] | type[Infix]) -> Visitor:
    return lambda field, value, _schema: leaf(field.name, text_of(field, value))


def _keyword_fuzzy(field: Field, value: object, _schema: Schema) -> Lowered:
    word = text_of(field, value)
    return Fuzzy(field.name, word, distance(word))


COMPARISONS = {
    "gt": {"lower": True, "open_": True},
    "gte": {"lower": True},
    "lt": {"upper": True, "open_": True},
    "lte": {"upper": True},
}
VALUE_LOOKUPS: dict[str, Visitor] = {
    "content": _equals,
    "exact": _equals,
    "phrase": _equals,
    "in": _among,
    "range": _value_range,
    **{name: _value_bound(**ends) for name, ends in COMPARISONS.items()},
}
KEYWORD_LOOKUPS: dict[str, Visitor] = {
    **VALUE_LOOKUPS,
    "startswith": _keyword_part(Prefix),
    "endswith": _keyword_part(Suffix),
    "contains": _keyword_part(Infix),
    "fuzzy": _keyword_fuzzy,
}
ANALYSED_LOOKUPS: dict[str, Visitor] = {
    "content": _words,
    "exact": _exact,
    "phrase": _phrase,
    "in": _in,
    "startswith": _part(Prefix),
    "endswith": _part(Suffix),
    "contains": _part(Infix),
    "fuzzy": _fuzzy,
    "range": _text_range,
    **{name: _text_bound(**ends) for name, ends in COMPARISONS.items()},
}
LOOKUPS: dict[Kind, Mapping[str, Visitor]] = {  # that have a meaning on a kind of field
    **dict.fromkeys(Kind, VALUE_LOOKUPS),
    Kind.LOCATION: LOCATION_LOOKUPS,
    Kind.KEYWORD: KEYWORD_LOOKUPS,
    **dict.fromkeys(ANALYSED, ANALYSED_LOOKUPS),
}
