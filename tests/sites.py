"""The whole service on one engine, for tests: connections that point to a folder of their own."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import local

from django.conf import settings
from django.core.management import call_command
from haystack import connections

from backends.core.store import close_stores

EMBEDDED = ("tantivy", "whoosh")
SERVED = ("solr", "elasticsearch", "opensearch")  # each has a fixture of its name in tests.servers


@contextmanager
def site(engine: str, folder: Path, url: str = "", **also: object) -> Iterator[None]:
    """Every index of the project on this engine: below this folder, or on this server under the folder's name.

    `also` are further options of each connection.
    """
    before = settings.HAYSTACK_CONNECTIONS
    own = hashlib.sha256(str(folder).encode()).hexdigest()[:10]
    changed = {
        alias: {
            **options,
            "ENGINE": f"backends.{engine}.Engine",
            "PATH": str(folder / alias),
            "URL": url,
            "INDEX_NAME": f"t{own}-{alias}",
            **also,
        }
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
