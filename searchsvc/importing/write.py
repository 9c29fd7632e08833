"""A batch of entries into the database, in one transaction: all of it, or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import DataError, IntegrityError, transaction

from searchsvc.catalog.models import Collection, Contribution, Creator, Item, Subject, Topic
from searchsvc.importing.entry import Entry, Problem, Rejected
from searchsvc.importing.joins import TOPICS, Joins, Settled
from searchsvc.importing.report import Counts
from searchsvc.indexing import outbox

# Any: three models with the same few columns and no common manager that says so.
MODELS: dict[str, Any] = {"items": Item, "creators": Creator, "collections": Collection}


@dataclass(slots=True)
class Outcome:
    """`joined`: "creators" and the like -> (names made, names changed)."""

    counts: Counts = field(default_factory=Counts)
    rejected: list[Rejected] = field(default_factory=list)
    joined: dict[str, tuple[frozenset[str], frozenset[str]]] = field(default_factory=dict)

    def add(self, other: "Outcome") -> None:
        self.counts.add(other.counts)
        self.rejected += other.rejected
        for topic, (new, changed) in other.joined.items():
            old = self.joined.get(topic, (frozenset(), frozenset()))
            self.joined[topic] = (old[0] | new, old[1] | changed)


@dataclass(frozen=True, slots=True)
class Writer:
    target: str
    joins: Joins
    is_dry_run: bool = False

    def write(self, entries: list[Entry]) -> Outcome:
        """Import a batch. A row that the database itself refuses is found by halving, and the rest is imported."""
        if not entries:
            return Outcome()
        try:
            with transaction.atomic():
                return self._write(entries)
        except (IntegrityError, DataError) as error:
            self.joins.forget()
            if len(entries) == 1:
                problem = Problem(entries[0].line, "row", f"the database refuses it: {error}")
                return Outcome(rejected=[Rejected(entries[0].key, (problem,))])
        half = len(entries) // 2
        outcome = self.write(entries[:half])
        outcome.add(self.write(entries[half:]))
        return outcome

    def _write(self, entries: list[Entry]) -> Outcome:
        model = MODELS[self.target]
        there = model.objects.filter(key__in=[entry.key for entry in entries]).values_list("key", "checksum", "pk")
        before = {key: (checksum, pk) for key, checksum, pk in there}
        fresh = [entry for entry in entries if before.get(entry.key, ("", 0))[0] != entry.checksum]
        settled = self._settle(fresh)
        rejected = [one for entry in fresh if (one := unresolved(entry, settled))]
        refused = {one.key for one in rejected}
        good = [entry for entry in fresh if entry.key not in refused]
        if not self.is_dry_run:
            changed = {entry.key: before[entry.key][1] for entry in good if entry.key in before}
            with outbox.silent(), outbox.changing(model, changed.values()) as posting:
                tell_joined(posting, settled)
                posting.made(model, self._save(model, good, changed, settled))
        new = sum(entry.key not in before for entry in good)
        counts = Counts(new, len(good) - new, len(entries) - len(fresh))
        return Outcome(counts, rejected, {TOPICS[one]: (found.new, found.changed) for one, found in settled.items()})

    def _settle(self, fresh: list[Entry]) -> dict[Any, Settled]:
        if self.target != "items":
            return {}
        return {
            Creator: self.joins.settle(Creator, (maker for entry in fresh for maker in entry.makers)),
            Collection: self.joins.settle(Collection, (entry.collection for entry in fresh if entry.collection)),
            Subject: self.joins.settle_subjects({path for entry in fresh for path in entry.subjects}),
        }

    def _save(
        self, model: Any, good: list[Entry], changed: Mapping[str, int], settled: Mapping[Any, Settled]
    ) -> list[int]:
        """Write the entries; give the primary keys of those that are new."""
        if not good:
            return []
        collections = settled[Collection].pks if settled else {}
        rows = [
            model(key=one.key, checksum=one.checksum, **one.columns, **in_collection(one, collections)) for one in good
        ]
        columns = [*good[0].columns, "checksum", "updated", *(["collection"] if model is Item else [])]
        model.objects.bulk_create(rows, update_conflicts=True, unique_fields=["key"], update_fields=columns)
        if model is Item:
            join(good, {row.key: row.pk for row in rows}, changed, settled)
        return [row.pk for row in rows if row.key not in changed]


def in_collection(entry: Entry, pks: Mapping[str, int]) -> dict[str, int]:
    return {"collection_id": pks[entry.collection.key]} if entry.collection else {}


def unresolved(entry: Entry, settled: Mapping[Any, Settled]) -> Rejected | None:
    """Reject a row that names a creator or collection by a key that is nowhere."""
    named: list[tuple[str, Any, str]] = [("creators", Creator, maker.key) for maker in entry.makers]
    named += [("collection", Collection, entry.collection.key)] if entry.collection else []
    lost = [(name, key) for name, model, key in named if settled and key in settled[model].missing]
    problems = [Problem(entry.line, name, f"{key} is not in the catalogue, and has no name here") for name, key in lost]
    return Rejected(entry.key, tuple(problems)) if problems else None


def join(good: list[Entry], pks: Mapping[str, int], changed: Mapping[str, int], settled: Mapping[Any, Settled]) -> None:
    """Replace the contributions and topics of the items."""
    makers, subjects = settled[Creator].pks, settled[Subject].pks
    contributions = [
        Contribution(item_id=pks[entry.key], creator_id=makers[maker.key], role=maker.role, position=position)
        for entry in good
        for position, maker in enumerate(entry.makers)
    ]
    topics = [Topic(item_id=pks[entry.key], subject_id=subjects[path]) for entry in good for path in entry.subjects]
    if changed:
        Contribution.objects.filter(item__in=changed.values()).delete()
        Topic.objects.filter(item__in=changed.values()).delete()
    Contribution.objects.bulk_create(contributions)
    Topic.objects.bulk_create(topics)


def tell_joined(posting: outbox.Posting, settled: Mapping[Any, Settled]) -> None:
    """Tell the creators and collections that were made or changed on the way; who counts an item hears of the item."""
    for model, found in settled.items():
        posting.made(model, [found.pks[name] for name in found.new])
        posting.changed(model, [found.pks[name] for name in found.changed])
