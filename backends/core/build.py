"""The schema of a connection from its Haystack fields: built once, so an engine never looks at Haystack's."""

from collections.abc import Mapping

from django.core.exceptions import ImproperlyConfigured
from haystack import fields as stock

from backends.core.analysis.own import Analyse
from backends.core.fields import Options
from backends.core.schema import ANALYSED, SYSTEM, Field, Kind, Schema

DEFAULT_LANGUAGE = "english"  # what Haystack's own engines stem with

# In order: a facet field is also a field of its type, and Haystack's decimal and n-gram fields are CharFields or
# say they are strings.
KINDS: tuple[tuple[type[stock.SearchField], Kind], ...] = (
    (stock.EdgeNgramField, Kind.EDGE_NGRAM),
    (stock.NgramField, Kind.NGRAM),
    (stock.FacetCharField, Kind.KEYWORD),
    (stock.FacetMultiValueField, Kind.KEYWORD),
    (stock.DecimalField, Kind.DECIMAL),
    (stock.IntegerField, Kind.INTEGER),
    (stock.FloatField, Kind.FLOAT),
    (stock.BooleanField, Kind.BOOLEAN),
    (stock.DateTimeField, Kind.DATETIME),
    (stock.DateField, Kind.DATE),
    (stock.LocationField, Kind.LOCATION),
)


def kind_of(field: stock.SearchField) -> Kind:
    """What a Haystack field means; any text that is none of the above is TEXT."""
    if isinstance(field, Options) and field.kind is not None:
        return field.kind
    return next((kind for type_, kind in KINDS if isinstance(field, type_)), Kind.TEXT)


def _sortable(field: stock.SearchField, kind: Kind) -> bool:
    """Stock fields can all be ordered by, as projects expect; the document field is too long to."""
    if isinstance(field, Options):
        return field.sort
    return not (field.is_multivalued or field.document or kind in (ANALYSED - {Kind.TEXT}) or kind is Kind.LOCATION)


def _own(name: str, field: stock.SearchField, kind: Kind) -> Analyse | None:
    """The field's `analyzer`. Raises ImproperlyConfigured for one that only another engine has."""
    if field.analyzer is None or (kind is Kind.TEXT and callable(field.analyzer)):
        found: Analyse | None = field.analyzer
        return found
    raise ImproperlyConfigured(
        f"Field '{name}' has the analyzer {field.analyzer!r}: here a text field takes a callable from a text to its "
        "terms, as Whoosh's analyzers are, and backends.core.fields take a language."
    )


def field_of(name: str, field: stock.SearchField, exact: Mapping[str, str], language: str) -> Field:
    kind = kind_of(field)
    own = isinstance(field, Options)
    return Field(
        name=name,
        kind=kind,
        language=(field.language if own else language) if kind is Kind.TEXT else "none",
        multi=field.is_multivalued,
        indexed=field.indexed,
        stored=field.stored,
        sort=_sortable(field, kind),
        weight=((field.searched if own else 0.0) or (1.0 if field.document else 0.0)) * field.boost,
        boost=field.boost,
        exact=exact.get(field.instance_name or name),
        own=_own(name, field, kind),
    )


def schema(fields: Mapping[str, stock.SearchField], language: str = DEFAULT_LANGUAGE) -> Schema:
    """The schema of a unified index. `language` is for stock fields, which cannot name one."""
    exact = {
        field.facet_for: name
        for name, field in fields.items()
        if getattr(field, "facet_for", None) and kind_of(field) is Kind.KEYWORD
    }
    return Schema(tuple(field_of(name, field, exact, language) for name, field in fields.items() if name not in SYSTEM))
