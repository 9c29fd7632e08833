"""How far it is: a bar where a person looks on, else a line every ten seconds, or nothing."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import Protocol, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

EVERY = 10.0  # seconds between two lines
Advance = Callable[[int, int], None]  # documents done, and how many of them were refused


class Watch(Protocol):
    """Who is told how far it is."""

    def say(self, text: str) -> None: ...

    def steps(self, what: str, total: int, done: int = 0) -> AbstractContextManager[Advance]:
        """Within the block, what is done of a total is told to what it gives."""
        ...


class Silent:
    """Tells nobody."""

    def say(self, text: str) -> None:
        """Say nothing."""

    @contextmanager
    def steps(self, what: str, total: int, done: int = 0) -> Iterator[Advance]:  # noqa: ARG002 - Watch's
        yield lambda _done, _refused: None


class Lines:
    """A line now and then, for logs."""

    def __init__(self, out: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self.out, self.clock = out, clock

    def say(self, text: str) -> None:
        self.out.write(f"{text}\n")

    @contextmanager
    def steps(self, what: str, total: int, done: int = 0) -> Iterator[Advance]:
        begun = said = self.clock()
        first, bad = done, 0

        def advance(count: int, refused: int = 0) -> None:
            nonlocal done, bad, said
            done, bad = done + count, bad + refused
            if (now := self.clock()) - said >= EVERY:
                said = now
                self.say(f"{what}: {_measure(done, total, (done - first) / (now - begun), bad)}")

        yield advance


class Bar:
    """A bar, for a terminal."""

    def __init__(self, out: TextIO) -> None:
        self.console = Console(file=out)

    def say(self, text: str) -> None:
        self.console.print(text, markup=False, highlight=False)

    @contextmanager
    def steps(self, what: str, total: int, done: int = 0) -> Iterator[Advance]:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, TextColumn("{task.fields[rate]}"), console=self.console, transient=True) as bar:
            task = bar.add_task(what, total=total, completed=done, rate="")
            begun, first, bad = time.monotonic(), done, 0

            def advance(count: int, refused: int = 0) -> None:
                nonlocal done, bad
                done, bad = done + count, bad + refused
                rate = (done - first) / max(time.monotonic() - begun, 0.001)
                bar.update(task, completed=done, total=max(total, done), rate=_rate(rate, bad))

            yield advance


def watch(out: TextIO, verbosity: int) -> Watch:
    """What suits where the output goes."""
    if not verbosity:
        return Silent()
    return Bar(out) if out.isatty() else Lines(out)


def _measure(done: int, total: int, rate: float, refused: int) -> str:
    left = timedelta(seconds=round(max(0, total - done) / rate)) if rate else "?"
    return f"{done:,} of {total:,} ({done / max(total, 1):.0%}), {_rate(rate, refused)}, {left} left"


def _rate(rate: float, refused: int) -> str:
    return f"{rate:,.0f}/s" + (f", {refused:,} refused" if refused else "")
