"""Writing, generations and what happens to an index that is busy, old or broken."""

import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backends.core.documents import document
from backends.core.errors import IndexCorrupt, IndexMissing, SchemaMismatch, WriterBusy
from backends.core.nodes import And, AnyOf, Infix, Node, Not, Or, Range, Term
from backends.core.request import FacetRequest, Request, Sort
from backends.core.schema import Field, Kind, Schema
from backends.core.store import Document, Store
from tests.contract.conftest import ENGINES, Questions
from tests.contract.corpus import SCHEMA, make

ID = "tests.work.{}".format


def generation(store: Store) -> int:
    number = store.current()
    assert number is not None
    return number


def keys(store: Store, node: Node) -> list[str]:
    return [hit.key.removeprefix("t:") for hit in store.search(Request(node, sort=(Sort("key"),), size=10_000)).hits]


def fill(store: Store, **years: int) -> None:
    store.write(
        generation(store), [make(name, {"title": f"Work {name}", "year": year}) for name, year in years.items()]
    )


def test_a_document_written_again_replaces_itself(empty: Store) -> None:
    fill(empty, a=1, b=2)
    fill(empty, a=3)
    ask = Questions(empty)
    assert ask.names("", order_by=("year",)) == ["b", "a"]
    assert ask.counts("year") == [(2, 1), (3, 1)]
    assert empty.count() == 2


def test_of_one_id_twice_in_a_batch_the_last_stays(empty: Store) -> None:
    empty.write(
        generation(empty), [make("a", {"title": "First"}), make("b", {"title": "B"}), make("a", {"title": "Last"})]
    )
    ask = Questions(empty)
    assert ask.found("last") == {"a"}
    assert ask.found("first") == set()
    assert (empty.count(), ask.page("").total) == (2, 2)


def keyed(id_: str, key: str, title: str) -> Document:
    return document(SCHEMA, (f"tests.work.{id_}", key, "tests.work", id_), {"title": title})


def test_a_key_that_another_document_has_is_refused_and_the_rest_is_written(empty: Store) -> None:
    empty.write(generation(empty), [keyed("1", "x:1", "One")])
    refused = empty.write(generation(empty), [keyed("2", "x:1", "Two"), keyed("3", "x:3", "Three")])
    assert [(error.document, error.field) for error in refused] == [(ID("2"), "key")]
    assert "x:1" in str(refused[0])
    assert ID("1") in str(refused[0])
    for order in ((), ("title",), ("-year",)):
        assert Questions(empty).names("", order_by=order) == ["x:1", "x:3"]
    assert empty.count() == 2


def test_a_key_twice_in_one_batch_is_the_first_document_s(empty: Store) -> None:
    refused = empty.write(generation(empty), [keyed("1", "x:1", "One"), keyed("2", "x:1", "Two")])
    assert [error.document for error in refused] == [ID("2")]
    assert Questions(empty).found("one") == {"x:1"}
    assert Questions(empty).found("two") == set()


def test_a_key_that_was_given_up_is_free(empty: Store) -> None:
    empty.write(generation(empty), [keyed("1", "x:1", "One")])
    assert empty.write(generation(empty), [keyed("2", "x:1", "Two"), keyed("1", "x:9", "One")]) == []
    empty.delete(generation(empty), [ID("2")])
    assert empty.write(generation(empty), [keyed("3", "x:1", "Three"), keyed("1", "x:9", "Again")]) == []
    assert Questions(empty).names("") == ["x:1", "x:9"]


def test_what_is_deleted_is_gone_from_hits_counts_and_words(empty: Store) -> None:
    fill(empty, a=1, b=1, c=2)
    empty.delete(generation(empty), [ID("a"), ID("nobody")])
    ask = Questions(empty)
    assert ask.found("work") == {"b", "c"}
    assert ask.found("-c") == {"b"}
    assert ask.counts("year") == [(1, 1), (2, 1)]
    assert ask.lookup("year", "range", (None, None)) == {"b", "c"}
    empty.delete(generation(empty), [ID("b"), ID("c")])
    assert (empty.count(), ask.names("")) == (0, [])


def test_many_batches_answer_as_one(empty: Store) -> None:
    for at in range(40):
        fill(empty, **{f"w{at:02}": at % 7, f"x{at:02}": at % 3})
        if at % 5 == 0:
            empty.delete(generation(empty), [ID(f"w{at:02}")])
    ask = Questions(empty)
    assert ask.page("work").total == empty.count() == 72
    assert ask.counts("year", size=2) == [(0, 18), (1, 18)]
    assert ask.lookup("title", "phrase", "work w03") == {"w03"}


def test_the_revision_changes_with_every_write_that_changes_something(empty: Store) -> None:
    seen = [empty.revision()]
    for step in (
        lambda: fill(empty, a=1),
        lambda: fill(empty, a=2),
        lambda: empty.delete(generation(empty), [ID("a")]),
    ):
        step()
        seen.append(empty.revision())
    assert len(set(seen)) == len(seen)
    assert Questions(empty).page("").revision == seen[-1]


