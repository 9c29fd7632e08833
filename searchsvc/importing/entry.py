"""A row through a mapping: the entry that the catalogue would hold, or all that is wrong with the row."""

import hashlib
from collections.abc import Callable
from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from typing import Any

import orjson

from searchsvc.catalog.validators import MAX_KEY
from searchsvc.importing.coerce import Unfit, is_empty, shown
from searchsvc.importing.fields import TARGETS, attribute
from searchsvc.importing.mapping import Mapping
from searchsvc.importing.mention import Mention, read_collection, read_creators
from searchsvc.importing.row import Row

# Part of each checksum: a new number makes the next import rewrite every row, where the meaning of an entry changed.
EDITION = b"1"


@dataclass(frozen=True, slots=True)
class Problem:
    line: int
    field: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line:,}: {self.field}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Entry:
    """`columns` are the model's own, all of them; makers, subjects and collection are what it is joined to."""

    line: int
    key: str
    columns: Table[str, Any]
    makers: tuple[Mention, ...] = ()
    subjects: tuple[str, ...] = ()
    collection: Mention | None = None
    checksum: str = ""
    # Slips that the mapping says how to mend.
    mended: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """`key` is empty where not even the identifier could be read: such a row hides a record from `--prune`."""

    key: str
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class Draft:
    """An entry in the making."""

    mapping: Mapping
    line: int
    columns: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    mended: list[Problem] = field(default_factory=list)

    def blame(self, name: str, reason: object) -> None:
        self.problems.append(Problem(self.line, name, str(reason)))


def make_entry(row: Row, mapping: Mapping) -> Entry | Rejected:
    draft = Draft(mapping, row.line)
    for name in TARGETS[mapping.target]:
        _fill(draft, row, name)
    _fill_attributes(draft, row)
    for check in CHECKS:
        check(draft)
    identifier = draft.columns.pop("identifier", "")
    key = f"{mapping.source}:{identifier}" if identifier else ""
    joined = _joined(draft)
    if draft.problems:
        return Rejected(key, tuple(draft.problems))
    return Entry(row.line, key, draft.columns, **joined, checksum=_checksum(draft, joined), mended=tuple(draft.mended))


def _fill(draft: Draft, row: Row, name: str) -> None:
    spec = TARGETS[draft.mapping.target][name]
    rule = draft.mapping.rules.get(name)
    try:
        value = rule(row.values) if rule else None
        is_blank = is_empty(value) and value != []
        draft.columns[name] = spec.empty() if is_blank else spec.coerce(value)
    except Unfit as error:
        draft.blame(name, error)
        return
    if is_blank and (spec.is_required or (rule and spec.is_never_blank)):
        draft.blame(name, "is empty")


def _fill_attributes(draft: Draft, row: Row) -> None:
    found = dict(draft.columns.get("attributes") or {})
    for name, rule in draft.mapping.attributes.items():
        try:
            if not is_empty(value := rule(row.values)):
                found[name] = attribute(value)
        except Unfit as error:
            draft.blame(f"attributes.{name}", error)
    if "attributes" in draft.columns:
        draft.columns["attributes"] = found


def _joined(draft: Draft) -> dict[str, Any]:
    """Take what is not a column of the item itself out of the columns."""
    if draft.mapping.target != "items":
        return {}
    joined: dict[str, Any] = {"subjects": tuple(draft.columns.pop("subjects", ()))}
    for name, part, read in (("creators", "makers", read_creators), ("collection", "collection", read_collection)):
        try:
            joined[part] = read(draft.columns.pop(name, []), draft.mapping.source)
        except Unfit as error:
            draft.blame(name, error)
    return joined


def _check_identifier(draft: Draft) -> None:
    identifier = draft.columns.get("identifier", "")
    if identifier.endswith(":") or len(draft.mapping.source) + 1 + len(identifier) > MAX_KEY:
        draft.blame("identifier", f"{shown(identifier)} ends with ':' or is too long")


def _check_span(start: str, end: str) -> Callable[[Draft], None]:
    def check(draft: Draft) -> None:
        first, last = draft.columns.get(start), draft.columns.get(end)
        if first is None or last is None or first <= last:
            return
        problem = Problem(draft.line, end, f"{last} is before {start}, which is {first}")
        if draft.mapping.reversed_years == "keep_from":
            draft.columns[end] = first
            draft.mended.append(problem)
        else:
            draft.problems.append(problem)

    return check


def _check_degrees(draft: Draft) -> None:
    is_half = (draft.columns.get("latitude") is None) != (draft.columns.get("longitude") is None)
    if is_half and not any(problem.field in {"latitude", "longitude"} for problem in draft.problems):
        draft.blame("latitude", "latitude and longitude go together: one of them is missing")


def _check_price(draft: Draft) -> None:
    if draft.columns.get("price") is not None and draft.columns.get("currency") == "":
        draft.blame("currency", "a price needs one")


CHECKS = (
    _check_identifier,
    _check_span("year_from", "year_to"),
    _check_span("born", "died"),
    _check_degrees,
    _check_price,
)


def _checksum(draft: Draft, joined: dict[str, Any]) -> str:
    content = orjson.dumps([draft.columns, joined], default=str, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(EDITION + content).hexdigest()
