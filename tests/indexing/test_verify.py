"""`index verify`: each kind of drift is made by hand, and named; what merely changes meanwhile is none."""

import json
from collections import Counter
from datetime import timedelta
from io import StringIO
from random import Random

import pytest
from django.core.management import call_command
from django.utils import timezone

from searchsvc.catalog.models import Creator, Item
from searchsvc.indexing import rolling
from searchsvc.indexing import verify as verifying
from searchsvc.indexing import walk as walking
from searchsvc.indexing.documents import store
from searchsvc.indexing.models import Change, Expansion, Verification
from searchsvc.indexing.verify import Place, Verified, compared, steps, verify
from searchsvc.indexing.walk import walk
from tests.indexing.spoilt import fill, ghost, work, works

pytestmark = pytest.mark.django_db
EARLIER = timedelta(minutes=5)


def told(*rows, ago=EARLIER, **columns):
    """Changes for these works, that wait."""
    for row in rows:
        Change.objects.create(
            alias="default", model="catalog.item", object_pk=str(row.pk), made=timezone.now() - ago, **columns
        )


def retitled(row, title="Another title"):
    """As an update that the pipeline does not hear of."""
    Item.objects.filter(pk=row.pk).update(title=title)


def differences(found):
    return {(each.id.rpartition(".")[2], each.what.value) for each in found.first}


def test_an_index_that_agrees_is_clean(every_engine):
    for name in "abc":
        work(name)
    number = fill()
    found = verify("default")
    assert (found.is_clean, found.generation, found.checked) == (True, number, 6)


def test_each_kind_of_drift_is_named(every_engine):
    fine, missing, wrong, stale, late = (work(name) for name in ("fine", "missing", "wrong", "stale", "late"))
    number = fill()
    store("default").delete(number, [works().id_of(missing.pk), works().id_of(late.pk)])
    told(stale, late)
    retitled(wrong)
    retitled(stale)
    ghost(number, fine, "98765")
    ghost(number, fine, "4", model="shop.product")
    found = verify("default")
    assert differences(found) == {
        (str(missing.pk), "missing"), (str(wrong.pk), "wrong"), (str(stale.pk), "stale"), (str(late.pk), "stale"),
        ("98765", "ghost"), ("4", "ghost"),
    }  # fmt: skip
    assert {kind.value: count for kind, count in found.counts.items()} == {
        "missing": 1, "ghost": 2, "stale": 2, "wrong": 1,
    }  # fmt: skip


def test_a_generation_is_walked_once_by_key_from_any_place(every_engine):
    for name in "cabde":
        work(name)
    number = fill()

    def keys(after=""):
        return [held.key for page in walk(store("default"), number, after, step=2) for held in page]

    assert keys() == ["t:a", "t:b", "t:c", "t:d", "t:e"]
    assert keys("t:b") == ["t:c", "t:d", "t:e"]
    assert keys("t:e") == []


def test_a_document_that_cannot_be_prepared_and_is_not_there_is_refused_and_no_drift(embedded_engine, monkeypatch):
    work("fine"), work("bad", title="Broken"), work("old", title="Broken")
    number = fill()
    prepare = type(works().index).prepare_key
    monkeypatch.setattr(
        type(works().index), "prepare_key", lambda self, obj: prepare(self, obj) if obj.title != "Broken" else 1 / 0
    )
    store("default").delete(number, [works().id_of(Item.objects.get(key="t:bad").pk)])
    found = verify("default")
    assert list(found.refused) == [works().id_of(Item.objects.get(key="t:bad").pk)]
    assert "ZeroDivisionError" in next(iter(found.refused.values()))
    assert differences(found) == {(str(Item.objects.get(key="t:old").pk), "wrong")}


def test_a_change_that_arrives_and_is_delivered_meanwhile_is_no_drift(embedded_engine):
    row = work("moving")
    number = fill()
    retitled(row)
    run = Verified("default", number, timezone.now())

    def delivering():
        for step in steps("default", number):
            assert step.found.different or not step.place.model
            store("default").write(number, works().read([row.pk]).documents.values())
            yield step

    assert compared(run, delivering()).is_clean
    assert run.checked == 2


