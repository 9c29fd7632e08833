"""Every command that a README names is there to be run."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

BLOCK = re.compile(r"```(?:sh|bash|console|shell)?\n(.*?)```", re.DOTALL)
MANAGE = re.compile(r"manage\.py\s+([a-z_]+)")
SCRIPT = re.compile(r"(?<![\w/.])((?:deploy|tests|\.ci)/[a-z_]+)(?=\s|`|$)", re.MULTILINE)


@pytest.fixture(scope="module")
def readmes(root: Path) -> list[Path]:
    found = [root / "README.md", *root.glob("*/README.md"), *root.glob("*/*/README.md")]
    return [file for file in found if file.exists() and ".venv" not in file.parts]


def test_every_manage_command_exists(readmes):
    named = {name for file in readmes for name in MANAGE.findall(file.read_text("utf-8"))}
    assert named - get_commands().keys() == set()


def test_every_script_can_be_run(root, readmes):
    blocks = [block for file in readmes for block in BLOCK.findall(file.read_text("utf-8"))]
    named = sorted({name for block in blocks for name in SCRIPT.findall(block)})
    assert [name for name in named if not (root / name).exists()] == []
    files = [root / name for name in named if (root / name).is_file()]
    assert [str(file) for file in files if not file.stat().st_mode & 0o100] == []
