"""kill -9 at any moment of a write: nothing acknowledged is lost, nothing is half there, nobody has to help.

5 kills of a kind, and 50 with --long; the seed is fixed, the moments are the machine's.
"""

import os
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from backends.core.store import Store
from tests.faults import program
from tests.faults.conftest import Running, Start
from tests.faults.program import COUNT, batches, documents, parts

LONGEST = 0.06  # seconds; a commit takes 5 to 50 ms
REOPEN_WITHIN = 5.0  # seconds, on a machine that does other things too

Moment = Callable[[Running, Path, random.Random], list[tuple[str, int]]]


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> int:
    return 50 if request.config.getoption("--long") else 5


def by_the_clock(writer: Running, folder: Path, rng: random.Random) -> list[tuple[str, int]]:
    """Wait for some acknowledgements, then for a part of a commit; what was acknowledged."""
    said = [writer.hear() for _ in range(rng.randint(1, 8))]
    end = time.monotonic() + rng.uniform(0, LONGEST)
    while (left := end - time.monotonic()) > 0 and writer.pipe.poll(left):
        said.append(writer.hear())
    return said


def while_files_are_written(writer: Running, folder: Path, rng: random.Random) -> list[tuple[str, int]]:
    """Wait until files of the index come or go for the n-th time after an acknowledgement."""
    said = [writer.hear() for _ in range(rng.randint(1, 8))]
    places = [folder, *folder.glob("g*")]
    before = names(places)
    for _ in range(rng.randint(1, 6)):
        end = time.monotonic() + 5
        while (now := names(places)) == before and time.monotonic() < end:
            pass
        before = now
    return said


def names(places: list[Path]) -> set[str]:
    found: set[str] = set()
    for place in places:
        if place.exists():
            found |= set(os.listdir(place))  # noqa: PTH208 - as fast as can be
    return found


def in_a_merge(writer: Running, folder: Path, rng: random.Random) -> list[tuple[str, int]]:
    """Wait until Whoosh merges, then for a part of that."""
    said: list[tuple[str, int]] = []
    for _ in range(rng.randint(1, 5)):
        while (heard := writer.hear())[0] != "merging":
            said.append(heard)
    end = time.monotonic() + rng.uniform(0, LONGEST / 4)
    while time.monotonic() < end:
        pass
    return said


@dataclass
class Ledger:
    """What a reader must find: batches that were acknowledged, and those that may be there or not."""

    there: set[int]
    open: set[int] = field(default_factory=set)

    def note(self, said: list[tuple[str, int]], first: int) -> None:
        """What a writer of `program.write` said before it was killed in its next step."""
        said = [(what, batch) for what, batch in said if what != "merging"]
        for what, batch in said:
            (self.there.add if what == "wrote" else self.there.discard)(batch)
        what, batch = said[-1] if said else ("wrote", first - 1)
        self.open = {batch + 1} if what == "wrote" else {batch + 3}
        if what == "wrote" and batch % 5 == 4 and batch >= first:
            self.open = {batch - 2}

    def lost(self, found: dict[int, int]) -> set[int]:
        return (self.there - self.open) - found.keys()

    def undead(self, found: dict[int, int]) -> set[int]:
        return found.keys() - self.there - self.open


def torn(found: dict[int, int]) -> dict[int, int]:
    return {batch: count for batch, count in found.items() if count != parts(batch)}


@dataclass
class Tally:
    """A row of the table, filled kill by kill."""

    kills: int = 0
    acknowledged: int = 0
    lost: int = 0
    torn: int = 0
    reopened: list[float] = field(default_factory=list)
    wrote: list[float] = field(default_factory=list)

    def row(self, engine: str, what: str) -> dict[str, object]:
        return {
            "engine": engine, "killed": what, "kills": self.kills, "acknowledged": self.acknowledged,
            "lost": self.lost, "torn": self.torn,
            "reopened in s: median": f"{statistics.median(self.reopened):.3f}", "max": f"{max(self.reopened):.3f}",
            "next write in s: median": f"{statistics.median(self.wrote):.3f}", " max": f"{max(self.wrote):.3f}",
        }  # fmt: skip


def answered(reopen: Callable[[], Store], tally: Tally) -> tuple[Store, dict[int, int]]:
    """The index opened at once, and its first answer."""
    begun = time.monotonic()
    store = reopen()
    found = batches(store.search(COUNT))
    tally.reopened.append(time.monotonic() - begun)
    return store, found


def written(store: Store, batch: int, tally: Tally) -> None:
    begun = time.monotonic()
    store.write(store.current() or 0, documents(batch))
    tally.wrote.append(time.monotonic() - begun)
    # Whoosh's drafts of a table; those in a half-made generation go when the next one is made.
    assert list(store.folders.folder(store.current() or 0).glob("*.toc.*")) == []  # type: ignore[attr-defined] # as above


