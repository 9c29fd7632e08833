"""Who is looking, and what they may see."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from backends.core.queryset import SearchQuerySet
from indexes.registry import Index

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User

PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Sees what is public and what names one of its groups; `all_seeing` sees everything (superusers)."""

    groups: tuple[str, ...] = ()
    all_seeing: bool = False

    @classmethod
    def of(cls, user: "User | AnonymousUser") -> Self:
        """One query for a signed-in user's groups, none for anybody else."""
        if not user.is_authenticated:
            return cls()
        groups = tuple(sorted(user.groups.values_list("name", flat=True)))
        return cls(groups, all_seeing=user.is_superuser)

    @property
    def may_see(self) -> tuple[str, ...]:
        return (PUBLIC, *(group for group in self.groups if group != PUBLIC))


ANYONE = Viewer()


def visible_to(query: SearchQuerySet, index: Index, viewer: Viewer) -> SearchQuerySet:
    """The one place where it is decided who may see what: hits, facets, values and item pages all pass here."""
    field = index.declared.visible_field
    if not field or viewer.all_seeing:
        return query
    return query.where(**{f"{field}__in": viewer.may_see})
