"""JSON Lines: one object a line, UTF-8."""

from collections.abc import Iterator

import orjson

from searchsvc.importing.options import FeedOptions
from searchsvc.importing.row import BadRow, Row
from searchsvc.importing.tape import Tape, lines

BOM = b"\xef\xbb\xbf"


def read(tape: Tape, _options: FeedOptions) -> Iterator[Row | BadRow]:
    """Yield a Row for each line; blank lines are passed over. Raises FeedBroken."""
    for number, line in lines(tape.stream):
        if line is None:
            yield BadRow(number, "the line is too long to be a row")
        elif body := line.removeprefix(BOM).strip():
            yield parse(number, body)


def parse(number: int, body: bytes) -> Row | BadRow:
    try:
        values = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        return BadRow(number, f"is not JSON: {error}")
    if not isinstance(values, dict):
        return BadRow(number, f"is a JSON {type(values).__name__}, not an object")
    return Row(number, values)
