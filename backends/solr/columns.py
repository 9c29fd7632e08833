"""How Solr names and stores each column: the beginning of a field's name is its type, see configset/conf/schema.xml."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from backends.core.schema import ID, Column, ColumnType
from backends.core.store import Document

PREFIXES: dict[tuple[ColumnType, bool], str] = {
    (ColumnType.TERMS, False): "terms",
    (ColumnType.TERMS, True): "terms",
    (ColumnType.KEYWORD, False): "keyword",
    (ColumnType.KEYWORD, True): "keywords",
    (ColumnType.LONG, False): "long",
    (ColumnType.LONG, True): "longs",
    (ColumnType.DOUBLE, False): "double",
    (ColumnType.DOUBLE, True): "doubles",
}
STORED = "stored"
JOINED: dict[ColumnType, Callable[[Any], Any]] = {ColumnType.TERMS: " ".join}


def field_of(column: Column) -> str:
    """The name of a column's field."""
    return ID if column.name == ID else f"{PREFIXES[column.type, column.multi]}_{column.name}"


def native(document: Document, columns: Mapping[str, Column]) -> dict[str, Any]:
    """The document as Solr's JSON takes it."""
    found: dict[str, Any] = {STORED: orjson.dumps(dict(document.stored)).decode()}
    for name, values in document.columns.items():
        column = columns[name]
        ready = [JOINED[column.type](value) for value in values] if column.type in JOINED else list(values)
        several = column.multi or column.type is ColumnType.TERMS
        if ready:
            found[field_of(column)] = ready if several else ready[0]
    return {**found, ID: document.id}
