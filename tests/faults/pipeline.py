"""The whole service as processes that are killed and started again, as systemd, Compose or an operator would."""

import json
import os
import queue
import random
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.indexing.processes import LIMIT, ROOT, Site, kill
from tests.servers.process import Process

if TYPE_CHECKING:
    import subprocess

PROGRAM = (sys.executable, ROOT / "tests" / "faults" / "mutations.py")
PART_SECONDS = 300.0  # that one part of the writes may take, with what is killed meanwhile
TABLE = "table: What was killed in the middle of writes, and what is equal afterwards"
SETTLED = 120.0  # seconds from the last write to an empty queue, on a machine that does other things too
KINDS = ("missing", "ghost", "wrong", "stale")


def wait_until(happened: Callable[[], bool], what: str, seconds: float = LIMIT) -> float:
    """Look again and again; the seconds it took."""
    begun = time.monotonic()
    while not happened():
        assert time.monotonic() < begun + seconds, f"not in {seconds:.0f} s: {what}"
        threading.Event().wait(0.05)
    return time.monotonic() - begun


def children(pid: int) -> list[int]:
    with suppress(OSError):
        return list(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()))
    return []


def say(process: "subprocess.Popen[str]", *words: Any) -> None:
    """Tell a process of `mutations` what to do."""
    assert process.stdin
    process.stdin.write(json.dumps(words) + "\n")
    process.stdin.flush()


class Kept:
    """A process of the site that is started again when it was killed."""

    def __init__(self, site: Site, name: str, command: list[Any], mark: str, **environment: str) -> None:
        self.site, self.name, self.command, self.mark, self.environment = site, name, command, mark, environment
        self.start()

    def start(self) -> None:
        self.log = self.site.folder / f"{len(self.site.started)}.log"
        self.process = self.site.start(self.command, **self.environment)

    def is_up(self) -> bool:
        return self.mark in self.log.read_text("utf-8", "replace")

    def kill(self, _rng: random.Random) -> None:
        kill(self.process)
        self.start()

    def revive(self) -> None:
        """Start it again where it has ended by itself, as a supervisor does."""
        if self.process.poll() is not None:
            kill(self.process)
            self.start()


class Worker(Kept):
    """A Celery worker with two processes: all of it is killed, or its parent, or one of the two at work."""

    def kill(self, rng: random.Random) -> None:
        below = children(self.process.pid)
        how = rng.choice(["all", "parent", "child"])
        if how == "child" and below:
            with suppress(ProcessLookupError):
                os.kill(rng.choice(below), signal.SIGKILL)
            return
        if how == "parent":
            os.kill(self.process.pid, signal.SIGKILL)  # what its children are at they bring to its end, or not
            self.process.wait(LIMIT)
            self.start()
            return
        super().kill(rng)


class Server:
    """A broker or an engine of the test's own, with its data folder and its port."""

    def __init__(self, name: str, process: Process, pause: float) -> None:
        self.name, self.process, self.pause = name, process, pause

    def is_up(self) -> bool:
        return True

    def revive(self) -> None:
        """What ends by itself here is a fault of the test."""

    def kill(self, rng: random.Random) -> None:
        self.process.kill()
        threading.Event().wait(rng.uniform(0, self.pause))
        self.process.start()


