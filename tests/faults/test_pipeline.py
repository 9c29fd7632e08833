"""kill -9 of whatever runs, at any moment of 2,000 mixed writes: database and index are equal at the end by themselves.

20 kills, and with --long 100 in 20,000 writes; without a broker, and of an engine on a server, fewer. The seed is
fixed, the moments are the machine's.
"""

import sys
from typing import Any

import pytest

from tests.contract.served import CLIENTS
from tests.faults.pipeline import Kept, Pipeline, Server, Worker, equal
from tests.servers.product import new_prefix

SEED = 6


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> int:
    return 100 if request.config.getoption("--long") else 20


@pytest.fixture
def writes(request: pytest.FixtureRequest) -> int:
    return 20_000 if request.config.getoption("--long") else 2_000


def celery(pipeline: Pipeline) -> None:
    """Start a worker and the sweeper."""
    site, command = pipeline.site, [sys.executable, "-m", "celery", "-A", "searchsvc"]
    worker = [*command, "worker", "--loglevel=info", "--concurrency=2"]
    pipeline.victims.append(Worker(site, "worker", worker, " ready."))
    beat = [*command, "beat", "--loglevel=info", "--pidfile=", f"--schedule={site.folder / 'beat'}"]
    pipeline.victims.append(Kept(site, "beat", beat, "beat: Starting"))


def order(pipeline: Pipeline, kills: int, weights: dict[str, int]) -> list[Any]:
    """Everyone once at least, the rest by chance."""
    every = pipeline.victims
    more = pipeline.rng.choices(every, [weights.get(one.name, 2) for one in every], k=kills - len(every))
    chosen = [*every, *more]
    pipeline.rng.shuffle(chosen)
    return chosen


LONG = pytest.mark.long


@pytest.mark.parametrize("broker", ["redis", pytest.param("rabbitmq", marks=LONG)])
def test_with_a_broker(launch, database, own, broker, kills, writes, record_property):
    pytest.importorskip("celery", reason="Celery is not installed: pip install searchsvc[celery,redis]")
    server, process = own(broker)
    pipeline = launch(DATABASE_URL=database, CELERY_BROKER_URL=server.url)
    celery(pipeline)
    pipeline.victims.append(Server(broker, process, pause=1.0))
    pipeline.web()
    pipeline.web()
    pipeline.run(order(pipeline, kills, {"web": 3, "worker": 6}), writes // kills)
    equal(pipeline, f"PostgreSQL, {broker}, Tantivy", record_property)


@LONG
@pytest.mark.parametrize("engine", ["tantivy", "whoosh"])
def test_two_web_processes_alone(launch, engine, kills, writes, record_property):
    pytest.importorskip(engine, reason=f"{engine} is not installed: pip install searchsvc[{engine}]")
    pipeline = launch(SEARCHSVC_ENGINE=engine)
    pipeline.web(SEARCHSVC_INDEXING_WORKER="on")
    pipeline.web(SEARCHSVC_INDEXING_WORKER="on")
    pipeline.run(order(pipeline, kills // 2, {}), writes // kills)
    equal(pipeline, f"SQLite, no broker, {engine.capitalize()}", record_property)


@LONG
@pytest.mark.parametrize("engine", ["solr", "elasticsearch", "opensearch"])
def test_an_engine_on_a_server(launch, database, own, engine, kills, writes, record_property):
    pytest.importorskip("celery", reason="Celery is not installed: pip install searchsvc[celery,redis]")
    pytest.importorskip(CLIENTS[engine], reason=f"pip install searchsvc[{engine}]")
    broker, broker_process = own("redis")
    server, process = own(engine)
    pipeline = launch(
        DATABASE_URL=database,
        CELERY_BROKER_URL=broker.url,
        SEARCHSVC_ENGINE=engine,
        SEARCHSVC_ENGINE_URL=server.url,
        SEARCHSVC_ENGINE_PREFIX=new_prefix(),
    )
    celery(pipeline)
    pipeline.victims += [Server("redis", broker_process, pause=1.0), Server(engine, process, pause=3.0)]
    pipeline.web()
    pipeline.web()
    # A server takes ten to twenty seconds to come back: fewer of these kills.
    pipeline.run(order(pipeline, max(8, kills // 4), {"web": 3, "worker": 4, engine: 3}), writes // kills)
    equal(pipeline, f"PostgreSQL, redis, {engine.capitalize()}", record_property)
