"""A mapping: a TOML file that says which of a feed's columns become which fields. `README.md` here is its reference."""

import tomllib
from collections.abc import Callable
from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError

from searchsvc.catalog.models import PUBLIC
from searchsvc.catalog.validators import ATTRIBUTE, validate_source
from searchsvc.importing.fields import COLLECTION_PARTS, CREATOR_PARTS, TARGETS
from searchsvc.importing.options import FeedOptions
from searchsvc.importing.rule import BadMapping, Rule, parse_rule, parse_rules

SHIPPED = Path(__file__).parent / "mappings"


@dataclass(frozen=True, slots=True)
class Mapping:
    """`rules` by target field, `attributes` by attribute name; `source` is the first part of each key."""

    source: str
    target: str
    rules: Table[str, Rule]
    attributes: Table[str, Rule] = field(default_factory=dict)
    # What a second row of one identifier is: an "error", or something to "skip" without a word but in the count.
    repeats: str = "error"
    # What a span that ends before it starts is: an "error", or a slip whose start is right ("keep_from").
    reversed_years: str = "error"
    options: FeedOptions = field(default_factory=FeedOptions)


def natural(source: str, target: str = "items") -> Mapping:
    """Map each column to the field of its name: what an import without a mapping file does. Raises BadMapping."""
    _check_source("--source", source)
    rules = {name: parse_rule(name, name) for name in TARGETS[target]}
    rules["identifier"] = parse_rule("identifier", {"first_of": ["identifier", "id"]})
    if target == "items":
        rules["visible_to"] = parse_rule("visible_to", {"from": "visible_to", "default": [PUBLIC]})
    return Mapping(source, target, rules)


def load_mapping(name: str, source: str | None = None) -> Mapping:
    """Read a file, or one of those that are shipped; `source` stands for the file's own. Raises BadMapping."""
    path = next((one for one in (Path(name), SHIPPED / name, SHIPPED / f"{name}.toml") if one.is_file()), None)
    if path is None:
        shipped = ", ".join(sorted(str(one.relative_to(SHIPPED)) for one in SHIPPED.rglob("*.toml")))
        raise BadMapping(f"{name}: no such file, and not one of the shipped mappings: {shipped}")
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
        return parse_mapping(raw if source is None else raw | {"source": source})
    except (BadMapping, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadMapping(f"{name}: {error}") from error


def parse_mapping(raw: Table[str, Any]) -> Mapping:
    """Check every key. Raises BadMapping, which names the key and what is allowed."""
    _check_allowed("", raw, KEYS)
    for name, check in KEYS.items():
        if name in raw:
            check(name, raw[name])
    for name in ("source", "fields"):
        if name not in raw:
            raise BadMapping(f"{name}: is missing")
    target = raw.get("target", "items")
    _check_fields(target, raw["fields"], raw.get("attributes", {}))
    rules = parse_rules("fields", raw["fields"])
    attributes = parse_rules("attributes", raw.get("attributes", {}))
    columns = frozenset[str]().union(*(rule.columns for rule in (*rules.values(), *attributes.values())))
    return Mapping(
        source=raw["source"],
        target=target,
        rules=rules,
        attributes=attributes,
        repeats=raw.get("repeats", "error"),
        reversed_years=raw.get("reversed_years", "error"),
        options=FeedOptions(**raw.get("csv", {}), columns=columns),
    )


Check = Callable[[str, Any], None]


def _one_of(*allowed: str) -> Check:
    def check(where: str, value: Any) -> None:
        if value not in allowed:
            raise BadMapping(f"{where}: must be one of {', '.join(allowed)}, not {value!r}")

    return check


def _check_table(where: str, value: Any) -> None:
    if not isinstance(value, dict):
        raise BadMapping(f"{where}: must be a table, not {value!r}")


def _check_source(where: str, value: Any) -> None:
    try:
        validate_source(str(value))
    except ValidationError as error:
        raise BadMapping(f"{where}: {' '.join(error.messages)}") from None


def _check_csv(where: str, value: Any) -> None:
    _check_table(where, value)
    _check_allowed(where, value, ("delimiter", "encoding"))
    if len(str(value.get("delimiter", ","))) != 1:
        raise BadMapping(f"{where}.delimiter: must be one character")
    try:
        "".encode(str(value.get("encoding", "utf-8")))
    except LookupError as error:
        raise BadMapping(f"{where}.encoding: {error}") from None


KEYS: dict[str, Check] = {
    "source": _check_source,
    "target": _one_of(*TARGETS),
    "repeats": _one_of("error", "skip"),
    "reversed_years": _one_of("error", "keep_from"),
    "csv": _check_csv,
    "fields": _check_table,
    "attributes": _check_table,
}
PARTS = {"creators": CREATOR_PARTS, "collection": COLLECTION_PARTS}


def _check_allowed(where: str, names: Any, allowed: Any) -> None:
    for name in names:
        if name not in allowed:
            inside = f"{where}." if where else ""
            raise BadMapping(f"{inside}{name}: is not known; allowed: {', '.join(sorted(allowed))}")


def _check_fields(target: str, fields: Table[str, Any], attributes: Table[str, Any]) -> None:
    _check_allowed("fields", fields, TARGETS[target])
    for name, one in TARGETS[target].items():
        if one.is_required and name not in fields:
            raise BadMapping(f"fields.{name}: is missing")
    for name, allowed in PARTS.items():
        if isinstance(rule := fields.get(name), dict):
            _check_allowed(f"fields.{name}.each", rule.get("each", {}), allowed)
            _check_allowed(f"fields.{name}.first_only", rule.get("first_only", {}), allowed)
    if attributes and target != "items":
        raise BadMapping(f"attributes: only items have them, and the target is {target}")
    for name in attributes:
        try:
            ATTRIBUTE.check(name)
        except ValidationError as error:
            raise BadMapping(f"attributes.{name}: {' '.join(error.messages)}") from None
