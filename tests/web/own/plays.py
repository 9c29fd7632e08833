"""The least an index can say: no plural, no facets, no card."""

from cinema.models import Play

from backends.core import fields
from indexes.base import CatalogIndex


class PlayIndex(CatalogIndex):
    text = fields.TextField(document=True, model_attr="plot", searched=1.0)
    title = fields.TextField(model_attr="title", searched=2.0)

    def get_model(self) -> type[Play]:
        return Play
