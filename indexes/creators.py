"""The people, workshops and bodies that make things."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from backends.core import fields
from indexes.base import RELEVANCE, Card, CatalogIndex, Facet, Range, Sort, Through
from indexes.items import centuries, century_label, year_label
from searchsvc.catalog.models import Contribution, Creator, Item


def lifetime(born: int | None, died: int | None) -> str:
    """As people write it: '1760–1849', 'born 1944', 'died 212 BCE'."""
    if born is not None and died is not None:
        return f"{year_label(born)}–{year_label(died)}"
    if born is not None:
        return f"born {year_label(born)}"
    return "" if died is None else f"died {year_label(died)}"


class CreatorIndex(CatalogIndex):
    plural = "Creators"
    facets = (
        Facet("century", "Century", label=century_label),
        Facet("country", "Country"),
    )
    sorts = (
        Sort(RELEVANCE, "Relevance"),
        Sort("name", "Name", ("name",)),
        Sort("born", "Oldest first", ("born", "name")),
        Sort("-works", "Most works", ("-works", "name")),
    )
    ranges = (Range("year", "Lived", "born", "died", label=year_label),)
    card = Card(title="name", subtitle="life", text="text", details=("place",))
    suggest_field = "begins"
    updated_field = "updated"
    hidden = frozenset({"begins"})
    # The public works are counted.
    depends_on = {Item: Through("contributions__creator"), Contribution: Through("creator")}

    text = fields.TextField(document=True, model_attr="biography", language="english", searched=1.0)
    name = fields.TextField(model_attr="name", searched=3.0, sort=True)
    other_names = fields.TextsField(model_attr="other_names", searched=2.0)
    life = fields.KeywordField(indexed=False)
    born = fields.IntegerField(null=True, sort=True)
    died = fields.IntegerField(null=True)
    century = fields.IntegersField()
    place = fields.TextField(model_attr="place", searched=0.5)
    country = fields.KeywordField(null=True)
    location = fields.LocationField(null=True)
    works = fields.IntegerField(model_attr="works", sort=True)
    begins = fields.EdgeNgramField(model_attr="name", stored=False)

    def get_model(self) -> type[Creator]:
        return Creator

    def index_queryset(self, using: str | None = None) -> QuerySet[Creator]:
        public = Q(items__visible_to__icontains='"public"')
        return Creator.objects.annotate(works=Count("items", filter=public, distinct=True))

    def prepare(self, obj: Creator) -> dict[str, Any]:
        data: dict[str, Any] = super().prepare(obj)
        born, died = obj.born, obj.died
        data |= {
            "life": lifetime(born, died),
            "born": born if born is not None else died,
            "died": died if died is not None else born,
            "century": centuries(born, died),
            "country": obj.place.rpartition(",")[2].strip() or None,
            "location": None if obj.latitude is None else (obj.latitude, obj.longitude),
        }
        return data
