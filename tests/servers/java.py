"""Which Java the servers are built and run with."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.servers.cache import CannotInstall

OLDEST = 21  # what Elasticsearch 9 and OpenSearch 3 ask for
VERSION = re.compile(r'version[ =]"(?:1\.)?(\d+)', re.IGNORECASE)


def find_jdk(oldest: int = OLDEST, installed: Path = Path("/usr/lib/jvm")) -> Path:
    """Return the home of a JDK (with a compiler): JAVA_HOME if it is new enough, else the newest there is.

    Raises CannotInstall, which names the ones that were too old.
    """
    found = {home: version for home in candidates(installed) if (version := version_of(home)) is not None}
    chosen = os.environ.get("JAVA_HOME", "")
    if found.get(Path(chosen), 0) >= oldest:
        return Path(chosen)
    newest = max(found, key=lambda home: found[home], default=None)
    if newest is not None and found[newest] >= oldest:
        return newest
    seen = ", ".join(f"{home} ({version})" for home, version in found.items()) or "none at all"
    raise CannotInstall(
        f"Java {oldest} or newer with its compiler is needed; here is {seen}. Install one (Debian 13: apt-get install "
        "openjdk-21-jdk-headless; Debian 12 has none) and set JAVA_HOME, or use Docker: deploy/compose.yaml"
    )


def candidates(installed: Path) -> Iterator[Path]:
    if os.environ.get("JAVA_HOME"):
        yield Path(os.environ["JAVA_HOME"])
    if installed.is_dir():
        yield from sorted(path for path in installed.iterdir() if path.is_dir() and not path.is_symlink())
    on_path = shutil.which("javac")
    if on_path:
        yield Path(on_path).resolve().parent.parent


def version_of(home: Path) -> int | None:
    """Return a JDK's major version, None where there is none."""
    if not (home / "bin" / "javac").exists():
        return None
    release = home / "release"
    text = release.read_text("utf-8", "replace") if release.exists() else ""
    if not VERSION.search(text):
        command = [str(home / "bin" / "java"), "-version"]
        text = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stderr
    found = VERSION.search(text)
    return int(found[1]) if found else None
