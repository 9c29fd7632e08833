"""A rule makes one value of a row: where it comes from, then steps in a fixed order, then a default.

`README.md` beside this file is the reference of what a rule may say in TOML.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from searchsvc.importing import origin, step
from searchsvc.importing.coerce import TYPES, is_empty
from searchsvc.importing.origin import Origin, Values
from searchsvc.importing.step import Step


class BadMapping(Exception):
    """A mapping that cannot be used; the text names the key and what is allowed there."""


@dataclass(frozen=True, slots=True)
class Rule:
    origin: Origin
    steps: tuple[Step, ...] = ()
    default: Any = None
    # The feed's columns that it reads: a misspelt one is found before anything is imported.
    columns: frozenset[str] = frozenset()

    def __call__(self, values: Values) -> Any:
        """Give the value, or the default where it is empty; a list without members is a value. Raises Unfit."""
        value = self.origin(values)
        for apply in self.steps:
            if is_empty(value):
                break
            value = apply(value)
        return self.default if is_empty(value) and not isinstance(value, list) else value


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and value != [] and all(map(_is_text, value))


def _is_text_table(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(one, str) for one in value.values())


def _is_type(value: Any) -> bool:
    return value in list(TYPES)


def _is_expression(value: Any) -> bool:
    try:
        return _is_text(value) and bool(re.compile(value))
    except re.error:
        return False


@dataclass(frozen=True, slots=True)
class Key:
    """What may stand behind a rule's key."""

    wanted: str
    fits: Callable[[Any], bool]


TEXT = Key("a text", _is_text)
COLUMNS = Key("a list of columns", _is_texts)
RULES = Key("a table of names and rules", lambda value: isinstance(value, dict))
FLAG = Key("true or false", lambda value: isinstance(value, bool))
ANY = Key("a value", lambda _value: True)

ORIGINS = {"from": TEXT, "first_of": COLUMNS, "join": COLUMNS, "template": TEXT, "value": ANY, "each": RULES}
COMPANIONS = {"with": ("join", Key("a text", lambda value: isinstance(value, str))), "first_only": ("each", RULES)}
# In the order in which they are applied.
STEPS: dict[str, tuple[Key, Callable[[Any], Step]]] = {
    "split": (TEXT, step.split),
    "match": (Key("a regular expression", _is_expression), step.match),
    "replace": (Key("a table of texts", _is_text_table), step.replace),
    "values": (RULES, step.look_up),
    "lower": (FLAG, lambda _flag: step.lower),
    "slug": (FLAG, lambda _flag: step.each(step.slug)),
    "as": (Key(f"one of {', '.join(TYPES)}", _is_type), step.coerce),
}
KEYS = {
    **ORIGINS,
    **{name: key for name, (_, key) in COMPANIONS.items()},
    **{name: key for name, (key, _) in STEPS.items()},
    "default": ANY,
}


def parse_rule(where: str, raw: Any) -> Rule:
    """Read a rule from TOML: a column's name, or a table. Raises BadMapping."""
    table = {"from": raw} if isinstance(raw, str) else raw
    if not isinstance(table, dict):
        raise BadMapping(f"{where}: must be a column's name or a table, not {raw!r}")
    _check_keys(where, table)
    start = next(name for name in ORIGINS if name in table)
    read, columns = _origin(where, start, table)
    # A step that is switched off (`lower = false`) is none.
    steps = tuple(make(table[name]) for name, (_, make) in STEPS.items() if table.get(name, False) is not False)
    return Rule(read, steps, table.get("default"), frozenset(columns))


def _check_keys(where: str, table: Mapping[str, Any]) -> None:
    for name, value in table.items():
        if name not in KEYS:
            raise BadMapping(f"{where}: unknown key {name!r}; allowed: {', '.join(KEYS)}")
        if not KEYS[name].fits(value):
            raise BadMapping(f"{where}.{name}: must be {KEYS[name].wanted}, not {value!r}")
    if len(table.keys() & ORIGINS.keys()) != 1:
        raise BadMapping(f"{where}: must have exactly one of {', '.join(ORIGINS)}")
    for name, (owner, _) in COMPANIONS.items():
        if name in table and owner not in table:
            raise BadMapping(f"{where}.{name}: is allowed only beside {owner!r}")


def _origin(where: str, start: str, table: Mapping[str, Any]) -> tuple[Origin, frozenset[str]]:
    raw = table[start]
    simple: dict[str, Callable[[], tuple[Origin, list[str]]]] = {
        "from": lambda: (origin.column(raw), [raw]),
        "first_of": lambda: (origin.coalesce(raw), raw),
        "join": lambda: (origin.join(raw, table.get("with", " ")), raw),
        "template": lambda: (origin.template(raw), origin.PLACE.findall(raw)),
        "value": lambda: (origin.constant(raw), []),
    }
    if start in simple:
        read, columns = simple[start]()
        return read, frozenset(columns)
    parts = parse_rules(f"{where}.each", raw)
    first = parse_rules(f"{where}.first_only", table.get("first_only", {}))
    read_columns = frozenset[str]().union(*(rule.columns for rule in (*parts.values(), *first.values())))
    return origin.zipped(parts, first), read_columns


def parse_rules(where: str, raw: Mapping[str, Any]) -> dict[str, Rule]:
    return {name: parse_rule(f"{where}.{name}", rule) for name, rule in raw.items()}
