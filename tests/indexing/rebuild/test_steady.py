"""Searches go on through a rebuild, its swap, a rollback and the way back: none fails, and none finds fewer."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from backends.core.nodes import All, Term
from backends.core.request import Request
from searchsvc.catalog.models import Item
from searchsvc.indexing.delivery import drain
from searchsvc.indexing.documents import store
from searchsvc.indexing.outbox import changed
from searchsvc.indexing.rebuild.rollback import rollback
from searchsvc.indexing.rebuild.run import rebuild
from tests.indexing.rebuild.runs import built, run, works

WORKS, SEARCHERS = 60, 3
ASKED = (Request(All(), size=0), Request(Term("title", "harbour"), size=10))


class Searchers:
    """Threads that search without a pause, and what they saw."""

    def __init__(self, engine: object) -> None:
        self.engine, self.searches, self.generations = engine, 0, set()
        self.wrong: list[object] = []
        self.ends = threading.Event()
        self.begun = threading.Barrier(SEARCHERS + 1)

    def search(self) -> None:
        self.begun.wait()
        while not self.ends.is_set():
            for request in ASKED:
                try:
                    found = self.engine.search(request)
                except Exception as error:  # noqa: BLE001 - whatever it is, it is a failed search
                    self.wrong.append(error)
                    continue
                self.searches += 1
                self.generations.add(int(found.revision.partition(".")[0]))
                if found.total < WORKS:
                    self.wrong.append(found.total)


@contextmanager
def searching() -> Iterator[Searchers]:
    found = Searchers(store("default"))
    threads = [threading.Thread(target=found.search) for _ in range(SEARCHERS)]
    for thread in threads:
        thread.start()
    found.begun.wait()
    try:
        yield found
    finally:
        found.ends.set()
        for thread in threads:
            thread.join()


def test_no_search_fails_or_finds_fewer_through_swap_and_rollback(engine):
    rows = works(WORKS)
    first = built()
    with searching() as seen:
        for row in rows[:5]:
            Item.objects.filter(pk=row.pk).update(description="Ships at dawn.")
        changed(Item, [row.pk for row in rows[:5]])
        second = rebuild(run(keep=1)).generation
        works(5, first=WORKS)
        changed(Item, list(Item.objects.filter(pk__gt=rows[-1].pk).values_list("pk", flat=True)))
        drain("default")
        assert rollback(run()).generation == first
        assert rollback(run()).generation == second
        third = rebuild(run(keep=0)).generation
    assert seen.wrong == []
    assert {first, second} <= seen.generations
    assert seen.searches > 0
    assert (store("default").current(), store("default").count()) == (third, WORKS + 5)
