"""Engines do not copy each other: at most 5 % of an engine's lines stand in another (design, section 4)."""

from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.architecture.repetition import RUN, bodies_of, code_lines, repeated, shares
from tests.architecture.sources import by_engine, modules
from tests.architecture.summary import measured

MAX_SHARE = 0.05
STOCK = ("solr", "whoosh", "elasticsearch", "elasticsearch7")
LOOP = """
def count(found, wanted):
    total = 0
    for item in found:
        if item.name in wanted:
            total += item.size
    return total
"""
OTHER = """
def squares(numbers):
    return [number * number for number in numbers if number % 2]

LIMIT = 12
NAMES = {"one": 1, "two": 2}
"""


def share(one: str, other: str) -> float:
    return shares(bodies_of({"one": {"one.py": one}, "other": {"other.py": other}}))["one"]


def test_no_engine_repeats_another(root):
    bodies = bodies_of(by_engine(modules(root)))
    assert {"tantivy", "whoosh"} <= bodies.keys()
    found = repeated(bodies)
    too_much = {
        engine: sorted(f"{line.file}:{line.number}" for line in found[engine])
        for engine, part in shares(bodies).items()
        if part > MAX_SHARE
    }
    assert too_much == {}


def test_a_copy_is_seen_and_other_code_is_none():
    assert share(LOOP, LOOP) == 1
    assert share(LOOP, OTHER) == 0


def test_a_copy_with_other_names_and_layout_is_seen():
    renamed = LOOP.replace("item", "hit").replace("total", "sum_").replace("count", "weigh").replace("    ", "\t")
    assert share(LOOP, '"""Weighs."""\nimport os\n\n' + renamed.replace("\n\tfor", "\n\n\t# why\n\tfor")) == 1


def test_names_exchanged_otherwise_than_one_for_one_are_other_code():
    assert share("a = b\nb = a\nc = a\nd = c\n", "a = b\nb = a\nc = a\nd = c\n") == 1
    assert share("a = b\nb = a\nc = a\nd = c\n", "a = b\nb = a\nc = b\nd = c\n") == 0
    assert share(LOOP, LOOP.replace("total = 0", "total = 1").replace("item.name in", "item.name not in")) == 0


def test_a_part_that_was_copied_is_the_part_that_counts():
    assert share(LOOP + OTHER, OTHER + LOOP) == 1
    assert share(LOOP + OTHER, LOOP) == 6 / 10


def test_shorter_rows_agree_by_chance_and_do_not_count():
    short = "\n".join(LOOP.strip().splitlines()[: RUN - 1])
    assert share(short + "\n        pass\n", short + "\n        print(1)\n") == 0


def test_what_is_no_code_is_no_line():
    text = '"""Docs."""\n\nimport os\nfrom os import (\n    path,\n)\n\n# why\ncall(\n    one,\n)\n'
    assert [line.tokens for line in code_lines("a.py", text)] == [("\0call", "("), ("\0one", ",")]


def test_haystacks_own_engines_are_seen_as_the_copies_they_are():
    stock = Path(find_spec("haystack").origin).parent / "backends"
    files = {name: stock / f"{name}_backend.py" for name in STOCK}
    if missing := [name for name, file in files.items() if not file.exists()]:
        pytest.skip(f"this Haystack has no {missing[0]} engine")
    bodies = bodies_of({name: {file.name: file.read_text("utf-8")} for name, file in files.items()})
    assert {name: part for name, part in shares(bodies).items() if part <= 0.2} == {}
    all_lines, again = sum(map(len, bodies.values())), sum(map(len, repeated(bodies).values()))
    assert again / all_lines > 0.37  # the design's figure, counted another way


def test_the_summary_names_each_engine_its_size_and_its_share():
    sources = {f"backends/{name}/engine.py": LOOP for name in ("one", "two")} | {"backends/core/a.py": OTHER}
    first, second, *_ = measured(sources)
    assert " ".join(first.split()) == "one 6 lines of code, 100.0% repeated (also in two)"
    assert second.startswith("two")
