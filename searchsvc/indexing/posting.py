"""What is put into the outbox together: each document once, in two inserts."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import router, transaction
from django.db.models import Model, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.utils import timezone

from searchsvc.indexing import ticket, wake
from searchsvc.indexing.batches import batched
from searchsvc.indexing.dependencies import Reach, watched
from searchsvc.indexing.insertion import insert
from searchsvc.indexing.models import Change, Expansion

BATCH = 1000
CHANGE = ("alias", "model", "object_pk")
EXPANSION = ("alias", "model", "lookup", "object_pk")

Far = Callable[[Reach, list[object]], None]


class Posting:
    """Rows of the catalogue in, rows of the outbox out, by `write`. It writes by itself before it grows large.

    Use it inside one transaction, which is that of the catalogue's change.
    """

    def __init__(self, using: str | None = None) -> None:
        self.using = using
        self._changes: dict[tuple[str, str, str], None] = {}
        self._expansions: dict[tuple[str, str, str, str], None] = {}
        self._written = 0

    def changed(self, model: type[Model], pks: Iterable[object]) -> None:
        """Rows that were changed: their documents are found now, those that look them up later."""
        self._add(model, pks, self._later)

    def made(self, model: type[Model], pks: Iterable[object]) -> None:
        """Rows that were just made: nothing looks them up yet."""
        self._add(model, pks, lambda _reach, _pks: None)

    def going(self, model: type[Model], pks: Iterable[object]) -> None:
        """Rows about to be removed: what looks them up cannot be found later."""
        self._add(model, pks, self._now)

    def moving(self, model: type[Model], pks: Iterable[object]) -> None:
        """Rows about to be changed: the documents that they name now, and may not name afterwards."""
        named = [reach for reach in watched().get(model, ()) if reach.through]
        for chunk in batched(pks, BATCH):
            for reach in named:
                self._through(reach, model, chunk)

    def write(self) -> int:
        """Write what was told, and wake who delivers it once the transaction commits. Returns how many rows in all."""
        self._flush()
        return self._written

    def _add(self, model: type[Model], pks: Iterable[object], far: Far) -> None:
        reaches = watched().get(model, ())
        for chunk in batched(pks, BATCH) if reaches else ():
            for reach in reaches:
                if reach.through:
                    self._through(reach, model, chunk)
                elif reach.lookup:
                    far(reach, chunk)
                else:
                    self._change(reach, chunk)

    def _through(self, reach: Reach, model: type[Model], pks: list[object]) -> None:
        field = LOOKUP_SEP.join((reach.through, "pk"))
        rows = rows_of(model, self.using or router.db_for_write(model)).filter(pk__in=pks)
        found = rows.exclude(**{field: None}).values_list(field, flat=True).distinct()
        for chunk in batched(found, BATCH):
            (self._later if reach.lookup else self._change)(reach, chunk)

    def _later(self, reach: Reach, pks: list[object]) -> None:
        for pk in pks:
            self._expansions[reach.alias, reach.name, reach.lookup, str(pk)] = None
        self._flush(BATCH)

    def _now(self, reach: Reach, pks: list[object]) -> None:
        rows = rows_of(reach.documents, self.using or router.db_for_write(reach.documents))
        found = rows.filter(**{f"{reach.lookup}__pk__in": pks}).values_list("pk", flat=True).distinct()
        for chunk in batched(found.iterator(BATCH), BATCH):
            self._change(reach, chunk)

    def _change(self, reach: Reach, pks: list[object]) -> None:
        for pk in pks:
            self._changes[reach.alias, reach.name, str(pk)] = None
        self._flush(BATCH)

    def _flush(self, most: int = 0) -> None:
        """Write where more than `most` rows wait. Nothing is looked up here, and no savepoint made."""
        if len(self._changes) + len(self._expansions) <= most:
            return
        now = timezone.now()
        database = router.db_for_write(Change)
        with transaction.atomic(using=database, savepoint=False):
            (self._insert_noted if ticket.is_open() else self._insert)(database, now)
            wake.notify({alias for alias, *_ in (*self._changes, *self._expansions)})
        self._written += len(self._changes) + len(self._expansions)
        self._changes.clear()
        self._expansions.clear()

    def _insert(self, database: str, now: datetime) -> None:
        if self._changes:
            insert(Change, CHANGE, self._changes, database, made=now, due=now)
        if self._expansions:
            insert(Expansion, EXPANSION, self._expansions, database, made=now)

    def _insert_noted(self, database: str, now: datetime) -> None:
        """As `_insert`, for somebody who waits for just these rows: an object for each has its key."""
        changes = [Change(**dict(zip(CHANGE, row, strict=True)), made=now, due=now) for row in self._changes]
        records = [Expansion(**dict(zip(EXPANSION, row, strict=True)), made=now) for row in self._expansions]
        Change.objects.using(database).bulk_create(changes, batch_size=BATCH)
        Expansion.objects.using(database).bulk_create(records, batch_size=BATCH)
        ticket.note(changes, records)


def rows_of(model: type[Model], using: str) -> QuerySet[Model]:
    """Every row of a model, whatever its default manager leaves out."""
    return model._base_manager.using(using).order_by()  # noqa: SLF001 - Django's documented API