def test_a_write_is_seen_by_another_store_at_its_next_search(empty: Store, reopen: Callable[..., Store]) -> None:
    other = reopen()
    assert other.count() == 0
    fill(empty, a=1)
    assert keys(other, Term("title", "work")) == ["a"]
    fill(empty, b=1)
    assert keys(other, Term("title", "work")) == ["a", "b"]
    assert other.revision() == empty.revision()
    other.close()


@pytest.mark.requires("transactions")
def test_what_was_written_is_there_for_who_opens_the_index_next(empty: Store, engine: str, tmp_path: Path) -> None:
    fill(empty, a=1)
    empty.close()
    other = ENGINES[engine](tmp_path, SCHEMA)
    assert other.count() == 1
    other.close()


def test_only_the_promoted_generation_answers(empty: Store) -> None:
    fill(empty, a=1)
    old, new = generation(empty), empty.create(SCHEMA)
    empty.write(new, [make("b", {"title": "B"})])
    assert Questions(empty).names("") == ["a"]
    assert empty.count(new) == 1
    empty.promote(new)
    assert Questions(empty).names("") == ["b"]
    assert empty.generations() == [old, new]
    empty.drop(old)
    assert empty.generations() == [new]


def test_an_index_never_built_says_which_command_builds_it(engine: str, tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="rebuild_index --using contract"):
        ENGINES[engine](tmp_path / "nothing", SCHEMA).search(Request(Term("title", "a")))


def test_an_index_of_another_schema_is_refused(empty: Store, reopen: Callable[..., Store]) -> None:
    with pytest.raises(SchemaMismatch, match="rebuild_index"):
        reopen(Schema((Field("title", Kind.KEYWORD),))).count()


