"""Small files and functions: beyond these sizes, ask whether it is two ideas (design, section 4)."""

from pathlib import Path

import pytest

from tests.architecture.sources import engine_lengths, file_lengths, function_lengths, functions, modules

MAX_FILE_LINES = 250
MAX_FUNCTION_LINES = 25
MAX_ENGINE_LINES = 500
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}
# "path::function" -> why it may be longer. Empty is the aim.
LONGER_FUNCTIONS: dict[str, str] = {}
# Engine -> (lines of code, why). A library that lacks what the others bring is written out here.
LARGER_ENGINES: dict[str, tuple[int, str]] = {
    "solr": (
        900,
        "two kinds of Solr, positions as conditions, and a client: pysolr has neither statuses nor bounds (020)",
    ),
    "jsondsl": (1_200, "all of two engines but their clients: what files are elsewhere is HTTP, bulk and aliases here"),
    "tantivy": (
        600,
        "no search-after, no distances, no exact sums: these are walks of ours; it only raises scores",
    ),
    # Of them 30 are backend.index, for projects that look at it.
    "whoosh": (1_210, "its matchers, columns, orders and facets are ours: Whoosh's own are wrong or too slow (002)"),
}


@pytest.fixture(scope="module")
def sources(root: Path) -> dict[str, str]:
    return modules(root)


def test_the_counting_counts_code_alone():
    documented = 'def f(\n    a,\n):\n    """One.\n\n    Two.\n    """\n\n'
    text = documented + "    # why\n    b = [\n        a,\n    ]\n    return b\n"
    assert list(functions(text)) == [("f", 3)]
    assert list(functions('def g():\n    """Nothing else."""\n')) == [("g", 0)]


def test_no_file_is_longer_than_one_idea(sources):
    lengths = file_lengths(sources)
    assert len(lengths) > 30
    assert {path: length for path, length in lengths.items() if length > MAX_FILE_LINES} == {}


def test_no_function_is_longer_than_a_look(sources):
    too_long = {name: length for name, length in function_lengths(sources).items() if length > MAX_FUNCTION_LINES}
    assert {name: length for name, length in too_long.items() if name not in LONGER_FUNCTIONS} == {}
    assert LONGER_FUNCTIONS.keys() <= too_long.keys(), "these are short by now: strike them off"


def test_an_engine_is_small(sources):
    sizes = engine_lengths(sources)
    most = {engine: LARGER_ENGINES.get(engine, (MAX_ENGINE_LINES, ""))[0] for engine in sizes}
    assert {engine: size for engine, size in sizes.items() if size > most[engine]} == {}
    assert [engine for engine in LARGER_ENGINES if sizes.get(engine, 0) <= MAX_ENGINE_LINES] == [], "strike these off"


def test_names_say_what_is_inside(sources):
    assert [path for path in sources if FORBIDDEN_NAMES & set(Path(path).with_suffix("").parts)] == []
