"""What is true of Whoosh alone."""

from collections.abc import Iterator
from functools import reduce
from pathlib import Path

import pytest

from backends.core.errors import UnsupportedQuery
from backends.core.nodes import LOWERED, And, Not, Or, Phrase, Term
from backends.core.request import Request, Sort
from backends.whoosh.compiler import WhooshCompiler
from backends.whoosh.store import WhooshStore
from tests.contract.corpus import SCHEMA, documents, make


@pytest.fixture
def store(tmp_path: Path) -> Iterator[WhooshStore]:
    store = WhooshStore("own", tmp_path, SCHEMA)
    store.promote(store.create(SCHEMA))
    store.write(1, documents())
    yield store
    store.close()


def test_every_node_has_a_visitor() -> None:
    assert [node for node in LOWERED if not hasattr(WhooshCompiler, f"visit_{node.__name__.lower()}")] == []


def test_a_commit_keeps_the_segments_that_stay_open(store: WhooshStore) -> None:
    before = store._open(None).snapshot
    store.write(1, [make("more", {"title": "More"})])
    after = store._open(None).snapshot
    assert after is not before
    assert after.segments[0] is before.segments[0]
    assert len(after.segments) == len(before.segments) + 1


def test_a_write_that_changes_nothing_makes_no_commit(store: WhooshStore) -> None:
    before = store.revision()
    store.write(1, [])
    store.delete(1, ["nobody"])
    assert store.revision() == before


def test_words_and_positions_survive_a_merge(store: WhooshStore, tmp_path: Path) -> None:
    for at in range(60):
        store.write(1, [make(f"m{at:02}", {"title": f"Number {at} of many", "names": ["Ann Sew", "Kit Wood"]})])
    assert len(list((tmp_path / "g1").glob("*.seg"))) < 60
    order = (Sort("key"),)
    assert store.search(Request(Phrase("title", ("of", "mani")), sort=order)).total == 60
    assert store.search(Request(Phrase("names", ("sew", "kit")), sort=order)).total == 0
    assert store.search(Request(Phrase("names", ("kit", "wood")), sort=order)).total == 61


def test_a_document_without_words_can_be_written_alone(tmp_path: Path) -> None:
    store = WhooshStore("own", tmp_path / "other", SCHEMA)
    number = store.create(SCHEMA)
    store.write(number, [make("mute", {"title": "!!!", "kind": "object"})])
    store.promote(number)
    assert store.search(Request(Not(Term("title", "x")), sort=(Sort("key"),))).total == 1


def test_a_row_may_have_gaps(store: WhooshStore) -> None:
    def total(terms: tuple[str, ...], slop: int) -> int:
        return store.search(Request(Phrase("title", terms, slop))).total

    assert [total(("fish", "diepp"), slop) for slop in (0, 1, 2, 3)] == [0, 0, 1, 1]


def test_a_query_too_deep_is_refused(store: WhooshStore) -> None:
    deep = reduce(
        lambda node, at: And((Term("title", f"w{at}"), Or((node, Term("title", "x"))))),
        range(5000),
        Term("title", "boat"),
    )
    with pytest.raises(UnsupportedQuery, match="too deep"):
        store.search(Request(deep))
