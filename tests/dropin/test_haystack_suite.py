"""django-haystack's own tests on our Whoosh engine: exactly those fail that `backends/haystack-suite.md` explains.

Its source is fetched from the package index into a temporary folder, so this runs under `tests/run --all` alone.
"""

import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

STOCK = "haystack.backends.whoosh_backend.WhooshEngine"
OURS = "backends.whoosh.Engine"
# Of Solr and Elasticsearch, which need servers; the first two also need what only Solr's command imports.
LEFT_OUT = {"test_altered_internal_names", "solr_tests", "elasticsearch_tests", "elasticsearch5_tests",
            "elasticsearch7_tests", "spatial", "multipleindex"}  # fmt: skip
EXPLAINED = re.compile(r"^\| `(\w+\.\w+)` \|", re.MULTILINE)
FAILED = re.compile(r"^(?:FAIL|ERROR|UNEXPECTED SUCCESS): (\w+) \(test_haystack\.[\w.]*\.(\w+)\.\w+\)", re.MULTILINE)
MINUTES = 60

pytestmark = pytest.mark.skipif(
    os.environ.get("SEARCHSVC_REQUIRE") != "all", reason="fetches django-haystack's source: tests/run --all"
)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that holds `test_haystack`, and Whoosh's cleaning up told the name of our engine."""
    pytest.importorskip("whoosh")
    folder = tmp_path_factory.mktemp("haystack")
    done = subprocess.run(
        [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", "django-haystack==3.4.0"],
        cwd=folder, capture_output=True, text=True, timeout=5 * MINUTES, check=False,
    )  # fmt: skip
    if done.returncode:
        pytest.skip(f"pip cannot fetch django-haystack's source: {done.stderr.strip()[-200:]}")
    with tarfile.open(next(folder.glob("*.tar.gz"))) as archive:
        archive.extractall(folder, filter="data")
    return next(folder.glob("*/test_haystack")).parent


def run(engine: str, source: Path, root: Path) -> str:
    cleaning = source / "test_haystack" / "whoosh_tests" / "testcases.py"
    original = cleaning.read_text("utf-8")
    tests = sorted(
        path for path in (source / "test_haystack").iterdir()
        if path.name.startswith("test_") or path.name.endswith("_tests")
    )  # fmt: skip
    labels = [f"test_haystack.{path.stem}" for path in tests if path.stem not in LEFT_OUT]
    cleaning.write_text(original.replace(STOCK, engine), "utf-8")
    try:
        return subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "django", "test", *labels, "--settings", "suite_settings"],
            cwd=source,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join((str(source), str(root), str(Path(__file__).parent))),
                "SUITE_ENGINE": engine,
                "DJANGO_SETTINGS_MODULE": "suite_settings",
            },
            capture_output=True, text=True, timeout=5 * MINUTES, check=False,
        ).stderr  # fmt: skip
    finally:
        cleaning.write_text(original, "utf-8")


def failed(said: str) -> set[str]:
    return {f"{case}.{test}" for test, case in FAILED.findall(said)}


def test_exactly_what_is_explained_fails_on_our_engine(source: Path, root: Path) -> None:
    said = run(OURS, source, root)
    explained = set(EXPLAINED.findall((root / "backends" / "haystack-suite.md").read_text("utf-8")))
    assert failed(said) == explained, said[-3000:]
    assert re.search(r"Ran (\d+) tests", said)


def test_nothing_fails_on_haystack_s_own(source: Path, root: Path) -> None:
    said = run(STOCK, source, root)
    assert failed(said) == set(), said[-3000:]
    assert "Ran 4" in said
