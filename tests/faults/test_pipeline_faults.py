"""What the pipeline does when a part of it fails: changes wait, say why, and are delivered when it is back."""

import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.served import CLIENTS
from tests.faults.pipeline import Pipeline, Server, equal, status, wait_until
from tests.servers.product import new_prefix

SETTLED = 120.0  # seconds to an empty queue
DOWN = 15.0  # seconds, and ten minutes with --long
WRITES = 60
ON = {"SEARCHSVC_INDEXING_WORKER": "on"}


class Connections:
    """Every connection to a database, ended as an operator or a proxy ends them."""

    name = "connections"

    def __init__(self, url: str) -> None:
        self.url = url

    def is_up(self) -> bool:
        return True

    def revive(self) -> None:
        """Who uses them makes new ones."""

    def kill(self, _rng: object) -> None:
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as connection:
            ended = connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            assert ended.rowcount > 0


@pytest.mark.long
def test_a_database_that_drops_its_connections_and_one_that_is_killed(launch, own, record_property):
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install searchsvc[postgres]")
    server, process = own("postgresql")
    pipeline = launch(DATABASE_URL=server.url)
    pipeline.web(**ON)
    pipeline.web(**ON)
    pipeline.run([*[Connections(server.url)] * 6, *[Server("postgresql", process, pause=1.0)] * 2], 100)
    equal(pipeline, "PostgreSQL, no broker, Tantivy", record_property)


def worked(pipeline: Pipeline, most: int) -> None:
    """Have everyone write, to the end."""
    for web in pipeline.webs:
        web.work(pipeline.rng, most)
    pipeline.until(lambda: not any(web.is_doing for web in pipeline.webs))


@pytest.mark.long
def test_an_engine_that_is_down_for_a_while(request, launch, database, own, record_property):
    pytest.importorskip(CLIENTS["solr"], reason="pip install searchsvc[solr]")
    server, process = own("solr")
    pipeline = launch(
        DATABASE_URL=database,
        SEARCHSVC_ENGINE="solr",
        SEARCHSVC_ENGINE_URL=server.url,
        SEARCHSVC_ENGINE_PREFIX=new_prefix(),
    )
    pipeline.web(**ON)
    worked(pipeline, WRITES)
    pipeline.settle(SETTLED)
    process.kill()
    worked(pipeline, WRITES)
    first = status(pipeline.site)["default"]
    assert first["waiting"] > 0
    assert not first["answers"]
    threading.Event().wait(600.0 if request.config.getoption("--long") else DOWN)
    worked(pipeline, WRITES)
    later = status(pipeline.site)["default"]
    assert later["waiting"] > first["waiting"]
    assert later["oldest_age"] >= first["oldest_age"] + DOWN
    assert later["dead"] == 0
    assert later["worries"]
    process.start()
    pipeline.killed = {Server(server.name, process, 0.0).name: 1}
    row = equal(pipeline, "PostgreSQL, no broker, Solr", record_property)
    record_property(
        "table: An engine that was down",
        {
            "seconds": f"{later['oldest_age']:.0f}",
            "waiting at first": first["waiting"],
            "waiting at last": later["waiting"],
            "dead": later["dead"],
            "drained in": row["equal after"],
        },
    )


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return the folder of the indexes, which is a disk of its own."""
    folder = tmp_path / "index"
    folder.mkdir()
    if os.geteuid() != 0 or not mounted("-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)):
        pytest.skip("a small disk needs mount, which is not allowed here")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=False)


def mounted(*arguments: str) -> bool:
    return subprocess.run(["mount", *arguments], check=False, capture_output=True).returncode == 0


def fill(path: Path) -> None:
    """Write until there is no room. Raises OSError then."""
    with path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


@pytest.mark.long
def test_a_disk_that_is_full(launch, small_disk, record_property):
    pipeline = launch()
    pipeline.web(**ON)
    worked(pipeline, WRITES)
    pipeline.settle(SETTLED)
    filler = small_disk / "filler"
    with pytest.raises(OSError, match="No space left"):
        fill(filler)
    worked(pipeline, WRITES)
    wait_until(lambda: pipeline.ask("lanes")["default"] != "", "the lane says what is wrong")
    # Which of the engine's threads meets the end of the disk is chance, and not each of them says why.
    assert "could not be written" in pipeline.ask("lanes")["default"]
    full = status(pipeline.site)["default"]
    assert full["waiting"] > 0
    assert full["dead"] == 0
    filler.unlink()
    equal(pipeline, "SQLite, no broker, Tantivy, a full disk", record_property)
