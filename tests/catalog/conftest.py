import pytest

from searchsvc.catalog.models import Collection, Contribution, Creator, Item, Subject


@pytest.fixture
def make_item(db):
    """Make an item with two creators, three subjects and a collection."""

    def make(number: int, **columns) -> Item:
        collection, _ = Collection.objects.get_or_create(key="test:all", defaults={"title": "All"})
        values = {"kind": "book", "title": f"Work {number}", "collection": collection} | columns
        item = Item.objects.create(key=f"test:{number}", **values)
        item.subjects.set(Subject.objects.for_paths([f"A/B/{number}"]).values())
        for position, role in enumerate(("author", "editor")):
            creator = Creator.objects.create(key=f"test:{number}-{role}", name=f"{role} {number}")
            Contribution.objects.create(item=item, creator=creator, role=role, position=position)
        return item

    return make