def test_a_change_younger_than_the_run_is_no_drift(embedded_engine):
    row = work("moving")
    number = fill()
    run = Verified("default", number, timezone.now())
    retitled(row)
    told(row, ago=-EARLIER)
    assert compared(run, steps("default", number)).is_clean
    told(row)
    assert differences(compared(run, steps("default", number))) == {(str(row.pk), "stale")}


def test_the_expansion_of_a_record_that_it_depends_on_makes_a_document_stale(embedded_engine):
    row, other = work("hers"), work("another")
    ann = Creator.objects.create(key="t:ann", name="Ann")
    row.contributions.create(creator=ann)
    fill()
    Creator.objects.filter(pk=ann.pk).update(name="Anna")
    retitled(other)
    Change.objects.all().delete()
    Expansion.objects.all().delete()
    Expansion.objects.create(
        alias="default", model="catalog.item", lookup="contributions__creator", object_pk=str(ann.pk),
        made=timezone.now() - EARLIER,
    )  # fmt: skip
    assert differences(verify("default")) == {(str(row.pk), "stale"), (str(other.pk), "wrong")}


def test_a_dead_letter_is_why_a_document_is_missing(embedded_engine):
    row = work("lost")
    number = fill()
    store("default").delete(number, [works().id_of(row.pk)])
    told(row, dead=timezone.now(), error="the engine did not like it")
    (one,) = verify("default").first
    assert (one.what.value, one.why) == ("missing", "a dead letter: the engine did not like it")


def test_suspects_are_settled_in_parts_and_counted_once(embedded_engine, monkeypatch):
    rows = [work(str(at)) for at in range(7)]
    number = fill()
    for row in rows:
        retitled(row)
    monkeypatch.setattr(verifying, "CHUNK", 2)
    seen = []
    found = verify("default", mend=lambda found: seen.extend(found) or len(found))
    assert (sum(found.counts.values()), found.fixed, found.checked) == (7, 7, 14)
    assert len({each.id for each in seen}) == 7
    assert found.generation == number


def test_a_run_goes_on_from_any_place(embedded_engine, monkeypatch):
    rows = [work(str(at)) for at in range(5)]
    number = fill()
    monkeypatch.setattr(verifying, "CHUNK", 2)
    places = [step.place for step in steps("default", number)]
    assert [place.model for place in places] == ["catalog.item"] * 3 + [""]
    left = list(steps("default", number, places[0]))
    assert [step.place for step in left] == places[1:]
    assert [step.place for step in steps("default", number, Place("gone.model", "7"))] == places
    assert places[0].after == str(rows[1].pk)


def test_the_command_exits_with_what_it_found_and_keeps_it(embedded_engine):
    row = work("a")
    fill(), fill("creators"), fill("collections")
    out = StringIO()
    call_command("index", "verify", "--json", stdout=out)
    clean = json.loads(out.getvalue())
    assert ("default", 0, 2) in [(each["index"], each["wrong"], each["checked"]) for each in clean]
    retitled(row)
    with pytest.raises(SystemExit) as ended:
        call_command("index", "verify", "--engine", "default", stdout=out)
    assert ended.value.code == 3
    assert f"wrong   catalog.item.{row.pk}: its content is another one" in out.getvalue()
    latest = Verification.objects.filter(alias="default").latest("started")
    assert (latest.wrong, latest.checked, latest.first[0][1]) == (1, 2, "wrong")
    assert latest.finished >= latest.started


def test_an_index_that_is_not_there_is_a_failure_and_no_drift(embedded_engine):
    work("a")
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("index", "verify", "--engine", "default", stdout=out)
    assert ended.value.code == 1
    assert "rebuild_index" in out.getvalue()
    assert not Verification.objects.exists()


def verified(*options):
    """The command's exit code and what it found."""
    out = StringIO()
    try:
        call_command("index", "verify", "--engine", "default", "--json", *options, stdout=out)
    except SystemExit as ended:
        return ended.code, json.loads(out.getvalue())[0]
    return 0, json.loads(out.getvalue())[0]


