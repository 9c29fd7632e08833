"""Whoosh's own view of an index: what projects that look at a backend's `index` see."""

from pathlib import Path

import pytest
from whoosh.qparser import QueryParser

from backends.core.errors import UnsupportedQuery
from backends.whoosh.store import WhooshStore
from backends.whoosh.view import View
from tests.contract.corpus import ROWS, SCHEMA, documents, make

ID = "tests.work.{}".format


@pytest.fixture
def store(tmp_path: Path) -> WhooshStore:
    store = WhooshStore("view", tmp_path, SCHEMA)
    store.promote(store.create(SCHEMA))
    store.write(1, documents())
    return store


@pytest.fixture
def view(store: WhooshStore) -> View:
    return View(lambda: store.folders.folder(store.current() or 0), SCHEMA)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("*", set(ROWS)),
        ("Boats", {"boat", "ancient"}),
        ("boat*", {"boat", "ancient"}),
        ("text:needle", {"needle"}),
        ("title:[needle TO need]", set()),
        ("title:[need TO needlez]", {"needle"}),
        ("boat NOT fishing", {"ancient"}),
    ],
)
def test_whoosh_s_parser_finds_our_terms(view: View, text: str, names: set[str]) -> None:
    with view.searcher() as searcher:
        found = searcher.search(QueryParser("title", schema=view.schema).parse(text), limit=None)
        assert {hit.fields()["id"] for hit in found} == {ID(name) for name in names}


def test_stored_fields_come_by_name(view: View) -> None:
    with view.searcher() as searcher:
        stored = {fields["id"]: fields for fields in searcher.documents()}
    assert stored[ID("boat")]["title"] == ROWS["boat"]["title"]


def test_it_follows_writes_and_rebuilds(store: WhooshStore, view: View) -> None:
    store.delete(1, [ID("boat")])
    assert view.doc_count() == len(ROWS) - 1
    store.promote(store.create(SCHEMA))
    store.drop(1)
    assert view.is_empty()
    store.write(2, [make("a", {"title": "One"})])
    assert (view.doc_count(), view.refresh().doc_count(), view.latest_generation()) == (1, 1, 1)


def test_it_is_not_for_writing(view: View) -> None:
    with pytest.raises(UnsupportedQuery, match="update"):
        view.writer()
