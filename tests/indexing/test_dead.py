"""Changes that were given up, and the way back."""

import pytest

from searchsvc.indexing import wake
from searchsvc.indexing.dead import dead, requeue
from searchsvc.indexing.delivery import drain
from searchsvc.indexing.models import Action, Change
from tests.indexing.conftest import NOW, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("index")]


def given_up(item, reason="field 'year' takes a whole number"):
    row = Change.objects.filter(object_pk=item.pk).latest("pk")
    Change.objects.filter(pk=row.pk).update(dead=NOW, attempts=8, error=reason)
    return row.pk


def test_what_was_given_up_is_listed_by_index_with_its_reason(work):
    row = given_up(work("t:1"))
    work("t:2")
    assert [(one.pk, one.error) for one in dead("default")] == [(row, "field 'year' takes a whole number")]
    assert list(dead()) == list(dead("default"))
    assert not dead("creators").exists()


def test_one_call_has_it_tried_again_from_the_start_and_says_who_asked(work, monkeypatch):
    row = given_up(work("t:1"))
    assert drain("default").delivered == 0
    notes = []
    monkeypatch.setattr(wake, "notify", notes.extend)
    assert requeue([row], "ann") == 1
    waiting = Change.objects.get(pk=row)
    assert (waiting.attempts, waiting.dead) == (0, None)
    assert waiting.made == waiting.due != NOW
    assert notes == ["default"]
    assert [str(action) for action in Action.objects.all()] == ["ann: requeue default"]
    assert drain("default").delivered == 1


def test_what_is_not_dead_is_not_requeued(work):
    work("t:1")
    assert requeue(list(Change.objects.values_list("pk", flat=True)), "ann") == 0
    assert not Action.objects.exists()


def test_a_document_that_is_delivered_takes_its_dead_changes_along(work):
    item = work("t:1")
    given_up(item)
    told(item)
    drain("default")
    assert not dead().exists()
