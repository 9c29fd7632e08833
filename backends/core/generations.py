"""Where an embedded engine keeps its generations: PATH/g<n>/ and a pointer file PATH/current, replaced by rename."""

import json
import os
import shutil
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from backends.core.errors import GenerationInUse, IndexCorrupt, IndexMissing, Unwritable
from backends.core.manifest import check, manifest
from backends.core.schema import Schema

MANIFEST = "searchsvc.json"
Opened = TypeVar("Opened")


@dataclass(frozen=True, slots=True)
class Generations:
    """The folder of one connection. Several processes may use it at once; every change is one rename."""

    path: Path
    alias: str
    engine: str

    def numbers(self) -> list[int]:
        """The complete generations, oldest first; one without a manifest was never finished."""
        found = (folder.parent.name for folder in self.path.glob(f"g*/{MANIFEST}"))
        return sorted(int(name[1:]) for name in found if name[1:].isdecimal())

    def folder(self, number: int) -> Path:
        return self.path / f"g{number}"

    def current(self) -> int | None:
        """The generation that answers; None before the first promote."""
        try:
            text = _read(f"{self.path}/current")
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

    def create(self) -> tuple[int, Path]:
        """A new empty folder and its number; `finish` makes it a generation."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            while True:
                taken = [int(folder.name[1:]) for folder in self.path.glob("g*") if folder.name[1:].isdecimal()]
                number = max([0, self.current_or_none() or 0, *taken]) + 1
                # Another process may take the number first; there is always a next one.
                with suppress(FileExistsError):
                    self.folder(number).mkdir()
                    return number, self.folder(number)
        except OSError as error:
            raise Unwritable(self.path, error) from error

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


def _read(path: str) -> str:
    """A short file's text; every search reads the pointer, and this takes a third of the time of `open`."""
    file = os.open(path, os.O_RDONLY)
    try:
        return os.read(file, 64).decode("ascii")
    finally:
        os.close(file)
