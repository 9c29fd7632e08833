"""A stock Haystack project's own tests, unchanged, on our engines: only ENGINE and PATH differ.

They run on Haystack's Whoosh engine too, so that what they expect is Haystack's behaviour and not ours.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent / "project"
OURS = ("backends.tantivy.Engine", "backends.whoosh.Engine")
STOCK = "haystack.backends.whoosh_backend.WhooshEngine"
# What the project's tests find wrong in Haystack 3.4's own Whoosh engine.
STOCK_FAULTS = {
    "test_two_fields_order_in_mixed_directions": "refuses mixed directions",
    "test_a_result_carries_what_was_stored": "a stored False comes back as True",
    "test_facets_count_whole_values": "counts the words of a facet",
    "test_the_facets_page_counts_and_narrows": "counts the words of a facet",
    "test_values_filter": "takes the end of 'less than' in where it is a date and time",
}


def run(engine: str, folder: Path, root: Path) -> subprocess.CompletedProcess[str]:
    """The project's tests, as its owner would run them."""
    paths = os.pathsep.join((str(PROJECT), str(root)))
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "django", "test", "notes", "--settings", "project_settings"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": paths, "DROPIN_ENGINE": engine, "DROPIN_PATH": str(folder / "index")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def count(said: str) -> int:
    found = re.search(r"Ran (\d+) tests", said)
    return int(found[1]) if found else 0


@pytest.mark.parametrize("engine", OURS)
def test_a_stock_project_s_tests_pass_on_our_engine(engine: str, tmp_path: Path, root: Path) -> None:
    pytest.importorskip(engine.split(".")[1])
    done = run(engine, tmp_path, root)
    assert done.returncode == 0, done.stderr
    assert count(done.stderr) >= 27


def test_they_are_haystack_s_behaviour_but_for_its_known_faults(tmp_path: Path, root: Path) -> None:
    pytest.importorskip("whoosh")
    done = run(STOCK, tmp_path, root)
    failed = set(re.findall(r"^(?:FAIL|ERROR): (\w+) \(", done.stderr, re.MULTILINE))
    assert failed == set(STOCK_FAULTS), done.stderr
    assert count(done.stderr) >= 27
