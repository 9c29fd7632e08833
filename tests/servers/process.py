"""One server as a child of this process: started, asked until it answers, stopped; it dies with this process."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from tests.servers.product import Answer, Instance, Launch, Product

START_SECONDS = 240.0  # two busy cores start a Java server in 10 to 40
STOP_SECONDS = 30.0
PAUSE_SECONDS = 0.1
USER = "nobody"  # who runs servers when we are root; some refuse root
LOG_LINES = 30


class DidNotStart(Exception):
    """A server ended or stayed silent; the message has the last lines of its log."""


class NotWanted(Exception):
    """Everyone who waited for this server has gone."""


class Process:
    """A server process and what runs beside it. The folder, ports and log stay the same from one start to the next."""

    def __init__(self, product: Product, instance: Instance, log: Path) -> None:
        self.product = product
        self.instance = instance
        self.log = log
        self.children: list[subprocess.Popen[bytes]] = []

    @property
    def pid(self) -> int:
        return self.children[-1].pid

    def start(self, is_wanted: Callable[[], bool] = lambda: True) -> Answer:
        """Start it, and return what it answers. Raises DidNotStart, and NotWanted when `is_wanted` turns False."""
        version = self.product.version()
        make_own(self.instance.folder)
        launch = self.product.launch(self.instance)
        make_own(self.instance.folder)
        for command in (*launch.beside, launch.command):
            self.children.append(self.spawn(command, launch))
        try:
            answer = self.wait_until_it_answers(is_wanted)
        except BaseException:
            self.kill()
            raise
        if answer != Answer(version, self.instance.token):
            self.kill()
            raise DidNotStart(f"{self.product.title} {version} was started and {answer} answers on its port")
        return answer

    def wait_until_it_answers(self, is_wanted: Callable[[], bool]) -> Answer:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self.children[-1].poll() is not None:
                raise DidNotStart(self.last_lines("ended"))
            if not is_wanted():
                raise NotWanted
            answer = self.product.ask(self.instance)
            if answer is not None:
                return answer
            time.sleep(PAUSE_SECONDS)
        raise DidNotStart(self.last_lines(f"did not answer in {START_SECONDS:.0f} seconds"))

    def spawn(self, command: tuple[str, ...], launch: Launch) -> subprocess.Popen[bytes]:
        """Start a command that the kernel kills when this thread ends, as `nobody` where we are root."""
        guard = ["setpriv", "--pdeathsig", "KILL"]
        if os.geteuid() == 0:
            guard += ["--reuid", USER, "--regid", str(pwd.getpwnam(USER).pw_gid), "--clear-groups"]
        folder = self.instance.folder
        environment = {
            "PATH": os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin",
            "LANG": "C.UTF-8",
            "HOME": str(folder),
            "TMPDIR": str(folder / "tmp"),
            **launch.environment,
        }
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [*guard, *command],
                cwd=launch.folder or folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a Ctrl-C at pytest is not for it; signals reach its own children too
            )

    def stop(self) -> None:
        """End it as an operator would, then make sure."""
        for child in reversed(self.children):
            child.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(STOP_SECONDS)
        self.kill()

    def kill(self) -> None:
        """End it as kill -9 does."""
        self.signal(signal.SIGKILL)
        for child in self.children:
            child.wait()
        self.children.clear()

    def pause(self) -> None:
        """Let it answer nobody; connections stay open."""
        self.signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.signal(signal.SIGCONT)

    def signal(self, number: signal.Signals) -> None:
        for child in self.children:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, number)

    def last_lines(self, what: str) -> str:
        lines = self.log.read_text("utf-8", "replace").splitlines()[-LOG_LINES:]
        return "\n".join([f"{self.product.title} {what}; the end of {self.log}:", *lines])


def make_own(folder: Path) -> None:
    """Make a folder, and what is in it, the property of whoever runs servers."""
    (folder / "tmp").mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, USER, pwd.getpwnam(USER).pw_gid)
