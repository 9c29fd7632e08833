"""Films of our own app."""

from cinema.models import Film

from backends.core import fields
from indexes.base import RELEVANCE, Card, CatalogIndex, Facet, Range, Sort


class FilmIndex(CatalogIndex):
    plural = "Films"
    facets = (Facet("genre", "Genre"),)
    sorts = (Sort(RELEVANCE, "Relevance"), Sort("-year", "Newest first", ("-year",)))
    ranges = (Range("year", "Year", "year", "year"),)
    card = Card(title="title", text="text", details=("year",))

    text = fields.TextField(document=True, model_attr="plot", language="english", searched=1.0)
    title = fields.TextField(model_attr="title", language="english", searched=2.0, sort=True)
    genre = fields.KeywordField(model_attr="genre")
    year = fields.IntegerField(model_attr="year", sort=True)
    is_silent = fields.BooleanField(model_attr="is_silent")
    website = fields.KeywordField(model_attr="website", indexed=False)

    def get_model(self) -> type[Film]:
        return Film
