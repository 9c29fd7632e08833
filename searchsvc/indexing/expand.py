"""One row that says 'all that depends on this record' becomes changes of documents, a chunk a transaction, by key."""

import logging
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import FieldError, ValidationError
from django.db import connections, router, transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from searchsvc.indexing.dependencies import watched
from searchsvc.indexing.insertion import insert
from searchsvc.indexing.models import WAITING, Change, Expansion
from searchsvc.indexing.posting import BATCH, CHANGE, rows_of

log = logging.getLogger("searchsvc.indexing")


def expand(alias: str, most: int = BATCH) -> int:
    """Go through the next documents, at most `most`, that depend on a changed record of an index.

    Returns how many it went through, and 0 when no record is left that nobody else is at. Several processes may call it
    at once. A process that dies in it leaves the chunk to the next. Call it outside any transaction.
    """
    while (found := _step(alias, most)) is not None:
        if found:
            return found
    return 0


def _step(alias: str, most: int) -> int | None:
    """One chunk of the oldest record; None where there is none."""
    with transaction.atomic(using=_database(), durable=True):
        row = _locked(Expansion.objects.filter(alias=alias).order_by("id")[:1]).first()
        if row is None:
            return None
        if not row.after:
            _drop_equals(row)
        pks = _next(row, most)
        _tell(row, pks)
        if len(pks) < most:
            row.delete()
        else:
            row.after = str(pks[-1])
            row.save(update_fields=["after"])
        return len(pks)


def _next(row: Expansion, most: int) -> Sequence[Any]:
    """The primary keys of the next documents; none where the index or its `depends_on` is not what it was."""
    model = _model(row)
    if model is None:
        log.warning("dropped, for no index is made of it any more: %s", row)
        return ()
    documents = rows_of(model, router.db_for_write(model))  # a copy of the database may be behind
    try:
        found = documents.filter(**{f"{row.lookup}__pk": row.object_pk})
        if row.after:
            found = found.filter(pk__gt=row.after)
        return list(found.order_by("pk").values_list("pk", flat=True).distinct()[:most])
    except (FieldError, ValidationError, ValueError) as error:
        log.warning("what depends on %s cannot be found any more: %s", row, error)
        return ()


def _model(row: Expansion) -> type[Model] | None:
    """The model of the documents, as long as an index of that connection is made of it."""
    reaches = (reach for reaches in watched().values() for reach in reaches)
    return next((one.documents for one in reaches if (one.alias, one.name) == (row.alias, row.model)), None)


def _tell(row: Expansion, pks: Sequence[Any]) -> None:
    """Add the changes, but not of documents that wait for delivery already.

    Those are read after they are claimed, which is yet to come, and the record's change is committed: they will see it.
    What is claimed may have been read before it.
    """
    now = timezone.now()
    names = [str(pk) for pk in pks]
    same = Change.objects.filter(WAITING, alias=row.alias, model=row.model, object_pk__in=names)
    waiting = set(same.filter(lease=None, due__lte=now).values_list("object_pk", flat=True))
    fresh = [(row.alias, row.model, name) for name in names if name not in waiting]
    if fresh:
        insert(Change, CHANGE, fresh, _database(), made=row.made, due=now)


def _drop_equals(row: Expansion) -> None:
    """A record that was saved ten times is gone through once: what we read now is later than all these changes."""
    same = Expansion.objects.filter(
        alias=row.alias, model=row.model, lookup=row.lookup, object_pk=row.object_pk, after="", id__gt=row.pk
    )
    Expansion.objects.filter(pk__in=list(_locked(same).values_list("pk", flat=True))).delete()


def _locked(rows: "QuerySet[Expansion]") -> "QuerySet[Expansion]":
    """Lock them, without those that another has locked; SQLite lets nobody else write meanwhile."""
    can_skip = connections[_database()].features.has_select_for_update_skip_locked
    return rows.select_for_update(skip_locked=can_skip)


def _database() -> str:
    return router.db_for_write(Expansion)
