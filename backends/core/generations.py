"""Where an embedded engine keeps its generations: PATH/g<n>/ and a pointer file PATH/current, replaced by rename."""

import json
import os
import shutil
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from backends.core.errors import GenerationInUse, IndexCorrupt, IndexMissing, Unwritable
from backends.core.manifest import check, manifest
from backends.core.schema import Schema

MANIFEST = "searchsvc.json"
LAST = "last"
SETTLED = 1_000_000_000  # nanoseconds
Opened = TypeVar("Opened")


@dataclass(frozen=True, slots=True)
class Generations:
    """The folder of one connection. Several processes may use it at once; every change is one rename."""

    path: Path
    alias: str
    engine: str
    pointer: "Pointer" = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pointer", Pointer(f"{self.path}/current"))

    def numbers(self) -> list[int]:
        """The complete generations, oldest first; one without a manifest was never finished."""
        found = (folder.parent.name for folder in self.path.glob(f"g*/{MANIFEST}"))
        return sorted(int(name[1:]) for name in found if name[1:].isdecimal())

    def folder(self, number: int) -> Path:
        return self.path / f"g{number}"

    def current(self) -> int | None:
        """The generation that answers; None before the first promote."""
        try:
            text = self.pointer.read()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise self.corrupt(str(error)) from error
        if not (text.startswith("g") and text[1:].isdecimal()):
            raise self.corrupt(f"the pointer file holds {text[:20]!r}")
        return int(text[1:])

    def answering(self) -> int:
        """The generation that answers. Raises IndexMissing."""
        number = self.current()
        if number is None:
            raise IndexMissing(self.alias, str(self.path))
        return number

    def follow(self, opened: Callable[[int], Opened]) -> Opened:
        """What `opened` makes of the generation that answers.

        Where that one was dropped meanwhile, it is asked again with the one that took its place.
        """
        while True:
            number = self.answering()
            try:
                return opened(number)
            except IndexCorrupt:
                if self.answering() == number:
                    raise

    def size(self, number: int) -> int:
        """Bytes on disk. A writer may remove a file meanwhile."""
        found = 0
        for file in self.folder(number).rglob("*"):
            with suppress(FileNotFoundError):
                found += file.stat().st_size
        return found

    def create(self) -> tuple[int, Path]:
        """A new empty folder and its number; `finish` makes it a generation."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            while True:
                taken = [int(folder.name[1:]) for folder in self.path.glob("g*") if folder.name[1:].isdecimal()]
                number = max([self._last(), self.current_or_none() or 0, *taken]) + 1
                # Another process may take the number first; there is always a next one.
                with suppress(FileExistsError):
                    self.folder(number).mkdir()
                    self._replace(self.path / LAST, str(number))
                    return number, self.folder(number)
        except OSError as error:
            raise Unwritable(self.path, error) from error

    def _last(self) -> int:
        """The highest number ever given out: it stands in revisions, which caches keep longer than a generation."""
        try:
            text = (self.path / LAST).read_text("utf-8")  # a codec that is there already: see tests/faults
        except (OSError, UnicodeDecodeError):
            return 0
        return int(text) if text.isdecimal() else 0

    def current_or_none(self) -> int | None:
        """As `current`, and None where the pointer is broken: building anew is the way out of that."""
        try:
            return self.current()
        except IndexCorrupt:
            return None

    def finish(self, number: int, schema: Schema) -> None:
        """Record what the generation was built with, last: a folder without it does not count."""
        self._replace(self.folder(number) / MANIFEST, json.dumps(manifest(self.engine, schema), indent=1))

    def check(self, number: int, schema: Schema) -> None:
        """Raises SchemaMismatch or IndexCorrupt unless the generation was built with this schema and analysis."""
        try:
            found = json.loads((self.folder(number) / MANIFEST).read_text("utf-8"))
            check(self.alias, found, self.engine, schema)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise self.corrupt(f"its manifest: {error}") from error

    def promote(self, number: int) -> None:
        if not (self.folder(number) / MANIFEST).exists():
            raise IndexMissing(self.alias, str(self.folder(number)))
        self._replace(self.path / "current", f"g{number}")

    def drop(self, number: int) -> None:
        if number == self.current_or_none():
            raise GenerationInUse(f"Generation {number} of '{self.alias}' answers now; promote another one first.")
        # Without its manifest the folder no longer counts, even where the rest goes slowly or not at all.
        (self.folder(number) / MANIFEST).unlink(missing_ok=True)
        shutil.rmtree(self.folder(number), ignore_errors=True)

    def sweep(self) -> None:
        """Remove what killed processes left half made or half removed. Under the writer's lock: nobody is at it now."""
        kept = {self.folder(number).name for number in self.numbers()}
        for folder in self.path.glob("g*"):
            if folder.name not in kept and folder.name[1:].isascii() and folder.name[1:].isdecimal():
                shutil.rmtree(folder, ignore_errors=True)
        for draft in self.path.glob(".current.*"):
            draft.unlink(missing_ok=True)

    def corrupt(self, reason: str) -> IndexCorrupt:
        return IndexCorrupt(self.alias, str(self.path), reason)

    def _replace(self, path: Path, text: str) -> None:
        """Write a file so that readers and a crash see the old or the new one, never half of it."""
        draft = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
        try:
            with draft.open("w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except OSError as error:
            raise Unwritable(self.path, error) from error


@dataclass(slots=True)
class Pointer:
    """The pointer file's text. Every search asks for it, so it is read again only where `stat` shows another file.

    One call of the system instead of three: 10 us less within a search. A file that is younger than SETTLED is always
    read, for the next one may take its inode and, within a tick of the clock, its time.
    """

    path: str
    _seen: tuple[tuple[int, int], str] = ((0, 0), "")

    def read(self) -> str:
        """Raises OSError or UnicodeDecodeError."""
        now = os.stat(self.path)  # noqa: PTH116 - asked at each search, and faster than a Path
        stamp = now.st_mtime_ns, now.st_ino
        known, text = self._seen
        if known == stamp:
            return text
        text = _read(self.path)
        if time.time_ns() - now.st_mtime_ns > SETTLED:
            self._seen = stamp, text
        return text


def _read(path: str) -> str:
    file = os.open(path, os.O_RDONLY)
    try:
        return os.read(file, 64).decode("ascii")
    finally:
        os.close(file)
