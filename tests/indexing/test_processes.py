"""Several processes on one real database: SQLite's file, and PostgreSQL."""

import subprocess

import pytest

from tests.indexing.processes import Site, kill
from tests.servers.debian import program


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request, tmp_path):
    url = {} if request.param == "sqlite" else {"DATABASE_URL": database(request.getfixturevalue("postgresql"))}
    site = Site(tmp_path, **url)
    yield site
    site.end()


@pytest.fixture
def on_postgresql(postgresql, tmp_path):
    site = Site(tmp_path, DATABASE_URL=database(postgresql))
    yield site
    site.end()


def database(server):
    """Return the address of a new, empty database."""
    name = server.unique("outbox")
    psql = [program("psql", "/usr/lib/postgresql/*/bin"), "-X", "-q", server.url, "-c", f"create database {name}"]
    subprocess.run(psql, check=True, timeout=60)
    return server.url.rpartition("/")[0] + f"/{name}"


def test_two_who_claim_at_once_get_each_change_once(site):
    one, other = (site.program(SEARCHSVC_INDEXING_LEASE="600") for _ in range(2))
    one.ask("make")
    one.ask("save", "harbour", 0, 300)
    for claimer in (one, other):
        claimer.tell("claims", 7)
    mine, yours = one.hear(), other.hear()
    assert not set(mine) & set(yours)
    assert len(mine) + len(yours) == len({*mine, *yours}) == 300


def test_two_who_deliver_and_one_who_saves_leave_the_index_as_the_database_is(site):
    saver, *workers = (site.program() for _ in range(3))
    saver.ask("make")
    saver.ask("save", "harbour", 0, 60)
    for worker in workers:
        worker.tell("drain")
    for _ in range(5):
        saver.ask("save", "bridge", 0, 30)
    delivered = [worker.hear() for worker in workers]
    assert all(isinstance(count, int) for count in delivered), (delivered, site.logs())
    saver.ask("drain")
    assert (saver.ask("found", "bridge"), saver.ask("found", "harbour"), saver.ask("left")) == (30, 30, 0)


def test_a_worker_that_is_killed_in_the_middle_of_a_batch_is_followed_by_another(site):
    one, other = site.program(), site.program()
    one.ask("make")
    one.ask("save", "harbour", 0, 20)
    one.ask("pause")
    one.tell("drain")
    assert one.hear() == "paused"
    kill(one.process)
    assert other.ask("drain") == 20  # waits for the lease of four seconds
    assert other.ask("found", "harbour") == 20


def test_a_connection_that_the_database_drops_loses_nothing_and_holds_up_nobody(on_postgresql):
    one, operator = on_postgresql.program(), on_postgresql.program()
    one.ask("make")
    one.ask("save", "harbour", 0, 20)
    one.ask("pause")
    one.tell("drain")
    assert one.hear() == "paused"
    assert operator.ask("sever") > 0
    one.tell("go on")
    assert one.hear() == "OperationalError"
    assert operator.ask("leased") == 0
    assert one.ask("drain") == 20
    assert (operator.ask("found", "harbour"), operator.ask("left")) == (20, 0)
