"""`index dump` and `index restore`: what goes out of one engine comes back into any other, or is refused."""

import gzip
import json
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from types import SimpleNamespace

import orjson
import pytest
from django.core.management import call_command

from backends.core.schema import Field, Kind, Schema
from searchsvc.catalog.models import Creator, Item
from searchsvc.indexing import restore as restoring
from searchsvc.indexing.documents import backend, store
from searchsvc.indexing.dump import dump, target
from searchsvc.indexing.dumpfile import DumpRefused, documents
from searchsvc.indexing.models import Action, Change, Generation, State
from searchsvc.indexing.portable import pack, unpack
from searchsvc.indexing.restore import NotTheSame, restore
from searchsvc.indexing.verify import verify
from searchsvc.indexing.walk import walk
from tests.indexing.spoilt import fill, ghost, work, works
from tests.sites import EMBEDDED, SERVED, site

pytestmark = pytest.mark.django_db


def catalogue():
    """Works with a value of each kind that an index of ours has."""
    first = work(
        "1", title="Fishing boats", description="Naïve harbour, 東京", price=Decimal("1200.50"), currency="EUR",
        year_from=1890, year_to=1910, latitude=49.92, longitude=1.08, visible_to=["public", "curators"],
    )  # fmt: skip
    work("2", title="Harbour", other_titles=["The harbour", "Port"], attributes={"medium": "oil"})
    work("3")
    first.contributions.create(creator=Creator.objects.create(key="t:ann", name="Ann", other_names=["Annie"]))
    Change.objects.all().delete()


def hashes(alias="default"):
    return {held.id: held.hash for page in walk(store(alias), store(alias).current()) for held in page}


def answers():
    """Ids, of some questions whose answer needs each kind of field."""
    questions = ("harbour", "ann*", "annie", '"fishing boats"', "year:1890..1900", "oil", "port", "price:1200.5")
    found = {}
    for question in questions:
        results = backend("default").search(question, narrow_queries={"visible_to:public"}, sort_by=["title"])
        found[question] = [result.id for result in results["results"]]
    return found


def written(path, alias="default"):
    with target(str(path), sys.stdout.buffer) as file:
        return dump(alias, file)


def lines(path):
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


def again(path, changed):
    """Write a dump anew, its lines changed, its end as it was."""
    path.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in changed))


@pytest.fixture
def whole(embedded_engine, tmp_path):
    """Return a dump of three works, unpacked."""
    catalogue()
    fill()
    written(tmp_path / "works.ndjson")
    return tmp_path / "works.ndjson"


@pytest.mark.parametrize("engine", [*EMBEDDED, *SERVED])
def test_what_one_engine_had_another_has_and_answers_alike(engine, request, tmp_path, db):
    catalogue()
    with site("tantivy", tmp_path / "before"):
        fill()
        made = written(tmp_path / "works.ndjson.gz")
        before, said = hashes(), answers()
    assert (made.count, made.is_clean) == (3, True)
    assert any(said.values())
    Item.objects.all().delete()  # a dump needs no rows
    Change.objects.all().delete()
    url = request.getfixturevalue(engine).url if engine in SERVED else ""
    with site(engine, tmp_path / "after", url):
        restored = restore("default", tmp_path / "works.ndjson.gz", "ann@host")
        assert (restored.count, store("default").current()) == (3, restored.generation)
        assert hashes() == before
        assert answers() == said
        store("default").close()


def test_a_dump_has_its_fields_first_and_its_sum_last(whole):
    first, *rows, last = [json.loads(line) for line in whole.read_bytes().splitlines()]
    assert (first["dump"], first["index"], ["price", "decimal", False] in first["fields"]) == (1, "default", True)
    assert (last["end"]["count"], len(last["end"]["sha256"])) == (3, 64)
    boats = next(row["values"] for row in rows if row["values"]["title"] == "Fishing boats")
    assert (boats["price"], boats["location"]) == ("1200.50", [49.92, 1.08])
    assert boats["begins"] == "Fishing boats"  # not stored in the index, and needed for another


@pytest.mark.parametrize(
    "value",
    [
        None, True, 7, 2**70, 0.5, "text", Decimal("1.50"), date(2001, 2, 3), datetime(2001, 2, 3, 4, 5, 6, 7),  # noqa: DTZ001
        datetime(2001, 2, 3, tzinfo=UTC), ["a", 1, ["b"]], {"a", "b"}, {"a": {"$": "x"}, "b": Decimal(1)},
    ],
)  # fmt: skip
def test_every_type_comes_back_as_it_was(value):
    assert unpack(orjson.loads(orjson.dumps(pack(value)))) == value
    assert type(unpack(pack(value))) is type(value)


def test_a_point_comes_back_with_its_text():
    point = type("Gis", (SimpleNamespace,), {"__str__": lambda _self: "POINT (1 2)"})(x=1.0, y=2.0)
    back = unpack(orjson.loads(orjson.dumps(pack(point))))
    assert (back.x, back.y, str(back)) == (1.0, 2.0, "POINT (1 2)")


