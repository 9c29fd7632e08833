"""Whoosh's own view of an index, for projects that look at a backend's `index`: always what answers now.

It is for looking. Documents are written through the backend, or the terms would be Whoosh's and not ours.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
from whoosh.analysis import Analyzer, Token
from whoosh.fields import Schema as NativeSchema
from whoosh.index import FileIndex, Index, open_dir

from backends.core.analysis import Analyzer as LanguageAnalyzer
from backends.core.analysis import fold
from backends.core.analysis.own import OwnAnalyzer
from backends.core.errors import UnsupportedQuery
from backends.core.schema import ANALYSED, Schema
from backends.whoosh.columns import STORED, native_schema


class Terms(Analyzer):
    """Our analysis as Whoosh's query parser asks for it."""

    def __init__(self, own: LanguageAnalyzer | OwnAnalyzer) -> None:
        self._own = own

    def __call__(self, value: str, *, tokenize: bool = True, **_options: Any) -> Iterator[Token]:
        """Without `tokenize`, a pattern: one text that no word may be cut out of."""
        if not tokenize:
            yield Token(text=fold(value), boost=1.0, stopped=False)
            return
        for term, start, end, position in self._own.tokens(value):
            yield Token(text=term, pos=position, startchar=start, endchar=end, boost=1.0, stopped=False)


def readable_schema(schema: Schema) -> NativeSchema:
    """The index's columns as Whoosh fields that its query parser can ask about."""
    native = native_schema(schema)
    for field in schema.fields:
        if field.kind in ANALYSED and field.indexed:
            native[field.name].analyzer = Terms(field.analyzer)
    return native


class View(Index):
    """Reads the generation that answers; after a rebuild that is another one."""

    def __init__(self, folder: Callable[[], Path], schema: Schema) -> None:
        self._folder = folder
        self.schema = readable_schema(schema)

    def _now(self) -> FileIndex:
        return open_dir(str(self._folder()), schema=self.schema)

    def latest_generation(self) -> int:
        return int(self._now().latest_generation())

    def is_empty(self) -> bool:
        return bool(self.doc_count() == 0)

    def reader(self, reuse: Any = None) -> Any:
        """Whoosh's reader; stored fields come by their names."""
        reader = self._now().reader(reuse=reuse)
        read = reader.stored_fields
        reader.stored_fields = lambda document: orjson.loads(read(document)[STORED])
        return reader

    def writer(self, **_options: Any) -> Any:
        raise UnsupportedQuery("This index is written by the backend's update() and remove().")
