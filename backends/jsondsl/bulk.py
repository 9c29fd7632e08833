"""Writing in bulk: bounded parts, each item's own answer read, what is refused told from what must be tried again."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson

from backends.core.errors import DocumentRefused
from backends.jsondsl.server import Server
from backends.jsondsl.trouble import BAD, BUSY, reason_of, refused

MOST_BYTES = 5_000_000  # of one request; the servers take 100 MB and advise 5 to 15
MOST_ITEMS = 1_000
ID_BYTES = 512  # the servers' limit on an id
FIELD = re.compile(r'(?:field ?=? ?["\[]|introduction of \[)([^\]"]+)')
SHOWN = 300  # characters of what a server says


@dataclass(frozen=True, slots=True)
class Item:
    """One line to write or, without a source, one id to delete."""

    id: str
    source: bytes | None

    def lines(self) -> bytes:
        name = {"_id": self.id if len(self.id.encode()) <= ID_BYTES else sha256(self.id.encode()).hexdigest()}
        if self.source is None:
            return orjson.dumps({"delete": name}) + b"\n"
        return orjson.dumps({"index": name}) + b"\n" + self.source + b"\n"


def parts(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Items in bounded lists. Of one id twice in a list the last stays: repeating a part could write the first last."""
    part: dict[str, Item] = {}
    size = 0
    for item in items:
        part[item.id] = item
        size += len(item.source or b"")
        if size >= MOST_BYTES or len(part) >= MOST_ITEMS:
            yield list(part.values())
            part, size = {}, 0
    if part:
        yield list(part.values())


@dataclass(slots=True)
class Writing:
    """One bulk request, repeated with what is left of it while the server is busy."""

    server: Server
    path: str
    left: list[Item]
    refused: list[DocumentRefused]

    def run(self) -> None:
        """Raises Unavailable when items could not be written that another time could be."""
        while self.left:
            self.server.call("POST", self.path, self._body, read=self._read)

    def _body(self) -> bytes:
        return b"".join(item.lines() for item in self.left)

    def _read(self, answer: dict[str, Any]) -> None:
        busy: list[Item] = []
        error: Exception | None = None
        for item, outcome in zip(self.left, answer["items"], strict=True):
            (found,) = outcome.values()
            if "error" not in found:
                continue
            if found["status"] in BUSY:
                busy.append(item)
                error = refused(found, found["status"], self.server.place)
            elif found["status"] == BAD and item.source is not None:
                self.refused.append(refusal(item.id, found))
            else:
                raise refused(found, found["status"], self.server.place)
        self.left = busy
        if error is not None:
            raise error


def refusal(document: str, found: dict[str, Any]) -> DocumentRefused:
    """What the server has against a document, its field named where it says which."""
    said = str(found["error"].get("reason"))
    named = FIELD.search(said)
    shown = said if len(said) <= SHOWN else f"{said[:SHOWN]}..."  # it may quote the whole value
    return DocumentRefused(document, named[1] if named else "?", f"cannot be kept: {shown} ({reason_of(found)})")
