"""Indexes that are filled, or spoilt, behind the pipeline's back."""

from dataclasses import replace

from searchsvc.catalog.models import Item
from searchsvc.indexing.documents import Source, sources, store
from searchsvc.indexing.models import Change


def work(name: str, **columns: object) -> Item:
    """Return a new work, without the change that tells of it."""
    made = Item.objects.create(**{"key": f"t:{name}", "kind": "painting", "title": f"Harbour {name}"} | columns)
    Change.objects.all().delete()
    return made


def fill(alias: str = "default") -> int:
    """Return a new generation that answers, with all there is in the database."""
    holder = store(alias)
    number = holder.create(holder.schema)
    for source in sources(alias):
        assert holder.write(number, source.read(source.pks()).documents.values()) == []
    holder.promote(number)
    return number


def works() -> Source:
    """Return the source of works."""
    (source,) = sources("default")
    return source


def ghost(number: int, of: Item, pk: str, model: str = "catalog.item") -> str:
    """Return the id of a document like that of a work, put into the index under a primary key that no row has."""
    document = works().read([of.pk]).documents[works().id_of(of.pk)]
    columns = {**document.columns, "django_ct": (model,), "django_id": (pk,), "id": (f"{model}.{pk}",)}
    stored = {**document.stored, "django_ct": model, "django_id": pk}
    made = replace(document, id=f"{model}.{pk}", key=f"ghost:{pk}", columns=columns, stored=stored)
    made = replace(made, columns={**columns, "key": (made.key,)})
    assert store("default").write(number, [made]) == []
    return made.id
