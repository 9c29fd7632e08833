"""Writing in bulk: what is refused is named and the rest written, nothing is lost in silence."""

from dataclasses import replace

import orjson
import pytest

from backends.core.errors import Unavailable
from backends.core.store import Document
from backends.jsondsl import bulk
from backends.jsondsl.bulk import Item, parts
from backends.jsondsl.store import JsonStore
from tests.contract.conftest import Questions
from tests.contract.corpus import make


def work(name: str, **columns: tuple[object, ...]) -> Document:
    document = make(name, {"title": "Work"})
    return replace(document, columns={**document.columns, **columns})  # type: ignore[arg-type] # wrong on purpose


def test_half_of_a_batch_is_refused_with_its_reason_and_the_other_half_written(store: JsonStore) -> None:
    documents = [work(f"w{at}", **({"year": ("soon",)} if at % 2 else {})) for at in range(10)]
    refused = store.write(1, documents)
    assert [error.document for error in refused] == [f"tests.work.w{at}" for at in range(1, 10, 2)]
    assert {error.field for error in refused} == {"year"}
    assert "soon" in str(refused[0])
    assert Questions(store).found("") == {f"w{at}" for at in range(0, 10, 2)}


@pytest.mark.parametrize(
    ("column", "value", "says"), [("kind", "k" * 40_000, "immense|too large|max"), ("yaer", 1, "strict|not allowed")]
)
def test_what_the_server_refuses_names_the_field(store: JsonStore, column: str, value: object, says: str) -> None:
    schema_knows = column in store.schema.by_column
    if not schema_knows:
        source = orjson.dumps({column: value})
        writing = bulk.Writing(store.server, f"/{store.made.index(1)}-live/_bulk", [Item("x", source)], [])
        writing.run()
        refused = writing.refused
    else:
        refused = store.write(1, [work("x", **{column: (value,)})])
    assert [error.field for error in refused] == [column]
    assert Questions(store).found("") == set()


def test_an_id_of_any_length_is_one_document(store: JsonStore) -> None:
    long = replace(make("long", {"title": "Work"}), id="tests.work." + "é" * 600)
    store.write(1, [long])
    store.write(1, [long])
    assert store.count() == 1
    store.delete(1, [long.id])
    assert store.count() == 0


def test_parts_are_bounded_in_number_and_size_and_hold_an_id_once() -> None:
    many = [Item(str(at), b"x") for at in range(bulk.MOST_ITEMS + 1)]
    assert [len(part) for part in parts(many)] == [bulk.MOST_ITEMS, 1]
    large = [Item(str(at), b"x" * (bulk.MOST_BYTES // 2 + 1)) for at in range(5)]
    assert [len(part) for part in parts(large)] == [2, 2, 1]
    assert list(parts([Item("a", b"1"), Item("b", b"2"), Item("a", None)])) == [[Item("a", None), Item("b", b"2")]]


def test_a_read_only_index_says_that_the_disk_may_be_full_and_takes_writes_again_after(store: JsonStore) -> None:
    def block(value: object) -> None:
        body = orjson.dumps({"index.blocks.read_only_allow_delete": value})
        store.server.call("PUT", f"/{store.made.index(1)}/_settings", body)

    store.write(1, [work("before")])
    block(True)
    with pytest.raises(Unavailable, match="disk full"):
        store.write(1, [work("during")])
    assert Questions(store).found("") == {"before"}
    block(None)
    store.write(1, [work("after")])
    assert Questions(store).found("") == {"before", "after"}
