"""The whole service on one engine, for tests: connections that point to a folder of their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import local

from django.conf import settings
from django.core.management import call_command
from haystack import connections

from backends.core.store import close_stores

EMBEDDED = ("tantivy", "whoosh")


@contextmanager
def site(engine: str, folder: Path) -> Iterator[None]:
    """Every index of the project on this engine, below this folder."""
    before = settings.HAYSTACK_CONNECTIONS
    changed = {
        alias: {**options, "ENGINE": f"backends.{engine}.Engine", "PATH": str(folder / alias)}
        for alias, options in before.items()
    }
    _use(changed)
    try:
        yield
    finally:
        close_stores()
        _use(before)


def _use(options: dict[str, dict[str, object]]) -> None:
    settings.HAYSTACK_CONNECTIONS = options
    connections.connections_info = options
    # `reload` would make them anew in this thread only, and a grouped search asks in others.
    connections.thread_local = local()


def rebuild() -> None:
    """Build every index from the database, as an operator would."""
    call_command("rebuild_index", interactive=False, verbosity=0)
