"""How Tantivy stores each type of column. All terms come ready: it splits them at spaces and does nothing else."""

from collections.abc import Callable

import tantivy

from backends.core.schema import Column, ColumnType, Schema
from backends.tantivy.boosts import WEIGHT

STORED = "_stored"


def _terms(builder: tantivy.SchemaBuilder, name: str) -> None:
    builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")


def _keyword(builder: tantivy.SchemaBuilder, name: str) -> None:
    builder.add_text_field(name, tokenizer_name="raw", fast=True, index_option="basic")


def _long(builder: tantivy.SchemaBuilder, name: str) -> None:
    builder.add_integer_field(name, indexed=True, fast=True)


def _double(builder: tantivy.SchemaBuilder, name: str) -> None:
    builder.add_float_field(name, indexed=True, fast=True)


TYPE_TO_FIELD: dict[ColumnType, Callable[[tantivy.SchemaBuilder, str], None]] = {
    ColumnType.TERMS: _terms,
    ColumnType.KEYWORD: _keyword,
    ColumnType.LONG: _long,
    ColumnType.DOUBLE: _double,
}
ADD: dict[ColumnType, Callable[[tantivy.Document, str, object], None]] = {
    # Several values of a text leave a gap between their positions: no phrase reaches across.
    ColumnType.TERMS: lambda document, name, terms: document.add_text(name, " ".join(terms)),  # type: ignore[arg-type] # TERMS hold lists
    ColumnType.KEYWORD: lambda document, name, value: document.add_text(name, str(value)),
    ColumnType.LONG: lambda document, name, value: document.add_integer(name, value),  # type: ignore[arg-type] # LONG holds int
    ColumnType.DOUBLE: lambda document, name, value: document.add_float(name, value),  # type: ignore[arg-type] # DOUBLE holds float
}
FIELD_TYPES = {ColumnType.LONG: tantivy.FieldType.Integer, ColumnType.DOUBLE: tantivy.FieldType.Float}
# How the composite aggregation writes the type of a value it continues behind.
AFTER_PREFIX = {ColumnType.KEYWORD: "str", ColumnType.LONG: "i64", ColumnType.DOUBLE: "f64"}


def native_schema(schema: Schema) -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for column in schema.columns:
        TYPE_TO_FIELD[column.type](builder, column.name)
    builder.add_float_field(WEIGHT, fast=True)
    builder.add_bytes_field(STORED, stored=True)
    return builder.build()


def after_value(column: Column, value: str | float | None) -> str:
    return "null:" if value is None else f"{AFTER_PREFIX[column.type]}:{value}"
