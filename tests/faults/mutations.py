"""A process that changes the catalogue in every way there is, at random by a seed, until it is killed.

As the admin does, and a site's own code, in bulk and by import. It is told what to do a JSON line each, and says
`begun` inside a transaction, so that one can kill it there.
"""

import json
import random
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - Django is ready now
from django.db import DatabaseError, OperationalError, connection, transaction  # noqa: E402
from django.db.models import ProtectedError, QuerySet  # noqa: E402
from haystack.query import SearchQuerySet  # noqa: E402

from searchsvc.catalog.models import Collection, Creator, Item, Subject  # noqa: E402
from searchsvc.importing.load import Plan, load  # noqa: E402
from searchsvc.importing.mapping import natural  # noqa: E402
from searchsvc.importing.row import Row  # noqa: E402
from searchsvc.indexing import outbox, wake  # noqa: E402
from searchsvc.indexing.documents import aliases, backend, store  # noqa: E402
from searchsvc.indexing.models import WAITING, Change, Expansion, Generation, Lane  # noqa: E402

CREATORS, COLLECTIONS, SUBJECTS = 12, 6, 15
WORDS = ("harbour", "bridge", "winter", "portrait", "mill", "river", "saint", "storm", "garden", "night", "horse")
MOST = 25  # rows of one bulk change
PAUSE = threading.Event()  # never set: what is steady leaves the processors to others too

Act = Callable[[random.Random], int]


