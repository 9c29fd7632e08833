"""manage.py parity: honest engines are equal or explained, a broken one is caught and named, wrong use is said."""

import json
import tempfile
from dataclasses import replace
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from backends.core.errors import UnsupportedQuery
from backends.parity.known import KNOWN
from backends.parity.questions import KINDS
from backends.parity.run import Plan, run
from backends.whoosh.engine import WhooshSearchBackend
from backends.whoosh.store import WhooshStore

pytestmark = pytest.mark.django_db
FEW = 60  # documents; enough to differ
QUESTIONS = """
[[question]]
q = "king OR queen"
[[question]]
facets = ["kind"]
[[question]]
order_by = ["title"]
[[question]]
kind = "highlights"
q = "stone"
"""


def parity(*arguments: str) -> tuple[int, str, str]:
    """Exit code, what was printed, and what was said of a failure."""
    out = StringIO()
    try:
        call_command("parity", *arguments, stdout=out, stderr=StringIO())
    except CommandError as error:
        return error.returncode, out.getvalue(), str(error)
    return 0, out.getvalue(), ""


@pytest.fixture
def few(demo, tmp_path):
    """Arguments that ask little."""
    file = tmp_path / "questions.toml"
    file.write_text(QUESTIONS, "utf-8")
    return ("--engines", "tantivy,whoosh", "--limit", str(FEW), "--questions", str(file))


@pytest.fixture
def broken(monkeypatch):
    """`broken(change)`: Whoosh from now on gives change(response) for each of its own."""

    def breaks(change):
        class Broken(WhooshStore):
            def search(self, request, generation=None):
                return change(super().search(request, generation))

        monkeypatch.setattr(WhooshSearchBackend, "store_class", Broken)
        return Broken

    return breaks


def test_the_demo_is_equal_or_explained_on_both_embedded_engines(demo):
    code, out, said = parity("--engines", "tantivy,whoosh")
    assert (code, said) == (0, ""), out
    assert "comparisons are equal or explained." in out
    assert [kind for kind in KINDS if f"\n{kind} " not in out] == [], "every kind is asked of the demo"
    assert [line for line in out.splitlines() if len(line) > 100] == []


def test_a_missing_hit_is_caught_and_named(few, broken):
    lost = ""

    def loses(response):
        nonlocal lost
        lost = lost or "".join(hit.key for hit in response.hits[-1:])
        return replace(response, hits=tuple(hit for hit in response.hits if hit.key != lost))

    broken(loses)
    code, out, said = parity(*few)
    assert code == 3
    assert "not explained" in said
    assert f"only tantivy finds 1 ({lost})" in " ".join(out.split())


def test_only_what_differs_is_kept(few, broken):
    plan = Plan(("tantivy", "whoosh"), limit=FEW, questions=Path(few[-1]))
    assert {(part.same, part.one, part.other) for part in run(plan).parts if part.part == "count"} == {
        (True, None, None)
    }
    broken(lambda response: replace(response, total=response.total + 1))
    wrong = [part for part in run(plan).parts if part.part == "count"]
    assert wrong
    assert all(part.other == part.one + 1 for part in wrong)


def test_a_wrong_total_is_caught(few, broken):
    broken(lambda response: replace(response, total=response.total + 1))
    code, out, _ = parity(*few)
    assert code == 3
    assert "- words, king OR queen: count: tantivy" in out


def test_a_miscounted_facet_is_caught_and_named(few, broken):
    def miscounts(response):
        facets = tuple(
            replace(facet, values=((facet.values[0][0], facet.values[0][1] + 1), *facet.values[1:]))
            for facet in response.facets
        )
        return replace(response, facets=facets)

    broken(miscounts)
    code, out, _ = parity(*few)
    assert code == 3
    assert "kind (tantivy and whoosh): '" in out
    assert "1 of 1 DIFFER" in out


def test_a_wrong_order_and_a_wrong_text_are_caught(few, broken):
    def turned(response):
        hits = response.hits[::-1]
        return replace(response, hits=tuple(hit._replace(fields={**hit.fields, "text": "stone?"}) for hit in hits))

    broken(turned)
    code, out, _ = parity(*few)
    told = " ".join(out.split())
    assert code == 3
    assert "orders, everything, order_by ['title']: order: at place 1 tantivy has" in told
    assert "highlights, stone: highlights:" in told


