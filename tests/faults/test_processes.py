"""Real processes on one index: what one writes the others find at once, and writers wait for one another."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from backends.core.store import Store
from tests.faults import program
from tests.faults.conftest import Start
from tests.faults.program import COUNT, batches, parts

STEPS = 24
READERS = 3


@pytest.fixture
def empty(folder: Path, reopen: Callable[[], Store]) -> Path:
    """The folder of an index without documents."""
    reopen().delete(1, [f"tests.work.{name}" for name in program.ids(0)])
    return folder


@pytest.mark.parametrize("forked", [False, True], ids=["of their own", "forked with the index open"])
def test_a_commit_and_a_promotion_are_found_by_every_process_at_its_next_search(
    engine: str, empty: Path, start: Start, forked: bool, record_property: Callable[[str, object], None]
) -> None:
    readers = [start(program.watch, engine, empty, STEPS, forked) for _ in range(READERS)]
    for reader in readers:
        assert reader.hear() == "ready"
    writer = start(program.step, engine, empty, STEPS)
    acknowledged = dict(writer.hear())
    delays: list[float] = []
    for reader in readers:
        seen = reader.hear()
        for at, moment in acknowledged.items():
            late = [begun - moment for begun, _ended, found in seen if found < at and begun > moment]
            assert late == [], f"step {at} was not found {max(late) * 1000:.1f} ms after its acknowledgement"
            delays.append(next(ended for _begun, ended, found in seen if found >= at) - moment)
    in_ms = [max(0, delay) * 1000 for delay in delays]
    record_property(
        "table: From a write's acknowledgement to the end of the first search that found it",
        {
            "engine": engine, "readers": f"{READERS} {'forked' if forked else 'started'}", "writes": STEPS,
            "promotions": STEPS // 4, "later searches without it": 0,
            "ms: median": f"{statistics.median(in_ms):.1f}", "max": f"{max(in_ms):.1f}",
        },
    )  # fmt: skip


def test_two_writing_processes_take_turns(
    engine: str, folder: Path, start: Start, reopen: Callable[[], Store], record_property: Callable[[str, object], None]
) -> None:
    rounds = 20
    writers = [start(program.compete, engine, folder, 1000 * at, rounds) for at in (1, 2)]
    for writer in writers:
        assert writer.hear() == "ready"
    begun = time.monotonic()
    for writer in writers:
        writer.pipe.send("go")
    slowest = [writer.hear() for writer in writers]
    took = time.monotonic() - begun
    found = batches(reopen().search(COUNT))
    assert found == {batch: parts(batch) for batch in (0, *range(1000, 1000 + rounds), *range(2000, 2000 + rounds))}
    # Neither waited until the other was done.
    assert max(slowest) < took / 2
    record_property(
        "table: Two processes that write as fast as they can",
        {"engine": engine, "writes": 2 * rounds, "ms a write": f"{took / rounds / 2 * 1000:.0f}",
         "slowest write in ms": f"{max(slowest) * 1000:.0f}"},
    )  # fmt: skip


def test_when_a_writer_is_killed_the_one_that_waits_goes_on(
    engine: str, folder: Path, start: Start, reopen: Callable[[], Store], record_property: Callable[[str, object], None]
) -> None:
    begun, waited, batch = time.monotonic(), [], 1000
    for _ in range(5):
        first, second = (start(program.write, engine, folder, batch + 1000 * at) for at in (0, 1))
        for writer in (first, second):
            writer.hear()
        first.kill()
        killed = time.monotonic()
        heard = [second.hear(10)]
        while second.pipe.poll(0):
            heard.append(second.hear())
        heard.append(second.hear(10))  # begun, or still waiting, when the other was killed
        waited.append(time.monotonic() - killed)
        second.kill()
        batch += 2000
    assert set(batches(reopen().search(COUNT)).values()) <= {program.PARTS, program.LARGE_PARTS}
    record_property(
        "table: A writer waits for one that is killed",
        {"engine": engine, "kills": 5, "goes on within s: median": f"{statistics.median(waited):.2f}",
         "max": f"{max(waited):.2f}", "all in s": f"{time.monotonic() - begun:.1f}"},
    )  # fmt: skip


def test_a_process_may_fork_while_its_threads_write_and_search(
    engine: str, folder: Path, start: Start, reopen: Callable[[], Store]
) -> None:
    children = 8
    forking = start(program.fork_amid_writes, engine, folder, children)
    assert [forking.hear() for _ in range(children)] == list(range(children))
    assert forking.hear() == "done"
    found = batches(reopen().search(COUNT))
    assert found.keys() >= set(range(children)) | {1000}
    assert all(found[batch] == parts(batch) for batch in found)


def test_nothing_is_imported_by_the_first_write_or_search(engine: str, folder: Path, start: Start) -> None:
    # A child that is forked while another thread imports a module waits for that import for ever.
    assert start(program.use, engine, folder).hear() == []
