"""The contracts of pyproject.toml hold, and would not if an arrow pointed up: each is broken once in a copy."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGES = ("searchsvc", "indexes", "backends")
ENGINES = {"tantivy", "whoosh", "solr", "elasticsearch", "opensearch"}
VIOLATIONS = {
    "searchsvc/catalog/up.py": "import searchsvc.web",
    "searchsvc/search/engine.py": "import backends.tantivy",
    "searchsvc/search/client.py": "import tantivy",
    "backends/core/nodes.py": "import django",
    "backends/core/up.py": "import searchsvc.catalog",
    "backends/tantivy/sideways.py": "import backends.whoosh",
    "searchsvc/reliability/up.py": "import django",
}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    code = (
        "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports_command; lint_imports_command()"
    )
    command = [sys.executable, "-c", code, "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(scope="module")
def copy(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the Python of the three packages and pyproject.toml."""
    folder = tmp_path_factory.mktemp("arrows")
    shutil.copy(root / "pyproject.toml", folder)
    for package in PACKAGES:
        for source in (root / package).rglob("*.py"):
            target = folder / source.relative_to(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
    return folder


def test_arrows_go_down_only(copy):
    ran = lint_imports(copy)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("name", VIOLATIONS)
def test_an_arrow_that_points_up_is_seen(copy, name):
    file = copy / name
    before = file.read_text("utf-8") if file.exists() else None
    file.write_text(f"{VIOLATIONS[name]}\n{before or ''}", "utf-8")
    try:
        ran = lint_imports(copy)
        assert ran.returncode == 1, ran.stdout + ran.stderr
        assert "BROKEN" in ran.stdout
    finally:
        file.unlink() if before is None else file.write_text(before, "utf-8")


def test_every_engine_there_is_stands_in_the_contract(root):
    contract = (root / "pyproject.toml").read_text("utf-8").partition("The service never names an engine")[2]
    forbidden = contract.partition("[[")[0]
    here = {engine for engine in ENGINES if (root / "backends" / engine / "__init__.py").exists()}
    assert [engine for engine in sorted(here) if f'"backends.{engine}"' not in forbidden] == []
