"""Partial updates: some documents are read afresh and delivered, and those without a row removed.

They go through the outbox like any other change, so that the order of each document's writes is kept.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import FieldError, ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from backends.core.nodes import Equals
from backends.core.schema import DJANGO_CT
from searchsvc.indexing.delivery import drain
from searchsvc.indexing.documents import Source, backend, store
from searchsvc.indexing.models import Change
from searchsvc.indexing.rebuild.progress import Advance, Silent, Watch
from searchsvc.indexing.rebuild.wanted import never
from searchsvc.indexing.walk import walk

BATCH = 1000  # documents between two deliveries


class BadSelection(Exception):
    """No rows can be chosen so. The message says what is wrong with it."""


class NotDelivered(Exception):
    """The engine takes nothing now, or somebody stopped it; what was chosen so far waits in the outbox."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows: all that the index is made of, or those that meet each of these, `since` and `until` included."""

    ids: tuple[str, ...] = ()
    conditions: Mapping[str, Any] = field(default_factory=dict)
    since: datetime | None = None
    until: datetime | None = None


@dataclass(slots=True)
class Updated:
    """How many documents were read afresh, and what came of them. `removed` had no row any more."""

    alias: str
    model: str
    chosen: int = 0
    delivered: int = 0
    refused: int = 0
    dead: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class Updating:
    """How it is done, and who is told."""

    batch: int = BATCH
    watch: Watch = field(default_factory=Silent)
    stop: Callable[[], bool] = never


def update(source: Source, selection: Selection, how: Updating) -> Updated:
    """Read these documents afresh. Raises BadSelection, NotDelivered, or what the engine raises."""
    rows = _chosen(source, selection)
    found = Updated(source.alias, source.name)
    _make_index(source)
    with how.watch.steps(f"{source.alias}: {source.name}", rows.count()) as advance:
        for pks in _ids(source, selection) if selection.ids else _keys(rows, how.batch):
            found.chosen += len(pks)
            _bring(source, pks, found, how, advance)
    return found


def remove(source: Source, how: Updating) -> Updated:
    """Remove the documents that have no row any more. Raises NotDelivered, or what the engine raises."""
    found = Updated(source.alias, source.name)
    for pks in _ghosts(source, how.batch):
        _bring(source, pks, Updated(source.alias, source.name), how, lambda _done, _refused: None)
        found.removed += len(pks)
    return found


def _bring(source: Source, pks: Iterable[Any], found: Updated, how: Updating, advance: Advance) -> None:
    if how.stop():
        raise NotDelivered(f"Stopped after {found.chosen:,} documents of {source.name}.")
    now = timezone.now()
    rows = [Change(alias=source.alias, model=source.name, object_pk=str(pk), made=now, due=now) for pk in pks]
    with transaction.atomic():
        Change.objects.bulk_create(rows, batch_size=BATCH)
    drained = drain(source.alias)
    found.delivered += drained.delivered
    found.refused += drained.refused
    found.dead += drained.dead
    advance(len(rows), drained.refused + drained.dead)
    if drained.error:
        raise NotDelivered(
            f"{drained.error} {drained.left:,} changes of '{source.alias}' wait, and are delivered later."
        )


def _make_index(source: Source) -> None:
    """Where no generation answers, an empty one: what is asked for is all that it will have."""
    if store(source.alias).current() is None:
        backend(source.alias).update(source.index, [])


def _chosen(source: Source, selection: Selection) -> QuerySet[Model]:
    _check_age(source, selection)
    rows: QuerySet[Model] = source.index.build_queryset(
        using=source.alias, start_date=selection.since, end_date=selection.until
    )
    try:
        rows = rows.filter(pk__in=[source.key(pk) for pk in selection.ids]) if selection.ids else rows
        rows = rows.filter(**selection.conditions)
        str(rows.query)  # a value of the wrong type is noticed here
    except (FieldError, ValueError, TypeError, ValidationError) as error:
        raise BadSelection(f"No {source.name} can be chosen so: {_said(error)}") from error
    return rows


def _check_age(source: Source, selection: Selection) -> None:
    if (selection.since or selection.until) and not source.index.get_updated_field():
        raise BadSelection(
            f"The index of {source.name} does not say when a row was changed: give it get_updated_field()."
        )


def _said(error: Exception) -> str:
    return "; ".join(error.messages) if isinstance(error, ValidationError) else str(error)


def _ids(source: Source, selection: Selection) -> Iterator[list[Any]]:
    """Also those without a row: their documents go."""
    yield [source.key(pk) for pk in selection.ids]


def _keys(rows: QuerySet[Model], size: int) -> Iterator[list[Any]]:
    ordered = rows.order_by("pk")
    page = list(ordered.values_list("pk", flat=True)[:size])
    while page:
        yield page
        page = list(ordered.filter(pk__gt=page[-1]).values_list("pk", flat=True)[:size])


def _ghosts(source: Source, size: int) -> Iterator[list[str]]:
    """The primary keys of documents that have no row any more, walking the index by key."""
    for page in walk(store(source.alias), None, step=size, of=Equals(DJANGO_CT, source.name)):
        pks = [one.pk for one in page]
        there = source.existing(pks)
        if gone := [pk for pk in pks if pk not in there]:
            yield gone
