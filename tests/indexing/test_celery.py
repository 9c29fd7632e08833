"""Tasks through a real broker, in real workers."""

import pytest

from tests.indexing.processes import Site, kill, wait_until
from tests.servers.sharing import private

pytest.importorskip("celery", reason="Celery is not installed: pip install searchsvc[celery,redis]")


@pytest.fixture(scope="module", params=["redis", "rabbitmq"])
def broker(request, needs):
    """Give a broker of these tests alone, which they may kill."""
    from tests.servers.product import NotInstalled

    try:
        with private(request.param) as (server, process):
            yield server, process
    except NotInstalled:
        needs(request.param, f"tests/servers/install {request.param}")


@pytest.fixture
def site(tmp_path, broker):
    site = Site(tmp_path, CELERY_BROKER_URL=broker[0].url)
    yield site
    site.end()


WORKER = "worker --loglevel=warning --concurrency=2"


def test_what_is_saved_is_found_and_a_save_waits_for_no_broker(site, broker):
    _server, process = broker
    site.celery(WORKER)
    program = site.program()
    program.ask("make")
    program.ask("save", "harbour")
    program.wait_for(1, "found", "harbour")
    program.wait_for(0, "left")

    process.kill()
    assert program.ask("save", "bridge") < 1
    assert program.ask("left") > 0
    process.start()
    program.wait_for(1, "found", "bridge")  # the note was kept, and the worker has come back
    assert program.ask("found", "harbour") == 0


def test_a_worker_that_is_killed_in_the_middle_of_a_batch_loses_nothing(site):
    program = site.program()
    program.ask("make")
    program.ask("save", "harbour", 0, 50)
    stalled = site.folder / "stalled"
    victim = site.celery(f"{WORKER} --include=tests.indexing.stalling", STALLED=str(stalled))
    wait_until(stalled.exists)
    kill(victim)
    site.celery(WORKER)
    site.celery(f"beat --loglevel=warning --schedule={site.folder / 'beat'}")
    program.wait_for(50, "found", "harbour")
    program.wait_for(0, "left")
