"""The way into the outbox: say what changed, in the transaction that changes it.

    with transaction.atomic():
        Item.objects.filter(source="x").update(rights="CC0")
        changed(Item, pks)

Signals do this for what is saved and deleted one by one; for `bulk_create`, `update()` and raw imports, call it.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from searchsvc.indexing.documents import sources_of
from searchsvc.indexing.models import Change

BATCH = 1000


def changed(model: type[Model], pks: Iterable[object]) -> int:
    """Have the documents of these rows, that were made, changed or deleted, read afresh. Returns how many changes.

    Call it inside the transaction that changes the rows. A model that no index is made of costs nothing.
    """
    found = sources_of(model)
    now = timezone.now()
    rows = [
        Change(alias=source.alias, model=source.name, object_pk=str(pk), made=now, due=now)
        for pk in pks
        for source in found
    ]
    if rows:
        with transaction.atomic():
            Change.objects.bulk_create(rows, batch_size=BATCH)
    return len(rows)
