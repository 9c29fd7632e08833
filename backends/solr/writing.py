"""Batches of changes. Each change also counts the batch in the generation's manifest, in the same request."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from backends.core.errors import DocumentRefused, Unavailable
from backends.core.schema import ID
from backends.solr.client import Client, now

MOST_BYTES = 8_000_000  # of one request; Solr holds it in memory, and a reset connection costs that much again
MOST_IDS = 10_000
FIELD = re.compile(r"""field[= ]['"]?(?:terms|keywords?|longs?|doubles?)_(\w+)""")
MUST_EXIST = 1  # Solr's `_version_`: the document is updated only where there is one


def manifest_id(generation: int) -> str:
    return f"!searchsvc.g{generation}"


def made(generation: int, manifest: bytes) -> dict[str, Any]:
    """The document that makes a core a generation.

    Its batches count from the time: a later generation may get the number of one that was dropped, and no revision
    stands for two states.
    """
    fields = {"is_manifest": "1", "generation": generation, "manifest": manifest.decode()}
    return {ID: manifest_id(generation), **fields, "batch": now(), "written": now()}


def _counted(generation: int) -> dict[str, Any]:
    """One batch more. Refused where the core holds another generation by now."""
    changed = {"batch": {"inc": 1}, "written": {"set": now()}}
    return {ID: manifest_id(generation), "_version_": MUST_EXIST, **changed}


def _requests(documents: Iterable[dict[str, Any]]) -> Iterator[list[bytes]]:
    held: list[bytes] = []
    size = 0
    for document in documents:
        packed = orjson.dumps(document)
        if held and size + len(packed) > MOST_BYTES:
            yield held
            held, size = [], 0
        held.append(packed)
        size += len(packed)
    yield held


def write(
    client: Client, place: str, generation: int, documents: Iterable[dict[str, Any]], visible: dict[str, Any]
) -> list[DocumentRefused]:
    """Add or replace; `visible` are the parameters that open a searcher. What is refused comes back by id."""
    refused: list[DocumentRefused] = []
    for packed in _requests(documents):
        body = b"[" + b",".join([*packed, orjson.dumps(_counted(generation))]) + b"]"
        answer = client.send(f"/{place}/update", body, **visible)
        refused += _refused(answer, generation)
    return refused


def delete(client: Client, place: str, generation: int, ids: Iterable[str], visible: dict[str, Any]) -> None:
    wanted = list(ids)
    for start in range(0, len(wanted), MOST_IDS) or (0,):
        body = {"delete": wanted[start : start + MOST_IDS], "add": {"doc": _counted(generation)}}
        _refused(client.tell(f"/{place}/update", body, **visible), generation)


def _refused(answer: dict[str, Any], generation: int) -> list[DocumentRefused]:
    errors = answer["responseHeader"].get("errors", ())
    if any(error["id"] == manifest_id(generation) for error in errors):
        raise Unavailable(f"Generation {generation} was swapped away while it was written to; write again.")
    return [_document_refused(error["id"], error["message"]) for error in errors]


def _document_refused(id_: str, message: str) -> DocumentRefused:
    found = FIELD.search(message)
    reason = next((why for sign, why in REASONS.items() if sign in message), f"is refused by Solr: {message[:200]}")
    return DocumentRefused(id_, found[1] if found else "?", reason)


REASONS = {"immense term": "holds a value of more than 32,766 bytes, the most that Lucene keeps whole."}
