"""How a posting list lies on the disk: two arrays of numbers, packed and read as a whole.

    16 bytes   how many documents, how many bytes the next part has, how often the term stands in all of them
    packed     for each document its distance to the one before; then for each how often the term stands in it
    packed     the positions in the first document, in the second, ...

Whoosh's own lists are pickles of 128 postings each: three times the size, and six times as slow to read. The name of
`Codec` is written into the index; moving it asks for a rebuild.
"""

import struct
import zlib
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from operator import sub
from typing import Any

from whoosh.codec.base import PostingsWriter
from whoosh.codec.whoosh3 import W3Codec, W3TermInfo
from whoosh.matching import ListMatcher

NUMBER = "I"  # 32 bits without sign: documents of a segment, ordinals, positions
WIDTH = array(NUMBER).itemsize
HEAD = struct.Struct("<QII")
FASTEST = 1  # zlib's level; the next ones save a tenth of the disk for twice the time
WORTH = 64  # bytes; less is not made shorter by packing


def numbers(data: bytes) -> "array[int]":
    """Numbers from the bytes that an array of them gave."""
    found = array(NUMBER)
    found.frombytes(data)
    return found


def packed(data: bytes) -> bytes:
    """Shorter where that is possible: what keeps its length is not packed."""
    if len(data) < WORTH:
        return data
    shorter = zlib.compress(data, FASTEST)
    return shorter if len(shorter) < len(data) else data


def unpacked(data: bytes, size: int) -> bytes:
    return data if len(data) == size else zlib.decompress(data)


@dataclass(frozen=True)
class Postings:
    """The documents of one term in one segment, upwards, and how often it stands in each."""

    documents: Sequence[int]
    counts: Sequence[int]
    packed_positions: bytes = b""
    occurrences: int = 0  # of the term in all documents

    @cached_property
    def positions(self) -> "array[int]":
        """Those in the first document, in the second, ..."""
        return numbers(unpacked(self.packed_positions, self.occurrences * WIDTH))

    def starts(self) -> Iterable[int]:
        """Where the positions of each document begin."""
        return accumulate(self.counts, initial=0)


def read_postings(file: Any, info: Any) -> Postings:
    """The list that an entry of the term file points to."""
    where, (length,) = info.extent()  # Whoosh 2.7.4 leaves the length in the tuple that `struct` gave
    data = file.get(where, length)
    occurrences, many, size = HEAD.unpack_from(data)
    both = numbers(unpacked(data[HEAD.size : HEAD.size + size], 2 * many * WIDTH))
    documents = array(NUMBER, accumulate(both[:many]))
    return Postings(documents, both[many:], data[HEAD.size + size :], occurrences)


class ListWriter(PostingsWriter):
    """Gathers one term's postings. What Whoosh keeps beside them for its own scoring is not needed."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._documents: list[int] = []
        self._positions: list[bytes] = []

    def start_postings(self, _format: object, _info: object) -> None:
        self._documents, self._positions = [], []

    def add_posting(self, document: int, _weight: float, positions: bytes, _length: int | None = None) -> None:
        self._documents.append(document)
        self._positions.append(positions)

    def finish_postings(self) -> W3TermInfo:
        documents = self._documents
        counts = array(NUMBER, [len(positions) // WIDTH for positions in self._positions])
        steps = array(NUMBER, map(sub, documents, [0, *documents]))
        both = packed(steps.tobytes() + counts.tobytes())
        start, occurrences = self._file.tell(), sum(counts)
        self._file.write(HEAD.pack(occurrences, len(documents), len(both)) + both + packed(b"".join(self._positions)))
        info = W3TermInfo(weight=occurrences, df=len(documents))
        info.set_extent(start, self._file.tell() - start)
        return info

    def written(self) -> bool:
        return False


class Codec(W3Codec):
    """Whoosh's format but for the posting lists."""

    length_stats = False  # the shortest field of a term's documents is for Whoosh's own scoring

    def postings_writer(self, file: Any, **_options: Any) -> ListWriter:
        return ListWriter(file)

    def postings_reader(self, file: Any, info: Any, format_: Any, **options: Any) -> ListMatcher:
        """For merging, which asks posting by posting."""
        postings = read_postings(file, info)
        data = postings.positions.tobytes()
        values = [
            data[start * WIDTH : (start + count) * WIDTH]
            for start, count in zip(postings.starts(), postings.counts, strict=False)
        ]
        return ListMatcher(postings.documents, postings.counts, values, format_, **options)
