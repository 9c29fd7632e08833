"""A creator or a collection as an item's row names it: by name, by id, or as an object with more of its fields."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from searchsvc.catalog.validators import validate_key
from searchsvc.importing.coerce import Unfit, is_empty, line, shown
from searchsvc.importing.fields import COLLECTION, COLLECTION_PARTS, CREATOR, CREATOR_PARTS, Field, at_most

DEFAULT_ROLE = "creator"
# A longer name is cut here and made unique by a hash: keys have 255 characters.
MAX_IDENTIFIER = 120
# What a mention says beside the record's own fields.
REFERENCES = {"id": line, "key": line, "role": at_most(100, line)}


@dataclass(frozen=True, slots=True)
class Mention:
    """`columns` holds only what the row says; without a name or title the record must be in the catalogue already."""

    key: str
    columns: Mapping[str, Any]
    role: str = ""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a kind of record is named: its fields, the one that stands for the whole, and what an object may hold."""

    fields: Mapping[str, Field]
    label: str
    parts: frozenset[str]


CREATORS = Manner(CREATOR, "name", frozenset(CREATOR_PARTS))
COLLECTIONS = Manner(COLLECTION, "title", frozenset(COLLECTION_PARTS))


def read_creators(values: list[Any], source: str) -> tuple[Mention, ...]:
    """Read them in order, each (creator, role) once. Raises Unfit."""
    found = (_read(one, source, CREATORS) for one in values)
    return tuple({(mention.key, mention.role): mention for mention in found if mention}.values())


def read_collection(values: list[Any], source: str) -> Mention | None:
    """Read the one collection, if any. Raises Unfit."""
    found = [mention for one in values if (mention := _read(one, source, COLLECTIONS))]
    if len(found) > 1:
        raise Unfit(f"{len(found)} collections; an item is in one at most")
    return found[0] if found else None


def name_identifier(name: str) -> str:
    """Make an identifier of a name: case and spaces do not tell two names apart, all else does."""
    whole = "-".join(name.casefold().split()).rstrip(":")
    if len(whole) <= MAX_IDENTIFIER:
        return whole
    return f"{whole[:MAX_IDENTIFIER]}-{hashlib.sha256(whole.encode()).hexdigest()[:12]}"


def _read(value: Any, source: str, manner: Manner) -> Mention | None:
    said = value if isinstance(value, dict) else {manner.label: value}
    unknown = sorted(said.keys() - manner.parts)
    if unknown:
        raise Unfit(f"{', '.join(unknown)} is not known; allowed: {', '.join(sorted(manner.parts))}")
    columns = {name: _coerce(name, said[name], manner) for name in said if not is_empty(said[name])}
    key = _key(columns, source, manner.label)
    if key is None:
        return None
    _check(columns)
    made = {name: one for name, one in columns.items() if name in manner.fields}
    return Mention(key, made, columns.get("role", DEFAULT_ROLE) if manner is CREATORS else "")


def _coerce(name: str, value: Any, manner: Manner) -> Any:
    coerce = manner.fields[name].coerce if name in manner.fields else REFERENCES[name]
    try:
        return coerce(value)
    except Unfit as error:
        raise Unfit(f"{name}: {error}") from None


def _key(columns: Mapping[str, Any], source: str, label: str) -> str | None:
    """Make the key of a full key, an id in this source, or the name; None where there is none of them."""
    identifier = columns.get("id") or name_identifier(columns.get(label, ""))
    key = columns.get("key") or (f"{source}:{identifier}" if identifier else None)
    if key:
        try:
            validate_key(key)
        except ValidationError as error:
            raise Unfit(" ".join(error.messages)) from None
    return key


def _check(columns: Mapping[str, Any]) -> None:
    if ("latitude" in columns) != ("longitude" in columns):
        raise Unfit("latitude and longitude go together: one of them is missing")
    if columns.get("born", columns.get("died", 0)) > columns.get("died", columns.get("born", 0)):
        raise Unfit(f"died {columns['died']} is before born {columns['born']} ({shown(columns.get('name'))})")
