"""The last word on what seemed different: looked at afresh, and told apart by the changes that wait for it.

A document that changes while a verification runs is no drift: its change is younger than the run, or was delivered
before the second look.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from searchsvc.indexing.documents import by_model, sources, store
from searchsvc.indexing.drift import Compared, Difference, Drift, compare_rows
from searchsvc.indexing.models import WAITING, Change, Expansion
from searchsvc.indexing.walk import held

LOOKS = 2  # in a row at which a document has to differ with no change waiting, after the one that suspected it
Waiting = dict[str, datetime]  # document id -> when the oldest change that waits for it was made


def settle(alias: str, generation: int, suspects: Iterable[Difference], since: datetime) -> Compared:
    """Those that differ still, each with its kind; what changed after `since` is left out."""
    asked = list(suspects)
    found = Compared()
    for _look in range(LOOKS):
        # Both before and after: a change may be made, or delivered, between two of these.
        before = waiting(alias, asked)
        seen = _again(alias, generation, asked)
        made = {**waiting(alias, asked), **before}
        found.refused |= seen.refused
        found.different |= {
            id_: _stale(one, made[id_]) for id_, one in seen.different.items() if made.get(id_, since) < since
        }
        asked = [one for id_, one in seen.different.items() if id_ not in made]
    dead = _dead(alias, asked)
    found.different |= {one.id: replace(one, why=dead.get(one.id, one.why)) for one in asked}
    return found


def _stale(one: Difference, made: datetime) -> Difference:
    return replace(one, what=Drift.STALE, why=f"{one.what} until a change of {made:%Y-%m-%d %H:%M:%S} is delivered")


def _again(alias: str, generation: int, asked: Sequence[Difference]) -> Compared:
    by_id = {one.id: one for one in asked}
    rows = by_model((one.model, one.pk) for one in asked)
    found = Compared()
    for source in sources(alias):
        if source.name in rows:
            found.add(compare_rows(source, generation, rows.pop(source.name)))
    foreign = [one.id for one in asked if one.model in rows]  # of models that no index here is made of
    found.different |= {id_: by_id[id_] for id_ in held(store(alias), generation, foreign)}
    return found


def waiting(alias: str, asked: Sequence[Difference]) -> Waiting:
    """The documents of these for which a change, or the expansion of a record they depend on, waits."""
    found: Waiting = {}
    for model, pks in by_model((one.model, one.pk) for one in asked).items():
        changes = Change.objects.filter(WAITING, alias=alias, model=model, object_pk__in=pks)
        told = [*changes.values_list("object_pk", "made"), *_expanded(alias, model, pks)]
        for pk, made in told:
            id_ = f"{model}.{pk}"
            found[id_] = min(made, found.get(id_, made))
    return found


def _expanded(alias: str, model: str, pks: Sequence[str]) -> Iterable[tuple[str, datetime]]:
    source = next((source for source in sources(alias) if source.name == model), None)
    if source is None:
        return
    for row in Expansion.objects.filter(alias=alias, model=model).iterator():
        reached = source.existing(pks, **{row.lookup: row.object_pk})
        yield from ((pk, row.made) for pk in reached)


def _dead(alias: str, asked: Sequence[Difference]) -> dict[str, str]:
    """Why the changes of these documents were given up, by document id."""
    found: dict[str, str] = {}
    for model, pks in by_model((one.model, one.pk) for one in asked).items():
        rows = Change.objects.filter(alias=alias, model=model, object_pk__in=pks, dead__isnull=False).order_by("id")
        found |= {f"{model}.{pk}": f"a dead letter: {error}" for pk, error in rows.values_list("object_pk", "error")}
    return found
