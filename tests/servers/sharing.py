"""Servers that several processes share: the first to ask starts one, the last to leave ends it, however it leaves.

A keeper process owns the server. Everyone who uses it holds a shared lock on the instance's lease, and the keeper waits
for the exclusive one: the kernel grants it when the last holder has let go or died, kill -9 included. A keeper that is
killed takes its server along (`setpriv --pdeathsig`). So nobody counts and nothing is left behind.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import IO, Any

from tests.servers.cache import cache_folder, forget_old_logs, locked
from tests.servers.process import DidNotStart, Process
from tests.servers.product import Answer, Instance, Product, Server, free_ports, new_prefix
from tests.servers.products import product_of

ROOT = Path(__file__).resolve().parents[2]
PATHS = ("folder", "log")
PASSED_ON = ("PATH", "HOME", "JAVA_HOME", "SEARCHSVC_TEST_CACHE")


def own_token() -> str:
    """Return what our servers are known by: SEARCHSVC_TEST_TOKEN, else one for each clone and user."""
    named = os.environ.get("SEARCHSVC_TEST_TOKEN")
    return named or hashlib.sha256(f"{ROOT}\0{os.geteuid()}".encode()).hexdigest()[:16]


@contextmanager
def running(name: str, *options: str, token: str | None = None) -> Iterator[Server]:
    """Give a running server: the one that another process of ours started, else a new one.

    Raises NotInstalled, DidNotStart, and ValueError for an unknown name or option.
    """
    asked = Asked(name, frozenset(options), token or own_token())
    version = asked.product.version()
    with locked(asked.file(".lock")):
        server, lease = join(asked, version) or begin(asked)
    try:
        yield replace(server, prefix=new_prefix())
    finally:
        lease.close()


@contextmanager
def private(kind: str | Product, *options: str) -> Iterator[tuple[Server, Process]]:
    """Give a server of the caller's own, to be killed, paused and started again; it dies with this process.

    `kind` is a name, or a product that needs telling what to do, such as `Nginx(upstream=...)`.
    """
    product = product_of(kind, frozenset(options)) if isinstance(kind, str) else kind
    folder = cache_folder() / "run" / f"private-{product.name}-{uuid.uuid4().hex[:8]}"
    with make_lease(folder):
        process, answer = start(product, folder, frozenset(options), uuid.uuid4().hex[:16])
        try:
            yield server_of(process, answer), process
        finally:
            process.stop()
            shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which server is wanted. Two that differ in anything are two servers."""

    name: str
    options: frozenset[str]
    token: str

    @property
    def product(self) -> Product:
        return product_of(self.name, self.options)

    def file(self, suffix: str) -> Path:
        named = "+".join([self.name, *sorted(self.options)])
        return cache_folder() / "run" / f"{named}-{hashlib.sha256(self.token.encode()).hexdigest()[:8]}{suffix}"


def join(asked: Asked, version: str) -> tuple[Server, IO[bytes]] | None:
    """Return the server that is written down and its lease, if it still lives and says that it is ours."""
    try:
        written = json.loads(asked.file(".json").read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    server = Server(**{**written["server"], **{name: Path(written["server"][name]) for name in PATHS}})
    try:
        lease = open_lease(server.folder, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:  # its folder is gone, or its keeper is ending it
        return None
    instance = Instance(server.folder, tuple(written["ports"]), asked.token, asked.options)
    if asked.product.ask(instance) == Answer(version, asked.token):
        return server, lease
    lease.close()
    return None


def begin(asked: Asked) -> tuple[Server, IO[bytes]]:
    """Start a server under a keeper of its own, and return it with its lease."""
    sweep(cache_folder() / "run")
    folder = asked.file(f"-{uuid.uuid4().hex[:8]}")
    lease = make_lease(folder)
    command = [sys.executable, "-m", "tests.servers.keeper", asked.name, str(folder), *sorted(asked.options)]
    # Nothing else of the environment: coverage would measure the keeper after the tests' own figures are done.
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    environment["SEARCHSVC_TEST_TOKEN"] = asked.token
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if ran.returncode:
        lease.close()
        raise DidNotStart(ran.stdout + ran.stderr)
    asked.file(".json").write_text(ran.stdout, "utf-8")
    found = json.loads(ran.stdout)["server"]
    return Server(**{**found, **{name: Path(found[name]) for name in PATHS}}), lease


def start(product: Product, folder: Path, options: frozenset[str], token: str, **how: Any) -> tuple[Process, Answer]:
    """Start a server on ports of its own, and once more where something else took one of them meanwhile."""
    log = cache_folder() / "logs" / f"{folder.name}.log"
    forget_old_logs(cache_folder())
    for again in (True, False):
        process = Process(product, Instance(folder, free_ports(product.ports), token, options), log)
        try:
            return process, process.start(**how)
        except DidNotStart as error:
            if not again or "ddress already in use" not in str(error):
                raise
    raise AssertionError


def server_of(process: Process, answer: Answer) -> Server:
    product, instance = process.product, process.instance
    password = product.password(instance)
    return Server(
        name=product.name,
        version=answer.version,
        url=product.url(instance),
        port=instance.port,
        user=product.user if password else "",
        password=password,
        folder=instance.folder,
        log=process.log,
        pid=process.pid,
    )


def as_json(process: Process, answer: Answer) -> str:
    server = server_of(process, answer)
    plain = {each.name: getattr(server, each.name) for each in fields(server)}
    plain |= {name: str(plain[name]) for name in PATHS}
    return json.dumps({"server": plain, "ports": process.instance.ports})


def open_lease(folder: Path, how: int) -> IO[bytes]:
    """Take the lease of an instance: shared by who uses it, exclusive for who ends it. Closing it lets go.

    Raises BlockingIOError with LOCK_NB where another holds it otherwise, FileNotFoundError where there is no instance.
    """
    lease = (folder / "lease").open("rb")
    try:
        fcntl.flock(lease, how)
        if not lease_is_there(folder, lease):  # removed between the two
            raise FileNotFoundError(folder)
    except OSError:
        lease.close()
        raise
    return lease


def make_lease(folder: Path) -> IO[bytes]:
    """Make an instance's folder, and hold its lease."""
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):  # swept before we held it
            (folder / "lease").touch()
            return open_lease(folder, fcntl.LOCK_SH)


def lease_is_there(folder: Path, lease: IO[bytes]) -> bool:
    try:
        return os.path.samestat((folder / "lease").stat(), os.fstat(lease.fileno()))
    except FileNotFoundError:
        return False


def sweep(folder: Path) -> None:
    """Remove the folders of instances that nobody uses and no keeper owns: both were killed."""
    for instance in (path for path in folder.iterdir() if path.is_dir()):
        try:
            lease = open_lease(instance, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            continue
        shutil.rmtree(instance, ignore_errors=True)
        lease.close()
