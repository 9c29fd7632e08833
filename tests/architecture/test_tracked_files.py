"""What may not stand in a file that is committed."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

# One letter of each in brackets, so that this file does not find itself.
REGISTRIES = re.compile(r"[p]ypi\.org|[p]ythonhosted\.org|[n]pmjs\.(org|com)|[d]eb\.debian\.org")
SOURCES = re.compile(r"(index-url|registry) *[= ] *http")
MARKERS = re.compile(r"\b(TOD[O]|FIXM[E]|XX[X])\b")
MAX_TRACKED_BYTES = 1_000_000


@pytest.fixture(scope="module")
def tracked(root: Path) -> dict[Path, str]:
    """Return path -> text of every text file that git tracks."""
    command = ["git", "-c", f"safe.directory={root}", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=root, capture_output=True, timeout=60, check=False)
    if listed.returncode:
        pytest.skip("this is no clone")
    files = [root / name.decode() for name in listed.stdout.split(b"\0") if name]
    texts = {file: file.read_bytes() for file in files if file.is_file()}
    return {file: data.decode("utf-8", "replace") for file, data in texts.items() if b"\0" not in data[:8000]}


def test_no_path_of_this_machine(root, tracked):
    own = [f"{folder}/" for folder in (root.parent, Path.home()) if len(folder.parts) > 1]
    assert [str(file) for file, text in tracked.items() if any(path in text for path in own)] == []


@pytest.mark.parametrize("pattern", [REGISTRIES, SOURCES], ids=["host", "source"])
def test_no_package_registry_is_named(tracked, pattern):
    assert [str(file) for file, text in tracked.items() if pattern.search(text)] == []


def test_nothing_is_left_for_later(tracked):
    code = {file: text for file, text in tracked.items() if file.suffix in {".py", ".sh", ".html", ".js", ".css"}}
    assert [str(file) for file, text in code.items() if MARKERS.search(text)] == []


def test_no_file_is_too_large_to_review(root, tracked):
    allowed = {root / "searchsvc" / "catalog" / "demo"}
    large = [file for file in tracked if file.stat().st_size > MAX_TRACKED_BYTES]
    assert [str(file) for file in large if not allowed & set(file.parents)] == []


def test_pins_are_exact(root):
    lines = (root / "constraints.txt").read_text("utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert [pin for pin in pins if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*", pin)] == []


def test_every_dependency_is_pinned(root):
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    asked = [*project["dependencies"], *(requirement for extra in extras for requirement in extra)]
    pins = (root / "constraints.txt").read_text("utf-8").splitlines()
    assert sorted({plain_name(name) for name in asked} - {plain_name(pin) for pin in pins if "==" in pin}) == []


def plain_name(requirement: str) -> str:
    """Return a distribution's name as packaging compares it."""
    return re.match(r"[A-Za-z0-9._-]+", requirement)[0].lower().replace("_", "-")
