"""`index status`: what it tells of an index that is well, behind, broken, missing, or on an engine that is down."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from backends.core.store import close_stores
from searchsvc.indexing.models import Change, Expansion, Generation, State, Verification
from searchsvc.indexing.spans import span
from searchsvc.indexing.status import status
from tests.indexing.spoilt import fill, work
from tests.sites import SERVED, site

pytestmark = pytest.mark.django_db


def change(row, ago, **columns):
    made = timezone.now() - timedelta(seconds=ago)
    return Change.objects.create(alias="default", model="catalog.item", object_pk=str(row.pk), made=made, **columns)


def asked(*arguments):
    """The command's exit code and what it printed."""
    out = StringIO()
    try:
        call_command("index", "status", "--engine", "default", *arguments, stdout=out)
    except SystemExit as ended:
        return ended.code, out.getvalue()
    return 0, out.getvalue()


def test_an_index_that_is_well_says_what_it_holds(every_engine):
    work("a"), work("b")
    number = fill()
    code, text = asked("--json")
    (told,) = json.loads(text)
    assert code == 0
    assert {name: told[name] for name in ("index", "engine", "answers", "generation", "rows", "documents")} == {
        "index": "default", "engine": every_engine, "answers": True, "generation": number, "rows": 2, "documents": 2,
    }  # fmt: skip
    assert (told["size"] is None) if every_engine in SERVED else (told["size"] > 1000)
    assert (told["waiting"], told["dead"], told["verified"], told["worries"]) == (0, 0, None, [])


def test_what_waits_is_counted_and_the_oldest_has_its_age(embedded_engine):
    row = work("a")
    fill()
    change(row, 90), change(row, 5), change(row, 7000, done=timezone.now())
    told = status("default")
    assert (told.queue.waiting, round(told.queue.age(told.moment))) == (2, 90)
    Expansion.objects.create(
        alias="default", model="catalog.item", lookup="collection", object_pk="1",
        made=timezone.now() - timedelta(seconds=200),
    )  # fmt: skip
    told = status("default")
    assert (told.queue.expansions, round(told.queue.age(told.moment))) == (1, 200)
    assert list(told.worries()) == []


def test_dead_letters_need_a_person_and_tell_their_reasons(embedded_engine):
    row = work("a")
    fill()
    for error in ("no such colour", "no such colour", "too long"):
        change(row, 90, dead=timezone.now(), error=error)
    code, text = asked()
    assert code == 3
    assert "3 changes were given up: 2 for: no such colour; 1 for: too long" in " ".join(text.split())


def test_a_missing_index_needs_a_person(embedded_engine):
    code, text = asked("--json")
    (told,) = json.loads(text)
    assert (code, told["generation"], told["documents"], told["answers"]) == (3, None, None, True)
    assert "rebuild_index" in told["worries"][0]


def test_an_engine_that_is_down_is_shown_so_and_never_as_empty(db, tmp_path):
    pytest.importorskip("pysolr")
    work("a")
    with site("solr", tmp_path, "http://127.0.0.1:9", TRIES=1):
        code, text = asked("--json")
        table = asked()
    (told,) = json.loads(text)
    assert (code, told["answers"], told["documents"], told["generation"], told["rows"]) == (3, False, None, None, 1)
    assert "cannot be reached" in told["worries"][0]
    assert (table[0], table[1].splitlines()[1].split()[2:5]) == (3, ["?", "1", "?"])


def test_a_broken_index_is_shown_so(embedded_engine, tmp_path: Path):
    work("a")
    fill()
    close_stores()
    (tmp_path / "default" / "current").write_text("rubbish")
    code, text = asked()
    assert (code, "cannot be read" in text) == (3, True)


def test_other_generations_are_told_with_their_states(embedded_engine):
    work("a")
    old, now = fill(), fill()
    Generation.objects.create(alias="default", number=old, state=State.PROMOTED)
    assert (status("default").engine.generation, status("default").others()) == (now, [f"g{old} promoted"])
    assert f"default: also g{old} promoted" in asked()[1]


def test_drift_that_was_found_needs_a_person_until_it_is_found_no_more(embedded_engine):
    work("a")
    fill()
    now = timezone.now()
    Verification.objects.create(alias="default", generation=1, started=now, finished=now, wrong=2, ghost=1)
    code, text = asked()
    assert (code, "found 1 ghost, 2 wrong" in " ".join(text.split())) == (3, True)
    Verification.objects.create(alias="default", generation=1, started=timezone.now(), finished=timezone.now())
    assert asked()[0] == 0


def test_rolling_runs_are_summed_over_their_round_and_a_whole_one_begins_anew(embedded_engine):
    work("a")
    fill()
    begun = timezone.now()

    def rolled(minutes, wrong, since=begun):
        moment = begun + timedelta(minutes=minutes)
        place = {"model": "catalog.item", "after": "1", "since": since.isoformat()}
        Verification.objects.create(
            alias="default", generation=1, started=moment, finished=moment, wrong=wrong, is_whole=False, place=place
        )
        return status("default").agreed.found["wrong"]

    assert [rolled(0, 1), rolled(60, 0), rolled(120, 2)] == [1, 1, 3]
    moment = begun + timedelta(minutes=150)
    Verification.objects.create(alias="default", generation=1, started=moment, finished=moment)
    assert status("default").agreed.found["wrong"] == 0
    assert rolled(180, 1) == 1
    assert rolled(240, 0, since=begun + timedelta(minutes=240)) == 0


def test_the_table_fits_a_terminal(embedded_engine):
    work("a")
    fill()
    assert max(map(len, asked()[1].splitlines())) <= 80


@pytest.mark.parametrize(
    ("seconds", "told"), [(-3, "0 s"), (59, "59 s"), (61, "1 min"), (7300, "2 h"), (200_000, "2 d")]
)
def test_a_span_of_time_is_told_in_its_largest_unit(seconds, told):
    assert span(seconds) == told
