"""A rebuild under steady searches and writes: no search fails or finds less, no write is missing, whatever is killed.

2,000 works, and with --long all of Tate's.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import pytest

from tests.contract.served import CLIENTS
from tests.faults.pipeline import KINDS, Pipeline, ended, kill, manage, say, wait_until
from tests.servers.product import new_prefix

TABLE = "table: What a rebuild does to searches and writes meanwhile"
SETTLED = 120.0  # seconds to an empty queue
LEASE = "30"  # seconds; half of it is what the write of a whole batch may take, on a machine as busy as ours
WORKS = 2_000
TATE = 69_202
LONG = pytest.mark.long
SERVERS = ("solr", "elasticsearch", "opensearch")


class Steady:
    """Searches for all works of a kind, and writes of others, until the end of the block."""

    def __init__(self, pipeline: Pipeline, kind: str, folder: Path) -> None:
        self.pipeline, self.kind, self.end = pipeline, kind, folder / "end"
        self.reader = pipeline.onlooker()
        self.found: dict[str, Any] = {}

    def __enter__(self) -> Self:
        say(self.reader, "look", self.kind, str(self.end))
        [web] = self.pipeline.webs
        say(web.process, "write_until", self.pipeline.rng.getrandbits(32), str(self.end))
        return self

    def __exit__(self, *_: object) -> None:
        self.end.touch()
        self.found = self.pipeline.hear_from(self.reader)
        [web] = self.pipeline.webs
        web.is_doing = True
        self.pipeline.until(lambda: not web.is_doing)


def done(pipeline: Pipeline, *arguments: str) -> float:
    """Run a command to its end; the seconds it took."""
    begun = time.monotonic()
    said, code = ended(manage(pipeline.site, "index", *arguments, "--engine", "default"), 3000.0)
    assert code == 0, said + pipeline.site.logs()[-3000:]
    return time.monotonic() - begun


def killed_amid(pipeline: Pipeline, share: float, works: int) -> str:
    """Begin a rebuild and kill -9 it when that share is written, with the processes it has started."""
    before = pipeline.ask("building")
    chunk = max(100, works // 100)
    process = manage(pipeline.site, "index", "rebuild", "--engine", "default", "--batch-size", str(chunk))

    def is_under_way() -> bool:
        now = pipeline.ask("building")
        assert process.poll() is None, "the rebuild ended before it was killed\n" + pipeline.site.logs()[-3000:]
        return now != before and now["written"] >= share * works

    wait_until(is_under_way, "the rebuild is under way", 600.0)
    kill(process)
    now = pipeline.ask("building")
    assert now["state"] in {"filling", "replaying"}
    return f"{now['written']:,}, {now['state']}"


def rebuilt(pipeline: Pipeline, kind: str, works: int, folder: Path) -> dict[str, Any]:
    """All that an operator does, one after the other; a row of the table."""
    done(pipeline, "rebuild")
    pipeline.web(SEARCHSVC_INDEXING_WORKER="on")
    steady = Steady(pipeline, kind, folder)
    row: dict[str, Any] = {}
    with steady:
        row["rebuilt in"] = f"{done(pipeline, 'rebuild'):.1f} s"
        row["killed at"] = killed_amid(pipeline, 0.2, works)
        row["resumed in"] = f"{done(pipeline, 'resume'):.1f} s"
        row["back in"] = f"{done(pipeline, 'rollback'):.1f} s"
        row["forward in"] = f"{done(pipeline, 'rollback'):.1f} s"
    row = {"searches": f"{steady.found['searches']:,}", "writes": f"{pipeline.written:,}", **row}
    pipeline.settle(SETTLED)
    verified = pipeline.verify()
    row |= {name: sum(one[name] for one in verified) for name in KINDS}
    assert steady.found["failed"] == []
    assert (steady.found["fewest"], steady.found["most"]) == (works, works)
    assert [one[name] for one in verified for name in KINDS] == [0] * len(verified) * len(KINDS), verified
    assert steady.found["searches"] > 20
    assert pipeline.written > 20
    return row


@pytest.mark.parametrize("engine", ["tantivy", *(pytest.param(name, marks=LONG) for name in ("whoosh", *SERVERS))])
def test_nobody_notices_a_rebuild(
    launch: Callable[..., Pipeline], database: str, own: Callable[[str], Any], engine: str, tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:  # fmt: skip
    pytest.importorskip(CLIENTS.get(engine, engine), reason=f"pip install searchsvc[{engine}]")
    also = {}
    if engine in SERVERS:
        also = {"SEARCHSVC_ENGINE_URL": own(engine)[0].url, "SEARCHSVC_ENGINE_PREFIX": new_prefix()}
    pipeline = launch(SEARCHSVC_INDEXING_LEASE=LEASE, DATABASE_URL=database, SEARCHSVC_ENGINE=engine, **also)
    pipeline.ask("fill", WORKS)
    row = rebuilt(pipeline, "stone", WORKS, tmp_path)
    record_property(TABLE, {"What runs": f"PostgreSQL, {engine.capitalize()}", "works": f"{WORKS:,}", **row})


@pytest.mark.long
@pytest.mark.shared_data
def test_nobody_notices_a_rebuild_of_all_of_tate(
    launch: Callable[..., Pipeline], database: str, shared_data: Path, tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:  # fmt: skip
    pipeline = launch(SEARCHSVC_INDEXING_LEASE=LEASE, DATABASE_URL=database)
    feed = shared_data / "catalog" / "tate" / "artworks.jsonl.gz"
    options = ("--format", "jsonl", "--map", "tate.toml", "--no-progress")
    said, code = ended(manage(pipeline.site, "import_catalogue", str(feed), *options), 900.0)
    assert code == 0, said
    count = pipeline.ask("of_kind", "print")
    row = rebuilt(pipeline, "print", count, tmp_path)
    record_property(TABLE, {"What runs": "PostgreSQL, Tantivy", "works": f"{TATE:,}", **row})
