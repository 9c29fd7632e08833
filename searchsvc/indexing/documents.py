"""From rows of the database, read afresh, to documents: what delivery, rebuild, verification and dump share."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, InterfaceError
from django.db.models import Model, QuerySet
from haystack import connections
from haystack.exceptions import SkipDocument
from haystack.utils import get_model_ct

from backends.core.documents import content_hash, document
from backends.core.errors import DocumentRefused
from backends.core.store import Document, Store
from backends.core.writing import Prepared, values_of

if TYPE_CHECKING:
    from backends.core.backend import SearchBackend

log = logging.getLogger("searchsvc.indexing")


@dataclass(frozen=True, slots=True)
class Fresh:
    """Some rows as they are now, by document id: documents, ids that have none any more, reasons of what is refused."""

    documents: dict[str, Document]
    gone: frozenset[str]
    refused: dict[str, str]


@dataclass(frozen=True, slots=True)
class Source:
    """One SearchIndex of a connection, and the rows it is made of. For one thread, as Haystack's connections are."""

    alias: str
    index: Any  # Haystack's SearchIndex, which carries no types
    model: type[Model]

    @property
    def name(self) -> str:
        """'app_label.model_name'."""
        return str(get_model_ct(self.model))

    def id_of(self, pk: object) -> str:
        """The id of a row's document, as Haystack makes it."""
        return f"{self.name}.{pk}"

    def rows(self) -> QuerySet[Model]:
        """Every row that has a document, with what its preparation reads."""
        queryset: QuerySet[Model] = self.index.build_queryset(using=self.alias)
        return queryset

    def pks(self, after: object = None, size: int | None = None, last: object = None) -> list[Any]:
        """The primary keys above `after` and up to `last`, in order, at most `size`."""
        return list(self._within(after, last).values_list("pk", flat=True)[:size])

    def pages(self, after: object, last: object, size: int) -> Iterator[list[Model]]:
        """The rows above `after` and up to `last` in order of their keys, at most `size` at a time."""
        page = list(self._within(after, last)[:size])
        while page:
            yield page
            if len(page) < size:
                return
            page = list(self._within(page[-1].pk, last)[:size])

    def _within(self, after: object, last: object) -> QuerySet[Model]:
        rows = self.rows().order_by("pk")
        rows = rows if after is None else rows.filter(pk__gt=after)
        return rows if last is None else rows.filter(pk__lte=last)

    def key(self, text: str) -> Any:
        """The primary key that is written so; None for ''. Raises ValidationError for what cannot be one."""
        return self.model._meta.pk.to_python(text) if text else None  # noqa: SLF001 - Django's documented API

    def existing(self, pks: Iterable[Any], **also: Any) -> frozenset[str]:
        """Those of these primary keys, as text, that have a row; `also` are further conditions on it."""
        rows = self.rows().filter(pk__in=list(self._typed(pks)), **also)
        return frozenset(map(str, rows.values_list("pk", flat=True)))

    def read(self, pks: Iterable[Any]) -> Fresh:
        """The documents of these rows, in one pass over them. Raises what the database raises."""
        wanted = {self.id_of(pk): pk for pk in pks}
        made = self.made(self.found(wanted.values()))
        gone = wanted.keys() - made.documents.keys() - made.refused.keys()
        return Fresh(made.documents, frozenset(gone), made.refused)

    def found(self, pks: Iterable[Any]) -> QuerySet[Model]:
        """The rows of these primary keys."""
        return self.rows().filter(pk__in=list(self._typed(pks)))

    def hash_of(self, row: Model) -> str:
        """The content hash of a row's document; '' where it cannot be prepared, or is skipped. Half of its cost."""
        try:
            return content_hash(backend(self.alias).index_schema, *values_of(self.index, row))
        except (DatabaseError, InterfaceError):
            raise
        except Exception:  # noqa: BLE001 - whoever makes the document hears of it
            return ""

    def made(self, rows: Iterable[Model]) -> Fresh:
        """The documents of rows that were just read. `gone` are those that the index skips."""
        documents: dict[str, Document] = {}
        refused: dict[str, str] = {}
        skipped = set()
        for row in rows:
            id_ = self.id_of(row.pk)
            try:
                made = self.document(row)
            except DocumentRefused as error:
                refused[id_] = str(error)
            else:
                if made is None:
                    skipped.add(id_)
                else:
                    documents[id_] = made
        return Fresh(documents, frozenset(skipped), refused)

    def document(self, row: Model) -> Document | None:
        """The document of a row; None where the index skips it. Raises DocumentRefused with the reason.

        Whatever an index's own `prepare` raises refuses its document alone; only the database's errors pass.
        """
        made = self.prepared(row)
        return made and made[1]

    def prepared(self, row: Model) -> tuple[Prepared, Document] | None:
        """As `document`, with the values that it is made of."""
        try:
            found = values_of(self.index, row)
            return found, document(backend(self.alias).index_schema, *found)
        except SkipDocument:
            return None
        except (DocumentRefused, DatabaseError, InterfaceError):
            raise
        except Exception as error:
            log.exception("the preparation of %s failed", self.id_of(row.pk))
            raise DocumentRefused(self.id_of(row.pk), "?", f"{type(error).__name__}: {error}") from error

    def _typed(self, pks: Iterable[Any]) -> Iterable[Any]:
        """Those that can be a primary key of the model: an id of another form has no row."""
        field = self.model._meta.pk  # noqa: SLF001 - Django's documented API
        for pk in pks:
            try:
                yield field.to_python(pk)
            except ValidationError:
                continue


def backend(alias: str) -> "SearchBackend":
    """This thread's Haystack backend of a connection."""
    found: SearchBackend = connections[alias].get_backend()
    return found


def store(alias: str) -> Store:
    """This process's store of a connection."""
    return backend(alias).store


def sources(alias: str) -> tuple[Source, ...]:
    """What the index of a connection is made of, by name of the model."""
    unified = connections[alias].get_unified_index()
    found = [Source(alias, index, model) for model, index in unified.get_indexes().items()]
    return tuple(sorted(found, key=lambda source: source.name))


def aliases() -> tuple[str, ...]:
    """The connections whose engine is ours: those with a store."""
    return tuple(alias for alias in connections.connections_info if hasattr(backend(alias), "store"))


def rows_in_all(alias: str) -> int:
    """How many rows of the database an index is made of."""
    return sum(source.rows().count() for source in sources(alias))


def sources_of(model: type[Model]) -> tuple[Source, ...]:
    """Every index of ours that has documents of a model."""
    return tuple(source for alias in aliases() for source in sources(alias) if source.model is model)


def by_model(changes: Iterable[tuple[str, str]]) -> dict[str, Sequence[str]]:
    """(model, pk) pairs gathered by model, each pk once, in order."""
    found: dict[str, dict[str, None]] = {}
    for model, pk in changes:
        found.setdefault(model, {})[pk] = None
    return {model: tuple(pks) for model, pks in found.items()}
