"""From the values of a document to the columns of an index, once for all engines."""

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import orjson

from backends.core.analysis import Analyzer, analyzer, split
from backends.core.analysis.analyzer import beginnings, pieces
from backends.core.errors import BadValue, DocumentRefused
from backends.core.schema import ANALYSED, CONTENT_HASH, DOCUMENT_BOOST, SYSTEM, Field, Kind, Schema
from backends.core.store import ColumnValue, Document
from backends.core.values import LONG_MAX, LONG_MIN, sort_value, text_of, to_column

KEYWORD_BYTES = 32_766  # Lucene's limit on one value, the lowest of the engines
LATITUDES, LONGITUDES = 90.0, 180.0
NOTHING: tuple[object, ...] = (None, "", [])  # is not worth keeping: a field that is not there reads the same
SEVERAL = (list, tuple, set, frozenset)
BOOST = "boost"  # what Haystack takes from a prepared document; an index may have a field of that name
# Within what a 32-bit score can be multiplied by on every engine; Tantivy's own factor ends at 127.
LOWEST_BOOST, HIGHEST_BOOST = 0.01, 100.0
Values = tuple[str, tuple[ColumnValue, ...]]  # of one column
PIECES = {Kind.NGRAM: pieces, Kind.EDGE_NGRAM: beginnings}


def jsonable(field: Field, value: Any) -> Any:
    """A value as the stored fields keep it: dates in ISO 8601, decimals as text, any collection a list.

    Raises BadValue for a text that is no UTF-8.
    """
    if isinstance(value, str):
        return text_of(field, value)
    if isinstance(value, int):
        return value if LONG_MIN <= value <= LONG_MAX else str(value)
    if isinstance(value, float | type(None)):
        return value
    if isinstance(value, date):
        # Haystack's DateTimeField reads no date without a time of day.
        midnight = field.kind is Kind.DATETIME and not isinstance(value, datetime)
        return f"{value.isoformat()}T00:00:00" if midnight else value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {text_of(field, str(key)): jsonable(field, item) for key, item in value.items()}
    if isinstance(value, SEVERAL):
        return [
            item if type(item) is str and item.isascii() else jsonable(field, item)  # most of them: 0.3 us less each
            for item in value
        ]
    return text_of(field, str(value))


def parse_point(field: Field, value: object) -> tuple[float, float]:
    """(latitude, longitude) in degrees, from 'lat,lon', a pair, or a point with x and y (GEOS)."""
    try:
        if isinstance(value, str):
            lat, lon = (float(part) for part in value.split(","))
        elif hasattr(value, "x") and hasattr(value, "y"):
            lat, lon = float(value.y), float(value.x)
        else:
            lat, lon = (float(part) for part in value)  # type: ignore[attr-defined] # anything else is refused below
    except (TypeError, ValueError):
        raise BadValue(field.name, value, "'latitude,longitude' in degrees") from None
    if not (abs(lat) <= LATITUDES and abs(lon) <= LONGITUDES):  # so that NaN is none either
        raise BadValue(field.name, value, "a latitude within 90 and a longitude within 180 degrees")
    return lat, lon


def _listed(field: Field, value: object) -> tuple[Any, ...]:
    if value is None:
        return ()
    if isinstance(value, SEVERAL) and field.kind is not Kind.LOCATION:
        return tuple([item for item in value if item is not None])
    return (value,)


def _analysed(field: Field, values: Iterable[Any]) -> list[Values]:
    texts = list(map(str, values))
    plain = analyzer()
    if cut := PIECES.get(field.kind):
        return [(field.name, tuple([piece for word in plain.terms(text) for piece in cut(word)] for text in texts))]
    words = list(map(split, texts))  # once for both columns
    own = field.analyzer
    found: list[Values] = [
        (field.name, tuple(map(own.terms_of, words) if isinstance(own, Analyzer) else map(own.terms, texts)))
    ]
    if field.words_column != field.name:
        found.append((field.words_column, tuple(map(plain.terms_of, words))))
    return found


