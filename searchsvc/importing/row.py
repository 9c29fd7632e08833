"""What a reader yields: a row with the line it starts on, or a place where no row could be read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BadRow:
    """Nothing of the row could be read, not even whose it is."""

    line: int
    reason: str


class FeedBroken(Exception):
    """The feed ends before its end: a truncated or damaged archive, a disk that fails."""


class WrongFeed(Exception):
    """The feed is not what the mapping or the options say, so that no row of it can be read rightly."""
