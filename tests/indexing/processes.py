"""Processes of one service: its database, its index's folder, and its broker, if any, are those of the test."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from tests.servers.product import free_ports

ROOT = Path(__file__).resolve().parents[2]
SEARCH = "/api/v1/indexes/items/search?q=harbour&size=2&facets=kind"
LIMIT = 60.0  # seconds that anything may take on a busy machine


class Site:
    """Starts processes with these settings, and ends all of them."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.started: list[subprocess.Popen[str]] = []
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "searchsvc.settings.dev",
            "PYTHONPATH": str(ROOT),
            "SEARCHSVC_VAR_DIR": str(folder),
            "SEARCHSVC_DEBUG": "0",
            "SEARCHSVC_INDEXING_WORKER": "off",
            "SEARCHSVC_INDEXING_SWEEP": "1",
            "SEARCHSVC_INDEXING_LEASE": "4",
            **environment,
        }

    def program(self, **environment: str) -> "Program":
        """Start a process that does what it is told."""
        process = self.start([sys.executable, ROOT / "tests" / "indexing" / "program.py"], **environment)
        return Program(process)

    def start(self, command: list[Any], **environment: str) -> "subprocess.Popen[str]":
        with (self.folder / f"{len(self.started)}.log").open("w") as log:
            process = subprocess.Popen(
                command,
                env=self.environment | environment,
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        self.started.append(process)
        return process

    def celery(self, arguments: str, **environment: str) -> "subprocess.Popen[str]":
        """Start `celery -A searchsvc ...`, again where it ends, as systemd and Compose do."""
        again = f"while :; do {sys.executable} -m celery -A searchsvc {arguments}; sleep 1; done"
        return self.start(["sh", "-c", again], **environment)

    def end(self) -> None:
        for process in self.started:
            kill(process)

    def logs(self) -> str:
        return "\n".join(log.read_text("utf-8") for log in sorted(self.folder.glob("*.log")))


class Server:
    """One process of deploy/serve."""

    def __init__(self, site: Site, sweep: str) -> None:
        (self.port,) = free_ports(1)
        self.address = f"http://127.0.0.1:{self.port}"
        self.process = site.start(
            [ROOT / "deploy" / "serve"],
            PATH=f"{Path(sys.executable).parent}:{site.environment['PATH']}",
            PORT=str(self.port),
            WORKERS="1",
            SEARCHSVC_INDEXING_WORKER="on",
            SEARCHSVC_INDEXING_SWEEP=sweep,
        )
        wait_until(self.answers)

    def get(self, path: str):
        with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=LIMIT) as reply:
            return json.load(reply)

    def answers(self) -> bool:
        try:
            return bool(self.get(SEARCH))
        except OSError:
            return False

    def total(self) -> int:
        return self.get(SEARCH)["total"]["value"]


class Program:
    """One process of `program.py`."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def tell(self, *words: Any) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(words) + "\n")
        self.process.stdin.flush()

    def hear(self) -> Any:
        assert self.process.stdout
        return json.loads(self.process.stdout.readline())

    def ask(self, *words: Any) -> Any:
        self.tell(*words)
        return self.hear()

    def wait_for(self, value: Any, *words: Any, seconds: float = LIMIT) -> float:
        """Ask until the answer is this; the seconds that it took."""
        begun = time.monotonic()
        wait_until(lambda: self.ask(*words) == value, seconds)
        return time.monotonic() - begun

    def end(self) -> int:
        """Let it come to its end, as a command does."""
        assert self.process.stdin
        self.process.stdin.close()
        return self.process.wait(LIMIT)


def kill(process: "subprocess.Popen[str]") -> None:
    """With -9, and all that it has started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(LIMIT)
    for pipe in (process.stdin, process.stdout):
        if pipe:
            pipe.close()


def wait_until(happened: Callable[[], bool], seconds: float = LIMIT) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        threading.Event().wait(0.02)
