"""What of a batch may be written. A public key is one document's: orders end in it, and addresses name it by it."""

from collections.abc import Iterable
from typing import Protocol

from backends.core.errors import DocumentRefused
from backends.core.features import Features
from backends.core.nodes import And, AnyOf, Not
from backends.core.request import Request, Response, Sort
from backends.core.schema import DOCUMENT_BOOST, ID, KEY
from backends.core.store import Document


class Searched(Protocol):
    """The part of a Store that is asked."""

    features: Features

    def search(self, request: Request, generation: int | None = None) -> Response: ...


def unclaimed(
    store: Searched, generation: int, documents: Iterable[Document]
) -> tuple[dict[str, Document], list[DocumentRefused]]:
    """Of a batch, by id, what may be written; and a refusal for each whose key another document has.

    Refused is also a document with a boost where the engine cannot keep to it.

    Of one id the last counts. A document without a key of its own has its id for one, and is not looked up.
    Looked up before the commit: of two processes that give one key away in the same moment, neither sees the other.
    """
    latest = {document.id: document for document in documents}
    holders = _others(store, generation, latest)
    kept: dict[str, Document] = {}
    refused: list[DocumentRefused] = []
    for id_, document in latest.items():
        if DOCUMENT_BOOST in document.columns and not store.features.document_boosts:
            refused.append(DocumentRefused(id_, "boost", "boosts a whole document, which this engine cannot."))
            continue
        holder = holders.setdefault(document.key, id_)
        if holder == id_:
            kept[id_] = document
        else:
            reason = f"is '{document.key}', which {holder} has; remove that document first, or give this one another."
            refused.append(DocumentRefused(id_, KEY, reason))
    return kept, refused


def _others(store: Searched, generation: int, batch: dict[str, Document]) -> dict[str, str]:
    """Key -> id of the documents outside a batch that have one of its keys."""
    keys = tuple(document.key for id_, document in batch.items() if document.key != id_)
    if not keys:
        return {}
    node = And((AnyOf(KEY, keys), Not(AnyOf(ID, tuple(batch)))))
    found = store.search(Request(node, sort=(Sort(KEY),), size=len(keys)), generation)
    return {hit.key: hit.id for hit in found.hits}
