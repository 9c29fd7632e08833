"""What every kind of server says about itself, and the values that pass between the parts."""

import socket
import uuid
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

HOST = "127.0.0.1"


class NotInstalled(Exception):
    """The server is not on this machine."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One run of a server: its folder, its ports, and the token by which it is known as ours."""

    folder: Path
    ports: tuple[int, ...]
    token: str
    options: frozenset[str]

    @property
    def port(self) -> int:
        return self.ports[0]

    @property
    def base(self) -> str:
        return f"http://{HOST}:{self.port}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server says it is. Reused only when both are as expected."""

    version: str
    token: str


@dataclass(frozen=True, slots=True)
class Launch:
    """How an instance is started: a command in the foreground, and others that must run beside it."""

    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    folder: Path | None = None
    beside: tuple[tuple[str, ...], ...] = ()


def new_prefix() -> str:
    """Return a beginning of names that nobody else uses."""
    return f"t{uuid.uuid4().hex[:10]}"


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers. `user` and `password` are empty where it asks for none."""

    name: str
    version: str
    url: str
    port: int
    user: str
    password: str
    folder: Path
    log: Path
    pid: int
    prefix: str = field(default_factory=new_prefix)

    def unique(self, name: str = "index") -> str:
        """Return a name for an index, core, database or queue that nobody else has, beginning with `prefix`."""
        return f"{self.prefix}_{uuid.uuid4().hex[:6]}_{name}"


class Product(ABC):
    """One kind of server."""

    name: ClassVar[str]
    title: ClassVar[str]
    ports: ClassVar[int] = 1
    options: ClassVar[frozenset[str]] = frozenset()
    user: ClassVar[str] = ""

    @abstractmethod
    def version(self) -> str:
        """Return the version that is installed here. Raises NotInstalled."""

    @abstractmethod
    def launch(self, instance: Instance) -> Launch:
        """Write the instance's configuration, and return how to start it."""

    @abstractmethod
    def ask(self, instance: Instance) -> Answer | None:
        """Return what answers on the instance's port; None while nothing does, or is not ready for work."""

    def url(self, instance: Instance) -> str:
        return instance.base

    def password(self, instance: Instance) -> str:
        return instance.token if self.user else ""

    def clear(self, server: Server) -> None:  # noqa: B027  # most are thrown away whole
        """Remove what was made under the server's prefix."""


def free_ports(count: int) -> tuple[int, ...]:
    """Return ports that the kernel says are free, all different."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind((HOST, 0))
        return tuple(one.getsockname()[1] for one in sockets)
    finally:
        for one in sockets:
            one.close()
