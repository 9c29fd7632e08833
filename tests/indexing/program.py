"""The service as another process, which does what it is told, one JSON line each: tests kill it, or several at once."""

import json
import sys
import time

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - Django is ready now
from django.db import connection, transaction  # noqa: E402
from haystack.query import SearchQuerySet  # noqa: E402

from searchsvc.catalog.models import Item  # noqa: E402
from searchsvc.indexing import delivery  # noqa: E402
from searchsvc.indexing.documents import aliases, backend, store  # noqa: E402
from searchsvc.indexing.models import Change  # noqa: E402


def make() -> None:
    """Make the tables, and an empty index of each kind."""
    call_command("migrate", verbosity=0)
    for alias in aliases():
        store(alias).promote(store(alias).create(backend(alias).index_schema))


def save(title: str, first: int = 0, count: int = 1) -> float:
    """Save works of this title, in one transaction; seconds that it took."""
    begun = time.monotonic()
    with transaction.atomic():
        for at in range(first, first + count):
            Item.objects.update_or_create(key=f"t:{at}", defaults={"kind": "painting", "title": title})
    return time.monotonic() - begun


def found(title: str) -> int:
    """How many works are found by a word."""
    return SearchQuerySet().filter(title=title).count()


def left() -> int:
    return Change.objects.count()


def drain() -> int:
    return delivery.drain("default", 60.0).delivered


def sever() -> int:
    """End this database's other connections, as an operator of PostgreSQL may; how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])


def main() -> None:
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        sys.stdout.write(json.dumps(globals()[name](*arguments)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
