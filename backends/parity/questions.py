"""What is asked: a question belongs to a kind, and a kind says how its answer is taken and what an engine needs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from backends.core.asked import Asked
from backends.core.schema import Schema
from backends.parity import answers
from backends.parity.engines import Engine

Answer = Mapping[str, Any]  # what is compared ('ids', 'count', 'rank', 'facets', ...) -> this engine's


@dataclass(frozen=True, slots=True)
class Kind:
    """`flags` are those of `Features` without which an engine rightly refuses."""

    answer: Callable[[Engine, Schema, Asked], Answer]
    compared: str
    flags: tuple[str, ...] = ()


SAME_HITS = "ids and count"
KINDS: Mapping[str, Kind] = {
    "words": Kind(answers.matches, SAME_HITS),
    "phrases": Kind(answers.matches, SAME_HITS, ("phrases",)),
    "booleans": Kind(answers.matches, SAME_HITS),
    "filters": Kind(answers.matches, SAME_HITS),
    "ranges": Kind(answers.matches, SAME_HITS),
    "ranges of text": Kind(answers.matches, SAME_HITS, ("keyword_ranges",)),
    "prefixes": Kind(answers.matches, SAME_HITS),
    "parts of words": Kind(answers.matches, SAME_HITS, ("parts_of_words",)),
    "fuzzy": Kind(answers.matches, SAME_HITS, ("fuzzy",)),
    "facets": Kind(answers.facets, "values in their order, with counts", ("facets",)),
    "conditions": Kind(answers.counts, "how many documents meet each", ("counts",)),
    "statistics": Kind(answers.stats, "counts, ends and sums, fractions to six digits", ("stats",)),
    "orders": Kind(answers.order, "three pages, one back, one in the middle", ("field_order", "keyset")),
    "places": Kind(answers.order, "ids by distance, in pages", ("geo", "field_order", "keyset")),
    "similar": Kind(answers.similar, SAME_HITS, ("counts",)),
    "spelling": Kind(answers.spelling, "the suggestion", ("spelling",)),
    "highlights": Kind(answers.highlights, "fragments and marks, to the letter"),
}


@dataclass(frozen=True, slots=True)
class Question:
    """`title` is what people read of it."""

    kind: str
    title: str
    asked: Asked
