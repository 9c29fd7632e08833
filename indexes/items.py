"""Works: the index that most people search."""

from typing import Any

from django.db.models import QuerySet

from backends.core import fields
from indexes.base import RELEVANCE, Card, CatalogIndex, Facet, Key, Lookup, Range, Sort, Through
from searchsvc.catalog.models import Collection, Contribution, Creator, Item, Subject, Topic
from searchsvc.catalog.subject import paths_of

CENTURY = 100  # years
LANGUAGE_NAMES = {
    "ar": "Arabic", "az": "Azerbaijani", "bm": "Bambara", "bn": "Bengali", "bs": "Bosnian", "ca": "Catalan",
    "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English", "es": "Spanish", "fa": "Persian",
    "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi", "hu": "Hungarian", "hy": "Armenian",
    "id": "Indonesian", "ig": "Igbo", "is": "Icelandic", "it": "Italian", "iu": "Inuktitut", "ja": "Japanese",
    "ka": "Georgian", "ki": "Kikuyu", "ko": "Korean", "ky": "Kyrgyz", "la": "Latin", "mi": "Maori", "mn": "Mongolian",
    "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian",
    "sa": "Sanskrit", "sl": "Slovenian", "sq": "Albanian", "sr": "Serbian", "sv": "Swedish", "sw": "Swahili",
    "ta": "Tamil", "th": "Thai", "tl": "Tagalog", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "uz": "Uzbek",
    "vi": "Vietnamese", "wo": "Wolof", "xh": "Xhosa", "yo": "Yoruba", "zh": "Chinese",
}  # fmt: skip


def centuries(start: int | None, end: int | None) -> list[int]:
    """The first years of the centuries a span touches: 1890..1910 is 1800 and 1900; 44 BCE is -100."""
    years = [year for year in (start, end) if year is not None]
    if not years:
        return []
    first, last = min(years) // CENTURY, max(years) // CENTURY
    return [century * CENTURY for century in range(first, last + 1)]


def century_label(value: int) -> str:
    first = int(value)
    return f"{-first}–{-first - CENTURY + 1} BCE" if first < 0 else f"{first}–{first + CENTURY - 1}"


def year_label(year: int) -> str:
    return f"{-year} BCE" if year < 0 else str(year)


def year_span(start: int | None, end: int | None) -> str:
    """As people write it: '1830–1832', '1900', '500 BCE–450 BCE'."""
    years = [year_label(year) for year in dict.fromkeys((start, end)) if year is not None]
    return "–".join(years)


def last_part(path: str) -> str:
    return path.rpartition("/")[2]


class ItemIndex(CatalogIndex):
    plural = "Works"
    facets = (
        Facet("kind", "Kind", label=lambda kind: str(kind).replace("-", " ").capitalize()),
        Facet("creator", "Creator"),
        Facet("subject", "Subject", hierarchy=True, label=last_part, size=20),
        Facet("century", "Century", label=century_label),
        Facet("collection", "Collection"),
        Facet("language", "Language", label=lambda code: LANGUAGE_NAMES.get(code, code)),
    )
    keys = (
        Key("creator_key", "Creator", names="creator"),
        Key("collection_key", "Collection", names="collection"),
    )
    sorts = (
        Sort(RELEVANCE, "Relevance"),
        Sort("title", "Title", ("title",)),
        Sort("year", "Oldest first", ("year", "title")),
        Sort("-year", "Newest first", ("-year", "title")),
        Sort("-created", "Recently added", ("-created",)),
    )
    ranges = (Range("year", "Year", "year", "year_to", label=year_label),)
    card = Card(
        title="title",
        subtitle="creator",
        text="text",
        details=("kind", "date", "place"),
        cover="kind",
        image="image_url",
    )
    suggest_field = "begins"
    updated_field = "updated"
    visible_field = "visible_to"
    hidden = frozenset({"visible_to", "begins"})
    depends_on = {
        Creator: Lookup("contributions__creator"),
        Collection: Lookup("collection"),
        Subject: Lookup("subjects"),
        Contribution: Through("item"),
        Topic: Through("item"),
    }

    text = fields.TextField(document=True, model_attr="description", language="english", searched=1.0)
    title = fields.TextField(model_attr="title", language="english", searched=2.0, sort=True)
    kind = fields.KeywordField(model_attr="kind", sort=True)
    creator = fields.KeywordsField()
    creator_key = fields.KeywordsField()
    subject = fields.KeywordsField()
    collection = fields.KeywordField(null=True)
    collection_key = fields.KeywordField(null=True)
    language = fields.KeywordField(model_attr="language", null=True)
    century = fields.IntegersField()
    year = fields.IntegerField(null=True, sort=True)
    year_to = fields.IntegerField(null=True)
    date = fields.KeywordField(indexed=False)
    place = fields.TextField(model_attr="place", searched=0.5)
    location = fields.LocationField(null=True)
    price = fields.DecimalField(model_attr="price", null=True, sort=True)
    rights = fields.KeywordField(model_attr="rights", null=True)
    image_url = fields.KeywordField(model_attr="image_url", indexed=False)
    created = fields.DateTimeField(model_attr="created", sort=True)
    visible_to = fields.KeywordsField(model_attr="visible_to")
    names = fields.TextsField(searched=1.0, stored=False)
    other_titles = fields.TextsField(model_attr="other_titles", language="english", searched=1.5)
    subject_words = fields.TextsField(language="english", searched=0.5, stored=False)
    more = fields.TextsField(language="english", searched=0.3, stored=False)
    begins = fields.EdgeNgramField(model_attr="title", stored=False)

    def get_model(self) -> type[Item]:
        return Item

    def index_queryset(self, using: str | None = None) -> QuerySet[Item]:
        return Item.objects.with_related()

    def prepare(self, obj: Item) -> dict[str, Any]:
        """Read each relation once: they are prefetched, and several fields come from each."""
        data: dict[str, Any] = super().prepare(obj)
        # Somebody who composed and performed a work stands there twice, and is one creator.
        creators = list(dict.fromkeys(contribution.creator for contribution in obj.contributions.all()))
        paths = [path for subject in obj.subjects.all() for path in paths_of(subject.path)]
        start, end = obj.year_from, obj.year_to
        data |= {
            "creator": [creator.name for creator in creators],
            "creator_key": [creator.key for creator in creators],
            "names": [name for creator in creators for name in (creator.name, *creator.other_names)],
            "subject": list(dict.fromkeys(paths)),
            "subject_words": [last_part(path) for path in dict.fromkeys(paths)],
            "collection": obj.collection.title if obj.collection else None,
            "collection_key": obj.collection.key if obj.collection else None,
            "century": centuries(start, end),
            "year": start if start is not None else end,
            "year_to": end if end is not None else start,
            "date": obj.date_text or year_span(start, end),
            "location": None if obj.latitude is None else (obj.latitude, obj.longitude),
            "more": [str(value) for value in obj.attributes.values() if isinstance(value, str)] + [obj.identifier],
        }
        return data
