"""Chunks filled one after the other in this process, or side by side in forked ones.

Each worker reads, prepares, analyses and writes for itself: documents never travel between processes, and an embedded
engine's lock has one of them write at a time, which is a fifth of the work.
"""

import gc
import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from django.db import connection, connections

from backends.core.store import close_stores
from searchsvc.indexing.rebuild.fill import Filled, fill
from searchsvc.indexing.rebuild.outcome import Lost, Stopped
from searchsvc.indexing.rebuild.runner import Runner

LOOK = 1.0  # seconds between two looks at whether the parent is still there, and whether to stop
SELDOM = (50_000, 20, 50)  # Python's own are 700, 10 and 10, with which a third of the time is spent on it
WORTH_IT = 5_000  # documents, from where a process pays for its start


def number_of(asked: int | None, total: int, cores: int) -> int:
    """How many processes are worth it; 1 is this one alone."""
    if not can_fork():
        return 1
    return max(1, asked if asked is not None else cores if total >= WORTH_IT else 1)


def can_fork() -> bool:
    """Whether forked processes can do the work: not on macOS, nor where the database is in this one's memory."""
    in_memory = connection.vendor == "sqlite" and connection.is_in_memory_db()  # type: ignore[attr-defined] # SQLite's
    return sys.platform == "linux" and not in_memory and not multiprocessing.current_process().daemon


def filled(chunks: Sequence[int], runner: Runner, workers: int, stop: Callable[[], bool]) -> Iterator[Filled]:
    """Fill chunks until none is left or `stop`; what is begun is ended. Raises Lost, Stopped or what filling raised."""
    if workers < 2 or len(chunks) < 2:  # noqa: PLR2004 - nothing is side by side with itself
        with _seldom_collecting():
            for chunk in chunks:
                if stop():
                    return
                yield fill(chunk, runner)
        return
    with _team(min(workers, len(chunks)), runner) as team:
        yield from _side_by_side(team, iter(chunks), stop)


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """Within the block, look for cycles of garbage seldom: a thousand documents are a million objects without any."""
    before = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)


Team = dict[Connection, BaseProcess]


def _side_by_side(team: Team, chunks: Iterator[int], stop: Callable[[], bool]) -> Iterator[Filled]:
    busy = {pipe for pipe in team if _hand_out(pipe, chunks)}
    while busy:
        for ready in wait(list(busy), LOOK):
            pipe = next(each for each in busy if each is ready)
            yield _answer(pipe, team[pipe])
            if stop() or not _hand_out(pipe, chunks):
                busy.discard(pipe)


def _hand_out(pipe: Connection, chunks: Iterator[int]) -> bool:
    chunk = next(chunks, None)
    if chunk is not None:
        pipe.send(chunk)
    return chunk is not None


def _answer(pipe: Connection, process: BaseProcess) -> Filled:
    try:
        answer: Filled | Exception = pipe.recv()
    except EOFError:
        process.join()
        raise Stopped(f"A worker process ended by itself (exit code {process.exitcode}); was it killed?") from None
    if isinstance(answer, Exception):
        raise answer
    return answer


@contextmanager
def _team(size: int, runner: Runner) -> Iterator[Team]:
    """Forked workers; nothing that is open is shared with them."""
    close_stores()
    for each in connections.all(initialized_only=True):
        each.close()
        if close_pool := getattr(each, "close_pool", None):  # PostgreSQL's
            close_pool()
    context = multiprocessing.get_context("fork")
    team: Team = {}
    try:
        for _ in range(size):
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(theirs, [ours, *team], runner), daemon=True)
            process.start()
            theirs.close()
            team[ours] = process
        yield team
    finally:
        _dismiss(team)


def _dismiss(team: Team) -> None:
    for pipe in team:
        pipe.close()  # a worker that waits or answers sees the end, and goes
    for process in team.values():
        process.join()


def _work(pipe: Connection, others: Sequence[Connection], runner: Runner) -> None:
    """In a worker: fill what comes, until the parent closes its end, by intention or because it was killed."""
    for other in others:  # inherited ends of the parent's, which would keep their pipes open
        other.close()
    for each in (signal.SIGINT, signal.SIGTERM):  # the parent hears them too, and lets this one end its chunk
        signal.signal(each, signal.SIG_IGN)
    with _seldom_collecting(), suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            pipe.send(_attempt(pipe.recv(), runner))
    connections.close_all()


def _attempt(chunk: int, runner: Runner) -> Filled | Exception:
    try:
        return fill(chunk, runner)
    except Lost as error:
        return error
    except Exception as error:  # noqa: BLE001 - told to the parent; not every error can travel as it is
        return Stopped(f"{type(error).__name__}: {error}")