class Web(Kept):
    """A process that writes: what was left of its part when it was killed, its successor is told to do."""

    def __init__(self, site: Site, name: str, said: "queue.Queue[tuple[Any, ...]]", **environment: str) -> None:
        self.said, self.left, self.refused, self.written = said, 0, 0, 0
        self.is_doing = False
        super().__init__(site, name, [*PROGRAM], "", **environment)

    def start(self) -> None:
        super().start()
        threading.Thread(target=self.listen, args=(self.process,), daemon=True).start()

    def revive(self) -> None:
        assert self.process.poll() is None, self.log.read_text("utf-8", "replace")[-4000:]

    def listen(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout
        with suppress(ValueError):  # closed by whoever killed it
            for line in process.stdout:
                with suppress(json.JSONDecodeError):  # cut by the kill
                    self.said.put((self, process, *json.loads(line)))

    def work(self, rng: random.Random, most: int) -> None:
        self.left, self.is_doing = most, True
        say(self.process, "write", rng.getrandbits(32), most)

    def kill(self, rng: random.Random) -> None:
        super().kill(rng)
        if self.is_doing:
            self.work(rng, max(1, self.left))


class Pipeline:
    """Everything that runs, who may be killed, and what was seen of it."""

    def __init__(self, site: Site, seed: int) -> None:
        self.site = site
        self.rng = random.Random(seed)
        self.said: queue.Queue[tuple[Any, ...]] = queue.Queue()
        self.webs: list[Web] = []
        self.victims: list[Any] = []
        self.killed: dict[str, int] = {}
        self.cut = self.written = self.refused = 0
        self.watch = self.onlooker()

    def onlooker(self) -> "subprocess.Popen[str]":
        return self.site.start([*PROGRAM], SEARCHSVC_INDEXING_WORKER="off", CELERY_BROKER_URL="")

    def web(self, **environment: str) -> None:
        made = Web(self.site, "web", self.said, **environment)
        self.webs.append(made)
        self.victims.append(made)

    def ask(self, *words: Any) -> Any:
        """What the process that looks on answers."""
        say(self.watch, *words)
        return self.hear_from(self.watch)

    def hear_from(self, process: "subprocess.Popen[str]") -> Any:
        """The answer to what a process was asked."""
        assert process.stdout
        for line in process.stdout:
            word, *rest = json.loads(line)
            if word == "done":
                return rest[-1]
        raise AssertionError(self.site.logs()[-4000:])

    def waits(self) -> dict[str, int]:
        found: dict[str, int] = self.ask("waits")
        return found

    def run(self, order: list[Any], part: int) -> None:
        """One part of the writes for each kill."""
        for victim in order:
            self.revive()
            for web in self.webs:
                web.work(self.rng, part // len(self.webs))
            self.until_a_moment(victim, self.rng.randrange(part // 2))
            self.kill(victim)
            self.until(lambda: not any(web.is_doing for web in self.webs))

    def revive(self) -> None:
        for victim in self.victims:
            victim.revive()

    def until_a_moment(self, victim: Any, rows: int) -> None:
        """Wait for so many rows, and then for a transaction that is open in who is to die."""
        goal = self.written + rows
        self.until(lambda: self.written >= goal)
        if isinstance(victim, Web) and victim.is_doing and self.rng.random() < 0.5:
            self.until(lambda: not victim.is_doing, stop=lambda web, word: web is victim and word == "begun")

        def is_up() -> bool:
            victim.revive()
            return bool(victim.is_up())

        wait_until(is_up, f"{victim.name} has not started")

    def kill(self, victim: Any) -> None:
        victim.kill(self.rng)
        self.killed[victim.name] = self.killed.get(victim.name, 0) + 1
        if isinstance(victim, Worker):
            self.cut += self.waits()["claimed"] > 0

    def until(self, happened: Callable[[], bool], stop: Callable[[Web, str], bool] = lambda _web, _word: False) -> None:
        end = time.monotonic() + PART_SECONDS
        while not happened():
            assert time.monotonic() < end, self.site.logs()[-4000:]
            with suppress(queue.Empty):
                web, process, word, *rest = self.said.get(timeout=0.5)
                if process is not web.process:
                    continue  # the last words of a dead one
                self.hear(web, word, rest)
                if stop(web, word):
                    return

    def hear(self, web: Web, word: str, rest: list[Any]) -> None:
        if word == "wrote":
            web.left -= max(1, rest[1])
            self.written += rest[1]
        elif word == "refused":
            self.refused += 1
        elif word == "done":
            web.is_doing = False

    def settle(self, seconds: float) -> float:
        """Wait until nothing is left to be delivered; the seconds it took."""

        def is_empty() -> bool:
            self.revive()
            return self.waits()["waiting"] == 0

        return wait_until(is_empty, "the queue is not empty", seconds)

    def verify(self) -> list[dict[str, Any]]:
        """What `manage.py index verify` says of each index."""
        return verify(self.site)


def manage(site: Site, *arguments: str) -> "subprocess.Popen[str]":
    """Start a command of `manage.py`."""
    return site.start([sys.executable, ROOT / "manage.py", *arguments])


def verify(site: Site) -> list[dict[str, Any]]:
    said, code = ended(manage(site, "index", "verify", "--json"))
    assert code in {0, 3}, said + site.logs()[-4000:]
    found: list[dict[str, Any]] = json.loads(said)
    return found


def ended(process: "subprocess.Popen[str]", seconds: float = 600.0) -> tuple[str, int]:
    """What a command said, and its exit code."""
    said, _ = process.communicate(timeout=seconds)
    return said, process.returncode


def status(site: Site) -> dict[str, dict[str, Any]]:
    """What `manage.py index status` says of each index."""
    said, code = ended(manage(site, "index", "status", "--json"))
    assert code in {0, 3}, said
    return {one["index"]: one for one in json.loads(said)}


def equal(pipeline: Pipeline, what: str, record_property: Callable[[str, object], None]) -> dict[str, Any]:
    """Wait for the queue to empty, compare, and make a row of the table."""
    seconds = pipeline.settle(SETTLED)
    dead = pipeline.waits()["dead"]
    verified = pipeline.verify()
    row = {
        "What runs": what,
        "killed": ", ".join(f"{count} {name}" for name, count in sorted(pipeline.killed.items())),
        "batches cut": pipeline.cut,
        "writes": f"{pipeline.written:,}",
        "documents": f"{sum(one['checked'] for one in verified):,}",
        "dead letters": dead,
        "equal after": f"{seconds:.1f} s",
        **{kind: sum(one[kind] for one in verified) for kind in KINDS},
    }
    record_property(TABLE, row)
    assert [one[kind] for one in verified for kind in KINDS] == [0] * len(verified) * len(KINDS), verified
    assert dead == 0
    counted = pipeline.ask("counts")
    assert counted["rows"] > 100
    return row
