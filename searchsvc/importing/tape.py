"""A feed's bytes: a file or standard input, unpacked by its content, and how far it has been read."""

import bz2
import gzip
import io
import lzma
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from searchsvc.importing.row import FeedBroken

STDIN = "-"
# One row may be this many bytes. A file without line ends must not fill the memory.
MAX_LINE = 16 * 2**20
BUFFER = 2**18

# First bytes of a packed file -> what unpacks it. By content, because standard input has no name.
UNPACKERS: dict[bytes, Callable[[Any], Any]] = {
    b"\x1f\x8b": lambda raw: gzip.GzipFile(fileobj=raw),
    b"\xfd7zXZ\x00": lzma.LZMAFile,
    b"BZh": bz2.BZ2File,
}
DAMAGE = (EOFError, OSError, zlib.error, lzma.LZMAError)


class Meter(io.RawIOBase):
    """Counts the bytes that pass, so that progress is known in the packed file, also on standard input."""

    def __init__(self, raw: BinaryIO) -> None:
        super().__init__()
        self.raw = raw
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        chunk = self.raw.read(len(buffer))
        buffer[: len(chunk)] = chunk
        self.count += len(chunk)
        return len(chunk)


class Tape:
    """`stream` gives the unpacked bytes; `position` and `size` are in bytes of the file as it lies on disk."""

    def __init__(self, raw: BinaryIO, size: int | None) -> None:
        self.size = size
        self._meter = Meter(raw)
        packed = io.BufferedReader(self._meter, BUFFER)
        head = packed.peek(8)
        unpack = next((unpack for magic, unpack in UNPACKERS.items() if head.startswith(magic)), None)
        self.stream = cast("BinaryIO", unpack(packed) if unpack else packed)

    @property
    def position(self) -> int:
        return self._meter.count


@contextmanager
def open_tape(source: str) -> Iterator[Tape]:
    """Open a path, or standard input for "-". Raises OSError where the file cannot be opened."""
    if source == STDIN:
        yield Tape(sys.stdin.buffer, None)
        return
    with Path(source).open("rb") as raw:
        yield Tape(raw, Path(source).stat().st_size)


def lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Yield (number from 1, line without its end); None for a line longer than MAX_LINE.

    Raises FeedBroken where the bytes cannot be read or unpacked.
    """
    number = 0
    with damage_named():
        while line := stream.readline(MAX_LINE):
            number += 1
            is_whole = line.endswith(b"\n") or len(line) < MAX_LINE
            yield number, line.rstrip(b"\r\n") if is_whole else None
            while not is_whole:
                is_whole = (line := stream.readline(MAX_LINE)).endswith(b"\n") or not line


@contextmanager
def damage_named() -> Iterator[None]:
    try:
        yield
    except DAMAGE as error:
        raise FeedBroken(f"the feed cannot be read to its end: {error}") from error
