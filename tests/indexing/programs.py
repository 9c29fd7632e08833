"""Processes that tests start, on a database of their own (DATABASE_URL): `python -m tests.indexing.programs NAME`."""

import json
import os
import signal
import sys
import threading

import django


def die_between_row_and_change(way: str) -> None:
    """Save a creator outside any transaction, and be killed when its row is written and its change is not yet."""
    from django.core.management import call_command
    from django.db.models.signals import post_save

    from searchsvc.catalog.models import Creator

    call_command("migrate", verbosity=0)
    creator = Creator.objects.create(key="t:1", name="Before")

    def die(**_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    post_save.connect(die, sender=Creator)
    post_save.receivers.insert(0, post_save.receivers.pop())  # before ours
    post_save.sender_receivers_cache.clear()
    if way == "update":
        creator.name = "After"
        creator.save()
    else:
        Creator.objects.create(key="t:2", name="After")


def expand_together(_: str) -> None:
    """Two records' documents while the first is somebody's, and then by four threads at once; tell it as JSON."""
    from django.core.management import call_command
    from django.db import connection, transaction

    from searchsvc.catalog.models import Contribution, Creator, Item
    from searchsvc.indexing.expand import expand
    from searchsvc.indexing.models import Change, Expansion
    from searchsvc.indexing.outbox import changed, silent

    call_command("migrate", verbosity=0)
    with silent():
        items = Item.objects.bulk_create(Item(key=f"t:i{n}", kind="book", title="Work") for n in range(50))
        many, few = Creator.objects.bulk_create(Creator(key=f"t:c{n}", name="Ann") for n in range(2))
        Contribution.objects.bulk_create(
            Contribution(item=item, creator=many if n < 30 else few) for n, item in enumerate(items)
        )
    changed(Creator, [many.pk, few.pk])
    works = Change.objects.filter(model="catalog.item")
    told: dict[str, object] = {"vendor": connection.vendor}
    is_held, may_end = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            list(Expansion.objects.select_for_update().order_by("id")[:1])
            is_held.set()
            may_end.wait(30)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    is_held.wait(30)
    told["while the first is held"] = [expand("default"), expand("default")]
    may_end.set()
    holder.join()
    told["then"] = [expand("default"), expand("default")]
    told["waiting"] = works.count()

    def go_on() -> None:
        while expand("default", 7) or Expansion.objects.exists():
            pass
        connection.close()

    works.delete()
    for _ in range(5):
        changed(Creator, [many.pk, few.pk])
    threads = [threading.Thread(target=go_on) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told["documents"] = works.values("object_pk").distinct().count()
    told["left"] = Expansion.objects.count()
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "searchsvc.settings.test")
    django.setup()
    {"die": die_between_row_and_change, "expand": expand_together}[sys.argv[1]](sys.argv[-1])
