"""How each database is opened: a table of options by Django's engine name, under what DATABASE_URL says itself."""

from typing import Any

SQLITE = {
    # A transaction takes the write lock when it begins, so that it waits its turn; a read lock turned into a write
    # lock half way through cannot wait and fails with "database is locked" at once.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20.0,  # seconds to wait for that turn
    # WAL: readers never wait for the writer. NORMAL with WAL is safe against a crash of the process.
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY;"
    " PRAGMA mmap_size=134217728; PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-32000;",
}
POSTGRESQL = {"connect_timeout": 5}  # seconds


def tuned(database: dict[str, Any], pool_size: int) -> dict[str, Any]:
    """`database` with our options below its own.

    `pool_size` is the most connections one process opens to PostgreSQL; at 0 each thread keeps its own for a minute,
    which is what a pooler such as PgBouncer in front wants.
    """
    tune = TUNE.get(database["ENGINE"], _as_it_is)
    return tune(database, pool_size)


def _as_it_is(database: dict[str, Any], _pool_size: int) -> dict[str, Any]:
    return database


def _sqlite(database: dict[str, Any], _pool_size: int) -> dict[str, Any]:
    return {**database, "OPTIONS": {**SQLITE, **database.get("OPTIONS", {})}}


def _postgresql(database: dict[str, Any], pool_size: int) -> dict[str, Any]:
    options = {**POSTGRESQL, **database.get("OPTIONS", {})}
    if not pool_size:
        return {**database, "OPTIONS": options, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    pool = {"min_size": 1, "max_size": pool_size, "timeout": 10.0}
    return {**database, "OPTIONS": {"pool": pool, **options}, "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True}


TUNE = {"django.db.backends.sqlite3": _sqlite, "django.db.backends.postgresql": _postgresql}
