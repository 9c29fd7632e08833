"""What must work outside Django does: each module is imported in a fresh Python that has no Django to import."""

import subprocess
import sys

import pytest

HIDE = "import sys; sys.modules.update(dict.fromkeys(('django', 'haystack'))); import {}"
CORE = ("nodes", "schema", "request", "parse", "simplify", "compiler", "analysis", "highlight", "errors", "features")


@pytest.mark.parametrize("module", ["searchsvc.reliability", *(f"backends.core.{name}" for name in CORE)])
def test_it_imports_without_django(root, module):
    command = [sys.executable, "-c", HIDE.format(module)]
    ran = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_hiding_hides(root):
    command = [sys.executable, "-c", HIDE.format("django")]
    assert subprocess.run(command, cwd=root, capture_output=True, timeout=60, check=False).returncode == 1


def test_searchsvc_itself_is_empty(root):
    # With a line in it, `import searchsvc.reliability` would bring whatever that line brings.
    assert (root / "searchsvc" / "__init__.py").read_text("utf-8") == ""
