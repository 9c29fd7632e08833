"""Haystack's commands keep their flags; what destroys asks, or needs --noinput."""

import io

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone
from haystack import connections
from haystack.query import SearchQuerySet

from searchsvc.catalog.models import Item
from searchsvc.indexing.documents import store
from searchsvc.indexing.models import Action, Generation, State
from searchsvc.indexing.rebuild.outcome import Stopped
from searchsvc.indexing.rebuild.run import rebuild
from searchsvc.indexing.rebuild.runner import LEASE
from tests.indexing.rebuild.runs import built, run, stop_after, works


def found(words: str) -> list[str]:
    return sorted(result.title for result in SearchQuerySet().filter(content=words))


@pytest.fixture
def says(monkeypatch):
    """Return a function that has the person at the terminal say something, or nobody be there."""
    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(text))


@pytest.mark.parametrize("command", ["rebuild_index", "clear_index"])
def test_it_asks_and_no_means_no(embedded, says, command):
    works(3)
    live = built()
    says("n\n")
    out = io.StringIO()
    call_command(command, using=["default"], stdout=out)
    assert "No action taken." in out.getvalue()
    says("")
    with pytest.raises(CommandError, match="--noinput"):
        call_command(command, using=["default"], stdout=out)
    assert (store("default").current(), store("default").count()) == (live, 3)


@pytest.mark.parametrize("flag", ["--noinput", "--no-input"])
def test_rebuild_index_keeps_the_old_generation(embedded, flag, capsys):
    works(3)
    live = built()
    call_command("rebuild_index", flag, "-u", "default", "-k", "1", "-b", "2", "--nocommit", "-t", "2")
    assert store("default").generations() == [live, live + 1]
    assert "generation 2 answers with 3 documents" in capsys.readouterr().out


def test_rebuild_index_says_what_failed_and_with_which_code(embedded):
    works(3)
    with pytest.raises(CommandError, match="documents are missing") as failed:
        call_command("rebuild_index", "--noinput", "-u", "default", "--max-missing", "-1", "-v", "0")
    assert failed.value.returncode == 3
    with pytest.raises(CommandError, match="There is no connection 'nowhere'") as failed:
        call_command("rebuild_index", "--noinput", "-u", "nowhere")
    assert failed.value.returncode == 2


def test_clear_index_removes_everything_and_says_so_in_the_log(embedded):
    works(3)
    built()
    built()
    call_command("clear_index", "--noinput", "-u", "default", "--nocommit", "-v", "0")
    assert (store("default").count(), len(store("default").generations())) == (0, 1)
    assert not Generation.objects.exists()
    assert Action.objects.latest("pk").what == "clear"


def test_clear_index_waits_for_who_builds_a_generation(embedded):
    works(25)
    built()
    with pytest.raises(Stopped):
        rebuild(run(stop=stop_after(1)))
    Generation.objects.filter(state=State.FILLING).update(
        runner="6f9619ff-8b86-d011-b42d-00cf4fc964ff", runs_until=timezone.now() + LEASE, options={"batch": 10}
    )
    with pytest.raises(CommandError, match="is being built"):
        call_command("clear_index", "--noinput", "-u", "default")
    assert store("default").count() == 25


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ((), ["Windmill", "Windmill, old"]),
        (("catalog",), ["Windmill", "Windmill, old"]),
        (("catalog.Item", "-k", "2", "--nocommit", "-t", "1", "-b", "5"), ["Windmill", "Windmill, old"]),
        (("catalog.creator",), []),
        (("--age", "24"), ["Windmill"]),
        (("--minutes", "60"), ["Windmill"]),
        (("--start", "2000-01-01", "--end", "2010-01-01T00:00:00"), ["Windmill, old"]),
    ],
)
def test_update_index_takes_haystack_s_flags(embedded, words, titles):
    rows = works(12)
    built()
    Item.objects.filter(pk=rows[3].pk).update(title="Windmill")
    Item.objects.filter(pk=rows[4].pk).update(title="Windmill, old", updated="2005-06-07T00:00:00Z")
    call_command("update_index", *words, "-u", "default", "-v", "0")
    assert found("windmill") == titles


def test_update_index_removes_what_has_no_row(embedded):
    rows = works(12)
    built()
    Item.objects.filter(pk__in=[row.pk for row in rows[:5]])._raw_delete("default")
    call_command("update_index", "--remove", "--age", "1", "-u", "default", "-v", "0")
    assert store("default").count() == 7


def test_update_index_refuses_what_haystack_passes_over(embedded):
    for words, said in (
        (("--age", "1", "--minutes", "5"), "mutually exclusive"),
        (("--start", "someday"), "neither a time"),
        (("nosuchapp",), "Unknown application label nosuchapp"),
    ):
        with pytest.raises(CommandError, match=said):
            call_command("update_index", *words, "-u", "default")


def test_a_connection_with_an_engine_of_haystack_s_is_haystack_s_to_rebuild(embedded, monkeypatch):
    works(3)
    stock = {
        **settings.HAYSTACK_CONNECTIONS["default"],
        "ENGINE": "haystack.backends.simple_backend.SimpleEngine",
    }
    monkeypatch.setitem(connections.connections_info, "stock", stock)
    calls = []
    kind = type(connections["stock"].get_backend())
    monkeypatch.setattr(kind, "clear", lambda _self, *_all, **_more: calls.append("clear"))
    monkeypatch.setattr(kind, "update", lambda _self, _index, rows, **_more: calls.append(f"update {len(rows)}"))
    call_command("rebuild_index", "--noinput", "-v", "0")
    assert calls == ["clear", "update 3"]
    assert store("default").count() == 3
