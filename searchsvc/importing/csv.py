"""CSV with a header line (RFC 4180): quoted cells may hold delimiters, doubled quotes and line ends."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from searchsvc.importing.row import BadRow, Row, WrongFeed
from searchsvc.importing.tape import damage_named

if TYPE_CHECKING:
    from _csv import Reader
    from collections.abc import Iterator

    from searchsvc.importing.options import FeedOptions
    from searchsvc.importing.tape import Tape

# Python's own limit of 128 KiB a cell is short for a long description.
MAX_CELL = 2**20


def read(tape: Tape, options: FeedOptions) -> Iterator[Row | BadRow]:
    """Yield a Row for each record, all values str, at the line on which it starts. Raises FeedBroken, WrongFeed."""
    csv.field_size_limit(MAX_CELL)
    # Bytes that are not of the encoding become lone surrogates here, and the row that has them is refused.
    text = io.TextIOWrapper(tape.stream, options.encoding, errors="surrogateescape", newline="")
    cells = csv.reader(text, delimiter=options.delimiter, strict=True)
    with damage_named():
        header: list[str] | None = None
        for line, record in _records(cells):
            if isinstance(record, str):
                yield BadRow(line, record)
            elif header is None:
                header = [name.strip() for name in record]
                _check(header, options)
            else:
                yield _row(line, header, record)


def _records(cells: Reader) -> Iterator[tuple[int, list[str] | str]]:
    """Yield (first line, cells), or (first line, what is wrong); empty lines are passed over."""
    while True:
        start = cells.line_num + 1
        try:
            record = next(cells)
        except StopIteration:
            return
        except csv.Error as error:
            yield start, f"is not CSV (lines {start} to {cells.line_num}): {error}"
            continue
        if record:
            yield start, record


def _check(header: list[str], options: FeedOptions) -> None:
    """Refuse two columns of one name, which would hide each other, and a header without a column of the mapping."""
    if repeated := sorted({name for name in header if header.count(name) > 1}):
        raise WrongFeed(f"the header has these columns twice: {', '.join(repeated)}")
    if missing := sorted(options.columns - set(header)):
        raise WrongFeed(f"the header lacks {', '.join(missing)}, which the mapping reads; it has {', '.join(header)}")


def _row(line: int, header: list[str], record: list[str]) -> Row | BadRow:
    if len(record) != len(header):
        return BadRow(line, f"has {len(record)} cells where the header has {len(header)}")
    if not all(cell.isascii() or _is_text(cell) for cell in record):
        return BadRow(line, "has bytes that are not text in the feed's encoding")
    return Row(line, dict(zip(header, record, strict=True)))


def _is_text(cell: str) -> bool:
    try:
        cell.encode()
    except UnicodeEncodeError:
        return False
    return True
