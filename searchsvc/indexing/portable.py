"""The lines of a dump: what an index is made of, before any analysis, so that any engine can be given it.

    {"dump": 1, "index": "default", "schema": "...", "fields": [["title", "text", false], ...], "made": "..."}
    {"identity": [id, key, model, pk], "hash": "...", "values": {"price": {"$": "decimal", "v": "1.50"}, ...}}
    {"end": {"count": 69202, "sha256": "of all the bytes above"}}

JSON's own types stand for themselves, all others are tagged.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import orjson

from backends.core.documents import BOOST, content_hash
from backends.core.schema import CONTENT_HASH, Schema
from backends.core.store import Document
from backends.core.values import LONG_MAX, LONG_MIN
from backends.core.writing import Prepared

FORMAT = 1
TAG, VALUE = "$", "v"
Line = dict[str, Any]


class NotPortable(Exception):
    """A value that no dump can keep as it is."""


@dataclass(frozen=True, slots=True)
class Point:
    """A point as GEOS has it, `x` the longitude; `text` is how that writes it, for the content hash."""

    x: float
    y: float
    text: str

    def __str__(self) -> str:
        return self.text


def pack(value: Any) -> Any:
    """A value as JSON can hold it."""
    if value is None or isinstance(value, bool | float) or type(value) is str:
        return value
    if isinstance(value, int):
        return value if LONG_MIN <= value <= LONG_MAX else {TAG: "int", VALUE: str(value)}
    if hasattr(value, "x") and hasattr(value, "y"):
        return {TAG: "point", VALUE: [value.x, value.y, str(value)]}
    if isinstance(value, list | tuple):
        return [pack(item) for item in value]
    if isinstance(value, set | frozenset):
        return {TAG: "set", VALUE: [pack(item) for item in sorted(value, key=repr)]}
    if isinstance(value, Mapping):
        return {TAG: "dict", VALUE: [[pack(key), pack(item)] for key, item in value.items()]}
    if isinstance(value, date):
        return {TAG: "datetime" if isinstance(value, datetime) else "date", VALUE: value.isoformat()}
    return {TAG: "decimal", VALUE: str(value)} if isinstance(value, Decimal) else str(value)


UNPACK: dict[str, Callable[[Any], Any]] = {
    "int": int,
    "decimal": Decimal,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "point": lambda parts: Point(*parts),
    "set": lambda items: {unpack(item) for item in items},
    "dict": lambda pairs: {unpack(key): unpack(item) for key, item in pairs},
}


def unpack(value: Any) -> Any:
    """What was packed. Raises KeyError, TypeError, ValueError or ArithmeticError for what never was."""
    if isinstance(value, list):
        return [unpack(item) for item in value]
    return UNPACK[value[TAG]](value[VALUE]) if isinstance(value, dict) else value


def line_of(schema: Schema, prepared: Prepared, document: Document) -> bytes:
    """The line of a document. Raises NotPortable where reading it would give another one."""
    names = (BOOST, *(field.name for field in schema.fields))
    values = {name: pack(prepared.values[name]) for name in names if prepared.values.get(name) is not None}
    hash_ = document.stored[CONTENT_HASH]
    try:
        text = orjson.dumps({"identity": prepared.identity, "hash": hash_, "values": values})
    except TypeError as error:
        raise NotPortable(f"{document.id}: {error}") from error
    if read_line(schema, orjson.loads(text)) is None:
        raise NotPortable(f"{document.id} has a value of a type that a dump does not know")
    return text


def read_line(schema: Schema, line: Line) -> Prepared | None:
    """The document of a line; None where its hash is another one. `schema` has the dump's order of fields."""
    values = {name: unpack(value) for name, value in line["values"].items()}
    found = Prepared(tuple(line["identity"]), values)
    return found if content_hash(schema, found.identity, values) == line["hash"] else None


def manifest(alias: str, schema: Schema, made: datetime) -> Line:
    """The first line."""
    return {"dump": FORMAT, "index": alias, "schema": schema.fingerprint, "fields": fields_of(schema), "made": made}


def fields_of(schema: Schema) -> list[list[Any]]:
    """What makes values of one index fit another: each field's name, kind, and whether it takes several."""
    return [[field.name, field.kind.value, field.multi] for field in schema.fields]


def ordered(schema: Schema, fields: list[list[Any]]) -> Schema:
    """The schema with its fields in the order of a dump's, which its hashes are made in. They are the same fields."""
    return Schema(tuple(schema.field(name) for name, _kind, _multi in fields))
