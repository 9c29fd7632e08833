"""The catalogue: items, the creators who made them, the collections that hold them and the subjects they show.

Nothing below an item is deleted from under it (PROTECT): an item changes only by a change of the item, which is what
an index has to hear of. No model has a default order: each query says the order it needs.
"""

from typing import Self

from django.db import models
from django.db.models import F, Prefetch, Q

from searchsvc.catalog.record import Placed, Record, RecordQuerySet, optional_text
from searchsvc.catalog.subject import Subject
from searchsvc.catalog.validators import (
    validate_attributes,
    validate_currency,
    validate_kind,
    validate_language,
    validate_names,
    validate_web_address,
)

__all__ = ["Collection", "Contribution", "Creator", "Item", "Subject", "Topic"]

PUBLIC = "public"
# 2,000 characters is what browsers and proxies carry without trouble.
MAX_ADDRESS = 2000


def public() -> list[str]:
    return [PUBLIC]


class CreatorQuerySet(RecordQuerySet["Creator"]):
    pass


class Creator(Record, Placed):
    """A person, workshop or body that makes things. Years are numbers, negative before the common era."""

    address = "creators"

    name = models.CharField(max_length=500, db_index=True)
    sort_name = models.CharField(max_length=500, blank=True, default="")
    other_names = models.JSONField(default=list, blank=True, validators=[validate_names])
    born = models.IntegerField(null=True, blank=True)
    died = models.IntegerField(null=True, blank=True)
    biography = optional_text()

    objects = CreatorQuerySet.as_manager()

    class Meta(Record.Meta, Placed.Meta):
        constraints = [
            *Record.Meta.constraints,
            *Placed.Meta.constraints,
            models.CheckConstraint(condition=~Q(name=""), name="creator_has_name"),
            models.CheckConstraint(
                condition=Q(born__isnull=True) | Q(died__isnull=True) | Q(born__lte=F("died")),
                name="creator_is_born_before_death",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CollectionQuerySet(RecordQuerySet["Collection"]):
    pass


class Collection(Record):
    address = "collections"

    title = models.CharField(max_length=500, db_index=True)
    description = optional_text()

    objects = CollectionQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=~Q(title=""), name="collection_has_title"),
        ]

    def __str__(self) -> str:
        return self.title


class ItemQuerySet(RecordQuerySet["Item"]):
    def with_related(self) -> Self:
        """Read collections, contributions in their order with creators, and subjects: in three queries."""
        makers = Contribution.objects.select_related("creator").order_by("position", "pk")
        return self.select_related("collection").prefetch_related(
            Prefetch("contributions", makers), Prefetch("subjects", Subject.objects.order_by("path"))
        )


class Item(Record, Placed):
    """A work of any kind: a book, a painting, a building, a software package."""

    address = "items"

    kind = models.CharField(max_length=50, db_index=True, validators=[validate_kind])
    title = models.TextField()
    other_titles = models.JSONField(default=list, blank=True, validators=[validate_names])
    description = optional_text()
    creators = models.ManyToManyField(Creator, through="Contribution", related_name="items")
    subjects = models.ManyToManyField(Subject, through="Topic", related_name="items")
    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, null=True, blank=True, related_name="items")
    # The span in which it was made, negative before the common era; an open end is null.
    year_from = models.IntegerField(null=True, blank=True, db_index=True)
    year_to = models.IntegerField(null=True, blank=True)
    date_text = models.CharField(max_length=500, blank=True, default="", help_text="The date as the source writes it.")
    language = models.CharField(max_length=35, blank=True, default="", validators=[validate_language])
    rights = optional_text()
    url = models.CharField(max_length=MAX_ADDRESS, blank=True, default="", validators=[validate_web_address])
    image_url = models.CharField(max_length=MAX_ADDRESS, blank=True, default="", validators=[validate_web_address])
    price = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True, default="", validators=[validate_currency])
    attributes = models.JSONField(
        default=dict,
        blank=True,
        validators=[validate_attributes],
        help_text="Names with a text, a number, true, false or a list of texts.",
    )
    visible_to = models.JSONField(
        default=public,
        blank=True,
        validators=[validate_names],
        help_text='"public", or names of groups. An empty list hides the item from everyone; the admin still shows it.',
    )

    objects = ItemQuerySet.as_manager()

    class Meta(Record.Meta, Placed.Meta):
        constraints = [
            *Record.Meta.constraints,
            *Placed.Meta.constraints,
            models.CheckConstraint(condition=~Q(title=""), name="item_has_title"),
            models.CheckConstraint(condition=~Q(kind=""), name="item_has_kind"),
            models.CheckConstraint(
                condition=Q(year_from__isnull=True) | Q(year_to__isnull=True) | Q(year_from__lte=F("year_to")),
                name="item_years_are_in_order",
            ),
            models.CheckConstraint(
                condition=Q(price__isnull=True) | (Q(price__gte=0) & ~Q(currency="")), name="item_price_has_currency"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Contribution(models.Model):
    """Who did what for an item; `position` is the order in which the source names them, from 0."""

    # The unique constraint's index starts with the item: a second one would only slow imports.
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="contributions", db_index=False)
    creator = models.ForeignKey(Creator, on_delete=models.PROTECT, related_name="contributions")
    role = models.CharField(max_length=100, default="creator")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "creator", "role"], name="contribution_is_said_once"),
            models.CheckConstraint(condition=~Q(role=""), name="contribution_has_role"),
        ]

    def __str__(self) -> str:
        return f"{self.creator_id} {self.role}"


class Topic(models.Model):
    """An item is about a subject."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="topics", db_index=False)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="topics")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "subject"], name="topic_is_said_once")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.subject_id}"
