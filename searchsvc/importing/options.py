"""What a reader needs to know beside the bytes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FeedOptions:
    """`delimiter` and `encoding` are for CSV (a mapping's [csv] table), `translations` is a file's path for Debian.

    `columns` must be in a CSV's header: a misspelt one would leave its field empty in every row.
    """

    delimiter: str = ","
    encoding: str = "utf-8-sig"
    translations: str | None = None
    columns: frozenset[str] = frozenset()
