"""Origins of a rule: each reads a row's values, and gives one value or None."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from searchsvc.importing.coerce import Unfit, is_empty, text

Values = Mapping[str, Any]
Origin = Callable[[Values], Any]
PLACE = re.compile(r"\{([^{}]+)\}")


def column(name: str) -> Origin:
    """Read a column; "maker.name" reads inside a nested object unless a column has just that name."""
    outer, *inner = name.split(".")

    def read(values: Values) -> Any:
        if name in values or not inner:
            return values.get(name)
        found: Any = values.get(outer)
        for part in inner:
            found = found.get(part) if isinstance(found, Mapping) else None
        return found

    return read


def constant(value: Any) -> Origin:
    return lambda _values: value


def coalesce(columns: Iterable[str]) -> Origin:
    readers = [column(name) for name in columns]
    return lambda values: next((one for one in (read(values) for read in readers) if not is_empty(one)), None)


def join(columns: Iterable[str], glue: str) -> Origin:
    """Put the texts that are there together, and None where there is none."""
    readers = [column(name) for name in columns]

    def read(values: Values) -> str:
        found = [one for one in (reader(values) for reader in readers) if not is_empty(one)]
        return glue.join(glue.join(map(text, one)) if isinstance(one, list) else text(one) for one in found)

    return read


def template(pattern: str) -> Origin:
    """Fill {columns} in; empty where all of its columns are."""
    readers = {name: column(name) for name in PLACE.findall(pattern)}

    def read(values: Values) -> str | None:
        found = {name: reader(values) for name, reader in readers.items()}
        if all(is_empty(one) for one in found.values()):
            return None
        return PLACE.sub(lambda place: "" if is_empty(found[place[1]]) else text(found[place[1]]), pattern)

    return read


def zipped(parts: Mapping[str, Origin], first_only: Mapping[str, Origin]) -> Origin:
    """Make objects from lists side by side; single values go to each, `first_only` values to the first object alone."""

    def read(values: Values) -> list[dict[str, Any]]:
        found = {name: rule(values) for name, rule in parts.items()}
        lengths = {name: len(one) for name, one in found.items() if isinstance(one, list)}
        if len(set(lengths.values())) > 1:
            told = ", ".join(f"{name} has {length}" for name, length in lengths.items())
            raise Unfit(f"lists of different length: {told}")
        size = max(lengths.values(), default=1)
        objects = [{n: one[at] if n in lengths else one for n, one in found.items()} for at in range(size)]
        if objects:
            objects[0] |= {name: rule(values) for name, rule in first_only.items()}
        return objects

    return read
