"""The fields that a feed can fill, for each kind of record: their types, limits and checks.

A table here is what the mapping's error messages list as allowed, and what a row's values are held against.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError

from searchsvc.catalog.models import MAX_ADDRESS, public
from searchsvc.catalog.subject import SEPARATOR, levels_of
from searchsvc.catalog.validators import (
    ATTRIBUTE,
    is_attribute,
    validate_currency,
    validate_kind,
    validate_language,
    validate_web_address,
)
from searchsvc.importing.coerce import Unfit, decimal, line, real, shown, text, year

Coerce = Callable[[Any], Any]
MAX_PRICE = 10**12


@dataclass(frozen=True, slots=True)
class Field:
    """`coerce` makes the column's value and raises Unfit; `empty` makes what stands for no value."""

    coerce: Coerce
    empty: Callable[[], Any]
    is_required: bool = False
    # Where a mapping has a rule for it, each row must say it: nothing becomes public by an empty cell.
    is_never_blank: bool = False


def at_most(limit: int, coerce: Coerce) -> Coerce:
    def apply(value: Any) -> Any:
        made = coerce(value)
        if len(made) > limit:
            raise Unfit(f"{shown(value)} has {len(made)} characters; at most {limit} are kept")
        return made

    return apply


def checked(coerce: Coerce, validate: Callable[[Any], None]) -> Coerce:
    def apply(value: Any) -> Any:
        made = coerce(value)
        try:
            validate(made)
        except ValidationError as error:
            raise Unfit(" ".join(error.messages)) from None
        return made

    return apply


def between(low: float, high: float) -> Coerce:
    def apply(value: Any) -> float:
        made = real(value)
        if not low <= made <= high:
            raise Unfit(f"{shown(value)} is not between {low:g} and {high:g}")
        return made

    return apply


def many(coerce: Coerce) -> Coerce:
    """Make a list, of one where the feed gives one value; each once, in the feed's order."""

    def apply(value: Any) -> list[Any]:
        return list(dict.fromkeys(coerce(one) for one in (value if isinstance(value, list) else [value])))

    return apply


def price(value: Any) -> Any:
    made = decimal(value)
    if not 0 <= made < MAX_PRICE or made != round(made, 2):
        raise Unfit(f"{shown(value)} is not a price: not negative, below 10^12, two decimals at most")
    return round(made, 2)


def path(value: Any) -> str:
    return _path(line(value))


@lru_cache(maxsize=10_000)
def _path(value: str) -> str:
    """Make a path of clean levels; a feed names few subjects, each often."""
    try:
        return SEPARATOR.join(levels_of(value))
    except ValidationError as error:
        raise Unfit(" ".join(error.messages)) from None


def attributes(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unfit(f"{shown(value)} is not an object of names and values")
    return {_attribute_name(name): attribute(one) for name, one in value.items()}


def _attribute_name(name: str) -> str:
    return str(checked(line, ATTRIBUTE.check)(name))


def attribute(value: Any) -> Any:
    made = text(value) if isinstance(value, str) else value
    if not is_attribute(made):
        raise Unfit(f"{shown(value)} is not a text, a finite number, true, false or a list of texts")
    return [text(one) for one in made] if isinstance(made, list) else made


def records(value: Any) -> list[Any]:
    """Leave names and objects as they are: `entry` reads them, with the source that makes them keys."""
    return value if isinstance(value, list) else [value]


def no_text() -> str:
    return ""


def nothing() -> None:
    return None


name = at_most(500, line)
address = checked(at_most(MAX_ADDRESS, text), validate_web_address)
IDENTIFIER = Field(at_most(200, line), no_text, is_required=True)

PLACED = {
    "place": Field(name, no_text),
    "latitude": Field(between(-90, 90), nothing),
    "longitude": Field(between(-180, 180), nothing),
}
CREATOR = {
    "name": Field(name, no_text, is_required=True),
    "sort_name": Field(name, no_text),
    "other_names": Field(many(line), list),
    "born": Field(year, nothing),
    "died": Field(year, nothing),
    **PLACED,
    "biography": Field(text, no_text),
}
COLLECTION = {
    "title": Field(name, no_text, is_required=True),
    "description": Field(text, no_text),
}
ITEM = {
    "kind": Field(checked(at_most(50, line), validate_kind), no_text, is_required=True),
    "title": Field(line, no_text, is_required=True),
    "other_titles": Field(many(line), list),
    "description": Field(text, no_text),
    "creators": Field(records, list),
    "subjects": Field(many(path), list),
    "collection": Field(records, list),
    "year_from": Field(year, nothing),
    "year_to": Field(year, nothing),
    "date_text": Field(name, no_text),
    "language": Field(checked(at_most(35, line), validate_language), no_text),
    **PLACED,
    "rights": Field(text, no_text),
    "url": Field(address, no_text),
    "image_url": Field(address, no_text),
    "price": Field(price, nothing),
    "currency": Field(checked(line, validate_currency), no_text),
    "attributes": Field(attributes, dict),
    "visible_to": Field(many(line), public, is_never_blank=True),
}
# What a mapping's `target` may be -> its fields.
TARGETS: dict[str, dict[str, Field]] = {
    target: {"identifier": IDENTIFIER, **fields}
    for target, fields in {"items": ITEM, "creators": CREATOR, "collections": COLLECTION}.items()
}
# What a creator or a collection named by an item may say beside its own fields.
REFERENCE = frozenset({"id", "key"})
CREATOR_PARTS = REFERENCE | {"role"} | CREATOR.keys()
COLLECTION_PARTS = REFERENCE | COLLECTION.keys()
