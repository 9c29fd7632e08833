"""Where installed servers, their data and their logs lie: outside the clone, so that a clean clone finds them again."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DEFAULT = Path("/var/cache/searchsvc-tests")
NEEDED_BYTES = 3_000_000_000  # the largest download and what is unpacked of it, twice over
KEPT_LOGS = 60


class CannotInstall(Exception):
    """A server cannot be installed on this machine; the message says what is missing."""


def cache_folder() -> Path:
    """Return the folder, made if need be: SEARCHSVC_TEST_CACHE, else /var/cache, else the user's own cache.

    Servers that refuse root run as `nobody`, who must be able to read it: root's home will not do.
    """
    named = os.environ.get("SEARCHSVC_TEST_CACHE")
    folder = Path(named) if named else DEFAULT if os.geteuid() == 0 else Path.home() / ".cache" / "searchsvc-tests"
    for name in ("homes", "run", "logs"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return folder.resolve()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the file's lock against every other process; the kernel lets go of it when this process dies."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def require_disk(folder: Path, needed: int = NEEDED_BYTES) -> None:
    """Raise CannotInstall where fewer bytes are free than an installation takes."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise CannotInstall(
            f"{folder} has {free / 1e9:.1f} GB free and an installation needs {needed / 1e9:.0f} GB: "
            "make room, or name a folder on another disk: SEARCHSVC_TEST_CACHE=/path"
        )


def forget_old_logs(folder: Path) -> None:
    """Keep the newest logs."""
    logs = sorted((folder / "logs").glob("*.log"), key=lambda log: log.stat().st_mtime, reverse=True)
    for log in logs[KEPT_LOGS:]:
        log.unlink(missing_ok=True)