KINDS: dict[str, tuple[Callable[..., None], Moment]] = {
    "by the clock": (program.write, by_the_clock),
    "while files are written": (program.write, while_files_are_written),
    "in a merge": (program.merge, in_a_merge),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_killed_writer_loses_nothing_acknowledged_and_needs_no_hand(
    engine: str, folder: Path, reopen: Callable[[], Store], start: Start, kills: int, kind: str,
    record_property: Callable[[str, object], None],
) -> None:  # fmt: skip
    if kind == "in a merge" and engine != "whoosh":
        pytest.skip("Tantivy merges in threads of its own; the other kinds meet it there")
    writing, moment = KINDS[kind]
    rng, tally, ledger = random.Random(kind), Tally(), Ledger({0})
    reader = start(program.read, engine, folder)
    assert reader.hear() == "ready"
    for kill in range(1, kills + 1):
        first = kill * 1000
        writer = start(writing, engine, folder, first)
        said = moment(writer, folder, rng)
        writer.kill()
        said += writer.rest()
        tally.kills += 1
        tally.acknowledged += sum(1 for what, _batch in said if what != "merging")
        ledger.note(said, first)
        store, found = answered(reopen, tally)
        tally.lost += len(ledger.lost(found)) + len(ledger.undead(found))
        tally.torn += len(torn(found))
        ledger.there = set(found)
        written(store, first - 1, tally)
        ledger.there.add(first - 1)
        assert batches(store.search(COUNT)).keys() == ledger.there
        store.close()
    record_property("table: Killed writers", tally.row(engine, kind))
    reader.pipe.send("stop")
    reads, wrong = reader.hear()
    assert wrong == []
    assert reads > kills
    assert (tally.lost, tally.torn) == (0, 0)
    assert tally.acknowledged >= kills
    assert max(tally.reopened) < REOPEN_WITHIN


def test_a_rebuild_killed_by_the_clock_leaves_the_old_index_or_the_new(
    engine: str, folder: Path, reopen: Callable[[], Store], start: Start, kills: int,
    record_property: Callable[[str, object], None],
) -> None:  # fmt: skip
    rng, tally, there = random.Random(engine), Tally(), {0}
    reader = start(program.read, engine, folder)
    assert reader.hear() == "ready"
    for kill in range(1, kills + 1):
        first = kill * 1000
        builder = start(program.rebuild, engine, folder, first)
        said = by_the_clock(builder, folder, rng)
        builder.kill()
        said += builder.rest()
        tally.kills += 1
        tally.acknowledged += len(said)
        store, found = answered(reopen, tally)
        what, batch = said[-1]
        # Killed while clearing: the last batch or nothing. Killed while writing the next: nothing or that.
        allowed = ({batch}, set()) if what == "wrote" else (set(), {batch})
        tally.lost += set(found) not in allowed
        tally.torn += len(torn(found))
        store.write(store.current() or 0, [])
        fresh = store.create(program.SCHEMA)  # whatever was left half made goes now
        store.drop(fresh)
        there = {folder.name for folder in folder.glob("g*")}
        assert len(there) <= 2, there
        written(store, first - 1, tally)
        store.close()
    record_property("table: Killed writers", tally.row(engine, "in a rebuild"))
    reader.pipe.send("stop")
    reads, wrong = reader.hear()
    assert wrong == []
    assert reads > kills
    assert (tally.lost, tally.torn) == (0, 0)


def test_a_rebuild_killed_before_anything_it_does_to_a_file_leaves_the_old_index_or_the_new(
    engine: str, folder: Path, reopen: Callable[[], Store], start: Start, kills: int,
    record_property: Callable[[str, object], None],
) -> None:  # fmt: skip
    # All of them with --long: the process is killed before its first, its second, ... until one lives to the end.
    tally, event, last = Tally(), 0, 0
    step = 1 if kills == 50 else 7
    while True:
        builder = start(program.rebuild_to, engine, folder, event)
        said = builder.rest()
        builder.process.join(60)
        store, found = answered(reopen, tally)
        tally.acknowledged += len(said)
        tally.torn += len(torn(found))
        allowed = {0: ({last}, set()), 1: (set(), {last + 1}), 2: ({last + 1},)}[len(said)]
        tally.lost += set(found) not in allowed
        last = max([*found, last]) + 1
        written(store, last, tally)
        store.close()
        if builder.process.exitcode == 0:
            break
        assert builder.process.exitcode == -9
        tally.kills += 1
        event += step
        # One batch alone, so that what the next one finds is known.
        start_over(reopen, last)
    record_property("table: Killed writers", tally.row(engine, "before the n-th file"))
    assert tally.kills >= 20 // step
    assert (tally.lost, tally.torn) == (0, 0)


def start_over(reopen: Callable[[], Store], batch: int) -> None:
    store = reopen()
    fresh = store.create(program.SCHEMA)
    store.write(fresh, documents(batch))
    store.promote(fresh)
    for number in store.generations():
        if number != fresh:
            store.drop(number)
    store.close()
