"""Django's signals to the outbox: what is saved and deleted one by one, cascades, and many-to-many relations.

`QuerySet.update()`, `bulk_create()`, `bulk_update()` and `add()`, `remove()` and `clear()` of a reverse foreign key
(updates too) send no signals: see `outbox`.
"""

from functools import cache, wraps
from typing import Any

from django.apps import apps
from django.db import connections, router, transaction
from django.db.models import Model, Q
from django.db.models.signals import m2m_changed, post_save, pre_delete, pre_save

from searchsvc.indexing.dependencies import watched
from searchsvc.indexing.outbox import is_silent
from searchsvc.indexing.paths import concrete
from searchsvc.indexing.posting import Posting, rows_of


def connect() -> None:
    """Listen to every model that an index is made of, its proxies and its children; to no other."""
    for model in watched():
        _save_whole(model)
    for model in apps.get_models(include_auto_created=True):
        if not owners(model):
            continue
        pre_save.connect(before_save, sender=model, dispatch_uid="searchsvc.indexing")
        post_save.connect(after_save, sender=model, dispatch_uid="searchsvc.indexing")
        pre_delete.connect(before_delete, sender=model, dispatch_uid="searchsvc.indexing")
        if model in _many_to_many():
            m2m_changed.connect(when_related, sender=model, dispatch_uid="searchsvc.indexing")


@cache
def owners(sender: type[Model]) -> tuple[type[Model], ...]:
    """The watched models whose rows a save of `sender` writes: itself, or what it is a proxy or a child of."""
    return tuple(model for model in watched() if issubclass(sender, model))


@cache
def _many_to_many() -> dict[type[Model], Any]:
    """Table of a many-to-many relation -> its field."""
    fields: list[Any] = [field for model in apps.get_models() for field in model._meta.local_many_to_many]  # noqa: SLF001 - Django's documented API
    return {field.remote_field.through: field for field in fields}


def _save_whole(model: type[Model]) -> None:
    """Make a save outside transactions one: Django sends `post_save` after the row has been committed by itself.

    A process that died between the two would leave a row that no index hears of (deploy/decisions/030-outbox.md).
    """
    save_base: Any = model.save_base
    if hasattr(save_base, "is_whole"):
        return

    @wraps(save_base)
    def whole(self: Model, *args: Any, using: str | None = None, **kwargs: Any) -> None:
        database = using or router.db_for_write(type(self), instance=self)
        if connections[database].in_atomic_block:
            save_base(self, *args, using=database, **kwargs)
        else:
            with transaction.atomic(using=database):
                save_base(self, *args, using=database, **kwargs)

    whole.is_whole = True  # type: ignore[attr-defined] # the mark that it is done
    model.save_base = whole  # type: ignore[method-assign] # Django has no hook around a save and its signals


def before_save(sender: type[Model], instance: Model, using: str, **_: object) -> None:
    """Tell the documents that a moved foreign key leaves."""
    if is_silent() or instance.pk is None:
        return
    for model in owners(sender):
        if _moves(model, instance, using):
            posting = Posting(using)
            posting.moving(model, [_pk(model, instance)])
            posting.write()


def after_save(sender: type[Model], instance: Model, using: str, *, created: bool, **_: object) -> None:
    if is_silent():
        return
    posting = Posting(using)
    for model in owners(sender):
        (posting.made if created else posting.changed)(model, [_pk(model, instance)])
    posting.write()


def before_delete(sender: type[Model], instance: Model, using: str, **_: object) -> None:
    """Django sends this in the transaction that deletes, before anything of it is gone."""
    if is_silent():
        return
    posting = Posting(using)
    for model in owners(sender):
        posting.going(model, [_pk(model, instance)])
    posting.write()


def when_related(
    sender: type[Model], instance: Model, action: str, reverse: bool, pk_set: set[Any] | None, using: str, **_: object
) -> None:
    """Tell the rows of the relation's table that `add()` has made, or that `remove()` and `clear()` take away.

    Rows of a table that is a declared model are removed with signals of their own.
    """
    is_made = action == "post_add"
    is_going = action in {"pre_remove", "pre_clear"} and sender._meta.auto_created  # noqa: SLF001 - as above
    if is_silent() or not (is_made or is_going):
        return
    rows = rows_of(sender, using).filter(_related(_many_to_many()[sender], instance, reverse, pk_set))
    pks = rows.values_list("pk", flat=True)
    posting = Posting(using)
    (posting.made if is_made else posting.going)(concrete(sender), pks if pk_set else pks.iterator())
    posting.write()


def _related(field: Any, instance: Model, reverse: bool, pk_set: set[Any] | None) -> Q:
    """The rows between an object and those others, or all others for None."""
    names = (field.m2m_field_name(), field.m2m_reverse_field_name())
    ways = [names[::-1] if reverse else names]
    if field.remote_field.symmetrical:
        ways.append(names[::-1])
    found = Q()
    for near, far in ways:
        others = {} if pk_set is None else {f"{far}__in": pk_set}
        found |= Q(**{near: instance}, **others)
    return found


def _moves(model: type[Model], instance: Model, using: str) -> bool:
    """Whether the save will change a foreign key by which the row names documents."""
    fields = _moving(model)
    if not fields:
        return False
    before = rows_of(model, using).filter(pk=_pk(model, instance)).values(*fields).first()
    return before is not None and any(before[name] != getattr(instance, name) for name in fields)


@cache
def _moving(model: type[Model]) -> tuple[str, ...]:
    """The columns of the foreign keys with which a row's ways to documents begin."""
    firsts = {reach.through.partition("__")[0] for reach in watched()[model] if reach.through}
    fields: list[Any] = [model._meta.get_field(name) for name in sorted(firsts)]  # noqa: SLF001 - as above
    return tuple(field.attname for field in fields if field.concrete and not field.many_to_many)


def _pk(model: type[Model], instance: Model) -> Any:
    """The primary key of the row of `model`; a child's may have another name."""
    return getattr(instance, model._meta.pk.attname)  # noqa: SLF001 - as above