def test_what_differs_is_mended_through_the_outbox(every_engine):
    fine, missing, wrong, stale = (work(name) for name in ("fine", "missing", "wrong", "stale"))
    number = fill()
    store("default").delete(number, [works().id_of(missing.pk)])
    retitled(wrong)
    retitled(stale)
    told(stale)
    ghost(number, fine, "98765")
    ghost(number, fine, "4", model="shop.product")
    code, found = verified("--fix", "--dry-run")
    assert (code, found["fixed"], Change.objects.count(), Verification.objects.count()) == (3, 4, 1, 0)
    code, found = verified("--fix")
    assert (code, found["fixed"], found["missing"], found["ghost"], found["wrong"]) == (0, 4, 1, 2, 1)
    assert verify("default").is_clean
    assert not Change.objects.exists()


def test_what_cannot_be_mended_is_told(embedded_engine, monkeypatch):
    row = work("bad")
    fill()
    retitled(row, "Broken")
    prepare = type(works().index).prepare_key
    monkeypatch.setattr(
        type(works().index), "prepare_key", lambda self, obj: prepare(self, obj) if obj.title != "Broken" else 1 / 0
    )
    code, found = verified("--fix")
    assert (code, found["fixed"], Change.objects.get().attempts) == (3, 1, 1)


def test_rolling_runs_together_look_at_everything_once(embedded_engine, monkeypatch):
    rows = [work(str(at)) for at in range(7)]
    number = fill()
    retitled(rows[2])
    ghost(number, rows[0], "98765")
    monkeypatch.setattr(verifying, "CHUNK", 2)
    monkeypatch.setattr(rolling, "CHUNK", 2)
    monkeypatch.setattr(walking, "STEP", 2)
    runs = Verification.objects.order_by("started")
    found = [verified("--rolling")]
    while "model" in runs.last().place and len(found) < 20:
        found.append(verified("--rolling"))
    assert sum(each["checked"] for _, each in found) == 7 + 8
    assert [code for code, _ in found].count(3) == 2
    assert {run.place.get("model") for run in runs} == {"catalog.item", "", None}
    assert len({run.place["since"] for run in runs}) == 1
    assert len(found) > 5
    verified("--rolling")
    assert runs.last().place["since"] > runs.first().place["since"]
    assert runs.last().place["after"] == runs.first().place["after"]


def test_a_sample_finds_what_is_wrong_everywhere(embedded_engine):
    rows = [work(str(at)) for at in range(30)]
    number = fill()
    for row in rows:
        retitled(row)
    for at in range(30):
        ghost(number, rows[0], str(90_000 + at))
    code, found = verified("--sample", "10")
    assert (code, found["wrong"]) == (3, 10)
    assert found["ghost"] >= 1
    assert not Verification.objects.exists()


def test_every_row_is_as_likely_in_a_sample():
    chosen = Counter(
        row for seed in range(2000) for row in rolling._chosen(((None, at) for at in range(10)), 3, Random(seed))
    )
    assert len(chosen) == 10
    assert all(500 < count < 700 for count in chosen.values())


def test_the_task_of_every_hour_rolls_on_and_says_what_it_found(embedded_engine, caplog):
    tasks = pytest.importorskip("searchsvc.indexing.tasks")
    from searchsvc.settings.tasks import celery_settings

    work("a")
    fill()
    retitled(work("b"))
    tasks.verify()  # two of the indexes were never built
    assert Verification.objects.get(is_whole=False).alias == "default"
    said = [record.getMessage() for record in caplog.records if record.name == "searchsvc.indexing"]
    assert "the index 'default' and the database differ: 1 missing" in said
    assert len([each for each in said if "could not be verified" in each]) == 2
    schedule = celery_settings("redis://127.0.0.1/0", 30.0)["CELERY_BEAT_SCHEDULE"]
    assert schedule["verify"] == {"task": tasks.verify.name, "schedule": 3600.0}
