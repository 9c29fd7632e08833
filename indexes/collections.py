"""What holds the works together."""

from django.db.models import Count, Q, QuerySet

from backends.core import fields
from indexes.base import RELEVANCE, Card, CatalogIndex, Sort, Through
from searchsvc.catalog.models import Collection, Item


class CollectionIndex(CatalogIndex):
    plural = "Collections"
    sorts = (
        Sort(RELEVANCE, "Relevance"),
        Sort("title", "Title", ("title",)),
        Sort("-works", "Most works", ("-works", "title")),
    )
    card = Card(title="title", text="text")
    suggest_field = "begins"
    updated_field = "updated"
    hidden = frozenset({"begins"})
    depends_on = {Item: Through("collection")}  # the public works are counted

    text = fields.TextField(document=True, model_attr="description", language="english", searched=1.0)
    title = fields.TextField(model_attr="title", language="english", searched=2.0, sort=True)
    works = fields.IntegerField(model_attr="works", sort=True)
    begins = fields.EdgeNgramField(model_attr="title", stored=False)

    def get_model(self) -> type[Collection]:
        return Collection

    def index_queryset(self, using: str | None = None) -> QuerySet[Collection]:
        public = Q(items__visible_to__icontains='"public"')
        return Collection.objects.annotate(works=Count("items", filter=public, distinct=True))
