"""Processes that are started to be killed, and the tables of what became of them."""

import multiprocessing
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from backends.core.store import Store
from tests.contract.conftest import ENGINES
from tests.contract.corpus import SCHEMA
from tests.faults import program
from tests.faults.sites import database, launch, own

__all__ = ["database", "launch", "own"]
NUMBER = re.compile(r"-?[\d.,]+( \w+)?")  # with its unit
BOUND = 120  # seconds that no process may take to say the next thing


@dataclass
class Running:
    """A process, and this end of its pipe."""

    process: BaseProcess
    pipe: Connection

    def hear(self, timeout: float = BOUND) -> Any:
        assert self.pipe.poll(timeout), f"{self.process.name} said nothing for {timeout} seconds"
        return self.pipe.recv()

    def rest(self) -> list[Any]:
        """Everything it said before it ended."""
        said = []
        try:
            while self.pipe.poll(BOUND):
                said.append(self.pipe.recv())
        except (EOFError, ConnectionResetError):
            pass
        return said

    def kill(self) -> None:
        self.process.kill()
        self.process.join(BOUND)


Start = Callable[..., Running]


@pytest.fixture(scope="session")
def server() -> Any:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.program"])
    return context


@pytest.fixture
def start(server: Any) -> Iterator[Start]:
    """Start a function of `program` in a process of its own, with a pipe as its last argument."""
    running: list[Running] = []

    def begin(function: Callable[..., None], *arguments: object) -> Running:
        here, there = server.Pipe()
        process = server.Process(target=function, args=(*arguments, there), name=function.__name__, daemon=True)
        process.start()
        there.close()  # the end of the process is the end of the pipe
        running.append(Running(process, here))
        return running[-1]

    yield begin
    for each in running:
        each.kill()
        each.pipe.close()
        each.process.close()


@pytest.fixture(params=("tantivy", "whoosh"))
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    pytest.importorskip(name, reason=f"{name} is not installed: pip install searchsvc[{name}]")
    return name


@pytest.fixture
def reopen(engine: str, tmp_path: Path) -> Iterator[Callable[[], Store]]:
    """Open the index anew."""
    stores: list[Store] = []

    def opened() -> Store:
        stores.append(ENGINES[engine](tmp_path / "index", SCHEMA))
        return stores[-1]

    yield opened
    for store in stores:
        store.close()


@pytest.fixture
def folder(reopen: Callable[[], Store], tmp_path: Path) -> Path:
    """The folder of an index with one batch in it."""
    store = reopen()
    number = store.create(SCHEMA)
    store.write(number, program.documents(0))
    store.promote(number)
    return tmp_path / "index"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was measured, as tables: one for each name, a line for each test."""
    tables: dict[str, list[dict[str, object]]] = {}
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            for name, row in getattr(report, "user_properties", []):
                if name.startswith("table: "):
                    tables.setdefault(name.removeprefix("table: "), []).append(row)
    for name, rows in tables.items():
        terminalreporter.section(name)
        for line in laid_out(rows):
            terminalreporter.write_line(line)


def laid_out(rows: Sequence[Mapping[str, object]]) -> Iterator[str]:
    """A header and the rows, those of one name in the first column together; numbers to the right, text to the left."""
    head = list(rows[0])
    first = list(dict.fromkeys(str(row[head[0]]) for row in rows))
    cells = sorted(([str(row[column]) for column in head] for row in rows), key=lambda row: first.index(row[0]))
    columns = list(zip(*cells, strict=True))
    widths = [max(map(len, (title, *column))) for title, column in zip(head, columns, strict=True)]
    turn = [str.rjust if all(map(NUMBER.fullmatch, column)) else str.ljust for column in columns]
    for line in (head, *cells):
        yield "  ".join(side(cell, width) for side, cell, width in zip(turn, line, widths, strict=True)).rstrip()
