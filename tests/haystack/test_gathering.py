"""Gathered saves: the same in the end as single ones, in few commits."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from haystack import connection_router, connections
from haystack.query import SearchQuerySet
from haystack.signals import RealtimeSignalProcessor

from backends.core import gathering
from backends.core.errors import WriterBusy
from backends.core.gathering import gathered
from backends.core.lock import WriterLock
from searchsvc.catalog.models import Item
from tests.sites import site

pytestmark = pytest.mark.folder


@pytest.fixture
def fresh(engine: str, tmp_path: Path) -> Iterator[Any]:
    """The backend of an index of the test's own, with nothing in it, that follows each save."""
    with site(engine, tmp_path):
        following = RealtimeSignalProcessor(connections, connection_router)
        backend = connections["default"].get_backend()
        backend.setup()
        yield backend
        following.teardown()


def found() -> set[str]:
    return {result.pk for result in SearchQuerySet()[:1000]}


def items(count: int) -> list[Item]:
    return list(Item.objects.order_by("pk")[:count])


def pks(items: list[Item]) -> set[str]:
    return {str(item.pk) for item in items}


def test_gathered_saves_are_one_commit_and_found_when_the_block_ends(fresh: Any) -> None:
    before, saved = fresh.store.revision(), items(8)
    with gathered():
        for item in saved:
            item.save()
        assert fresh.store.revision() == before
    assert found() == pks(saved)


def test_a_single_save_is_found_at_once(fresh: Any) -> None:
    for at, item in enumerate(items(3), 1):
        item.save()
        assert len(found()) == at


def test_what_is_gathered_is_written_at_a_bound(fresh: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "MOST_DOCUMENTS", 3)
    sizes = []
    with gathered("default"):
        for item in items(7):
            item.save()
            sizes.append(len(found()))
    assert sizes == [0, 0, 3, 3, 3, 6, 6]
    assert len(found()) == 7
    monkeypatch.setattr(gathering, "MOST_CHARACTERS", 1)
    with gathered():
        fresh.clear()
        for at, item in enumerate(items(3), 1):
            item.save()
            assert len(found()) == at


def test_of_each_document_the_last_change_counts(fresh: Any) -> None:
    one, two, three = items(3)
    two.save()
    with gathered():
        for item in (one, two, three):
            item.save()
        fresh.remove(one)
        fresh.remove(two)
        fresh.remove(three)
        three.save()
    assert found() == pks([three])


def test_an_exception_takes_back_nothing_that_was_saved_before(fresh: Any) -> None:
    saved = items(2)

    def fail() -> None:
        with gathered():
            for item in saved:
                item.save()
            raise ValueError("in the middle")

    with pytest.raises(ValueError, match="in the middle"):
        fail()
    assert found() == pks(saved)


def test_a_block_in_a_block_is_part_of_it(fresh: Any) -> None:
    one, two = items(2)
    with gathered():
        with gathered("default"):
            one.save()
        assert found() == set()
        two.save()
    assert found() == pks([one, two])


def test_clearing_in_a_block_clears_what_was_gathered_before_it(fresh: Any) -> None:
    one, two, three = items(3)
    with fresh.gathering():
        one.save()
        fresh.clear()
        two.save()
        fresh.clear(models=[Item])
        three.save()
    assert found() == pks([three])


def test_other_threads_write_as_ever(fresh: Any) -> None:
    one, two = items(2)
    for item in (one, two):
        item.save()

    def remove() -> None:
        connections["default"].get_backend().remove(f"catalog.item.{one.pk}")

    with gathered(), ThreadPoolExecutor(1) as pool:
        two.save()
        pool.submit(remove).result(timeout=20)
        assert found() == pks([two])


def test_a_write_that_fails_is_raised_where_the_block_ends(fresh: Any, tmp_path: Path) -> None:
    fresh.store.writer_lock.timeout = 0
    (item,) = items(1)
    with WriterLock(tmp_path / "default", "default").held(), pytest.raises(WriterBusy), fresh.gathering():
        item.save()
    item.save()
    assert found() == pks([item])


@pytest.mark.parametrize("given", [-1, "30", None, 1e30, float("nan")])
def test_a_bound_of_waiting_that_is_none_is_refused(engine: str, tmp_path: Path, given: object) -> None:
    options = {**connections["default"].options, "PATH": str(tmp_path), "WRITE_TIMEOUT": given}
    backend = connections["default"].backend("default", **options)
    with pytest.raises(ImproperlyConfigured, match="WRITE_TIMEOUT of connection 'default'"):
        backend.store.count()


def test_the_bound_of_waiting_is_the_connection_s(engine: str, tmp_path: Path) -> None:
    options = {**connections["default"].options, "PATH": str(tmp_path), "WRITE_TIMEOUT": 2}
    backend = connections["default"].backend("default", **options)
    assert backend.store.writer_lock.timeout == 2


def test_a_write_goes_where_the_answer_comes_from_when_another_generation_takes_over(fresh: Any) -> None:
    # As if another process emptied the index between the moment the generation was asked for and the write.
    old = fresh.store.current()
    fresh.clear()
    asked = iter([old])
    real = fresh._generation
    fresh._generation = lambda: next(asked, None) or real()
    (item,) = items(1)
    item.save()
    assert found() == pks([item])