def say(*what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def words(rng: random.Random) -> str:
    return " ".join(rng.choices(WORDS, k=3)).capitalize() + f" {rng.randrange(10**6)}"


def key(rng: random.Random) -> str:
    return f"t:{rng.getrandbits(60):x}"


def some(rng: random.Random, rows: "QuerySet", count: int = 1) -> list:
    pks = list(rows.order_by("pk").values_list("pk", flat=True))
    return list(rows.model.objects.filter(pk__in=rng.sample(pks, min(count, len(pks)))))


def works() -> "QuerySet[Item]":
    """Those that are made and changed here; works of other sources are touched only, and are found as before."""
    return Item.objects.of_source("t")


def create(rng: random.Random) -> int:
    with transaction.atomic():
        made = Item.objects.create(key=key(rng), kind="painting", title=words(rng), year_from=rng.randrange(1400, 2000))
        say("begun")
        for place, creator in enumerate(some(rng, Creator.objects.of_source("t"), 2)):
            made.contributions.create(creator=creator, position=place)
        made.subjects.add(*some(rng, Subject.objects.all(), 2))
    return 1


def retitle(rng: random.Random) -> int:
    for item in some(rng, works()):
        item.title = words(rng)
        item.save()
    return 1


def revise(rng: random.Random) -> int:
    with transaction.atomic():
        for item in some(rng, works(), 3):
            item.description = words(rng)
            item.save(update_fields=["description"])
            say("begun")
    return 3


def withdraw(rng: random.Random) -> int:
    for item in some(rng, works()):
        item.visible_to = rng.choice([[], ["public"]])
        item.save()
    return 1


def remove(rng: random.Random) -> int:
    for item in some(rng, works()):
        item.delete()
    return 1


def remove_many(rng: random.Random) -> int:
    with transaction.atomic():
        pks = [item.pk for item in some(rng, works(), 4)]
        say("begun")
        Item.objects.filter(pk__in=pks).delete()
    return 4


def relate(rng: random.Random) -> int:
    for item in some(rng, works()):
        item.subjects.set(some(rng, Subject.objects.all(), 3))
        item.contributions.filter(role="creator").delete()
        for creator in some(rng, Creator.objects.of_source("t")):
            item.contributions.update_or_create(creator=creator, role="editor", defaults={"position": 3})
    return 1


def shelve(rng: random.Random) -> int:
    pks = [item.pk for item in some(rng, works(), MOST)]
    [shelf] = some(rng, Collection.objects.of_source("t"))
    with outbox.changing(Item, pks):
        Item.objects.filter(pk__in=pks).update(collection=shelf, rights=words(rng))
        say("begun")
    return len(pks)


def make_many(rng: random.Random) -> int:
    rows = [Item(key=key(rng), kind="etching", title=words(rng)) for _ in range(rng.randrange(2, MOST))]
    with transaction.atomic():
        made = Item.objects.bulk_create(rows)
        say("begun")
        outbox.made(Item, [item.pk for item in made])
    return len(rows)


def rename(rng: random.Random) -> int:
    [record] = some(rng, rng.choice([Creator.objects.of_source("t"), Collection.objects.of_source("t")]))
    with transaction.atomic():
        setattr(record, "name" if isinstance(record, Creator) else "title", words(rng))
        record.save()
        say("begun")
    return 1


def bring_in(rng: random.Random) -> int:
    """A feed's batch: new works and changed ones, and creators and shelves on the way."""
    rows = [
        Row(number, {
            "id": f"feed{rng.randrange(60)}", "kind": "book", "title": words(rng),
            "creators": [{"id": f"c{rng.randrange(CREATORS)}", "name": words(rng)}],
            "subjects": [f"Feed/{rng.choice(WORDS)}"], "collection": f"Shelf {rng.randrange(3)}",
        })
        for number in range(rng.randrange(2, MOST))
    ]  # fmt: skip
    load(iter(rows), Plan(natural("t")))
    return len(rows)


def touch(rng: random.Random) -> int:
    """Change what nobody searches for in works of other sources."""
    others = Item.objects.exclude(pk__in=works())
    if (last := others.order_by("-pk").values_list("pk", flat=True).first()) is None:
        return 0
    for item in others.filter(pk__gte=rng.randrange(last + 1)).order_by("pk")[:3]:
        item.date_text = words(rng)
        item.save()
    return 3


def think_again(rng: random.Random) -> int:
    with transaction.atomic():
        for item in some(rng, works(), 5):
            item.title = words(rng)
            item.save()
        say("begun")
        transaction.set_rollback(True)
    return 1


ACTS: dict[Act, int] = {
    create: 20, retitle: 20, revise: 10, withdraw: 6, remove: 8, remove_many: 2, relate: 12, touch: 12, shelve: 3,
    make_many: 4, rename: 4, bring_in: 3, think_again: 3,
}  # fmt: skip


def make() -> None:
    """The tables, an empty index of each kind, what the works hang together by, and a first hundred of them."""
    call_command("migrate", verbosity=0)
    for alias in aliases():
        store(alias).promote(store(alias).create(backend(alias).index_schema))
    rng = random.Random(0)
    for number in range(CREATORS):
        Creator.objects.create(key=f"t:c{number}", name=words(rng))
    for number in range(COLLECTIONS):
        Collection.objects.create(key=f"t:s{number}", title=words(rng))
    Subject.objects.for_paths([f"Nature/{WORDS[number % 4]}/{number}" for number in range(SUBJECTS)])
    for _ in range(100):
        create(rng)


def write(seed: int, most: int) -> None:
    """Change at least so many records; say what was committed, or refused by the database because of another."""
    rng = random.Random(seed)
    written = 0
    while written < most:
        [act] = rng.choices(list(ACTS), list(ACTS.values()))
        try:
            count = act(rng)
        except (DatabaseError, ProtectedError) as error:
            count = 0
            connection.close()  # as at the end of a request; it may be lost
            say("refused", f"{act.__name__}: {error}")
        say("wrote", act.__name__, count)
        written += max(1, count)


def write_until(seed: int, end: str) -> None:
    """Change one record after the other until there is a file of this name."""
    rng = random.Random(seed)
    while not Path(end).exists():
        write(rng.getrandbits(32), 1)
        PAUSE.wait(0.05)


def of_kind(kind: str) -> int:
    return Item.objects.filter(kind=kind).count()


def fill(count: int) -> None:
    """Works that stay, told to nobody: a rebuild brings them in."""
    with outbox.silent():
        rows = [Item(key=f"stay:{number}", kind="stone", title=f"Stone {number}") for number in range(count)]
        Item.objects.bulk_create(rows, batch_size=1000)


def look(kind: str, end: str) -> dict[str, object]:
    """Search for all works of a kind, again and again, until there is a file of this name."""
    found: list[int] = []
    failed: list[str] = []
    while not Path(end).exists():
        try:
            asked = SearchQuerySet().models(Item).filter(kind__exact=kind)
            found.append(asked.count())
            found.append(asked.count() if len(asked[:10]) == 10 else 0)
        except Exception as error:  # noqa: BLE001 - the test's to judge
            failed.append(repr(error))
        PAUSE.wait(0.02)
    return {"searches": len(found), "fewest": min(found), "most": max(found), "failed": failed[:10]}


def building() -> dict[str, object]:
    """How far the latest rebuild is."""
    one = Generation.objects.order_by("-started").first()
    return {} if one is None else {"number": one.number, "state": one.state, "written": one.written}


def waits() -> dict[str, int]:
    """What is not delivered yet, what somebody has claimed, and what was given up."""
    waiting = Change.objects.filter(WAITING)
    return {
        "waiting": waiting.count() + Expansion.objects.count(),
        "claimed": waiting.filter(lease__isnull=False).count(),
        "dead": Change.objects.filter(dead__isnull=False).count(),
    }


def lanes() -> dict[str, str]:
    """What the engine of each index said last when it failed."""
    return dict(Lane.objects.values_list("alias", "error"))


def counts() -> dict[str, int]:
    """Works in the database, and works that a search finds."""
    return {"rows": Item.objects.count(), "found": SearchQuerySet().models(Item).count()}


def main() -> None:
    """Say that all is loaded, then do as told."""
    wake.begin()
    connection.ensure_connection()
    say("ready")
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        try:
            said = globals()[name](*arguments)
        except OperationalError:  # a connection that was lost while it lay idle
            connection.close()
            said = globals()[name](*arguments)
        say("done", name, said)


if __name__ == "__main__":
    main()
