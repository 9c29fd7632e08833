"""What an index holds: fields as people name them, and the physical columns an engine makes of them.

The disk format is decided here, once for all engines:

    TEXT      <name> terms of its language, <name>_words folded and unstemmed (the same column where no language is)
    NGRAM     <name> pieces of words             EDGE_NGRAM  <name> beginnings of words
    KEYWORD   <name> whole values                LOCATION    <name>_lat, <name>_lon
    others    <name> one typed number a value; decimals scaled to integers, dates as UTC milliseconds
    sortable  sort_<name>: one value, text folded and cut to SORT_KEY_LENGTH, compared by code point
    always    id (Haystack's), key (public, unique: every order ends in it), django_ct, django_id, the stored fields,
              among them a hash of the content
    boosted   document_boost: what the scores of this document are multiplied by
"""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from backends.core.analysis import VERSION as ANALYSIS_VERSION
from backends.core.analysis import Analyzer, analyzer
from backends.core.analysis.analyzer import NO_LANGUAGE
from backends.core.analysis.own import Analyse, OwnAnalyzer, described
from backends.core.errors import UnknownField

FORMAT_VERSION = 3
SORT_KEY_LENGTH = 100  # characters; titles that agree so far are told apart by their key
ID, KEY, DJANGO_CT, DJANGO_ID = SYSTEM = ("id", "key", "django_ct", "django_id")
DOCUMENT_BOOST = "document_boost"
CONTENT_HASH = "_hash"  # stored beside the fields, none of which may begin so; see `documents.content_hash`


class Kind(Enum):
    """What a field means."""

    TEXT = "text"
    KEYWORD = "keyword"
    NGRAM = "ngram"
    EDGE_NGRAM = "edge_ngram"
    INTEGER = "integer"
    FLOAT = "float"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    LOCATION = "location"

    __hash__ = object.__hash__  # Enum's own is written in Python, and every table by kind asks for it


class ColumnType(Enum):
    """What an engine has to be able to store; each engine holds a table from these to its own types."""

    TERMS = "terms"  # a list of terms a value, with positions
    KEYWORD = "keyword"  # whole strings, counted and compared by code point
    LONG = "long"  # 64-bit signed
    DOUBLE = "double"

    __hash__ = object.__hash__  # as above


COLUMN_TYPES = {
    Kind.TEXT: ColumnType.TERMS,
    Kind.NGRAM: ColumnType.TERMS,
    Kind.EDGE_NGRAM: ColumnType.TERMS,
    Kind.KEYWORD: ColumnType.KEYWORD,
    Kind.INTEGER: ColumnType.LONG,
    Kind.FLOAT: ColumnType.DOUBLE,
    Kind.DECIMAL: ColumnType.LONG,
    Kind.BOOLEAN: ColumnType.LONG,
    Kind.DATE: ColumnType.LONG,
    Kind.DATETIME: ColumnType.LONG,
}
ANALYSED = frozenset({Kind.TEXT, Kind.NGRAM, Kind.EDGE_NGRAM})


@dataclass(frozen=True, slots=True)
class Column:
    """One physical column. `multi` columns hold any number of values of a document."""

    name: str
    type: ColumnType
    multi: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One field as an index declares it.

    `weight` > 0 makes it searched by default, its scores multiplied by it; `boost` multiplies them where a query names
    the field. `exact` names the keyword field that holds the same values whole (Haystack's `<name>_exact`). `places`
    is the number of decimals kept. `own` is an analyzer that the project brings, used in the language's place.
    """

    name: str
    kind: Kind
    language: str = NO_LANGUAGE
    multi: bool = False
    indexed: bool = True
    stored: bool = True
    sort: bool = False
    weight: float = 0.0
    boost: float = 1.0
    exact: str | None = None
    places: int = 4
    own: Analyse | None = None

    @property
    def analyzer(self) -> Analyzer | OwnAnalyzer:
        return analyzer(self.language) if self.own is None else OwnAnalyzer(self.own)

    @property
    def words_column(self) -> str:
        """Where unstemmed words are; prefixes, fuzzy and parts of words look there."""
        is_plain = self.language == NO_LANGUAGE and self.own is None
        return self.name if is_plain or self.kind is not Kind.TEXT else f"{self.name}_words"

    @property
    def sort_column(self) -> str:
        return f"sort_{self.name}"


def columns_of(field: Field) -> list[Column]:
    """The physical columns of one field."""
    if not field.indexed:
        return []
    if field.kind is Kind.LOCATION:
        return [Column(f"{field.name}_{axis}", ColumnType.DOUBLE) for axis in ("lat", "lon")]
    kind = COLUMN_TYPES[field.kind]
    columns = [Column(field.name, kind, field.multi)]
    if field.words_column != field.name:
        columns.append(Column(field.words_column, ColumnType.TERMS, field.multi))
    if field.sort:
        columns.append(Column(field.sort_column, ColumnType.KEYWORD if kind is ColumnType.TERMS else kind))
    return columns


@dataclass(frozen=True)
class Schema:
    """The fields of one index, in the order they were declared."""

    fields: tuple[Field, ...]

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        return {field.name: field for field in self.fields}

    def field(self, name: str) -> Field:
        """Raises UnknownField, which names the nearest one."""
        try:
            return self.by_name[name]
        except KeyError:
            raise UnknownField(name, self.by_name) from None

    @cached_property
    def searched(self) -> tuple[Field, ...]:
        """The fields that a plain word looks in."""
        return tuple(field for field in self.fields if field.weight > 0)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Raises ValueError where two would write the same column, as fields `title` and `title_words` do."""
        system = [Column(name, ColumnType.KEYWORD) for name in SYSTEM]
        taken = {column.name for column in system}
        own = [Column(DOCUMENT_BOOST, ColumnType.DOUBLE)]
        own += [column for field in self.fields for column in columns_of(field) if column.name not in taken]
        twice = [name for name, count in Counter(column.name for column in own).items() if count > 1]
        if twice:
            raise ValueError(f"Two fields write the column '{twice[0]}'; rename one of them.")
        return (*system, *own)

    @cached_property
    def by_column(self) -> Mapping[str, Column]:
        return {column.name: column for column in self.columns}

    @cached_property
    def fingerprint(self) -> str:
        """Equal for two schemas that would put the same bytes on disk; 16 hex digits."""
        parts = [f"format {FORMAT_VERSION}", f"analysis {ANALYSIS_VERSION}"]
        parts += [
            f"{field.name} {field.kind.value} {field.language} {field.multi} {field.indexed} {field.stored} "
            f"{field.sort} {field.places if field.kind is Kind.DECIMAL else ''}"
            for field in sorted(self.fields, key=lambda field: field.name)
        ]
        parts += [f"{field.name} {described(field.own)}" for field in self.fields if field.own is not None]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