def test_what_an_engine_says_it_lacks_is_explained_and_what_it_does_not_say_is_not(few, broken):
    def refuses(response):
        if response.facets:
            raise UnsupportedQuery("no facets here")
        return response

    store = broken(refuses)
    code, out, _ = parity(*few)
    assert code == 3
    assert "facets, everything, facets ['kind']: refused: tantivy answers; whoosh refuses: no facets here" in " ".join(
        out.split()
    )
    store.features = replace(WhooshStore.features, facets=False)
    code, out, _ = parity(*few)
    assert code == 0, out
    assert "whoosh lacks facets" in out


def test_json_names_what_differs_whole(few, broken):
    broken(lambda response: replace(response, hits=response.hits[1:]))
    code, out, _ = parity(*few, "--json")
    found = json.loads(out)
    assert (code, found["ok"], found["engines"], found["questions"]) == (3, False, ["tantivy", "whoosh"], 4)
    ids = next(one for one in found["differences"] if one["compared"] == "ids")
    assert len(ids["only"]["tantivy"]) == 1
    assert ids["only"]["whoosh"] == []
    assert not ids["explained"]


def test_markdown_is_tables(few):
    code, out, _ = parity(*few, "--markdown")
    lines = [line for line in out.splitlines() if line.startswith("|")]
    assert code == 0
    assert [one for one, two in pairwise(lines) if two.startswith("| ---") and one.count("|") != two.count("|")] == []
    assert "| words | ids | 1 | same |" in lines


def test_lines_are_questions_too(demo, tmp_path):
    file = tmp_path / "questions.txt"
    file.write_text("# ours\nking\n\n'\"stone\" -wood'\n", "utf-8")
    code, out, _ = parity("--limit", str(FEW), "--questions", str(file), "--json")
    assert (code, json.loads(out)["questions"]) == (0, 2)


def test_nothing_is_left_behind_and_the_project_s_index_is_not_touched(few, tmp_path, monkeypatch, settings):
    kept = tmp_path / "kept"
    kept.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(kept))
    before = settings.HAYSTACK_CONNECTIONS["default"]["PATH"]
    assert parity(*few)[0] == 0
    assert list(kept.iterdir()) == []
    assert str(kept) not in before


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--engines", "tantivy"), "One engine (tantivy) compares with nothing"),
        (("--engines", "tantivy,lucene"), "There is no engine 'lucene'; choose from tantivy, whoosh"),
        (("--using", "nowhere"), "HAYSTACK_CONNECTIONS has no 'nowhere'; it has collections, creators, default."),
        (("--questions", "no such file"), "The questions in no such file cannot be read"),
    ],
)
def test_wrong_use_is_said(arguments, sentence):
    code, out, said = parity(*arguments)
    assert (code, out) == (2, "")
    assert said.startswith(sentence)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "holds no question"),
        ("[[question]]\nquery = 'a'", "question 1 has 'query'; a question takes facets, filters, kind, order_by, q."),
        ("[[question]]\nq = 'a'\n[[question]]\nkind = 'odd'", "question 2 is of kind 'odd'; there are words,"),
        ("[[question]]\norder_by = 'year'", "question 1: order_by is a list"),
        ("[[question]]\nfilters = 'year'", "question 1: filters is a table"),
        ("question = 1", "holds no question"),
        ("[[question]", "cannot be read"),
        ("[[question]]\nfilters = { yaer = 1 }", "is wrong: The index has no field 'yaer'; did you mean 'year'?"),
    ],
)
def test_a_wrong_question_is_said(demo, tmp_path, text, sentence):
    file = tmp_path / "questions.toml"
    file.write_text(text, "utf-8")
    code, _, said = parity("--limit", "5", "--questions", str(file))
    assert code == 2
    assert sentence in said


def test_a_server_without_an_address_is_wrong_use(monkeypatch):
    monkeypatch.delenv("SEARCHSVC_ENGINE_URL", raising=False)
    monkeypatch.delenv("SEARCHSVC_SOLR_URL", raising=False)
    code, _, said = parity("--engines", "tantivy,solr")
    assert code == 2
    assert "solr" in said


def test_an_empty_catalogue_is_said():
    code, _, said = parity("--using", "collections")
    assert (code, said) == (2, "Connection 'collections' has no documents in the database to ask about.")


def test_each_known_difference_has_a_sentence():
    assert [one for one in KNOWN if not (one.reason.endswith(".") and one.reason[0].isupper())] == []
    assert [one for one in KNOWN if one.kind not in ("", *KINDS)] == []
