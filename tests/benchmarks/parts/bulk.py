"""Indexing with Tantivy: the adapter from analysed documents and from values, over tantivy-py doing the same job.

Raw has two forms. Given ready terms it writes the very columns that the adapter writes. From text it is given the same
values, and Tantivy's own analysers (`en_stem`, `default`) fill as many columns. The goal from text is judged by the
faster of the two, whichever that is: Rust stems so fast that they hardly differ.
"""

import statistics
from collections.abc import Callable, Mapping
from itertools import count, islice
from pathlib import Path
from typing import Any

import orjson
import tantivy

from backends.core.documents import document
from backends.core.schema import Schema
from backends.core.store import Document
from backends.tantivy.columns import STORED, TYPE_TO_FIELD, native_schema
from backends.tantivy.store import HEAP_BYTES, WRITER_THREADS
from tests.benchmarks.parts.measure import Bench, Verdict, cpu, say
from tests.benchmarks.whoosh_tate import SCHEMA, rows, store_of

MOST = 20_000  # works
TURNS = 3
FROM_DOCUMENTS, FROM_TEXT = 1 / 0.8, 1 / 0.65
TOKENIZERS = {"title": "en_stem", "text": "en_stem", "title_words": "default", "text_words": "default"}

Row = tuple[tuple[str, str, str, str], Mapping[str, Any]]


def write(path: Path, schema: tantivy.Schema, documents: Any) -> None:
    path.mkdir()
    writer = tantivy.Index(schema, path=str(path)).writer(HEAP_BYTES, WRITER_THREADS)
    for made in documents:
        writer.add_document(made)
    writer.commit()
    writer.wait_merging_threads()


def ready(made: Document) -> tantivy.Document:
    native = tantivy.Document()
    for name, values in made.columns.items():
        for value in values:
            if isinstance(value, list):
                native.add_text(name, " ".join(value))
            elif isinstance(value, str):
                native.add_text(name, value)
            else:
                native.add_integer(name, value)
    native.add_bytes(STORED, orjson.dumps(dict(made.stored)))
    return native


def analysing(schema: Schema) -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for column in schema.columns:
        if tokenizer := TOKENIZERS.get(column.name):
            builder.add_text_field(column.name, tokenizer_name=tokenizer, index_option="position")
        else:
            TYPE_TO_FIELD[column.type](builder, column.name)
    builder.add_bytes_field(STORED, stored=True)
    return builder.build()


def unread(row: Row) -> tantivy.Document:
    """Of values, as they are."""
    identity, values = row
    native = tantivy.Document()
    for name, value in zip(("id", "key", "django_ct", "django_id"), identity, strict=True):
        native.add_text(name, value)
    for name in ("title", "title_words", "sort_title"):
        native.add_text(name, values["title"])
    for name in ("text", "text_words"):
        native.add_text(name, values["text"])
    for name in ("subject", "creator"):
        for value in values[name]:
            native.add_text(name, value)
    if values["year"] is not None:
        native.add_integer("year", values["year"])
        native.add_integer("sort_year", values["year"])
    native.add_bytes(STORED, orjson.dumps({**values, "text": None, "django_ct": identity[2], "django_id": identity[3]}))
    return native


def bulk(bench: Bench) -> list[Verdict]:
    """CPU over raw, of the median of three turns."""
    values = list(islice(rows(bench.data), min(MOST, bench.works)))
    documents = bench.documents[: len(values)]
    schema, own, number = native_schema(SCHEMA), analysing(SCHEMA), count()

    def ours(found: list[Document]) -> None:
        store = store_of("tantivy", bench.folder / f"bulk{next(number)}")
        store.write(store.create(SCHEMA), found)

    works: dict[str, Callable[[], object]] = {
        "raw, ready terms": lambda: write(bench.folder / f"raw{next(number)}", schema, map(ready, documents)),
        "raw, analysing itself": lambda: write(bench.folder / f"raw{next(number)}", own, map(unread, values)),
        "analysed documents": lambda: ours(documents),
        "analysis alone": lambda: [document(SCHEMA, *row) for row in values],
        "from text": lambda: ours([document(SCHEMA, *row) for row in values]),
    }
    turns = [{name: cpu(work) for name, work in works.items()} for _ in range(TURNS)]
    spent = {name: statistics.median(turn[name] for turn in turns) for name in works}
    for name, seconds in spent.items():
        say(f"  indexing, {name:24} {seconds / len(values) * 1e6:7.1f} µs a work")
    base, itself = spent["raw, ready terms"], spent["raw, analysing itself"]
    faster = "ready terms" if base < itself else "analysing itself"
    return [
        Verdict("Tantivy indexing, ready terms: CPU over raw", spent["analysed documents"] / base, FROM_DOCUMENTS),
        Verdict(f"Tantivy indexing, text: CPU over raw {faster}", spent["from text"] / min(base, itself), FROM_TEXT),
    ]
