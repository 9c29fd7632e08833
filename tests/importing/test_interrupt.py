"""An import in a process of its own is stopped by real signals, and the next run continues it."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing, suppress

import pytest

from searchsvc.importing.interrupt import terminable

ROWS, BATCH = 12_000, 500
# The pipe and the reader's buffer hold less than 512 KiB, and a batch of these rows has some 130: when this much has
# been taken from us, several batches are in the database.
ENOUGH = 3 * 2**20


def feed() -> list[bytes]:
    rows = (
        {
            "id": number,
            "kind": "book",
            "title": f"Work {number}",
            "creators": [f"Ann {number % 9}"],
            "description": "x" * 200,
        }
        for number in range(ROWS)
    )
    return [json.dumps(row).encode() + b"\n" for row in rows]


@pytest.fixture
def manage(tmp_path, root):
    """Give a function that starts manage.py on a database of its own."""
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'catalogue.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "searchsvc.settings.test",
    }

    def start(*arguments: str) -> subprocess.Popen:
        command = [sys.executable, str(root / "manage.py"), *arguments]
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        return subprocess.Popen(command, cwd=root, env=environment, **pipes)

    with start("migrate", "-v0") as migrate:
        assert migrate.wait() == 0, migrate.stderr.read()
    return start


def counts(tmp_path) -> tuple[int, int]:
    """Items, and items that have their creator."""
    with closing(sqlite3.connect(tmp_path / "catalogue.sqlite3")) as database:
        whole = "SELECT count(*) FROM catalog_item"
        joined = "SELECT count(DISTINCT item_id) FROM catalog_contribution"
        return tuple(database.execute(one).fetchone()[0] for one in (whole, joined))


IMPORT = ("import_catalogue", "-", "--format", "jsonl", "--source", "own", "--batch-size", str(BATCH))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
def test_a_signal_leaves_whole_batches_and_the_next_run_continues(number, manage, tmp_path):
    lines = feed()
    with manage(*IMPORT) as stopped:
        stopped.stdin.write(b"".join(lines)[:ENOUGH])
        stopped.send_signal(number)
        with suppress(BrokenPipeError):
            out, err = stopped.communicate()
    there, joined = counts(tmp_path)
    assert 0 < there == joined < ROWS
    assert there % BATCH == 0
    if number == signal.SIGKILL:
        assert stopped.returncode == -signal.SIGKILL
    else:
        assert stopped.returncode == 1, err
        assert f"items: {there:,} new".encode() in out
        assert b"interrupted: what is imported stays; run it again to continue" in out
    with manage(*IMPORT) as resumed:
        out, err = resumed.communicate(b"".join(lines))
    assert resumed.returncode == 0, err
    assert f"items: {ROWS - there:,} new, 0 changed, {there:,} unchanged".encode() in out
    assert counts(tmp_path) == (ROWS, ROWS)


def test_handlers_are_put_back_and_other_threads_are_left_alone():
    before = signal.getsignal(signal.SIGTERM)
    with terminable():
        assert signal.getsignal(signal.SIGTERM) is signal.default_int_handler
    assert signal.getsignal(signal.SIGTERM) is before
    seen = []

    def inside() -> None:
        with terminable():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=inside)
    thread.start()
    thread.join()
    assert seen == [before]
