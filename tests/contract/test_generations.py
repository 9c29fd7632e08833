"""Generations: made, promoted and dropped beside readers; refused when foreign; named when broken; kept when killed."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from backends.core import generations as where
from backends.core import manifest
from backends.core.errors import (
    DocumentRefused,
    GenerationInUse,
    IndexCorrupt,
    IndexMissing,
    SchemaMismatch,
    Unavailable,
)
from backends.core.nodes import All
from backends.core.request import Request
from backends.core.schema import Schema
from backends.core.store import Store
from tests.contract.conftest import ENGINES, Questions
from tests.contract.corpus import ROWS, SCHEMA, make

COMMAND = "manage.py rebuild_index --using contract"
ROUNDS = 15
KILLS = 5


def one(store: Store, name: str, title: str) -> int:
    """A new generation with one document."""
    number = store.create(SCHEMA)
    store.write(number, [make(name, {"title": title})])
    return number


@contextmanager
def repeated(ask: Callable[[], object], threads: int = 3) -> Iterator[list[object]]:
    """Ask in threads as long as the block runs; what they got, or what was raised."""
    got: list[object] = []
    done = threading.Event()

    def run() -> None:
        while not done.is_set():
            got.append(ask())

    with ThreadPoolExecutor(threads) as pool:
        running = [pool.submit(run) for _ in range(threads)]
        try:
            yield got
        finally:
            done.set()
        for each in running:
            each.result(timeout=60)


# Making, promoting, dropping


def test_a_new_generation_is_empty_and_does_not_answer(empty: Store) -> None:
    before = empty.current()
    fresh = empty.create(SCHEMA)
    assert empty.current() == before
    assert empty.generations()[-1] == fresh
    assert empty.count(fresh) == 0


def test_a_number_is_never_used_twice(empty: Store) -> None:
    first = empty.create(SCHEMA)
    empty.promote(first)
    assert empty.create(SCHEMA) > first


def test_no_revision_stands_for_two_states_when_a_generation_was_dropped(empty: Store) -> None:
    old = empty.current() or 0
    seen = set()
    for name in ("one", "two", "three"):
        number = empty.create(SCHEMA)
        empty.write(number, [make(name, {"title": name})])
        empty.promote(number)
        seen.add(empty.revision())
        empty.promote(old)
        empty.drop(number)
    assert len(seen) == 3


def test_a_named_generation_answers_beside_the_current_one(empty: Store) -> None:
    ask, fresh = Questions(empty), one(empty, "new", "New")
    assert ask.found("") == set()
    assert [hit.key for hit in empty.search(Request(All()), fresh).hits] == ["t:new"]


def test_promoting_changes_the_revision_and_going_back_is_promoting_the_old_one(empty: Store) -> None:
    old, new = one(empty, "old", "Old"), one(empty, "new", "New")
    seen = []
    for number, name in ((old, "old"), (new, "new"), (old, "old")):
        empty.promote(number)
        assert Questions(empty).found("") == {name}
        seen.append(empty.revision())
    assert seen[0] == seen[2] != seen[1]


def test_the_generation_that_answers_cannot_be_dropped(empty: Store) -> None:
    current = empty.current() or 0
    with pytest.raises(GenerationInUse, match="promote another one"):
        empty.drop(current)
    assert empty.count() == 0


def test_a_dropped_generation_is_gone_and_dropping_it_again_is_no_error(empty: Store, tmp_path: Path) -> None:
    fresh = one(empty, "new", "New")
    empty.drop(fresh)
    empty.drop(fresh)
    assert fresh not in empty.generations()
    assert not (tmp_path / f"g{fresh}").exists()
    with pytest.raises(Unavailable):
        empty.count(fresh)


def test_a_generation_that_is_not_there_cannot_be_promoted(empty: Store) -> None:
    before = empty.current()
    with pytest.raises(IndexMissing, match=COMMAND):
        empty.promote(99)
    assert empty.current() == before


@pytest.mark.folder
def test_a_generation_that_was_never_finished_does_not_count(empty: Store, tmp_path: Path) -> None:
    numbers = empty.generations()
    (tmp_path / "g7").mkdir()
    (tmp_path / "gx").mkdir()
    (tmp_path / "g²").mkdir()
    assert empty.generations() == numbers
    assert empty.create(SCHEMA) == 8


def test_a_promotion_in_another_store_is_followed_at_once(empty: Store, reopen: Callable[..., Store]) -> None:
    other = reopen()
    assert other.count() == 0
    empty.promote(one(empty, "new", "New"))
    assert Questions(other).found("") == {"new"}
    other.close()


def test_readers_see_the_old_or_the_new_while_generations_are_promoted_and_dropped(
    empty: Store, reopen: Callable[..., Store]
) -> None:
    empty.promote(one(empty, "w", "Work"))
    other = reopen()  # as another process: nobody tells it what was dropped
    asks = (Questions(empty), Questions(other))
    with repeated(lambda: tuple(ask.page("work").total for ask in asks)) as got:
        for _ in range(ROUNDS):
            old, new = empty.current() or 0, one(empty, "w", "Work")
            empty.promote(new)
            empty.drop(old)
    assert set(got) == {(1, 1)}
    other.close()


@pytest.mark.folder
def test_the_pointer_is_whole_at_any_moment(empty: Store, tmp_path: Path) -> None:
    numbers = [empty.create(SCHEMA) for _ in range(12)]
    with repeated((tmp_path / "current").read_text) as got, ThreadPoolExecutor(4) as pool:
        for _ in range(5):
            list(pool.map(empty.promote, numbers))
    assert set(got) <= {f"g{number}" for number in [*numbers, *empty.generations()]}
    assert empty.current() in numbers
    assert not list(tmp_path.glob(".current*"))


def test_generations_made_at_once_have_each_a_number(empty: Store, reopen: Callable[..., Store]) -> None:
    stores = [reopen() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(lambda store: store.create(SCHEMA), stores * 3))
    assert len(set(numbers)) == len(numbers)
    assert set(numbers) < set(empty.generations())


@pytest.mark.folder
def test_a_folder_that_cannot_be_written_is_named(engine: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="SEARCHSVC_VAR_DIR"):
        ENGINES[engine](tmp_path / "file", SCHEMA).create(SCHEMA)


def test_a_revision_is_never_newer_than_its_answer(empty: Store) -> None:
    # The n-th write adds a document: whoever has read a revision must find at least what it had at first sight.
    number = empty.current() or 0

    def ask() -> tuple[str, int]:
        response = empty.search(Request(All()))
        return response.revision, response.total

    with repeated(ask) as got:
        after = {empty.revision(): 0}
        for at in range(ROUNDS):
            empty.write(number, [make(f"w{at}", {"title": "Work"})])
            after[empty.revision()] = at + 1
    assert all(total >= after.get(revision, 0) for revision, total in got)


# Foreign indexes


@pytest.mark.parametrize(
    "schema",
    [
        Schema(SCHEMA.fields[1:]),
        Schema((*SCHEMA.fields[:-1], replace(SCHEMA.fields[-1], stored=False))),
        Schema((replace(SCHEMA.fields[0], language="french"), *SCHEMA.fields[1:])),
        Schema((replace(SCHEMA.fields[0], sort=False), *SCHEMA.fields[1:])),
    ],
    ids=["a field less", "stored", "language", "sort"],
)
def test_an_index_of_other_fields_is_refused(empty: Store, reopen: Callable[..., Store], schema: Schema) -> None:
    other = reopen(schema)
    for call in (
        other.count,
        other.revision,
        lambda: other.search(Request(All())),
        lambda: other.write(1, [make("boat")]),
    ):
        with pytest.raises(SchemaMismatch, match=COMMAND):
            call()


def test_an_order_of_fields_or_a_weight_makes_no_other_index(empty: Store, reopen: Callable[..., Store]) -> None:
    fields = (replace(SCHEMA.fields[0], weight=9), *SCHEMA.fields[1:])
    assert reopen(Schema(tuple(reversed(fields)))).count() == 0


def test_an_index_of_another_analysis_is_refused(
    empty: Store, reopen: Callable[..., Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifest, "ANALYSIS_VERSION", manifest.ANALYSIS_VERSION + 1)
    with pytest.raises(SchemaMismatch, match=rf"analysis {manifest.ANALYSIS_VERSION - 1}, now.*{COMMAND}"):
        reopen().search(Request(All()))


@pytest.mark.folder
def test_an_index_of_another_engine_is_refused(empty: Store, reopen: Callable[..., Store], tmp_path: Path) -> None:
    manifest = tmp_path / f"g{empty.current()}" / where.MANIFEST
    manifest.write_text(manifest.read_text().replace(empty.engine, "another"))  # type: ignore[attr-defined] # of embedded stores
    with pytest.raises(SchemaMismatch, match="engine another"):
        reopen().count()


# Broken indexes


def harmed(data: bytes, harm: str) -> bytes:
    if harm == "empty":
        return b""
    if harm == "half":
        return data[: len(data) // 2]
    if harm == "flipped":
        return bytes(byte ^ 0xFF if at % 7 == 3 else byte for at, byte in enumerate(data))
    return b"\x00" * len(data)


@pytest.mark.folder
@pytest.mark.parametrize("harm", ["gone", "empty", "half", "flipped", "zeros"])
def test_harm_to_any_file_is_an_error_that_says_how_to_rebuild_or_changes_nothing(
    empty: Store, reopen: Callable[..., Store], tmp_path: Path, harm: str
) -> None:
    empty.write(empty.current() or 0, [make(name) for name in ROWS])
    requests = {"words": "harbour", "all": "", "phrase": '"fishing boat"'}
    whole = {name: answer(empty, query) for name, query in requests.items()}
    empty.close()
    files = [file for file in tmp_path.rglob("*") if file.is_file() and "lock" not in file.name.lower()]
    assert len(files) > 3
    for file in files:
        data = file.read_bytes()
        file.unlink() if harm == "gone" else file.write_bytes(harmed(data, harm))
        broken = reopen()
        for name, query in requests.items():
            try:
                found = answer(broken, query)
            except Unavailable as error:
                assert COMMAND in str(error)  # noqa: PT017 - either an error that helps or the whole answer
            else:
                assert found == whole[name], file.name
        broken.close()
        file.write_bytes(data)
    assert {name: answer(reopen(), query) for name, query in requests.items()} == whole


def answer(store: Store, query: str) -> tuple[list[str], int, object]:
    page = Questions(store).page(query, facets={"kind": {}}, order_by=("-year",))
    return [result.key for result in page.results], page.total, page.facets["kind"].values


@pytest.mark.folder
@pytest.mark.parametrize("pointer", ["", "g", "gx", "1", "g1\n\n", "g1 g2", "\x93"])
def test_a_broken_pointer_is_named_and_building_anew_is_the_way_out(empty: Store, tmp_path: Path, pointer: str) -> None:
    (tmp_path / "current").write_text(pointer)
    for call in (empty.count, empty.revision, lambda: empty.search(Request(All()))):
        with pytest.raises(IndexCorrupt, match=COMMAND):
            call()
    empty.promote(one(empty, "new", "New"))
    assert Questions(empty).found("") == {"new"}


def test_a_missing_index_says_which_command_builds_it(engine: str, tmp_path: Path) -> None:
    store = ENGINES[engine](tmp_path / "none", SCHEMA)
    assert store.current() is None
    assert store.generations() == []
    for call in (store.count, store.revision, lambda: store.search(Request(All()))):
        with pytest.raises(IndexMissing, match=COMMAND):
            call()
    assert not (tmp_path / "none").exists()


# Documents that are refused


def test_what_no_engine_can_keep_is_refused_before_it_reaches_one() -> None:
    for field, value in {
        "title": "half \ud800", "text": "half \udfff", "names": ["a", "\ud800"], "kind": "k" * 40_000,
        "year": 2**63, "price": "dear", "bought": "soon", "place": (91, 0), "lent": "maybe", "weight": float("nan"),
    }.items():  # fmt: skip
        with pytest.raises(DocumentRefused, match=field) as caught:
            make("x", {"title": "T", field: value})
        assert (caught.value.document, caught.value.field) == ("tests.work.x", field)


def test_what_is_strange_and_can_be_kept_is(empty: Store) -> None:
    rows = {
        "nul": {"title": "Nul", "kind": "a\x00b"}, "line": {"title": "Line", "kind": "a\nb"},
        "blank": {"title": "", "text": " \n", "names": [], "kind": ""},
        "wide": {"title": "Wide", "text": "word " * 20_000},
        "long": {"title": "x" * 10_000, "kind": "k" * 30_000}, "huge": {"title": "Huge", "text": 2**80},
        "signs": {"title": "!!!", "text": "\u200b\ufeff\u202e"}, "deep": {"title": "Deep", "text": {"a": [{1: "b"}]}},
    }  # fmt: skip
    assert empty.write(empty.current() or 0, [make(name, row) for name, row in rows.items()]) == []
    ask = Questions(empty)
    assert ask.found("") == set(rows)
    assert ask.lookup("kind", "exact", "a\x00b") == {"nul"}
    assert ask.lookup("kind", "startswith", "a") == {"nul", "line"}
    assert ask.lookup("kind", "exact", "k" * 30_000) == {"long"}
    assert ask.lookup("kind", "startswith", "k" * 2000) == {"long"}
    assert ask.lookup("kind", "contains", "k" * 2000) == {"long"}
    assert ask.lookup("kind", "endswith", "é" * 2000) == set()
    assert {value for value, _count in ask.counts("kind", prefix="k" * 2000)} == {"k" * 30_000}
    assert [value for value, _count in ask.counts("kind", prefix="a")] == ["a\x00b", "a\nb"]


def test_many_open_levels_of_a_hierarchy_are_counted(empty: Store) -> None:
    paths = [f"{at:03}-{'long ' * 10}" for at in range(60)]
    rows = [make(f"w{at:03}", {"title": "W", "subject": [path, f"{path}/below", f"{path}/below/it"]})
            for at, path in enumerate(paths)]  # fmt: skip
    empty.write(empty.current() or 0, rows)
    counted = Questions(empty).counts("subject", below=("", *paths), size=None)
    assert [value for value, _count in counted] == sorted([*paths, *(f"{path}/below" for path in paths)])


# Killed writers

WRITER = """
import os, sys, pathlib
os.environ["DJANGO_SETTINGS_MODULE"] = "searchsvc.settings.test"
import django
django.setup()
sys.path[:0] = [{root!r}]
from tests.contract.conftest import ENGINES
from tests.contract.corpus import SCHEMA, make
store = ENGINES[{engine!r}](pathlib.Path({folder!r}), SCHEMA)
number = store.current()
for at in range({first}, {first} + 1000):
    store.write(number, [make(f"w{{at:05}}-{{part}}", {{"title": "Work"}}) for part in range(3)])
    print(at, flush=True)
