"""A feed from a file or standard input, in one of the formats, into the catalogue."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from searchsvc.importing import csv, debian, jsonl
from searchsvc.importing.load import Plan, load
from searchsvc.importing.options import FeedOptions
from searchsvc.importing.progress import Progress
from searchsvc.importing.report import Report
from searchsvc.importing.row import BadRow, Row
from searchsvc.importing.tape import Tape, open_tape

Reader = Callable[[Tape, FeedOptions], Iterator[Row | BadRow]]
READERS: dict[str, Reader] = {"jsonl": jsonl.read, "csv": csv.read, "debian": debian.read}


@dataclass(frozen=True, slots=True)
class Feed:
    """`source` is a path or "-"; `format` is one of READERS."""

    source: str
    format: str
    options: FeedOptions


def import_feed(feed: Feed, plan: Plan, progress: Progress | None = None) -> Report:
    """Import all of a feed. Raises OSError where it cannot be opened, WrongFeed where it is not what was said."""
    with open_tape(feed.source) as tape:
        rows = READERS[feed.format](tape, feed.options)
        if progress is None:
            return load(rows, plan)
        with progress.over(tape) as watch:
            return load(rows, plan, watch)
