"""Ways from a model to another, as filters write them ('contributions__creator'), and which tables they pass."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.db.models.constants import LOOKUP_SEP


class WrongPath(Exception):
    """The path is not one from the one model to the other; the text says where it ends."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One relation on a path; `field` is Django's, seen from `start`. `before` and `after` are the rest of the path."""

    start: type[Model]
    field: Any
    end: type[Model]
    before: str
    after: str

    @property
    def holder(self) -> Any:
        """The field that holds the relation, on whichever side."""
        return self.field.field if self.field.auto_created and not self.field.concrete else self.field

    @property
    def is_of_the_far_side(self) -> bool:
        """The far row holds the foreign key: a row can come to belong to documents by being made."""
        return bool(self.field.one_to_many or (self.field.one_to_one and not self.field.concrete))

    @property
    def through(self) -> type[Model] | None:
        """The table of a many-to-many relation."""
        return self.holder.remote_field.through if self.field.many_to_many else None

    @property
    def sides(self) -> tuple[str, str]:
        """The two foreign keys of that table: to the start, and to the end."""
        names = (self.holder.m2m_field_name(), self.holder.m2m_reverse_field_name())
        return names if self.holder is self.field else (names[1], names[0])


def same(one: type[Model], other: type[Model]) -> bool:
    """Whether both are the rows of one table."""
    return concrete(one) is concrete(other)


def concrete(model: type[Model]) -> type[Model]:
    """The model itself, or what a proxy stands for."""
    found: type[Model] | None = model._meta.concrete_model  # noqa: SLF001 - Django's documented API
    return found or model


def hops(start: type[Model], path: str, end: type[Model]) -> tuple[Hop, ...]:
    """Follow a path. Raises WrongPath where a name is no relation, or where it ends elsewhere than at `end`."""
    names = path.split(LOOKUP_SEP)
    found: list[Hop] = []
    model = start
    for place, name in enumerate(names):
        try:
            field: Any = model._meta.get_field(name)  # noqa: SLF001 - as above
        except FieldDoesNotExist:
            raise WrongPath(f"{model.__name__} has no field '{name}'") from None
        if not isinstance(field.related_model, type):
            raise WrongPath(f"'{name}' of {model.__name__} is no relation to a model")
        before, after = LOOKUP_SEP.join(names[:place]), LOOKUP_SEP.join(names[place + 1 :])
        found.append(Hop(model, field, field.related_model, before, after))
        model = field.related_model
    if not same(model, end):
        raise WrongPath(f"'{path}' leads from {start.__name__} to {model.__name__}, not to {end.__name__}")
    return tuple(found)
