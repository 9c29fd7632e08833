"""The page of one record, of any index: ours have richer ones, an own model's shows the fields of its index."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from backends.core.results import Result
from indexes.registry import Index
from searchsvc.catalog.models import Collection, Creator, Item
from searchsvc.search.params import SearchParams
from searchsvc.search.service import index_named
from searchsvc.search.service import record as find
from searchsvc.search.viewer import Viewer
from searchsvc.web.addresses import cover_url, search_url
from searchsvc.web.cards import card_of, field_label, page_of, readable, shortened
from searchsvc.web.catalogue import ITEMS, collection_page, creator_page, item_page
from searchsvc.web.facts import Fact, as_link, fact, told
from searchsvc.web.pages import explained, show
from searchsvc.web.visitors import refuse_hidden, viewer_for

DESCRIPTION = 155  # characters that search engines show
NOT_FACTS = frozenset({"key", "page_url"})


@dataclass(frozen=True, slots=True)
class Richer:
    """A template and what it is given. It may show works of `ITEMS` beside the record."""

    template: str
    context: Callable[[Any, Viewer], dict[str, Any]]


RICHER: Mapping[type, Richer] = {
    Item: Richer("item", item_page),
    Creator: Richer("creator", creator_page),
    Collection: Richer("collection", collection_page),
}


@require_safe
@explained
def record(request: HttpRequest, name: str, key: str) -> HttpResponse:
    declared = index_named(name).declared()
    richer = RICHER.get(declared.get_model())
    viewer = viewer_for(request, name, *((ITEMS,) if richer else ()))
    index, result = find(name, key, viewer)
    obj = declared.read_queryset(using=index.alias).filter(pk=result.pk).first()
    refuse_hidden(index, obj, viewer)
    context = richer.context(obj, viewer) if richer else generic(index, result)
    return show(request, richer.template if richer else "record", around(index, result) | context)


def around(index: Index, result: Result) -> dict[str, Any]:
    card = card_of(index, result)
    address = page_of(index, result)
    return {
        "current": None,
        "address": address,
        "cover": cover_url(index.name, result.key) if card.cover else "",
        "plural": index.plural,
        "index_url": search_url(SearchParams(index.name)),
        "summary": shortened(str(result.fields.get(index.declared.card.text) or ""), DESCRIPTION),
    }


def generic(index: Index, result: Result) -> dict[str, Any]:
    card = index.declared.card
    named = {card.title, card.text, *NOT_FACTS}
    return {
        "title": card_of(index, result).plain_title,
        "description": str(result.fields.get(card.text) or ""),
        "facts": told([
            *(stored(index, name, result) for name in index.public_fields if name not in named),
            fact("Identifier", result.key),
        ]),
        "own_page": page_of(index, result),
    }  # fmt: skip


def stored(index: Index, name: str, result: Result) -> Fact:
    value = result.fields.get(name)
    if isinstance(value, (bool, date)):
        return fact(field_label(name), as_link(value))
    return fact(field_label(name), *(as_link(text) for text in readable(index, name, value)))
