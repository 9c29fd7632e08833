"""Creators, collections and subjects for a batch of items: found, made or brought up to date in bulk.

A batch costs a constant number of queries, however many it names. What was settled is remembered, up to a bound.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from searchsvc.catalog.models import Collection, Creator, Subject
from searchsvc.catalog.subject import paths_of
from searchsvc.importing.ledger import Ledger
from searchsvc.importing.mention import COLLECTIONS, CREATORS, Manner, Mention

Joined = type[Creator] | type[Collection]
# Records remembered of each kind, about 30 MB in all. A feed that names more asks the database again.
MAX_REMEMBERED = 50_000
MANNERS: dict[Joined, Manner] = {Creator: CREATORS, Collection: COLLECTIONS}
TOPICS: dict[Any, str] = {Creator: "creators", Collection: "collections", Subject: "subjects"}


@dataclass(frozen=True, slots=True)
class Settled:
    """Name -> primary key, the names that were made or changed, and those that are nowhere."""

    pks: Mapping[str, int]
    new: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()


@dataclass(slots=True)
class Memory:
    """Name -> (primary key, what is known of its columns)."""

    rows: dict[str, tuple[int, Mapping[str, Any]]] = field(default_factory=dict)

    def lacks(self, name: str, columns: Mapping[str, Any]) -> bool:
        known = self.rows.get(name)
        return known is None or not columns.items() <= known[1].items()

    def keep(self, rows: Mapping[str, tuple[int, Mapping[str, Any]]]) -> None:
        if len(self.rows) + len(rows) > MAX_REMEMBERED:
            self.rows.clear()
        self.rows.update(rows)


@dataclass(slots=True)
class Joins:
    """`forget` must be called when a transaction is rolled back: what was made in it is not there."""

    ledger: Ledger
    is_dry_run: bool
    memory: dict[str, Memory] = field(default_factory=lambda: {topic: Memory() for topic in TOPICS.values()})

    def forget(self) -> None:
        for memory in self.memory.values():
            memory.rows.clear()

    def settle(self, model: Joined, mentions: Iterable[Mention]) -> Settled:
        """Find or make the records, and write what the mentions say and the catalogue does not have yet."""
        memory = self.memory[TOPICS[model]]
        wanted = merged(mentions)
        pks = {key: memory.rows[key][0] for key in wanted if key in memory.rows}
        asked = {key: columns for key, columns in sorted(wanted.items()) if memory.lacks(key, columns)}
        found: dict[str, Any] = model.objects.in_bulk(list(asked), field_name="key")
        missing = frozenset(key for key in asked if key not in found and not self._may_make(model, key, asked[key]))
        new = [model(key=key, **asked[key]) for key in asked if key not in found and key not in missing]
        changed = [row for key, row in found.items() if update(row, asked[key])]
        self._save(model, [*new, *changed])
        rows = {row.key: (row.pk or 0, asked[row.key]) for row in (*new, *found.values())}
        memory.keep(rows)
        pks |= {key: pk for key, (pk, _) in rows.items()}
        return Settled(pks, keys(new), keys(changed), missing)

    def _may_make(self, model: Joined, key: str, columns: Mapping[str, Any]) -> bool:
        """Say whether a record can be made: it has a name here, or had one in a row that a dry run did not write."""
        is_named = bool(columns.get(MANNERS[model].label))
        return is_named or (self.is_dry_run and self.ledger.first_line(TOPICS[model], key) is not None)

    def _save(self, model: Joined, rows: list[Any]) -> None:
        if rows and not self.is_dry_run:
            model.objects.bulk_create(
                rows, update_conflicts=True, unique_fields=["key"], update_fields=[*MANNERS[model].fields, "updated"]
            )

    def settle_subjects(self, paths: Iterable[str]) -> Settled:
        """Find or make the subjects and all their ancestors."""
        memory = self.memory["subjects"]
        wanted = {one for path in paths for one in paths_of(path)}
        pks = {path: memory.rows[path][0] for path in wanted if path in memory.rows}
        found = Subject.objects.in_paths(wanted - pks.keys())
        new = wanted - pks.keys() - found.keys()
        if new and not self.is_dry_run:
            found |= Subject.objects.for_paths(new)
        rows: dict[str, tuple[int, Mapping[str, Any]]] = {path: (subject.pk, {}) for path, subject in found.items()}
        memory.keep(rows)
        return Settled(pks | {path: pk for path, (pk, _) in rows.items()}, frozenset(new))


def merged(mentions: Iterable[Mention]) -> dict[str, dict[str, Any]]:
    """Key -> all that the mentions say of it; of two that contradict each other, the later."""
    found: dict[str, dict[str, Any]] = {}
    for mention in mentions:
        found.setdefault(mention.key, {}).update(mention.columns)
    return found


def update(row: Any, columns: Mapping[str, Any]) -> bool:
    """Bring a row's columns up to date, and say whether any was not."""
    stale = {name: value for name, value in columns.items() if getattr(row, name) != value}
    for name, value in stale.items():
        setattr(row, name, value)
    return bool(stale)


def keys(rows: Iterable[Any]) -> frozenset[str]:
    return frozenset(row.key for row in rows)
