"""Tate's real catalogue gives the same ids and the same facet counts on every embedded engine.

The quick form takes the first 2,000 works; `tests/run --long tests/parity` takes all 69,202.
"""

import gzip
import json
from io import StringIO
from itertools import islice
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django.plugin import DjangoDbBlocker

from searchsvc.search.params import SearchParams
from searchsvc.search.service import run
from searchsvc.search.viewer import ANYONE
from tests.parity.questions import QUESTIONS
from tests.sites import EMBEDDED, rebuild, site

# Nothing here asks the database; the mark makes pytest-django create it.
pytestmark = [pytest.mark.shared_data, pytest.mark.django_db]
QUICK, ALL = 2_000, 69_202
Reply = tuple[list[str], dict[str, dict[str, int]]]


def answer(params: SearchParams) -> Reply:
    """The keys of all hits in their order, and every facet's counts."""
    page = run(params, ANYONE)
    facets = {facet.field: {value.value: value.count for value in facet.values} for facet in page.facets}
    return [result.key for result in page.results], facets


def replies(works: int, data: Path, folder: Path, blocker: DjangoDbBlocker) -> dict[str, dict[str, Reply]]:
    feed = folder / "works.jsonl"
    with gzip.open(data / "catalog/tate/artworks.jsonl.gz", "rt") as rows:
        feed.write_text("".join(islice(rows, works)))
    out = {}
    with blocker.unblock():
        call_command("import_catalogue", str(feed), "--format", "jsonl", "--map", "tate", "--no-progress", verbosity=0)
        for engine in EMBEDDED:
            with site(engine, folder / engine):
                rebuild()
                out[engine] = {name: answer(params) for name, params in QUESTIONS.items()}
    return out


@pytest.fixture(scope="module", params=[QUICK, pytest.param(ALL, marks=pytest.mark.long)])
def answers(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    shared_data: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, dict[str, Reply]]:
    return replies(request.param, shared_data, tmp_path_factory.mktemp("tate"), django_db_blocker)


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_engine_finds_the_same_works_in_the_same_order(answers: dict[str, dict[str, Reply]], name: str) -> None:
    first, *others = (answers[engine][name][0] for engine in EMBEDDED)
    assert all(other == first for other in others)


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_engine_counts_the_same_facets(answers: dict[str, dict[str, Reply]], name: str) -> None:
    first, *others = (answers[engine][name][1] for engine in EMBEDDED)
    assert all(other == first for other in others)


def test_most_questions_find_something(answers: dict[str, dict[str, Reply]]) -> None:
    found = [name for name, (keys, _facets) in answers[EMBEDDED[0]].items() if keys]
    assert len(found) >= len(QUESTIONS) - 4


def test_the_command_finds_them_equal_or_explained(
    answers: dict[str, dict[str, Reply]], request: pytest.FixtureRequest
) -> None:
    out, works = StringIO(), min(20_000, request.node.callspec.params["answers"])
    call_command("parity", "--engines", ",".join(EMBEDDED), "--limit", str(works), "--json", stdout=out)
    found = json.loads(out.getvalue())
    assert (found["ok"], found["documents"]) == (True, works)