def test_documents_that_differ_from_the_index_are_named_and_written_all_the_same(embedded_engine, tmp_path):
    wrong, missing = work("1"), work("2")
    number = fill()
    Item.objects.filter(pk=wrong.pk).update(title="Another")
    store("default").delete(number, [works().id_of(missing.pk)])
    ghost(number, wrong, "98765")
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("index", "dump", "--engine", "default", str(tmp_path / "d.ndjson"), stdout=out)
    assert ended.value.code == 3
    assert f"differs {works().id_of(wrong.pk)}: its content in the index is another one" in out.getvalue()
    assert f"differs {works().id_of(missing.pk)}: the index has it not" in out.getvalue()
    assert "1 documents of the index have no row" in out.getvalue()
    titles = {made.values["title"] for made in documents(tmp_path / "d.ndjson", backend("default").index_schema)}
    assert titles == {"Another", "Harbour 2"}


def refused(path, match):
    before = store("default").current(), store("default").generations()
    with pytest.raises(DumpRefused, match=match):
        restore("default", path, "ann@host")
    assert (store("default").current(), store("default").generations()) == before
    assert not Generation.objects.exists()


@pytest.mark.parametrize("cut", [1, 2, 3, 4])
def test_a_truncated_dump_is_refused(whole, cut):
    whole.write_bytes(b"".join(whole.read_bytes().splitlines(keepends=True)[:cut]))
    refused(whole, "was not finished")


def test_a_packed_dump_that_was_cut_is_refused(whole, tmp_path):
    packed = tmp_path / "d.gz"
    packed.write_bytes(gzip.compress(whole.read_bytes())[:-20])
    refused(packed, "is not whole")


def test_an_altered_dump_is_refused(whole):
    text = whole.read_bytes()
    whole.write_bytes(text.replace(b"Fishing boats", b"Fishing goats", 1))
    refused(whole, "line 2, was altered")
    first, *rows, end = text.splitlines(keepends=True)
    whole.write_bytes(b"".join([first.replace(b'"made":"2', b'"made":"3'), *rows, end]))
    refused(whole, "checksum is another one")
    whole.write_bytes(b"".join([first, *rows[1:], end]))
    refused(whole, "has 2 documents and says 3")
    whole.write_bytes(text + b"{}\n")
    refused(whole, "goes on behind its end")


def test_a_dump_of_other_fields_is_refused_and_names_them(whole):
    first, *rest = [json.loads(line) for line in whole.read_bytes().splitlines()]
    first["fields"][2][1] = "integer"
    again(whole, [first, *rest])
    refused(whole, f"different: {first['fields'][2][0]}")


@pytest.mark.parametrize("text", [b"", b"no json\n", b"[]\n", b'{"dump": 99}\n'])
def test_what_is_no_dump_is_refused(whole, text):
    whole.write_bytes(text)
    refused(whole, "Make the dump again|no dump of format 1")


def test_an_order_of_fields_and_another_analysis_make_no_other_dump(whole):
    schema = backend("default").index_schema
    other = Schema(tuple(reversed(schema.fields)))
    assert len(list(documents(whole, other))) == 3
    assert len(list(documents(whole, Schema((*schema.fields[:-1], French(schema.fields[-1])))))) == 3


def French(field):  # noqa: N802 - a field in another language
    return Field(field.name, field.kind, "french", field.multi) if field.kind is Kind.TEXT else field


def test_an_engine_that_does_not_keep_what_was_written_does_not_answer(whole, monkeypatch):
    before = store("default").current()
    monkeypatch.setattr(restoring, "held", lambda *_: {})
    with pytest.raises(NotTheSame, match="is not what the index has"):
        restore("default", whole, "ann@host")
    assert (store("default").current(), store("default").generations()) == (before, [before])
    assert not Generation.objects.exists()


def test_what_changed_while_a_dump_was_restored_is_in_the_index_too(whole, monkeypatch):
    row = Item.objects.get(key="t:3")
    fill_really = restoring._fill

    def changing(*arguments):
        fill_really(*arguments)
        Item.objects.get(pk=row.pk).save()
        Item.objects.filter(pk=row.pk).update(title="Changed meanwhile")

    monkeypatch.setattr(restoring, "_fill", changing)
    restore("default", whole, "ann@host")
    assert verify("default").is_clean
    assert not Change.objects.filter(alias="default", done=None).exists()


def test_the_commands_restore_what_they_dumped_and_say_who_did(embedded_engine, tmp_path):
    catalogue()
    fill()
    out = StringIO()
    path = tmp_path / "works.ndjson.gz"
    call_command("index", "dump", "--engine", "default", str(path), "--json", stdout=out)
    assert json.loads(out.getvalue())["count"] == 3
    call_command("index", "restore", "--engine", "default", str(path), stdout=out)
    assert "generation 2 answers, with 3 documents" in out.getvalue()
    assert Generation.objects.get(number=2).state == State.PROMOTED
    assert Action.objects.get(what="restore").details["documents"] == 3
    path.write_bytes(b"")
    with pytest.raises(SystemExit) as ended:
        call_command("index", "restore", "--engine", "default", str(path), stdout=out)
    assert ended.value.code == 1


def test_a_dump_that_fails_leaves_no_file(embedded_engine, tmp_path):
    catalogue()
    with pytest.raises(SystemExit) as ended:
        call_command("index", "dump", "--engine", "default", str(tmp_path / "d.ndjson"), stdout=StringIO())
    assert ended.value.code == 1
    assert not list(tmp_path.glob("*d.ndjson*"))


def test_a_dump_goes_to_standard_output(embedded_engine):
    catalogue()
    fill()
    out = BytesIO()
    with target("-", out) as file:
        assert dump("default", file).count == 3
    assert len(out.getvalue().splitlines()) == 5
