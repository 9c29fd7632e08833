"""What `manage.py check` says about this project beside Django's own checks; every command runs them first."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 - Django's name
from django.db import connections as databases_by_name
from django.db.migrations.recorder import MigrationRecorder
from haystack import connections

from backends.core.errors import IndexMissing, Unavailable

DEV_KEY = "only-for-development"


@dataclass(frozen=True, slots=True)
class Library:
    """What an engine's folder imports, and the extra of pyproject.toml that installs it."""

    module: str
    extra: str


LIBRARIES = {
    "backends.tantivy.Engine": Library("tantivy", "tantivy"),
    "backends.whoosh.Engine": Library("whoosh", "whoosh"),
    "backends.solr.Engine": Library("pysolr", "solr"),
    "backends.elasticsearch.Engine": Library("elasticsearch", "elasticsearch"),
    "backends.opensearch.Engine": Library("opensearchpy", "opensearch"),
}


def register_all() -> None:
    register(secret_key, Tags.security)
    register(unverified_servers, Tags.security)
    register(var_dir, "searchsvc")
    register(engine_libraries, "searchsvc")
    register(engine_indexes, Tags.database)


def secret_key(**_: object) -> Sequence[CheckMessage]:
    """The key of the development settings stands in the repository: whoever reads it can sign sessions and cursors."""
    if settings.DEBUG or settings.SECRET_KEY != DEV_KEY:
        return []
    hint = "Set SECRET_KEY in the environment."
    return [Error("SECRET_KEY is the development key, and DEBUG is off.", hint=hint, id="searchsvc.E001")]


def unverified_servers(**_: object) -> Sequence[CheckMessage]:
    """Whoever stands between us and such a server reads its password, and can answer in its place."""
    return [
        Warning(
            f"Connection '{alias}' does not ask its server who it is: VERIFY_CERTS is False.",
            hint="Set CA_CERTS to the file of the authority that signed for it, and leave VERIFY_CERTS out.",
            id="searchsvc.W005",
        )
        for alias, options in settings.HAYSTACK_CONNECTIONS.items()
        if options.get("VERIFY_CERTS") is False
    ]


def var_dir(**_: object) -> Sequence[CheckMessage]:
    """The indexes, SQLite's file and the static files are written there."""
    folder = Path(settings.VAR_DIR)
    nearest = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK):
        return []
    hint = f"Let this user write to {nearest}, or set SEARCHSVC_VAR_DIR to another folder."
    return [Error(f"The folder {folder} cannot be written.", hint=hint, id="searchsvc.E002")]


def engine_libraries(**_: object) -> Sequence[CheckMessage]:
    """The client library of each configured engine is installed."""
    return missing_libraries(settings.HAYSTACK_CONNECTIONS)


def engine_indexes(databases: Sequence[str] | None = None, **_: object) -> list[CheckMessage]:
    """Each index answers: its server is there, of the right product and version, and it was built with these fields.

    Asked only by `manage.py check --database default` and `migrate`, as Django does with whatever goes over a network.
    The sentences of our errors say what to do.
    """
    if not databases:
        return []
    found: list[CheckMessage] = []
    for alias in settings.HAYSTACK_CONNECTIONS:
        try:
            connections[alias].get_backend().store.revision()
        except Unavailable as error:
            if not (isinstance(error, IndexMissing) and _is_new(databases)):
                found.append(Warning(str(error), id="searchsvc.W004"))
        except (ImportError, AttributeError):
            continue  # its library is missing, which is an error of its own; or the engine is none of ours
    return found


def _is_new(databases: Sequence[str]) -> bool:
    """Nothing was ever migrated: there is nothing to index yet, and the first `migrate` need not hear of it."""
    return not any(MigrationRecorder(databases_by_name[name]).has_table() for name in databases)


def missing_libraries(connections: Mapping[str, Mapping[str, Any]]) -> list[CheckMessage]:
    """One error for each engine whose library is not there; engines that are not ours are not asked."""
    engines = sorted({options["ENGINE"] for options in connections.values()} & LIBRARIES.keys())
    missing = [LIBRARIES[engine] for engine in engines if find_spec(LIBRARIES[engine].module) is None]
    return [
        Error(
            f"The search engine needs the library '{library.module}', which is not installed.",
            hint=f"Install it with: pip install -e '.[{library.extra}]' -c constraints.txt",
            id="searchsvc.E003",
        )
        for library in missing
    ]
