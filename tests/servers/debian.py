"""Servers that Debian packages bring: where their programs lie, and which version they say they are."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from tests.servers.product import NotInstalled

SYSTEM = "/usr/local/sbin:/usr/sbin:/sbin"  # an ordinary user's PATH has no servers


def program(name: str, *folders: str) -> str:
    """Return a program's path, from PATH or the newest of the folders (patterns). Raises NotInstalled."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:{SYSTEM}")
    if found:
        return found
    return str(newest(path / name for folder in folders for path in Path("/").glob(folder.lstrip("/"))))


def newest(paths: Iterable[Path]) -> Path:
    """Return the file of the highest version number in its path."""
    there = [path for path in paths if os.access(path, os.X_OK)]
    if not there:
        raise NotInstalled
    return max(there, key=lambda path: [int(number) for number in re.findall(r"\d+", str(path))])


def version_said(*command: str) -> str:
    """Return the first version number that a program prints about itself."""
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    found = re.search(r"\d+\.\d+(\.\d+)?", ran.stdout + ran.stderr)
    if not found:
        raise NotInstalled
    return found[0]
