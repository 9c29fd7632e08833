"""How documents depend on records of other models: what `depends_on` of an index is written in."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Model


@dataclass(frozen=True, slots=True)
class Lookup:
    """The way from a document's row to the record, as in a filter: `Lookup("contributions__creator")`.

    For a record that many documents may name: however many they are, its change is one row in the database, and they
    are found later. It ends with a foreign key or a many-to-many field; where the record itself names what it belongs
    to, that is `Through`.
    """

    path: str


@dataclass(frozen=True, slots=True)
class Through:
    """The way from the record to the documents' rows, as in a filter: `Through("item")`.

    For a record of few documents: they are found at once, in the transaction that changes the record.
    """

    path: str


Dependency = Lookup | Through
DependsOn = Mapping[type[Model], Dependency | tuple[Dependency, ...]]
