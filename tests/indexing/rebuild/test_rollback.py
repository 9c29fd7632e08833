"""An old generation answers again, with what changed since; and the newer one again after it."""

import pytest
from django.db import IntegrityError
from haystack.query import SearchQuerySet

from searchsvc.catalog.models import Item
from searchsvc.indexing.delivery import drain
from searchsvc.indexing.documents import backend, sources, store
from searchsvc.indexing.models import Action, Change, Generation, State
from searchsvc.indexing.outbox import changed
from searchsvc.indexing.rebuild import finish, replay
from searchsvc.indexing.rebuild.outcome import AlreadyRuns, NothingToDo, NotUsable, Stopped
from searchsvc.indexing.rebuild.rollback import rollback
from searchsvc.indexing.rebuild.run import rebuild
from tests.indexing.rebuild.runs import WHO, built, run, stop_after, works


def found(words: str) -> list[str]:
    return sorted(result.title for result in SearchQuerySet().filter(content=words))


def retitle(key: str, title: str) -> None:
    """Change a work and have the change delivered."""
    Item.objects.filter(key=key).update(title=title)
    changed(Item, [Item.objects.get(key=key).pk])
    drain("default")


def test_the_old_generation_has_what_changed_since_and_the_newer_one_too(engine):
    works(12)
    first = built()
    second = built()
    retitle("t:3", "Windmill")
    Item.objects.filter(key="t:4").delete()
    changed(Item, [Item.objects.get(key="t:3").pk + 1])
    assert rollback(run()).generation == first == store("default").current()
    assert (found("windmill"), found("harbour 4"), store("default").count()) == (["Windmill"], [], 11)
    retitle("t:5", "Lighthouse")
    assert rollback(run()).generation == second == store("default").current()
    assert (found("windmill"), found("lighthouse"), store("default").count()) == (["Windmill"], ["Lighthouse"], 11)
    told = Action.objects.filter(what="rollback").order_by("pk").values_list("who", "details__generation")
    assert list(told) == [(WHO, first), (WHO, second)]


def test_delivered_changes_are_kept_once_a_document_while_an_old_generation_is(embedded):
    works(3)
    built()
    retitle("t:1", "Windmill")
    assert not Change.objects.exists()
    built()
    retitle("t:1", "Lighthouse")
    retitle("t:1", "Belfry")
    assert Change.objects.exclude(done=None).count() == 1


def test_a_named_generation_comes_back(embedded):
    works(3)
    first = built()
    built(keep=2)
    built(keep=2)
    assert rollback(run(), to=first).generation == first
    with pytest.raises(NothingToDo, match="No generation 77 of 'default' is kept for a rollback; there is 3, 2"):
        rollback(run(), to=77)


def test_without_an_old_generation_there_is_nothing_to_go_back_to(embedded):
    works(3)
    built(keep=0)
    with pytest.raises(NothingToDo, match="there is none"):
        rollback(run())


def test_a_generation_that_no_rebuild_made_comes_back_too(embedded):
    backend("default").update(sources("default")[0].index, works(3))
    built()
    assert [one.number for one in Generation.objects.order_by("number")] == [1, 2]
    retitle("t:1", "Windmill")
    assert rollback(run()).generation == 1
    assert found("windmill") == ["Windmill"]


def test_a_generation_of_other_fields_does_not_come_back(embedded, monkeypatch):
    works(3)
    built()
    live = built()
    monkeypatch.setattr("backends.core.manifest.ANALYSIS_VERSION", "another")
    store("default").close()
    with pytest.raises(NotUsable, match=r"cannot come back: .*was built differently"):
        rollback(run())
    assert store("default").current() == live


def test_a_rollback_waits_for_a_rebuild_and_a_rebuild_for_a_rollback(embedded):
    works(25)
    built()
    built()
    with pytest.raises(Stopped):
        rebuild(run(stop=stop_after(1)))
    with pytest.raises(AlreadyRuns, match="index gc"):
        rollback(run())
    Generation.objects.filter(state=State.FILLING).delete()
    Generation.objects.filter(number=1).update(state=State.RETURNING)
    with pytest.raises(AlreadyRuns, match="index rollback"):
        rebuild(run())


def test_a_rollback_that_was_left_goes_on(embedded, monkeypatch):
    works(3)
    first = built()
    built()
    retitle("t:1", "Windmill")
    with monkeypatch.context() as broken:
        broken.setattr(finish, "promote", lambda *_all, **_more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            rollback(run())
    assert Generation.objects.get(number=first).state == State.RETURNING
    retitle("t:2", "Lighthouse")
    assert rollback(run()).generation == first
    assert (found("windmill"), found("lighthouse")) == (["Windmill"], ["Lighthouse"])


def test_one_generation_is_built_at_a_time(embedded):
    works(3)
    built()
    built()
    Generation.objects.create(alias="default", number=7)
    with pytest.raises(IntegrityError):
        replay.begin(Generation.objects.get(number=1), State.RETURNING)