@pytest.mark.folder
@pytest.mark.parametrize("harm", ["emptied", "noise", "cut", "deleted"])
def test_a_broken_index_says_so(empty: Store, reopen: Callable[..., Store], tmp_path: Path, harm: str) -> None:
    fill(empty, a=1, b=2)
    empty.close()
    folder = tmp_path / f"g{generation(empty)}"
    for file in [path for path in folder.iterdir() if path.is_file() and path.name != "searchsvc.json"]:
        size = file.stat().st_size
        if harm == "deleted":
            file.unlink()
        else:
            file.write_bytes({"emptied": b"", "noise": b"\x93noise" * 50, "cut": file.read_bytes()[: size // 2]}[harm])
    broken = reopen()
    with pytest.raises(IndexCorrupt, match="rebuild_index"):
        broken.search(Request(Term("title", "work"), facets=(FacetRequest("year"),)))


@pytest.mark.folder
def test_a_folder_half_deleted_says_so(empty: Store, reopen: Callable[..., Store], tmp_path: Path) -> None:
    fill(empty, a=1)
    shutil.rmtree(tmp_path / f"g{generation(empty)}")
    with pytest.raises(IndexCorrupt):
        reopen().count()


HOLD = """
import sys, pathlib, collections, dataclasses
sys.path[:0] = {path!r}
from tests.contract.conftest import ENGINES
from tests.contract.corpus import SCHEMA, make
store = ENGINES[{engine!r}](pathlib.Path({folder!r}), SCHEMA)
class Slow(collections.UserDict):
    def __iter__(self):
        yield from self.data
        print("holding", flush=True)
        sys.stdin.readline()
first, held = make("first", {{"title": "First"}}), make("held", {{"title": "Held"}})
store.write(store.current(), [first, dataclasses.replace(held, columns=Slow(held.columns))])
"""


@pytest.fixture
def holder(engine: str, empty: Store, tmp_path: Path, root: Path) -> subprocess.Popen[str]:
    """Another process in the middle of a write to the folder of `empty`."""
    code = HOLD.format(path=[str(root)], engine=engine, folder=str(tmp_path))
    setup = (
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'searchsvc.settings.test'; import django; django.setup()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", setup + code],
        cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "holding\n"
        yield process
        process.kill()


def impatient(store: Store) -> None:
    store.writer_lock.timeout = 0.02  # type: ignore[attr-defined] # of embedded stores


@pytest.mark.folder
def test_a_second_writer_is_told_who_is_writing_and_since_when(empty: Store, holder: subprocess.Popen[str]) -> None:
    impatient(empty)
    today = datetime.now(UTC).date().isoformat()
    with pytest.raises(WriterBusy, match=rf"connection 'contract': process {holder.pid} on .*\(-c\), since {today}T"):
        fill(empty, a=1)
    assert empty.count() == 0
    holder.communicate("\n", timeout=30)
    fill(empty, a=1)
    assert Questions(empty).found("") == {"a", "first", "held"}


@pytest.mark.folder
@pytest.mark.parametrize("ended", ["well", "killed"])
def test_a_second_writer_waits_for_the_first_however_it_ends(
    empty: Store, holder: subprocess.Popen[str], ended: str
) -> None:
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(fill, empty, a=1)
        assert not writing.done()
        if ended == "well":
            holder.communicate("\n", timeout=30)
        else:
            holder.kill()
        writing.result(timeout=20)
    assert Questions(empty).found("") == ({"a", "first", "held"} if ended == "well" else {"a"})


@pytest.mark.folder
def test_an_index_is_searched_while_another_process_writes_it(empty: Store, holder: subprocess.Popen[str]) -> None:
    impatient(empty)
    assert empty.count() == 0
    for call in (lambda: empty.create(SCHEMA), lambda: empty.drop(9), lambda: empty.promote(generation(empty))):
        with pytest.raises(WriterBusy):
            call()


@pytest.mark.folder
def test_a_writer_that_is_killed_leaves_the_last_commit_and_no_lock(
    empty: Store, holder: subprocess.Popen[str]
) -> None:
    holder.kill()
    holder.wait(timeout=30)
    assert empty.count() == 0
    fill(empty, a=1)
    assert Questions(empty).found("") == {"a"}


def test_readers_of_many_threads_get_whole_answers_while_documents_are_written(empty: Store) -> None:
    fill(empty, **{f"w{at:03}": at for at in range(50)})
    failures: list[BaseException] = []

    def read() -> None:
        try:
            for _ in range(30):
                page = Questions(empty).page("work", facets={"year": {"size": None}}, order_by=("-year",))
                assert page.total == len(page.results) == sum(count for _year, count in page.facets["year"].values)
                assert {f"tests.work.{result.pk}" for result in page.results} == {result.id for result in page.results}
        except BaseException as error:  # noqa: BLE001 - a thread's failure is the test's
            failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for at in range(20):
        fill(empty, **{f"w{at:03}": at + 100, f"new{at}": at})
        empty.delete(generation(empty), [ID(f"w{at + 25:03}")])
    for thread in threads:
        thread.join()
    for failure in failures:
        raise failure


MANY = 5000


@pytest.mark.parametrize(
    ("node", "names"),
    [
        pytest.param(And((Infix("title", "w"), *(Term("title", "work") for _ in range(MANY)))), {"a", "b"},
                     marks=pytest.mark.requires("parts_of_words")),
        (And((Term("title", "work"), *(Not(Term("title", f"no{at}")) for at in range(MANY)))), {"a", "b"}),
        (Or((*(Term("title", f"t{at}") for at in range(MANY)), Term("title", "b"))), {"b"}),
        (AnyOf("key", (*(f"t:{at}" for at in range(MANY)), "t:b")), {"b"}),
        (AnyOf("year", tuple(range(MANY))), {"a", "b"}),
    ],
    ids=["and", "and not", "or", "keys", "numbers"],
)  # fmt: skip
def test_a_wide_query_is_answered(empty: Store, node: Node, names: set[str]) -> None:
    fill(empty, a=1, b=2)
    assert set(keys(empty, node)) == names


def test_numbers_of_64_bits_are_exact(empty: Store) -> None:
    big = 2**63 - 1
    fill(empty, low=-big - 1, almost=big - 1, high=big)
    ask = Questions(empty)
    assert ask.names("", order_by=("-year",)) == ["high", "almost", "low"]
    assert ask.lookup("year", "gt", big - 1) == {"high"}
    assert ask.lookup("year", "exact", -big - 1) == {"low"}
    assert keys(empty, Range("year", big - 1, big, include_upper=False)) == ["almost"]
    after = ask.page("", order_by=("year",), size=2).results[-1].sort
    assert ask.names("", order_by=("year",), after=after) == ["high"]


@pytest.mark.requires("scores")
def test_equal_scores_are_told_apart_by_key_on_every_page(empty: Store) -> None:
    for name in ("d", "b", "e", "a", "c"):
        empty.write(generation(empty), [make(name, {"title": "Same words"})])
    ask = Questions(empty)
    pages = [ask.names("words", size=2, offset=offset) for offset in (0, 2, 4)]
    assert pages == [["a", "b"], ["c", "d"], ["e"]]


@pytest.mark.requires("keyword_ranges")
def test_text_is_compared_by_code_point(empty: Store) -> None:
    values = ["Z", "a", "é", "\ue000", "\U0001f3a8"]  # in UTF-16 the last two stand the other way round
    empty.write(generation(empty), [make(f"n{at}", {"title": "T", "kind": kind}) for at, kind in enumerate(values)])
    ask = Questions(empty)
    assert [kind for kind, _count in ask.counts("kind")] == values
    assert keys(empty, Range("kind", "é", None, include_lower=False)) == ["n3", "n4"]
    assert keys(empty, Range("kind", None, "a")) == ["n0", "n1"]