"""


def acknowledged(process: subprocess.Popen[str], batches: int) -> list[int]:
    """The batches that a writer said were written until it was killed in the middle of the next ones."""
    assert process.stdout is not None
    said = [process.stdout.readline() for _ in range(batches)]
    os.kill(process.pid, signal.SIGKILL)
    said += process.stdout.readlines()
    assert process.wait(timeout=30) == -signal.SIGKILL
    return [int(line) for line in said if line.endswith("\n") and line.strip()]


@pytest.mark.folder
@pytest.mark.requires("transactions")
def test_what_was_acknowledged_survives_a_killed_writer(empty: Store, engine: str, tmp_path: Path, root: Path) -> None:
    kept: set[str] = set()
    for kill in range(KILLS):
        code = WRITER.format(root=str(root), engine=engine, folder=str(tmp_path), first=kill * 1000)
        with subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", code], cwd=root, stdout=subprocess.PIPE, text=True
        ) as process:
            batches = acknowledged(process, kill + 1)
        assert len(batches) > kill
        kept |= {f"w{at:05}-{part}" for at in batches for part in range(3)}
        found = Questions(empty).found("work")
        assert kept <= found
        # The batch that was being written is there whole or not at all.
        assert len(found) % 3 == 0
        assert empty.count() == len(found)
    empty.write(empty.current() or 0, [make("last", {"title": "Work"})])
    assert "last" in Questions(empty).found("work")