def _whole(field: Field, values: tuple[Any, ...]) -> tuple[ColumnValue, ...]:
    if field.kind is Kind.KEYWORD:
        typed = [value if type(value) is str and value.isascii() else to_column(field, value) for value in values]
    else:
        typed = [to_column(field, value) for value in values]
    found = dict.fromkeys(typed)  # a value twice counts once, order kept
    for value in found:
        if isinstance(value, str) and len(value) * 4 > KEYWORD_BYTES and len(value.encode()) > KEYWORD_BYTES:
            raise BadValue(field.name, value, f"a value of at most {KEYWORD_BYTES} bytes")
    return tuple([value for value in found if value != ""])


def _columns(field: Field, value: object) -> list[Values]:
    values = _listed(field, value)
    if not values or not field.indexed:
        return []
    if field.kind is Kind.LOCATION:
        lat, lon = parse_point(field, values[0])
        return [(f"{field.name}_lat", (lat,)), (f"{field.name}_lon", (lon,))]
    found: list[Values] = _analysed(field, values) if field.kind in ANALYSED else [(field.name, _whole(field, values))]
    if field.sort and (first := sort_value(field, values[0])) is not None:
        found.append((field.sort_column, (first,)))
    return found


def _boost(id_: str, given: object) -> float:
    """What a document's scores are multiplied by; 1 where nothing is said. Raises DocumentRefused."""
    if given is None:
        return 1.0
    if isinstance(given, int | float | Decimal) and not isinstance(given, bool):
        with suppress(ArithmeticError):  # of a Decimal that is no number
            if LOWEST_BOOST <= given <= HIGHEST_BOOST:
                return float(given)
    takes = f"a number from {LOWEST_BOOST:g} to {HIGHEST_BOOST:g}"
    raise DocumentRefused(id_, BOOST, f"multiplies the document's scores and takes {takes}, not {given!r}.")


def content_hash(schema: Schema, identity: tuple[str, str, str, str], values: Mapping[str, Any]) -> str:
    """32 hex digits, equal where a document of this schema would be the same: its identity, boost and field values.

    Of the values before analysis, so no engine's work is in it; which analysis made the index stands in its manifest.
    """
    content = [identity, values.get(BOOST), *[values.get(field.name) for field in schema.fields]]
    try:
        text = orjson.dumps(content, default=_plain, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_SORT_KEYS)
    except TypeError:  # a number of more than 64 bits, or half a character
        text = repr(content).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=16).hexdigest()


def _plain(value: object) -> object:
    """What JSON has no form for: any collection as a list, one without order sorted; else the text of it."""
    if isinstance(value, set | frozenset):
        return sorted(map(str, value))
    return list(value) if isinstance(value, list | tuple) else str(value)


def document(schema: Schema, identity: tuple[str, str, str, str], values: Mapping[str, Any]) -> Document:
    """Analyse and type one document. `identity` is (id, key, django_ct, django_id).

    Raises DocumentRefused with the field and the reason; names that the schema does not have are left out.
    """
    id_, key, django_ct, django_id = identity
    columns: dict[str, tuple[ColumnValue, ...]] = {name: (value,) for name, value in zip(SYSTEM, identity, strict=True)}
    if BOOST not in schema.by_name and (factor := _boost(id_, values.get(BOOST))) != 1:
        columns[DOCUMENT_BOOST] = (factor,)
    stored: dict[str, Any] = {
        "django_ct": django_ct,
        "django_id": django_id,
        CONTENT_HASH: content_hash(schema, identity, values),
    }
    for field in schema.fields:
        value = values.get(field.name)
        if value is None:
            continue
        try:
            columns |= {name: got for name, got in _columns(field, value) if got and name not in SYSTEM}
            if field.stored and value not in NOTHING and field.name not in SYSTEM:
                stored[field.name] = jsonable(field, value)
        except BadValue as error:
            raise DocumentRefused(id_, field.name, str(error)) from error
    return Document(id_, key, columns, stored)
