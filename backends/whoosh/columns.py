"""How Whoosh stores each type of column. Terms come ready; no analyzer or parser of Whoosh's is used.

TERMS become posting lists with positions. All other types become one Whoosh column a segment: its different values
in order, and for each document the ordinals of its own. Filters, ranges, orders and facets all read that one file.
"""

from array import array
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from typing import Any

import orjson
from whoosh import fields
from whoosh.columns import Column as WhooshColumn
from whoosh.columns import ColumnReader, ColumnWriter
from whoosh.formats import Format

from backends.core.schema import ColumnType, Schema
from backends.whoosh.codec import NUMBER, numbers

STORED = "stored.fields"  # no field of a schema can be called so
VALUE_GAP = 100  # positions between two values of a column: no phrase reaches across

Value = str | int | float


def encoded(term: str) -> bytes:
    """A term as the index keys it; its byte order is the order of code points."""
    return term.encode("utf-8", "surrogatepass")  # half a character finds nothing, and is no error


class PositionsFormat(Format):
    """What a posting holds: its positions, as an array of numbers."""


class TermsField(fields.FieldType):
    """A tuple of lists of terms."""

    def __init__(self) -> None:
        super().__init__(PositionsFormat(), None, scorable=True)

    def index(self, value: Sequence[Sequence[str]], **_options: object) -> Iterator[tuple[bytes, int, int, bytes]]:
        """(term, how often, its weight, its positions) for each different term."""
        positions: dict[str, list[int]] = {}
        start = 0
        for terms in value:
            for at, term in enumerate(terms, start):
                positions.setdefault(term, []).append(at)
            start += len(terms) + VALUE_GAP
        for term, places in positions.items():
            yield encoded(term), len(places), len(places), array(NUMBER, places).tobytes()


class Rows:
    """The values of one column in one segment: `values` in order, `flat` the ordinals of one document after another.

    `lengths` tells how many each document has.
    """

    def __init__(self, values: list[Any], lengths: Sequence[int], flat: Sequence[int]) -> None:
        self.values, self.lengths, self.flat = values, lengths, flat

    @cached_property
    def starts(self) -> "array[int]":
        """Where the ordinals of each document begin, and the end of all."""
        return array(NUMBER, accumulate(self.lengths, initial=0))

    @property
    def has_several(self) -> bool:
        return max(self.lengths, default=0) > 1

    def __getitem__(self, document: int) -> tuple[Any, ...]:
        return tuple(self.values[at] for at in self.flat[self.starts[document] : self.starts[document + 1]])


class RowsWriter(ColumnWriter):
    """Gathers the values of a segment's documents and writes them as JSON and two arrays of numbers."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._rows: list[tuple[Any, ...]] = []

    def add(self, document: int, values: tuple[Any, ...]) -> None:
        self._rows.extend(() for _ in range(document - len(self._rows)))
        self._rows.append(values)

    def finish(self, documents: int) -> None:
        self._rows.extend(() for _ in range(documents - len(self._rows)))
        values = sorted({value for row in self._rows for value in row})
        ordinal_of = {value: at for at, value in enumerate(values)}
        text = orjson.dumps(values)
        lengths = array(NUMBER, map(len, self._rows))
        flat = array(NUMBER, [ordinal_of[value] for row in self._rows for value in row])
        for part in (text, lengths.tobytes(), flat.tobytes()):
            self._file.write_long(len(part))
            self._file.write(part)


class RowsReader(ColumnReader):
    """`rows` is the whole column; Whoosh itself asks for one document at a time when it merges."""

    def __init__(self, file: Any, start: int) -> None:
        file.seek(start)
        text, lengths, flat = (bytes(file.read(file.read_long())) for _ in range(3))
        self.rows = Rows(orjson.loads(text), numbers(lengths), numbers(flat))

    def __getitem__(self, document: int) -> tuple[Any, ...]:
        return self.rows[document]


class RowsColumn(WhooshColumn):
    def writer(self, file: Any) -> RowsWriter:
        return RowsWriter(file)

    def reader(self, file: Any, start: int, _length: int, _documents: int) -> RowsReader:
        return RowsReader(file, start)

    def default_value(self, _reverse: bool = False) -> tuple[Any, ...]:
        return ()


class ValuesField(fields.FieldType):
    """A tuple of different values of one type."""

    indexed = False

    def __init__(self) -> None:
        super().__init__(None, None, sortable=RowsColumn())

    def to_column_value(self, value: tuple[Any, ...]) -> tuple[Any, ...]:
        return value


TYPE_TO_FIELD: dict[ColumnType, Callable[[], fields.FieldType]] = {
    ColumnType.TERMS: TermsField,
    ColumnType.KEYWORD: ValuesField,
    ColumnType.LONG: ValuesField,
    ColumnType.DOUBLE: ValuesField,
}


def native_schema(schema: Schema) -> fields.Schema:
    columns = {column.name: TYPE_TO_FIELD[column.type]() for column in schema.columns}
    return fields.Schema(**columns, **{STORED: fields.STORED()})
