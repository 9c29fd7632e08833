"""Who is looking: what `visible_to` is compared with."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

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
