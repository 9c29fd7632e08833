"""Richer pages of the catalogue's own models: what each shows beside its index's fields. All values come loaded."""

from collections.abc import Iterable
from typing import Any

from indexes.creators import lifetime
from indexes.items import LANGUAGE_NAMES, last_part, year_span
from indexes.registry import registered
from searchsvc.catalog.models import Collection, Contribution, Creator, Item
from searchsvc.catalog.subject import paths_of
from searchsvc.search.params import SearchParams
from searchsvc.search.service import run
from searchsvc.search.viewer import Viewer
from searchsvc.web.addresses import filter_url, search_url
from searchsvc.web.cards import card_of, field_label, picture_address
from searchsvc.web.facts import Fact, Link, as_link, fact, spot, told

ITEMS = "items"
UNSAID = "creator"  # the role of a maker of whom the source says no more
MANY, FEW = 24, 6  # works on the page of a creator or collection, and below a work


def item_page(item: Item, viewer: Viewer) -> dict[str, Any]:
    contributions = list(item.contributions.all())
    first = contributions[0].creator if contributions else None
    more = [("by", first.name, works("creator_key", first.key, viewer, FEW, item.key))] if first else []
    if item.collection:
        more.append(("in", item.collection.title, works("collection_key", item.collection.key, viewer, FEW, item.key)))
    return {
        "item": item,
        "title": item.title,
        "description": item.description,
        "makers": makers(contributions),
        "date": item.date_text or year_span(item.year_from, item.year_to),
        "trails": [trail(subject.path) for subject in item.subjects.all()],
        "facts": item_facts(item),
        "attributes": attributes(item.attributes),
        "spot": spot(item.latitude, item.longitude),
        "image": picture_address(item.image_url),
        "more": [found for found in more if found[2]["cards"]],
    }


def makers(contributions: Iterable[Contribution]) -> list[tuple[Creator, str]]:
    """Each creator once, in the order of the source, with all their roles; 'creator' says nothing."""
    roles: dict[Creator, list[str]] = {}
    for one in contributions:
        roles.setdefault(one.creator, []).extend([one.role] if one.role != UNSAID else [])
    return [(creator, ", ".join(said)) for creator, said in roles.items()]


def item_facts(item: Item) -> tuple[Fact, ...]:
    kind, collection = item.kind.replace("-", " ").capitalize(), item.collection
    price = f"{item.price} {item.currency}" if item.price is not None else ""
    language = Link(LANGUAGE_NAMES.get(item.language, item.language), filter_url(ITEMS, "language", item.language))
    return told((
        fact("Kind", Link(kind, filter_url(ITEMS, "kind", item.kind))),
        fact("Other titles", *item.other_titles),
        fact("Language", language),
        fact("Collection", Link(collection.title, collection.get_absolute_url()) if collection else None),
        fact("Price", price),
        fact("Rights", item.rights),
        fact("Source", as_link(item.url) if item.url else None),
        fact("Identifier", item.key),
    ))  # fmt: skip


def attributes(values: dict[str, Any]) -> tuple[Fact, ...]:
    return told(
        fact(field_label(name), *(as_link(one) for one in (value if isinstance(value, list) else [value])))
        for name, value in values.items()
    )


def trail(path: str) -> list[Link]:
    """A subject as the way down to it, each step a search."""
    return [Link(last_part(step), filter_url(ITEMS, "subject", step)) for step in paths_of(path)]


def creator_page(creator: Creator, viewer: Viewer) -> dict[str, Any]:
    return {
        "title": creator.name,
        "description": creator.biography,
        "life": lifetime(creator.born, creator.died),
        "facts": told((
            fact("Other names", *creator.other_names),
            fact("Identifier", creator.key),
        )),
        "spot": spot(creator.latitude, creator.longitude),
        "place": creator.place,
        "works": works("creator_key", creator.key, viewer, MANY),
    }  # fmt: skip


def collection_page(collection: Collection, viewer: Viewer) -> dict[str, Any]:
    return {
        "title": collection.title,
        "description": collection.description,
        "facts": told([fact("Identifier", collection.key)]),
        "works": works("collection_key", collection.key, viewer, MANY),
    }


def works(field: str, value: str, viewer: Viewer, size: int, but: str = "") -> dict[str, Any]:
    """Works with a value, oldest first: `cards` without the work `but`, the exact `total`, the `url` of all."""
    params = SearchParams(ITEMS, filters=((field, (value,)),), sort="year")
    if ITEMS not in registered():
        return {"cards": [], "total": 0, "url": ""}
    asked = SearchParams(ITEMS, filters=params.filters, sort="year", size=size + 1, facets=(), highlight=False)
    page = run(asked, viewer)
    cards = [card_of(page.index, result) for result in page.results if result.key != but]
    return {"cards": cards[:size], "total": page.total, "url": search_url(params)}
