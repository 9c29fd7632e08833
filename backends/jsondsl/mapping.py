"""How an index is laid out on the server: our column types as its field types, and a document as its source.

Terms come ready: a whitespace analyzer splits what was joined by spaces and does nothing else. Of a document's source
only `_stored` is kept, which no query looks into; everything else is in columns.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from backends.core.analysis.analyzer import TERM_LENGTH
from backends.core.manifest import manifest
from backends.core.schema import ID, KEY, Column, ColumnType, Kind, Schema
from backends.core.store import Document
from backends.core.values import LONG_MAX, LONG_MIN

STORED = "_stored"
# A missing number sorts as the last one there is. `_edge` tells the real ones there apart: see `pages`.
EDGE = "_edge"
EDGES = (LONG_MIN, LONG_MAX)
WINDOW = 20_000  # hits of one request; what is deeper or longer is walked to. 10,000 and one more are asked often
MOST_TERMS = 1_000_000  # values of one condition; the servers' own limit is 65,536

TYPE_TO_FIELD: dict[ColumnType, dict[str, Any]] = {
    ColumnType.TERMS: {"type": "text", "analyzer": "terms"},  # of several values no phrase reaches into the next
    ColumnType.KEYWORD: {"type": "keyword"},
    ColumnType.LONG: {"type": "long"},
    ColumnType.DOUBLE: {"type": "double"},
}
ANALYSIS = {
    "tokenizer": {"terms": {"type": "whitespace", "max_token_length": TERM_LENGTH + 1}},
    "analyzer": {"terms": {"type": "custom", "tokenizer": "terms"}},
}


@dataclass(frozen=True, slots=True)
class Layout:
    """How indexes are made and writes are shown. Without `replicas` there is one where a second node can hold it.

    `refresh` is 'true', or 'wait_for' to wait for the server's own refresh: both return when a write can be seen.
    """

    shards: int = 1
    replicas: int | None = None
    refresh: str = "true"

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> "Layout":
        """Of a connection's options. Raises ValueError, which names the option."""
        shards, replicas = options.get("SHARDS", 1), options.get("REPLICAS")
        if not _whole(shards, 1) or not (replicas is None or _whole(replicas, 0)):
            raise ValueError(
                f"SHARDS takes a whole number from 1 and REPLICAS one from 0, not {shards!r}, {replicas!r}."
            )
        refresh = options.get("REFRESH", True)
        if refresh not in (True, "true", "wait_for"):
            # Without a refresh a revision would be newer than what a search sees, and caches would keep the old.
            raise ValueError(f"REFRESH takes True or 'wait_for', not {refresh!r}.")
        return cls(shards, replicas, "wait_for" if refresh == "wait_for" else "true")

    @property
    def copies(self) -> dict[str, Any]:
        if self.replicas is None:
            return {"auto_expand_replicas": "0-1"}
        return {"number_of_replicas": self.replicas}


def _whole(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def has_edge(column: Column) -> bool:
    """Whether the real first and last numbers of a column are marked: of those that are sorted on."""
    return column.type is ColumnType.LONG and column.name.startswith("sort_")


def index_body(schema: Schema, engine: str, layout: Layout) -> dict[str, Any]:
    """The settings and the mapping of a new generation."""
    columns: dict[str, Any] = {column.name: TYPE_TO_FIELD[column.type] for column in schema.columns}
    places = {field.name: {"type": "geo_point"} for field in schema.fields if _is_place(field)}
    edges = {column.name: {"type": "long", "index": False} for column in schema.columns if has_edge(column)}
    return {
        "settings": {
            "number_of_shards": layout.shards,
            **layout.copies,
            "max_result_window": WINDOW,
            "max_terms_count": MOST_TERMS,
            "analysis": ANALYSIS,
        },
        "mappings": {
            "_meta": {"searchsvc": manifest(engine, schema)},
            "dynamic": "strict",
            "_source": {"includes": [STORED]},
            "properties": {
                **columns,
                **places,
                EDGE: {"properties": edges},
                STORED: {"type": "object", "enabled": False},
            },
        },
    }


def _is_place(field: Any) -> bool:
    return field.kind is Kind.LOCATION and bool(field.indexed)


def source(document: Document, schema: Schema) -> bytes:
    """The JSON of a document."""
    body: dict[str, Any] = {STORED: {ID: document.id, KEY: document.key, **document.stored}}
    edges = {}
    for name, values in document.columns.items():
        column = schema.by_column[name]
        if column.type is ColumnType.TERMS:
            body[name] = [" ".join(terms) for terms in values if terms]  # type: ignore[arg-type] # TERMS hold lists
        else:
            body[name] = values[0] if len(values) == 1 else values
        if has_edge(column) and values[0] in EDGES:
            edges[name] = 1
    if edges:
        body[EDGE] = edges
    for field in schema.fields:
        if _is_place(field) and f"{field.name}_lat" in body:
            body[field.name] = [body[f"{field.name}_lon"], body[f"{field.name}_lat"]]
    return orjson.dumps(body)
