"""Real processes, stopped or killed with -9 at any moment: what was done is done, and nobody has to tidy up."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

WORKS, CHUNK = 240, 10
MAKE = f"""
from searchsvc.catalog.models import Item
Item.objects.bulk_create(Item(key=f"t:{{at}}", kind="painting", title=f"Harbour {{at}}") for at in range({WORKS}))
"""
AT_MOST = 120.0  # seconds, on a machine that does other things too
REBUILD = ("index", "rebuild", "--engine", "default", "--batch-size", str(CHUNK))
RESUME = ("index", "resume", "--engine", "default")


@dataclass(frozen=True)
class Site:
    """A folder with a database of works, and `manage.py` on it."""

    folder: Path
    root: Path

    def start(self, *words: str) -> "subprocess.Popen[str]":
        variables = {name: value for name, value in os.environ.items() if not name.startswith("SEARCHSVC_")}
        own = {
            "DJANGO_SETTINGS_MODULE": "searchsvc.settings.dev",
            "SEARCHSVC_VAR_DIR": str(self.folder),
            "SEARCHSVC_LOG_LEVEL": "ERROR",
        }
        return subprocess.Popen(
            [sys.executable, "manage.py", *words],
            cwd=self.root, env={**variables, **own}, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def manage(self, *words: str) -> tuple[int, str]:
        process = self.start(*words)
        said, _ = process.communicate(timeout=AT_MOST)
        return process.returncode, said

    def ask(self, query: str) -> list[tuple[object, ...]]:
        database = sqlite3.connect(self.folder / "searchsvc.sqlite3", timeout=20)
        try:
            return database.execute(query).fetchall()
        finally:
            database.close()

    def runner(self) -> object:
        """Return which rebuild has the lease now."""
        return self.ask("select runner from indexing_generation where runner is not null")

    def done(self) -> set[tuple[object, ...]]:
        return set(self.ask("select id, done from indexing_chunk where done is not null"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """Return a folder with a database of works, to be copied."""
    folder = tmp_path_factory.mktemp("made")
    site = Site(folder, root)
    for words in (["migrate", "--verbosity", "0"], ["shell", "-v", "0", "-c", MAKE]):
        code, said = site.manage(*words)
        assert code == 0, said
    return folder


@pytest.fixture
def place(made: Path, tmp_path: Path, root: Path) -> Site:
    """Return a site of its own."""
    shutil.copytree(made, tmp_path / "var")
    return Site(tmp_path / "var", root)


def until(true: Callable[[], object], process: "subprocess.Popen[str]") -> None:
    """Wait until something is true, or the process has ended."""
    end = time.monotonic() + AT_MOST
    while not true() and process.poll() is None:
        assert time.monotonic() < end


@pytest.mark.parametrize("workers", ["1", "2"])
def test_kill_9_while_it_is_filled_loses_nothing_that_was_done(place: Site, workers: str):
    rebuilding = place.start(*REBUILD, "--workers", workers)
    until(lambda: len(place.done()) >= 3, rebuilding)
    rebuilding.kill()
    rebuilding.communicate()
    before = place.done()
    assert 3 <= len(before) < WORKS // CHUNK
    code, said = place.manage(*RESUME, "--workers", workers)
    assert (code, f"answers with {WORKS} documents" in said) == (0, True), said
    assert before <= place.done()


def test_kill_9_at_any_moment_and_the_next_rebuild_ends_well(place: Site, request: pytest.FixtureRequest):
    rng = random.Random(6)
    for _ in range(30 if request.config.getoption("--long") else 3):
        before = place.runner()
        rebuilding = place.start(*REBUILD)
        until(lambda before=before: place.runner() not in ([], before), rebuilding)
        with suppress(subprocess.TimeoutExpired):
            rebuilding.wait(rng.uniform(0, 2.5))
        rebuilding.kill()
        rebuilding.communicate()
    code, said = place.manage(*REBUILD)
    assert (code, f"answers with {WORKS} documents" in said) == (0, True), said
    assert place.ask("select count(*) from indexing_generation where state != 'promoted'") == [(0,)]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_the_chunk_end_and_says_how_to_go_on(place: Site, number: signal.Signals):
    rebuilding = place.start(*REBUILD)
    until(lambda: len(place.done()) >= 2, rebuilding)
    rebuilding.send_signal(number)
    said, _ = rebuilding.communicate(timeout=AT_MOST)
    assert (rebuilding.returncode, "chunks are left" in said) == (1, True), said
    assert "Go on with: manage.py index resume --engine default" in said
    assert place.ask("select runner from indexing_generation") == [(None,)]
    before = place.done()
    assert place.manage(*RESUME)[0] == 0
    assert before < place.done()


def test_a_second_rebuild_says_who_runs_and_how_far_it_is(place: Site):
    first = place.start(*REBUILD)
    until(lambda: len(place.done()) >= 2, first)
    first.send_signal(signal.SIGSTOP)
    code, said = place.manage(*REBUILD)
    first.send_signal(signal.SIGCONT)
    assert (code, f"process {first.pid} on " in said, f"of {WORKS} documents" in said) == (1, True, True), said
    said, _ = first.communicate(timeout=AT_MOST)
    assert (first.returncode, f"answers with {WORKS} documents" in said) == (0, True), said
