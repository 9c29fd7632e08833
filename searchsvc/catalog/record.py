"""What items, creators and collections share: a public key, an address, and where a thing is on the map."""

from typing import Any, ClassVar, Self, TypeVar
from urllib.parse import quote

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Left

from searchsvc.catalog.validators import MAX_KEY, validate_key

# A check that is unknown (NULL) holds in SQL: "not null" must be said.
ON_EARTH = Q(latitude__isnull=True, longitude__isnull=True) | Q(
    latitude__isnull=False,
    longitude__isnull=False,
    latitude__gte=-90,
    latitude__lte=90,
    longitude__gte=-180,
    longitude__lte=180,
)
HAS_SOURCE = Q(key__contains=":") & ~Q(key__startswith=":") & ~Q(key__endswith=":")

AnyRecord = TypeVar("AnyRecord", bound="Record")


class RecordQuerySet(models.QuerySet[AnyRecord]):
    def of_source(self, source: str) -> Self:
        """Keep the records whose key starts with `source:`.

        Two conditions: `startswith` lets PostgreSQL use the key's index, `Left` is exact (SQLite's LIKE ignores case).
        """
        prefix = f"{source}:"
        return self.alias(prefix=Left("key", len(prefix))).filter(key__startswith=prefix, prefix=prefix)

    def with_related(self) -> Self:
        """Read all that an index build needs of a record, in a constant number of queries."""
        return self


class Record(models.Model):
    """A thing with a public name: `key` is `<source>:<identifier>`, never the primary key."""

    # The first segment of the record's address, as in /items/tate:T07799.
    address: ClassVar[str]

    key = models.CharField(max_length=MAX_KEY, unique=True, validators=[validate_key])
    # SHA-256 (hex) of the feed's row as it was last imported: an unchanged row is skipped, and an editor's change
    # in the admin lasts until the feed's row changes. Empty for what was not imported.
    checksum = models.CharField(max_length=64, blank=True, default="", editable=False)
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True, db_index=True)

    class Meta:
        abstract = True
        constraints = [models.CheckConstraint(condition=HAS_SOURCE, name="%(class)s_key_has_source")]

    def get_absolute_url(self) -> str:
        return f"/{self.address}/{quote(self.key, safe=':')}"

    @property
    def source(self) -> str:
        return self.key.partition(":")[0]

    @property
    def identifier(self) -> str:
        return self.key.partition(":")[2]


class Placed(models.Model):
    """A place by name, and by degrees (WGS 84) where they are known: both of them or neither."""

    place = models.CharField(max_length=500, blank=True, default="")
    latitude = models.FloatField(null=True, blank=True, validators=[MinValueValidator(-90.0), MaxValueValidator(90.0)])
    longitude = models.FloatField(
        null=True, blank=True, validators=[MinValueValidator(-180.0), MaxValueValidator(180.0)]
    )

    class Meta:
        abstract = True
        constraints = [models.CheckConstraint(condition=ON_EARTH, name="%(class)s_is_on_earth")]


def optional_text(**options: Any) -> "models.TextField[str, str]":
    return models.TextField(blank=True, default="", **options)
