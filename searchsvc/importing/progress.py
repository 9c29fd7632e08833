"""How far an import is: a bar on a terminal, else a line every ten seconds."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from searchsvc.importing.load import Watch
from searchsvc.importing.report import Report
from searchsvc.importing.tape import Tape

SECONDS_BETWEEN_LINES = 10.0


@dataclass(frozen=True, slots=True)
class Progress:
    """Writes to `stream`. `clock` is in seconds."""

    stream: TextIO
    clock: Callable[[], float] = time.monotonic

    @contextmanager
    def over(self, tape: Tape) -> Iterator[Watch]:
        if not self.stream.isatty():
            yield Lines(self.stream, tape, self.clock, self.clock()).watch
            return
        columns = (TextColumn("{task.fields[told]}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
        with Bar(*columns, console=Console(file=self.stream)) as bar:
            task = bar.add_task("", total=tape.size, told="0 rows")
            start = self.clock()

            def watch(report: Report) -> None:
                told = rate(report.rows, self.clock() - start)
                bar.update(task, completed=tape.position, told=told)

            yield watch


@dataclass(slots=True)
class Lines:
    stream: TextIO
    tape: Tape
    clock: Callable[[], float]
    start: float
    last: float = field(default=0.0)

    def watch(self, report: Report) -> None:
        now = self.clock()
        if now - max(self.last, self.start) >= SECONDS_BETWEEN_LINES:
            self.last = now
            self.stream.write(f"{rate(report.rows, now - self.start)}{self._left(now)}\n")
            self.stream.flush()

    def _left(self, now: float) -> str:
        """Guess the time left by the bytes of the packed file; nothing is known of standard input."""
        if not self.tape.size or not self.tape.position:
            return ""
        share = min(1.0, self.tape.position / self.tape.size)
        return f", {share:.0%} read, {duration((now - self.start) * (1 - share) / share)} left"


def rate(rows: int, seconds: float) -> str:
    return f"{rows:,} rows, {rows / seconds if seconds > 0 else 0:,.0f} a second"


def duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"
