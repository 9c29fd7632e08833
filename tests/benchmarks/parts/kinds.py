"""Twelve kinds of query: as a person asks the adapter, and as the library's own query objects say it."""

import statistics
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from backends.core.asked import Asked, Refine, page
from backends.core.parse import parse
from backends.core.results import Page
from backends.core.store import Store
from tests.benchmarks.parts.measure import Verdict, ratio, say
from tests.benchmarks.whoosh_tate import SCHEMA, SIZE

WEIGHTS = {"title": 2.0, "text": 1.0}  # of the schema's searched fields
TURNER = "Joseph Mallord William Turner"


class Raw(Protocol):
    """A library without the adapter: queries of its own, of terms that are ready."""

    def word(self, term: str) -> Any:
        """In any of the searched fields, weighted."""

    def phrase(self, *terms: str) -> Any: ...

    def all_of(self, *queries: Any) -> Any: ...

    def any_of(self, *queries: Any) -> Any: ...

    def without(self, query: Any, other: Any) -> Any: ...

    def beginning(self, text: str) -> Any: ...

    def kept(self, query: Any, column: str, value: str) -> Any:
        """Filtered by a whole value."""

    def top(self, query: Any) -> tuple[int, list[Any]]:
        """The exact total, and the first page's stored fields."""


KINDS: dict[str, tuple[str, dict[str, Any], Callable[[Raw], Any]]] = {
    "a rare word": ("zebra", {}, lambda raw: raw.word("zebra")),
    "a common word": ("purchased", {}, lambda raw: raw.word("purchas")),
    "a very common word": ("paper", {}, lambda raw: raw.word("paper")),
    "two words": ("paint canvas", {}, lambda raw: raw.all_of(raw.word("paint"), raw.word("canva"))),
    "three words": (
        "oil paint canvas", {}, lambda raw: raw.all_of(raw.word("oil"), raw.word("paint"), raw.word("canva")),
    ),
    "one or the other": ("boat OR harbour", {}, lambda raw: raw.any_of(raw.word("boat"), raw.word("harbour"))),
    "one and not the other": ("boat -harbour", {}, lambda raw: raw.without(raw.word("boat"), raw.word("harbour"))),
    "a phrase": ('"fishing boat"', {}, lambda raw: raw.phrase("fish", "boat")),
    "a phrase of common words": ('"oil paint on canvas"', {}, lambda raw: raw.phrase("oil", "paint", "on", "canva")),
    "a word with a filter": (
        "paper",
        {"refines": (Refine("creator", (TURNER,)),)},
        lambda raw: raw.kept(raw.word("paper"), "creator", TURNER),
    ),
    "a beginning and a word": ("harb* boat", {}, lambda raw: raw.all_of(raw.beginning("harb"), raw.word("boat"))),
    "a word in brackets": (
        "(cat OR dog) paper", {},
        lambda raw: raw.all_of(raw.any_of(raw.word("cat"), raw.word("dog")), raw.word("paper")),
    ),
}  # fmt: skip


def searched(store: Store, text: str, asked: dict[str, Any]) -> Page:
    return page(store, SCHEMA, Asked(parse(text), size=SIZE, **asked))


def answer(raw: Raw, made: Callable[[Raw], Any]) -> tuple[int, list[Any]]:
    """The query made, searched, its total and first page."""
    return raw.top(made(raw))


def adapter(name: str, store: Store, raw: Raw, goal: float) -> Verdict:
    """The same first page and total, by the adapter from a text and by the library from its own objects."""
    ratios = []
    for kind, (text, asked, query) in KINDS.items():
        ours, theirs = partial(searched, store, text, asked), partial(answer, raw, query)
        assert ours().total == theirs()[0], kind
        found, mine, other = ratio(ours, theirs)
        say(f"  {name}, {kind:30} {mine:9,.0f} µs {other:9,.0f} µs raw   {found:5.2f}")
        ratios.append(found)
    return Verdict(f"{name} adapter over raw, median of twelve kinds", statistics.median(ratios), goal)
