"""What one run has met so far, in a temporary table on disk: a set in memory would grow with the feed."""

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Self


class Ledger:
    """Sets of texts by topic, each text with the line where it was first met. Gone when it is closed."""

    def __init__(self) -> None:
        # The empty name is SQLite's for a private file that it keeps in memory while it is small.
        self._rows = sqlite3.connect("", isolation_level=None)
        self._rows.execute("PRAGMA synchronous = OFF")
        self._rows.execute(
            "CREATE TABLE met (topic TEXT, name TEXT, line INT, PRIMARY KEY (topic, name)) WITHOUT ROWID"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._rows.close()

    def first_line(self, topic: str, name: str) -> int | None:
        found = self._rows.execute("SELECT line FROM met WHERE topic = ? AND name = ?", (topic, name)).fetchone()
        return found[0] if found else None

    def add(self, topic: str, name: str, line: int = 0) -> bool:
        """Enter it, and say whether it is new."""
        done = self._rows.execute("INSERT OR IGNORE INTO met VALUES (?, ?, ?)", (topic, name, line))
        return done.rowcount == 1

    def add_all(self, topic: str, names: Iterable[str]) -> int:
        """Enter them, and say how many are new."""
        return sum(self.add(topic, name) for name in names)

    def missing(self, topic: str, names: Iterable[str]) -> list[str]:
        return [name for name in names if self.first_line(topic, name) is None]

    def batches(self, topic: str, size: int) -> Iterator[list[str]]:
        """Yield the names of a topic in order, `size` at a time."""
        rows = self._rows.execute("SELECT name FROM met WHERE topic = ? ORDER BY name", (topic,))
        while batch := rows.fetchmany(size):
            yield [name for (name,) in batch]
