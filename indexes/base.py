"""What an index declares beside its fields: facets, sorts, ranges, and what a result card shows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from haystack.constants import DJANGO_CT, DJANGO_ID, ID
from haystack.indexes import Indexable, SearchIndex
from haystack.utils import get_identifier, get_model_ct

from backends.core.fields import KeywordField
from backends.core.request import PATH_SEPARATOR
from indexes.depends import DependsOn, Lookup, Through

__all__ = [
    "PATH_SEPARATOR",
    "RELEVANCE",
    "Card",
    "CatalogIndex",
    "Facet",
    "Key",
    "Lookup",
    "Range",
    "Sort",
    "Through",
]

RELEVANCE = "relevance"


@dataclass(frozen=True, slots=True)
class Facet:
    """A field whose values are counted and can be filtered by.

    `hierarchy` fields hold paths ('Nature/Water/Sea' with everything above it) and are opened level by level.
    `label` turns a value into what people read.
    """

    field: str
    title: str
    size: int = 10
    hierarchy: bool = False
    label: Callable[[Any], str] = str


@dataclass(frozen=True, slots=True)
class Key:
    """A field of ids to filter by, too many to count: two creators of one name are two.

    `names` is the stored field that holds what people call each of them, in the same order.
    """

    field: str
    title: str
    names: str


@dataclass(frozen=True, slots=True)
class Sort:
    """An order people can choose. `fields` are names with '-' for descending; none is by relevance."""

    name: str
    title: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Range:
    """A span people can ask for by `r.<name>=a..b`: documents whose span from `start` to `end` overlaps it.

    `label` turns one of its numbers into what people read.
    """

    name: str
    title: str
    start: str
    end: str
    label: Callable[[int], str] = str


@dataclass(frozen=True, slots=True)
class Card:
    """The stored fields a result card shows; a list is joined by commas."""

    title: str = "title"
    subtitle: str = ""
    text: str = ""
    details: tuple[str, ...] = ()
    cover: str = ""
    """The field that chooses the drawn cover (a kind), where there is no image."""
    image: str = ""


class CatalogIndex(SearchIndex, Indexable):
    """Base of the indexes here. A subclass has a `text` field with document=True, as Haystack asks."""

    plural: ClassVar[str] = ""
    """The plural by which people know these documents ('Works'); the index's name where it is not told."""
    singular: ClassVar[str] = ""
    """For one of them ('Work'); made of the plural where it is not told."""
    facets: ClassVar[tuple[Facet, ...]] = ()
    keys: ClassVar[tuple[Key, ...]] = ()
    sorts: ClassVar[tuple[Sort, ...]] = (Sort(RELEVANCE, "Relevance"),)
    ranges: ClassVar[tuple[Range, ...]] = ()
    aliases: ClassVar[Mapping[str, str | tuple[str, str]]] = {}
    """Other names for fields, or for a span from one to another, that people may write before a colon.

    Every indexed field that is not hidden has its own name, and every range the name it has in addresses.
    """
    card: ClassVar[Card] = Card()
    suggest_field: ClassVar[str] = ""
    """The field whose beginnings are suggested."""
    visible_field: ClassVar[str] = ""
    """The field that holds who may see a document; none is everyone."""
    hidden: ClassVar[frozenset[str]] = frozenset()
    """Stored fields that are not shown or given out."""
    updated_field: ClassVar[str] = ""
    """The model's time of its last change, for `index update --since` and `update_index --age`."""
    depends_on: ClassVar[DependsOn] = {}
    """The other models that documents are made of: a change of one of their rows brings its documents up to date."""

    # The public id: unique, part of addresses, the last key of every order.
    key = KeywordField()
    page_url = KeywordField(indexed=False)

    def __init__(self) -> None:
        super().__init__()
        kind = type(self)
        # (name in the document, field, own method): asked for at each row, and the same for all of them.
        self._steps = [
            (field.index_fieldname, field, f"prepare_{name}" if hasattr(kind, f"prepare_{name}") else "")
            for name, field in self.fields.items()
        ]

    def prepare(self, obj: Any) -> dict[str, Any]:
        """Haystack's, without asking each row for the methods there are, or a field for what its method makes."""
        data = self.prepared_data = {
            ID: get_identifier(obj),
            DJANGO_CT: get_model_ct(self.get_model()),
            DJANGO_ID: str(obj.pk),
        }
        for name, field, own in self._steps:
            data[name] = getattr(self, own)(obj) if own else field.prepare(obj)
        return data

    def get_updated_field(self) -> str | None:
        return self.updated_field or None

    def prepare_key(self, obj: Any) -> str:
        return str(getattr(obj, "key", None) or get_identifier(obj))

    def prepare_page_url(self, obj: Any) -> str | None:
        """Where a document's own page is; None gives it the generic one."""
        address = getattr(obj, "get_absolute_url", None)
        return str(address()) if callable(address) else None
