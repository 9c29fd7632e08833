"""Debian package lists: stanzas of `Field: value` lines, as in a Packages file or from `apt-cache dumpavail`."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

from searchsvc.importing.options import FeedOptions
from searchsvc.importing.row import BadRow, Row
from searchsvc.importing.tape import Tape, lines, open_tape

DESCRIPTION = "Description"
LONG = "Long-Description"
DIGEST = "Description-md5"
TRANSLATED = "Description-"


def read(tape: Tape, options: FeedOptions) -> Iterator[Row | BadRow]:
    """Yield a Row for each stanza, at its first line; `Description` is the summary, `Long-Description` the rest.

    With a Translation file the long text is looked up by `Description-md5`, else by `Package`. Raises FeedBroken, and
    OSError where the Translation file cannot be opened.
    """
    if options.translations is None:
        yield from _stanzas(tape)
        return
    with closing(_translations(options.translations)) as texts:
        for row in _stanzas(tape):
            yield _translated(row, texts) if isinstance(row, Row) else row


def _stanzas(tape: Tape) -> Iterator[Row | BadRow]:
    """Split at blank lines."""
    block: list[bytes] = []
    start = 1
    for number, line in lines(tape.stream):
        if line is None or line.strip():
            start = start if block else number
            block.append(b"\x00" if line is None else line)
        elif block:
            yield _parse(start, block)
            block = []
    if block:
        yield _parse(start, block)


def _parse(start: int, block: list[bytes]) -> Row | BadRow:
    values: dict[str, str] = {}
    name = ""
    for number, raw in enumerate(block, start):
        try:
            line = raw.decode()
        except UnicodeDecodeError:
            return BadRow(start, f"line {number} is not UTF-8")
        if line[0] in " \t" and name:
            values[name] += "\n" + line[1:]
            continue
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            return BadRow(start, f"line {number} is neither 'Field: value' nor a continuation")
        if name in values:
            return BadRow(start, f"line {number} repeats the field {name}")
        values[name] = value.strip()
    return Row(start, _described(values))


def _described(values: dict[str, str]) -> dict[str, str]:
    """Part the summary from the long text, wherever the stanza has them (`Description` or `Description-en`)."""
    name = next((one for one in values if one.startswith(TRANSLATED) and one != DIGEST), DESCRIPTION)
    summary, _, rest = values.get(name, "").partition("\n")
    long = "\n".join("" if line.strip() == "." else line for line in rest.split("\n"))
    return values | {DESCRIPTION: summary.strip(), LONG: long.strip("\n")}


def _translations(path: str) -> sqlite3.Connection:
    """Digest, and package name, -> long text, in a temporary table on disk: Debian's own has 40 MB of them."""
    texts = sqlite3.connect("", isolation_level=None)
    texts.execute("CREATE TABLE text (name TEXT PRIMARY KEY, summary TEXT, long TEXT) WITHOUT ROWID")
    texts.execute("BEGIN")
    with open_tape(path) as tape:
        for row in _stanzas(tape):
            if isinstance(row, Row):
                names = {row.values.get(DIGEST), row.values.get("Package")} - {None}
                found = [(name, row.values[DESCRIPTION], row.values[LONG]) for name in names]
                texts.executemany("INSERT OR IGNORE INTO text VALUES (?, ?, ?)", found)
    return texts


def _translated(row: Row, texts: sqlite3.Connection) -> Row:
    for name in (row.values.get(DIGEST), row.values.get("Package")):
        found = texts.execute("SELECT summary, long FROM text WHERE name = ?", (name,)).fetchone()
        if found:
            return Row(row.line, {**row.values, DESCRIPTION: found[0], LONG: found[1]})
    return row
