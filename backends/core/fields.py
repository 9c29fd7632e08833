"""Haystack's fields with what Haystack cannot say: a language, a sort column, a weight in the default search.

Stock Haystack fields work too: `build.schema` gives them the connection's language, and the document field alone is
searched by default. These add:

    language  PyStemmer's name ('english', 'french', ...) or 'none' for names and codes
    searched  the weight with which a plain word looks in this field; 0 for not at all
    sort      may results be ordered by it? Takes a column on disk
"""

from typing import Any, ClassVar

from haystack import fields

from backends.core.analysis.analyzer import NO_LANGUAGE
from backends.core.schema import Kind


class Options:
    """The options above, taken out before Haystack sees the rest."""

    kind: ClassVar[Kind | None] = None

    def __init__(
        self, *, language: str = NO_LANGUAGE, searched: float = 0.0, sort: bool = False, **options: Any
    ) -> None:
        self.language, self.searched, self.sort = language, searched, sort
        super().__init__(**options)


class TextField(Options, fields.CharField):
    """Words of one language, analysed."""

    kind = Kind.TEXT


class TextsField(Options, fields.MultiValueField):
    """Several texts; no phrase reaches from one into the next."""

    kind = Kind.TEXT


class KeywordField(Options, fields.CharField):
    """One whole value: filtered and counted exactly as written."""

    kind = Kind.KEYWORD


class KeywordsField(Options, fields.MultiValueField):
    """Any number of whole values; each counts once a document. A hierarchy is the list of its paths, from the top."""

    kind = Kind.KEYWORD


class IntegerField(Options, fields.IntegerField):
    kind = Kind.INTEGER


class IntegersField(Options, fields.MultiValueField):
    """Any number of whole numbers."""

    kind = Kind.INTEGER


class FloatField(Options, fields.FloatField):
    kind = Kind.FLOAT


class DecimalField(Options, fields.DecimalField):
    """Exact decimals, kept to four places."""

    kind = Kind.DECIMAL


class BooleanField(Options, fields.BooleanField):
    kind = Kind.BOOLEAN


class DateField(Options, fields.DateField):
    kind = Kind.DATE


class DateTimeField(Options, fields.DateTimeField):
    kind = Kind.DATETIME


class NgramField(Options, fields.NgramField):
    kind = Kind.NGRAM


class EdgeNgramField(Options, fields.EdgeNgramField):
    kind = Kind.EDGE_NGRAM


class LocationField(Options, fields.SearchField):
    """A latitude and a longitude in degrees: 'lat,lon', a pair, or a point. Needs no GDAL, as Haystack's does."""

    kind = Kind.LOCATION
    field_type = "location"
