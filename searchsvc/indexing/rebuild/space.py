"""Whether the disk holds a second generation, asked before one is begun."""

import shutil
from pathlib import Path

from backends.core.embedded import EmbeddedStore
from searchsvc.indexing.documents import store
from searchsvc.indexing.rebuild.outcome import NoRoom
from searchsvc.indexing.rebuild.promotion import answering

GROWTH = 2.0  # a generation that is being filled holds segments twice while they are merged
MARGIN = 64_000_000  # bytes
MEGABYTE = 1_000_000


def check_room(alias: str) -> None:
    """Raises NoRoom. An engine on a server is not asked: it refuses writes itself when its disk fills."""
    engine = store(alias)
    if not isinstance(engine, EmbeddedStore):
        return
    current = answering(alias)
    size = 0 if current is None else engine.size(current)
    needed = int(size * GROWTH) + MARGIN
    free = shutil.disk_usage(_there(engine.folders.path)).free
    if free < needed:
        raise NoRoom(
            f"The disk of {engine.folders.path} would not hold a second generation of '{alias}': it needs about "
            f"{needed / MEGABYTE:,.0f} MB, and {free / MEGABYTE:,.0f} MB are free. manage.py index gc --keep 0 removes "
            "the old ones; --no-space-check goes on all the same."
        )


def _there(path: Path) -> Path:
    """The path, or the nearest folder above it that exists."""
    return next(each for each in (path, *path.parents) if each.exists())
