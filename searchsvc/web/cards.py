"""A result as a card: what its index declares to show, each text ready to print.

Fragments with marked words are HTML. They come from `backends.core.highlight`, which escapes a text before it marks
it; they are the only texts that these pages print without escaping, and `marked` is the only place that says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from backends.core.results import Result
from indexes.registry import Index
from searchsvc.search.facets import label_of
from searchsvc.web.addresses import cover_url, record_url

SHORT = 220  # characters of a text: about two lines of a card
LEAST_KEPT = 0.6  # of them, when a cut goes back to a space
PLACES_FOUND = 2  # other fields in which words were found


@dataclass(frozen=True, slots=True)
class Found:
    """Words found in a field that the card does not show otherwise."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class ResultCard:
    """`cover` is the drawn one and always there where the index has covers; `image` is a picture's own address."""

    title: str
    plain_title: str
    url: str
    subtitle: str
    text: str
    details: tuple[str, ...]
    found: tuple[Found, ...]
    cover: str
    image: str


def card_of(index: Index, result: Result) -> ResultCard:
    declared = index.declared.card
    shown = [declared.title, declared.subtitle, declared.text, *declared.details]
    title = plain(index, declared.title, result) or result.key
    return ResultCard(
        title=fragment(result, declared.title) or title,
        plain_title=title,
        url=page_of(index, result),
        subtitle=text_of(index, declared.subtitle, result),
        text=fragment(result, declared.text) or shortened(plain(index, declared.text, result)),
        details=tuple(filter(None, (text_of(index, name, result) for name in declared.details))),
        found=tuple(found_in(result, shown)),
        cover=cover_url(index.name, result.key) if declared.cover else "",
        image=picture_address(result.fields.get(declared.image)),
    )


def page_of(index: Index, result: Result) -> str:
    """A record's own page where its model has one, else the generic one."""
    own = str(result.fields.get("page_url") or "")
    return own if own.startswith("/") and not own.startswith("//") else web_address(own) or generic(index, result)


def generic(index: Index, result: Result) -> str:
    return record_url(index.name, result.key)


def web_address(value: object) -> str:
    """An address that may stand in a link; '' for others, such as `javascript:`."""
    text = str(value or "")
    return text if text.lower().startswith(("https://", "http://")) else ""


def picture_address(value: object) -> str:
    """A picture's address over https: the Content-Security-Policy lets no other in, and browsers upgrade it too."""
    scheme, colon, rest = web_address(value).partition(":")
    return f"https:{rest}" if scheme and colon else ""


def text_of(index: Index, name: str, result: Result) -> str:
    return fragment(result, name) or plain(index, name, result)


def fragment(result: Result, name: str) -> str:
    found = result.highlights.get(name)
    return marked(found[0]) if found else ""


def marked(html: str) -> SafeString:
    """A fragment of `backends.core.highlight`: escaped there, with <mark> around the words found."""
    return mark_safe(html)  # noqa: S308 - see the docstring, and the test that puts a script into a title


def plain(index: Index, name: str, result: Result) -> str:
    """A stored field as people read it: with its facet's labels, several values joined."""
    return ", ".join(readable(index, name, result.fields.get(name)))


def readable(index: Index, name: str, value: Any) -> list[str]:
    facet = next((facet for facet in index.declared.facets if facet.field == name), None)
    values = value if isinstance(value, (list, tuple)) else [value]
    texts = [str(one) for one in values if one is not None and str(one).strip()]
    labels = [label_of(facet, text) for text in texts] if facet and not facet.hierarchy else texts
    return list(dict.fromkeys(labels))  # who wrote and sang a song is named once


def found_in(result: Result, shown: Iterable[str]) -> list[Found]:
    """Where else words were found: 'Other titles: …'."""
    others = [name for name in result.highlights if name not in set(shown)]
    return [Found(field_label(name), fragment(result, name)) for name in others[:PLACES_FOUND]]


def field_label(name: str) -> str:
    return name.replace("_", " ").capitalize()


def shortened(text: str, length: int = SHORT) -> str:
    """The beginning of a text, cut between words where it has words."""
    if len(text) <= length:
        return text
    cut = text[:length]
    space = cut.rfind(" ")
    return f"{cut[:space] if space > length * LEAST_KEPT else cut}…"
