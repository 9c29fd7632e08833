"""Subjects are a tree of any depth, each named by its path: "Nature/Water/Sea"."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q, Value
from django.db.models.functions import Concat

from searchsvc.catalog.validators import validate_levels

SEPARATOR = "/"
# Four bytes a character at most: 2,000 bytes stay below the 2,704 that a PostgreSQL index entry may have.
MAX_PATH = 500


def levels_of(path: str) -> list[str]:
    """Split "Nature / Water" into ["Nature", "Water"]. Raises ValidationError for a blank level or too long a path."""
    levels = [level.strip() for level in path.split(SEPARATOR)]
    validate_levels(levels)
    if len(path) > MAX_PATH:
        raise ValidationError(f"{path[:80]!r}… has more than {MAX_PATH} characters", code="path")
    return levels


def paths_of(path: str) -> list[str]:
    """Give ["Nature", "Nature/Water", "Nature/Water/Sea"] for the last of them."""
    levels = levels_of(path)
    return [SEPARATOR.join(levels[: depth + 1]) for depth in range(len(levels))]


def validate_path(path: str) -> None:
    levels_of(path)


class SubjectQuerySet(models.QuerySet["Subject"]):
    def for_path(self, path: str) -> "Subject":
        """Give the subject of that path, made with all its ancestors where they are missing."""
        return self.for_paths([path])[SEPARATOR.join(levels_of(path))]

    def for_paths(self, paths: Iterable[str]) -> dict[str, "Subject"]:
        """Map path to subject for each path and its ancestors: one query, and two for each depth that lacks some."""
        wanted = {one for path in paths for one in paths_of(path)}
        found = self.in_paths(wanted)
        missing = sorted(wanted - found.keys(), key=lambda path: path.count(SEPARATOR))
        for depth in sorted({path.count(SEPARATOR) for path in missing}):
            level = [path for path in missing if path.count(SEPARATOR) == depth]
            # Another process may make the same subject at the same time: then its row is the one we read back.
            self.bulk_create([self._row(path, found) for path in level], ignore_conflicts=True)
            found |= self.in_paths(level)
        return found

    def in_paths(self, paths: Iterable[str]) -> dict[str, "Subject"]:
        # `in_bulk` asks in pieces where a database limits the number of parameters.
        return self.in_bulk(list(paths), field_name="path")

    def _row(self, path: str, found: dict[str, "Subject"]) -> "Subject":
        above, _, name = path.rpartition(SEPARATOR)
        return self.model(path=path, name=name, depth=path.count(SEPARATOR) + 1, parent=found[above] if above else None)


class Subject(models.Model):
    path = models.CharField(max_length=MAX_PATH, unique=True, validators=[validate_path])
    # The last level, the parent and the depth (1 at the top) follow from the path; `save` keeps them so.
    name = models.CharField(max_length=MAX_PATH, editable=False)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="children"
    )
    depth = models.PositiveSmallIntegerField(editable=False)

    objects = SubjectQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(depth=1, parent__isnull=True) | Q(depth__gt=1, parent__isnull=False),
                name="subject_depth_fits_parent",
            ),
            models.CheckConstraint(
                condition=~Q(path="") & ~Q(path__startswith=SEPARATOR) & ~Q(path__endswith=SEPARATOR),
                name="subject_path_has_no_blank_end",
            ),
        ]

    def __str__(self) -> str:
        return self.path

    def save(self, *args: Any, **kwargs: Any) -> None:
        levels = levels_of(self.path)
        above = SEPARATOR.join(levels[:-1])
        self.path, self.name, self.depth = SEPARATOR.join(levels), levels[-1], len(levels)
        with transaction.atomic():
            self._refuse_circle(above)
            self.parent = Subject.objects.for_path(above) if above else None
            super().save(*args, **kwargs)
            self._take_along()

    def _refuse_circle(self, above: str) -> None:
        """Raise ValidationError where the subject would stand below itself."""
        before = Subject.objects.filter(pk=self.pk).values_list("path", flat=True).first()
        if before is not None and (above + SEPARATOR).startswith(before + SEPARATOR):
            raise ValidationError(f"'{before}' cannot move below itself, to '{self.path}'", code="path")

    def _take_along(self) -> None:
        """Move what is below: each path begins with its parent's. Saved one by one, so that indexes hear of each."""
        for child in self.children.exclude(path=Concat(Value(self.path + SEPARATOR), "name")):
            child.path = SEPARATOR.join((self.path, child.name))
            child.save()

    def paths(self) -> list[str]:
        """["Nature", "Nature/Water", "Nature/Water/Sea"]: what a hierarchical facet counts. No query."""
        return paths_of(self.path)
