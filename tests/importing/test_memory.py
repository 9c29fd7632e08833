"""The peak does not grow with the feed: five times the rows, the same memory."""

import gc
import io
import json
import tracemalloc
from functools import lru_cache

import pytest

from searchsvc.importing import fields, joins, jsonl
from searchsvc.importing.load import Plan, load
from searchsvc.importing.mapping import natural
from searchsvc.importing.options import FeedOptions
from searchsvc.importing.tape import Tape

pytestmark = pytest.mark.django_db


class Generated(io.RawIOBase):
    """A feed that is made while it is read; each row names a creator and a subject of its own."""

    def __init__(self, rows: int, start: int) -> None:
        self.lines = (
            json.dumps(
                {
                    "id": number,
                    "kind": "book",
                    "title": f"Work {number}",
                    "creators": [f"Creator {number}"],
                    "subjects": [f"A/{number}"],
                    "description": "words " * 40,
                }
            ).encode()
            + b"\n"
            for number in range(start, start + rows)
        )

    def readable(self) -> bool:
        return True

    def read(self, _size: int = -1) -> bytes:
        return next(self.lines, b"")


def peak(rows: int, start: int) -> int:
    """Bytes that Python holds at the most while importing."""
    gc.collect()
    tracemalloc.start()
    feed = jsonl.read(Tape(Generated(rows, start), None), FeedOptions())
    report = load(feed, Plan(natural("test"), batch_size=200))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert report.records.new == rows
    return most


def test_memory_does_not_grow_with_the_feed(monkeypatch):
    # As in production, but for a smaller feed: what is remembered is bounded, and the bound is reached.
    monkeypatch.setattr(joins, "MAX_REMEMBERED", 500)
    monkeypatch.setattr(fields, "_path", lru_cache(500)(fields._path.__wrapped__))
    peak(600, 0)
    small, large = peak(600, 10_000), peak(3000, 20_000)
    # Five times the rows: memory that grew with them would be near five times as large. What differs is the warmth of
    # caches and, a few bytes a row, the identifiers seen.
    assert large < small * 1.5
