"""The service as another process, which does what it is told, one JSON line each: tests kill it, or several at once."""

import json
import sys
import time
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - Django is ready now
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402
from haystack.query import SearchQuerySet  # noqa: E402

from searchsvc.catalog.models import Item  # noqa: E402
from searchsvc.indexing import bring, delivery  # noqa: E402
from searchsvc.indexing.claim import Batch, claim  # noqa: E402
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


def withdraw(key: str) -> float:
    """Hide a work from everyone; the time when that was committed."""
    item = Item.objects.get(key=key)
    item.visible_to = []
    item.save()
    return time.time()


def found(title: str) -> int:
    """How many works are found by a word."""
    return SearchQuerySet().filter(title=title).count()


def left() -> int:
    return Change.objects.count()


def drain() -> int | str:
    """How many were delivered, or the name of what went wrong."""
    try:
        return delivery.drain("default", 60.0).delivered
    except Exception as error:  # noqa: BLE001 - the test asks for it by name
        return type(error).__name__


def leased() -> int:
    return Change.objects.exclude(lease=None).count()


def claims(most: int) -> list[int]:
    """The rows that this process gets of a server's index, in small batches, and keeps."""
    rows: list[int] = []
    while isinstance(batch := claim("default", timezone.now(), alone=False, most=most), Batch):
        rows += batch.rows
    return rows


def pause() -> None:
    """Have the next delivery stop where it is about to write, until a line comes."""
    write = bring._write

    def paused(*arguments: Any) -> dict[str, str]:
        bring._write = write
        say("paused")
        sys.stdin.readline()
        return write(*arguments)

    bring._write = paused


def sever() -> int:
    """End this database's other connections, as an operator of PostgreSQL may; how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])


def say(answer: Any) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def main() -> None:
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        say(globals()[name](*arguments))


if __name__ == "__main__":
    main()
