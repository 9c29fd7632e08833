import gzip
import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from searchsvc import importing
from searchsvc.catalog.models import Creator, Item

pytestmark = pytest.mark.django_db

README = (Path(importing.__file__).parent / "README.md").read_text("utf-8")


def run(*arguments: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("import_catalogue", *arguments, "--no-progress", stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def fails(*arguments: str) -> CommandError:
    with pytest.raises(CommandError) as failed:
        run(*arguments)
    return failed.value


@pytest.fixture
def good(write_feed):
    return write_feed(*({"id": number, "kind": "book", "title": f"Work {number}"} for number in range(20)))


def block(language: str) -> str:
    return README.split(f"```{language}\n")[1].split("```")[0]


def test_the_readmes_example_works(tmp_path):
    (tmp_path / "books.csv").write_text(block("csv"))
    (tmp_path / "books.toml").write_text(block("toml"))
    out, _ = run(str(tmp_path / "books.csv"), "--format", "csv", "--map", str(tmp_path / "books.toml"))
    assert out.startswith("items: 2 new, 0 changed, 0 unchanged\n")
    item = Item.objects.with_related().get(key="shop:1")
    assert (str(item.price), item.currency, item.attributes) == ("7.50", "EUR", {"decade": 196})
    assert [subject.path for subject in item.subjects.all()] == ["Fiction/Science fiction", "Winter"]
    makers = Item.objects.with_related().get(key="shop:2").contributions.all()
    assert [(made.creator.name, made.role) for made in makers] == [
        ("Pratchett, Terry", "author"),
        ("Gaiman, Neil", "author"),
    ]
    assert item.description == "The Left Hand of Darkness, first published in 1969."


def test_the_readme_names_every_field_flag_and_step():
    from searchsvc.importing.fields import TARGETS
    from searchsvc.importing.mapping import KEYS
    from searchsvc.importing.rule import KEYS as RULE_KEYS

    names = {name for fields in TARGETS.values() for name in fields} | KEYS.keys() | RULE_KEYS.keys()
    assert {name for name in names if name not in README} == set()


def test_a_second_run_says_that_nothing_changed(good):
    assert "items: 20 new, 0 changed, 0 unchanged" in run(good, "--format", "jsonl", "--source", "own")[0]
    assert "items: 0 new, 0 changed, 20 unchanged" in run(good, "--format", "jsonl", "--source", "own")[0]


def test_a_dry_run_says_that_it_is_one(good):
    out, _ = run(good, "--format", "jsonl", "--source", "own", "--dry-run")
    assert out.startswith("items: 20 new, 0 changed, 0 unchanged (dry run: nothing was written)")
    assert Item.objects.count() == 0


def test_bad_rows_are_listed_and_the_command_exits_1(write_feed):
    feed = write_feed(
        {"id": 1, "kind": "book", "title": "A"}, "no json", {"id": 2, "kind": "book", "title": "B", "year_to": "x"}
    )
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError) as failed:
        call_command(
            "import_catalogue", feed, "--format=jsonl", "--source=own", "--no-progress", stdout=out, stderr=err
        )
    assert failed.value.returncode == 1
    assert "line 2: row: is not JSON" in err.getvalue()
    assert "line 3: year_to: 'x' is not a year" in err.getvalue()
    assert "2 of 3 rows could not be imported" in out.getvalue()
    assert Item.objects.count() == 1


def test_pruning_above_a_tenth_exits_3_and_force_does_it(good, write_feed):
    run(good, "--format", "jsonl", "--source", "own")
    short = write_feed({"id": 1, "kind": "book", "title": "Work 1"}, name="short.jsonl")
    assert fails(short, "--format", "jsonl", "--source", "own", "--prune").returncode == 3
    assert Item.objects.count() == 20
    assert "pruned: 19 of 20" in run(short, "--format", "jsonl", "--source", "own", "--prune", "--force")[0]
    assert Item.objects.count() == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nowhere.jsonl", "--format", "jsonl", "--source", "own"], "No such file"),
        (["{feed}", "--format", "jsonl"], "give --map, or --source"),
        (["{feed}", "--format", "jsonl", "--source", "Own"], "is not a source"),
        (["{feed}", "--format", "jsonl", "--map", "nothing.toml"], "no such file, and not one of the shipped mappings"),
        (["{feed}", "--format", "jsonl", "--source", "own", "--force"], "--force is for --prune"),
        (
            ["{feed}", "--format", "jsonl", "--source", "own", "--translations", "x"],
            "--translations is for --format debian",
        ),
        (["{feed}", "--format", "jsonl", "--map", "demo/creators.toml", "--prune"], "--prune is for items"),
        (["{feed}", "--format", "csv", "--map", "tate.toml"], "the header lacks"),
        (["{feed}", "--format", "debian", "--map", "debian.toml", "--translations", "nowhere"], "No such file"),
    ],
)
def test_wrong_use_exits_2_and_says_why(good, arguments, told):
    failed = fails(*[one.replace("{feed}", good) for one in arguments])
    assert failed.returncode == 2
    assert told in str(failed)


@pytest.mark.parametrize(
    "arguments", [["f", "--format", "xml"], ["f"], [], ["f", "--format", "csv", "--batch-size", "0"]]
)
def test_arguments_that_cannot_be_are_refused(arguments):
    with pytest.raises(CommandError, match=r"Error: (argument|the following)"):
        run(*arguments)


def test_standard_input_may_be_packed(monkeypatch):
    packed = gzip.compress(json.dumps({"id": 1, "kind": "book", "title": "A"}).encode())
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(packed)))
    assert "items: 1 new" in run("-", "--format", "jsonl", "--source", "own")[0]


def test_the_demo_loads_whole_and_a_second_time_changes_nothing():
    first, second = io.StringIO(), io.StringIO()
    call_command("load_demo", stdout=first)
    assert Item.objects.of_source("demo").count() >= 400
    assert Creator.objects.of_source("demo").count() >= 200
    call_command("load_demo", stdout=second)
    lines = second.getvalue().splitlines()
    assert len(lines) == len(first.getvalue().splitlines()) >= 3
    assert all("0 new, 0 changed" in line for line in lines)


def test_a_demo_that_is_not_whole_is_told(monkeypatch, tmp_path):
    from searchsvc.importing import demo

    (tmp_path / "items-a.jsonl").write_text(
        '{"id": "a", "kind": "book", "title": "A", "creators": [{"id": "nobody"}]}\n'
    )
    monkeypatch.setattr(demo.load_demo, "__defaults__", (tmp_path,))
    with pytest.raises(CommandError, match="not whole"):
        call_command("load_demo", stdout=io.StringIO(), stderr=io.StringIO())
