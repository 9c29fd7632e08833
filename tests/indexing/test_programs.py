"""The outbox between processes: one that is killed in the middle of a save, several that expand at once."""

import json
import os
import signal
import sqlite3
import subprocess
import sys

import pytest


def run(root, url, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "tests.indexing.programs", *arguments],
        cwd=root,
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "searchsvc.settings.test"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("way", ["create", "update"])
def test_a_process_killed_between_a_row_and_its_change_leaves_neither(root, tmp_path, way):
    file = tmp_path / "catalogue.sqlite3"
    ran = run(root, f"sqlite:///{file}", "die", way)
    assert ran.returncode == -signal.SIGKILL, ran.stderr
    rows = sqlite3.connect(file)
    assert rows.execute("SELECT name FROM catalog_creator").fetchall() == [("Before",)]
    assert rows.execute("SELECT count(*) FROM indexing_change").fetchone() == (1,)  # of the first save
    rows.close()


def told(ran):
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_on_postgresql_nobody_waits_for_a_record_that_another_expands(root, postgresql, needs):
    try:
        import psycopg
    except ImportError:
        needs("psycopg", "tests/servers/install postgresql")
    name = postgresql.unique("outbox")
    with psycopg.connect(postgresql.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    found = told(run(root, postgresql.url.removesuffix("/postgres") + f"/{name}", "expand"))
    assert found.pop("vendor") == "postgresql"
    assert found == {
        "while the first is held": [20, 0],
        "then": [30, 0],
        "waiting": 50,
        "documents": 50,
        "left": 0,
    }
