"""Whatever is done to the catalogue: each document whose content changes by it waits in the outbox."""

import random
from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError

from searchsvc.catalog.models import Collection, Contribution, Creator, Item, Subject, Topic
from searchsvc.indexing import outbox as way
from searchsvc.indexing.documents import aliases, sources
from searchsvc.indexing.expand import expand
from searchsvc.indexing.models import Change

PATHS = ("A", "A/B", "A/B/C", "D", "D/E")


def hashes():
    """Document id -> the hash of its content, of every document of every index."""
    found = {}
    for alias in aliases():
        for source in sources(alias):
            fresh = source.read(source.pks())
            found |= {id_: document.stored["_hash"] for id_, document in fresh.documents.items()}
    return found


class Catalogue:
    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.names = 0

    def any(self, model, **conditions):
        rows = list(model.objects.filter(**conditions).order_by("pk"))
        return self.rng.choice(rows) if rows else None

    def word(self):
        self.names += 1
        return f"n{self.names}"

    def make(self):
        way_of = self.rng.choice((Item.objects.create, lambda **row: Item.objects.get_or_create(**row)[0]))
        item = way_of(key=f"t:{self.word()}", kind="book", title=self.word(), collection=self.any(Collection))
        item.creators.set(Creator.objects.order_by("?")[: self.rng.randint(0, 3)])
        item.subjects.add(Subject.objects.for_path(self.rng.choice(PATHS)))

    def hide_or_show(self):
        item = self.any(Item)
        item.visible_to = self.rng.choice(([], ["public"], ["curators"]))
        item.save(update_fields=self.rng.choice((None, ["visible_to"])))

    def move_item(self):
        item = self.any(Item)
        item.collection = self.rng.choice((None, self.any(Collection)))
        item.save()

    def rename(self):
        creator, collection = self.any(Creator), self.any(Collection)
        creator.name, collection.title = self.word(), self.word()
        self.rng.choice((creator, collection)).save()

    def move_contribution(self):
        if row := self.any(Contribution):
            row.role = self.word()
            row.item, row.creator = self.any(Item), self.rng.choice((row.creator, self.any(Creator)))
            row.save()

    def relate(self):
        item, creator, subject = self.any(Item), self.any(Creator), self.any(Subject)
        self.rng.choice(
            (
                lambda: item.creators.add(creator),
                lambda: creator.items.add(item),
                lambda: item.creators.remove(creator),
                creator.items.clear,
                item.creators.clear,
                lambda: item.creators.set([creator]),
                lambda: subject.items.set([item]),
                item.subjects.clear,
                lambda: item.topics.all().delete(),
                lambda: Contribution.objects.filter(creator=creator).delete(),
            )
        )()

    def move_subject(self):
        subject = self.any(Subject)
        subject.path = f"{self.rng.choice(('', 'A/', 'M/'))}{self.word()}"
        with suppress(ValidationError):  # below itself
            subject.save()

    def remove(self):
        item = self.any(Item)
        self.rng.choice((item.delete, Item.objects.filter(pk__gte=item.pk).delete))()
        Topic.objects.filter(item=None).delete()
        Creator.objects.filter(contributions=None, pk__gt=self.any(Creator).pk).delete()

    def in_bulk(self):
        pks = list(Item.objects.order_by("?").values_list("pk", flat=True)[:3])
        shelf = self.any(Collection)
        with way.changing(Item, pks):
            Item.objects.filter(pk__in=pks[1:]).update(title=self.word(), visible_to=self.rng.choice(([], ["public"])))
            shelf.items.add(*Item.objects.filter(pk__in=pks[:1]))
        Creator.objects.filter(pk__lt=self.any(Creator).pk).update(name=self.word())
        way.changed_by(Creator.objects.all())

    def move_in_bulk(self):
        one_each = {row.item_id: row.pk for row in Contribution.objects.filter(creator=self.any(Creator))}
        with way.changing(Contribution, one_each.values()):
            Contribution.objects.filter(pk__in=one_each.values()).update(creator=self.any(Creator), role=self.word())

    def going(self):
        collection = self.any(Collection)
        way.going(Collection, [collection.pk])
        Item.objects.filter(collection=collection).update(collection=None)
        if Collection.objects.count() > 1:
            Collection.objects.filter(pk=collection.pk).delete()


ACTS = (
    "make", "hide_or_show", "move_item", "rename", "move_contribution", "relate", "move_subject", "remove", "in_bulk",
    "move_in_bulk", "going",
)  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(2))
def test_no_document_changes_unheard(seed, index):
    catalogue = Catalogue(seed)
    for number in range(4):
        Creator.objects.create(key=f"t:c{number}", name=f"Painter {number}")
        Collection.objects.create(key=f"t:s{number}", title=f"Shelf {number}")
    for _ in range(6):
        catalogue.make()
    done = []
    acts = list(ACTS) * 2
    catalogue.rng.shuffle(acts)
    for act in acts:
        if Item.objects.count() < 3:
            catalogue.make()
        Change.objects.all().delete()
        before = hashes()
        done.append(act)
        getattr(catalogue, act)()
        while any(expand(alias, 3) for alias in aliases()):
            pass
        told = {f"{model}.{pk}" for model, pk in Change.objects.values_list("model", "object_pk")}
        after = hashes()
        unheard = {id_ for id_ in before.keys() | after.keys() if before.get(id_) != after.get(id_)} - told
        assert not unheard, done
