"""Who builds a generation: one process at a time, by a lease that it renews before each write.

A process that was killed gives it back at once on its own machine, where one can see that it is gone; elsewhere when
the lease ends.
"""

import os
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Q
from django.utils import timezone

from searchsvc.indexing.models import Generation
from searchsvc.indexing.rebuild.outcome import AlreadyRuns, Lost

LEASE = timedelta(seconds=120)  # longer than any call of an engine, which the lease is renewed before
START = 19  # place of a process's start in /proc/<pid>/stat, counted behind the name
BOOT, NAMESPACE = Path("/proc/sys/kernel/random/boot_id"), Path("/proc/self/ns/pid")


@dataclass(frozen=True, slots=True)
class Runner:
    """This process's lease on a generation; forked workers share it."""

    generation: int  # its primary key
    token: UUID
    clock: Callable[[], datetime] = timezone.now

    def renew(self) -> None:
        """Raises Lost where another process has taken over."""
        mine = Generation.objects.filter(pk=self.generation, runner=self.token)
        if not mine.update(runs_until=self.clock() + LEASE):
            raise Lost("Another process goes on with this generation; this one has stopped.")

    def release(self) -> None:
        """Let anyone go on."""
        Generation.objects.filter(pk=self.generation, runner=self.token).update(runner=None, runs_until=None)


def lease(clock: Callable[[], datetime] = timezone.now) -> dict[str, Any]:
    """The columns of a new Generation that this process builds."""
    return {"runner": uuid4(), "runs_until": clock() + LEASE}


def take(generation: Generation, clock: Callable[[], datetime] = timezone.now) -> Runner:
    """The lease on a generation that nobody builds now. Raises AlreadyRuns."""
    mine = lease(clock)
    taken = Generation.objects.filter(_free(generation, clock()), pk=generation.pk).update(
        **mine, options={**generation.options, "process": this_process()}
    )
    if not taken:
        raise AlreadyRuns(who_runs(generation))
    return Runner(generation.pk, mine["runner"], clock)


def is_free(generation: Generation, clock: Callable[[], datetime] = timezone.now) -> bool:
    """Whether nobody builds a generation now."""
    return Generation.objects.filter(_free(generation, clock()), pk=generation.pk).exists()


def _free(generation: Generation, now: datetime) -> Q:
    # A time far ahead is a clock that has jumped.
    free = Q(runner=None) | Q(runs_until__lt=now) | Q(runs_until__gt=now + 2 * LEASE)
    return free | Q(runner=generation.runner) if is_gone(generation.options.get("process") or {}) else free


def who_runs(generation: Generation) -> str:
    """Who builds a generation, since when and how far: a sentence."""
    process = generation.options.get("process") or {}
    share = f" ({generation.written / generation.total:.0%})" if generation.total else ""
    return (
        f"The index of connection '{generation.alias}' is being built: generation {generation.number}, "
        f"{generation.state}, by {generation.by or 'someone'} (process {process.get('pid', '?')} on "
        f"{process.get('host', '?')}) since {generation.started:%Y-%m-%d %H:%M:%S} UTC, {generation.written:,} of "
        f"{generation.total:,} documents{share}. Wait for it; or end that process, then: manage.py index resume"
    )


def this_process() -> dict[str, Any]:
    """What tells this process from all others, ready for JSON."""
    return {"pid": os.getpid(), "host": socket.gethostname(), "place": _place(), "start": _start(os.getpid())}


def is_gone(process: Mapping[str, Any]) -> bool:
    """Whether a process of this machine, and of this container of it, has ended; False where that cannot be seen."""
    place = _place()
    if not place or process.get("place") != place:
        return False
    return _start(process["pid"]) != process.get("start")


def _place() -> str:
    """The running kernel and the namespace of process numbers; '' where there is no /proc."""
    with suppress(OSError):
        return f"{BOOT.read_text('ascii').strip()} {NAMESPACE.readlink()}"
    return ""


def _start(pid: int) -> str:
    """When a process started, in ticks of the kernel; '' where there is none, or where it waits to be buried."""
    with suppress(OSError):
        state, *rest = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        return "" if state in "ZX" else rest[START - 1]
    return ""
