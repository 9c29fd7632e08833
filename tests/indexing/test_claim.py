"""Who may deliver what, and when. Times are arguments."""

from datetime import timedelta

import pytest

from searchsvc.indexing.claim import HELD_AGAIN, LEASE, Batch, Wait, claim, holds, renew
from searchsvc.indexing.models import Change
from searchsvc.indexing.settle import Outcome, finish, release
from tests.indexing.conftest import NOW, told

pytestmark = pytest.mark.django_db

SOON, LATER = NOW + timedelta(seconds=1), NOW + LEASE + timedelta(seconds=1)


def claimed(now=NOW, **options) -> Batch:
    batch = claim("default", now, **{"alone": False} | options)
    assert isinstance(batch, Batch), batch
    return batch


def test_the_oldest_come_first_each_with_all_its_changes(work):
    second = work("t:2", made=NOW - timedelta(seconds=1))
    first = work("t:1", made=NOW - timedelta(seconds=2))
    told(first)
    batch = claimed(most=1)
    assert [(one.object_pk, len(one.rows)) for one in batch.documents.values()] == [(str(first.pk), 2)]
    assert [one.object_pk for one in claimed().documents.values()] == [str(second.pk)]
    assert claim("default", NOW, alone=False) == Wait(None)


def test_a_document_that_somebody_delivers_is_nobody_elses(work):
    item = work()
    batch = claimed()
    told(item)
    assert claim("default", SOON, alone=False) == Wait(None)
    finish(batch, Outcome(delivered=set(batch.documents)), SOON, keep=False)
    assert len(claimed(SOON).rows) == 1


def test_changes_of_others_are_found_behind_many_of_a_document_that_somebody_delivers(work):
    item = work("t:1")
    claimed()
    for _ in range(3):
        told(item, made=NOW - timedelta(seconds=9))
    other = work("t:2")
    assert [one.object_pk for one in claimed(most=2).documents.values()] == [str(other.pk)]


def test_what_a_dead_worker_leased_is_free_when_its_lease_has_run_out(work):
    work()
    lost = claimed(alone=True)
    assert claim("default", SOON, alone=True) == Wait(HELD_AGAIN)
    again = claimed(LATER, alone=True)
    assert again.rows == lost.rows
    assert not holds(lost)
    assert holds(again)


@pytest.mark.parametrize("alone", [True, False])
def test_whoever_waited_for_the_lock_with_an_older_time_takes_nothing_away(work, alone):
    work()
    claimed(NOW, alone=alone)
    older = NOW - timedelta(seconds=20)  # as long as SQLite waits
    assert isinstance(claim("default", older, alone=alone), Wait)


def test_a_lease_that_is_renewed_runs_on(work):
    work()
    batch = claimed(alone=True)
    assert renew(batch, LATER, alone=True)
    assert claim("default", LATER + timedelta(seconds=1), alone=True) == Wait(HELD_AGAIN)


def test_a_lease_that_another_has_is_not_renewed(work):
    work()
    lost = claimed()
    claimed(LATER)
    assert not renew(lost, LATER, alone=False)


@pytest.mark.parametrize("alone", [True, False])
def test_a_clock_that_was_ahead_holds_nothing_up(work, alone):
    item = work()
    claimed(NOW + timedelta(days=400), alone=alone)
    Change.objects.update(due=NOW + timedelta(days=400))
    told(item)
    assert len(claimed(SOON, alone=alone).rows) == 2


def test_a_clock_that_was_behind_holds_nothing_up(work):
    work()
    Change.objects.update(due=NOW - timedelta(days=400))
    claimed(NOW - timedelta(days=399))
    assert claimed(NOW)


def test_of_an_embedded_index_one_batch_is_written_at_a_time(work):
    work("t:1")
    work("t:2")
    first = claimed(alone=True, most=1)
    assert claim("default", SOON, alone=True) == Wait(HELD_AGAIN)
    release(first)
    assert claimed(SOON, alone=True)


def test_of_a_server_several_are(work):
    work("t:1")
    work("t:2")
    assert not set(claimed(most=1).documents) & set(claimed(most=1).documents)


def test_an_index_that_failed_rests_and_whoever_insists_is_let_through(work):
    work()
    batch = claimed()
    finish(batch, Outcome(), NOW, keep=False, error="down", rng=Longest())
    assert claim("default", NOW, alone=False) == Wait(1.0)
    assert claimed(NOW, patient=False).rows == batch.rows


def test_the_more_often_it_failed_the_longer_it_rests_and_the_less_it_is_given(work):
    for at in range(9):
        work(f"t:{at}")
    sizes, rests = [], []
    for _ in range(8):
        batch = claimed(patient=False, most=8)
        sizes.append(len(batch.documents))
        finish(batch, Outcome(), NOW, keep=False, error="down", rng=Longest())
        waits = claim("default", NOW, alone=False)
        rests.append(waits.seconds)
    assert sizes == [8, 4, 2, 1, 1, 1, 1, 1]
    assert rests == [1, 2, 4, 8, 16, 32, 60, 60]
    assert set(Change.objects.values_list("attempts", flat=True)) == {0}


def test_only_what_is_asked_for_is_claimed(work):
    work("t:1")
    work("t:2")
    wanted = Change.objects.latest("pk").pk
    assert claimed(only=[wanted]).rows == [wanted]


class Longest:
    """Chance that always draws the longest wait."""

    def uniform(self, _least, most):
        return most
