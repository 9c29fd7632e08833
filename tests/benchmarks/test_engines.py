"""The benchmark of the engines says what it misses, before it measures."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "tests/benchmarks/engines.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env={"PYTHONPATH": "."}, capture_output=True, text=True, check=False)


def test_without_data_it_says_so_and_exits_with_2(tmp_path: Path) -> None:
    done = run("--data", str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert "no data" in done.stderr
    assert "--data" in done.stderr


def test_a_part_it_does_not_have_is_named_with_those_it_has() -> None:
    done = run("--only", "tantivy,solr")
    assert done.returncode == 2
    assert "no part 'solr'; there are tantivy, bulk" in done.stderr
