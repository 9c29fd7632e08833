"""The way into the outbox: say what changed, in the transaction that changes it.

    with changing(Item, pks):
        Item.objects.filter(pk__in=pks).update(rights="CC0", collection=shelf)

Signals do this for what is saved and deleted through Django (`signals`); for `bulk_create`, `update()` and raw SQL,
call one of these. A model that no index is made of costs nothing.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import router, transaction
from django.db.models import Model, QuerySet

from searchsvc.indexing.models import Change
from searchsvc.indexing.posting import BATCH, Posting

__all__ = ["Posting", "changed", "changed_by", "changing", "going", "is_silent", "made", "silent"]

_is_silent: ContextVar[bool] = ContextVar("outbox_is_silent", default=False)


def changed(model: type[Model], pks: Iterable[object]) -> int:
    """Have the documents that these rows are part of read afresh: rows that were made or changed, or are gone.

    Call it inside the transaction that changes them. Returns how many rows were written. Documents that depended on
    rows which are gone by now cannot be found any more: for those call `going` before. Where a foreign key moves by
    `update()`, the documents on either side count: use `changing`.
    """
    posting = Posting()
    posting.changed(model, pks)
    return posting.write()


def made(model: type[Model], pks: Iterable[object]) -> int:
    """As `changed`, for rows that were just made: no other document names them yet, and none is looked for."""
    posting = Posting()
    posting.made(model, pks)
    return posting.write()


def going(model: type[Model], pks: Iterable[object]) -> int:
    """As `changed`, for rows about to be removed: the documents that depend on them are found at once, in chunks."""
    posting = Posting()
    posting.going(model, pks)
    return posting.write()


def changed_by(queryset: QuerySet[Any]) -> int:
    """As `changed`, for the rows of a queryset, read by key. Where `update()` changes what it finds, call it before."""
    return changed(queryset.model, queryset.order_by("pk").values_list("pk", flat=True).iterator(BATCH))


@contextmanager
def changing(model: type[Model], pks: Iterable[object]) -> Iterator[Posting]:
    """A transaction that changes these rows: what they are part of before it and after it is read afresh.

    More may be told to the Posting that it gives: it is written at the end, each document once.
    """
    known = tuple(pks)
    posting = Posting()
    with transaction.atomic(using=router.db_for_write(Change)):
        posting.moving(model, known)
        yield posting
        posting.changed(model, known)
        posting.write()


@contextmanager
def silent() -> Iterator[None]:
    """Let signals of this thread write nothing: the caller tells in bulk what it saves and deletes."""
    before = _is_silent.set(True)
    try:
        yield
    finally:
        _is_silent.reset(before)


def is_silent() -> bool:
    """Whether signals write nothing now."""
    return _is_silent.get()
