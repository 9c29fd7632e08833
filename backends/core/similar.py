"""More like this: the words that tell a document from the others, any of which a similar one holds.

Chosen here from exact counts, so every engine looks for the same words; how they rank is the engine's.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from math import log
from typing import Any

from backends.core.asked import answer
from backends.core.errors import UnsupportedQuery
from backends.core.nodes import All, And, Boost, Equals, Node, Not, Nothing, Or, Term
from backends.core.request import Request
from backends.core.schema import ID, Field, Kind, Schema
from backends.core.store import Searched

MOST_TERMS = 25  # of a query; as Lucene's MoreLikeThis has it, DEFAULT_MAX_QUERY_TERMS
MOST_READ = 5000  # words of a field; Lucene's DEFAULT_MAX_NUM_TOKENS_PARSED
MOST_COUNTED = 200  # words whose documents are counted, those that stand most often; a count costs up to 0.1 ms


@dataclass(frozen=True, slots=True)
class Level:
    """What a word must meet: how often it stands in the source, in how many documents, in at most what share of them.

    `enough` such words make a question; where there are fewer, the next level is asked.
    """

    times: int
    documents: int
    share: float
    enough: int


# Lucene's DEFAULT_MIN_TERM_FREQ and DEFAULT_MIN_DOC_FREQ, 2 and 5, suit long texts; it takes words of any share, and we
# leave out what half of all documents hold. A short record, then a small catalogue, then a tiny one asks for less.
LEVELS = (
    Level(2, 5, 0.5, enough=5),
    Level(1, 5, 0.5, enough=5),
    Level(1, 2, 0.5, enough=1),
    Level(1, 2, 1.0, enough=0),
)

Word = tuple[str, str]  # a language, or a field with its own, and a term of it


def like(store: Searched, schema: Schema, id_: str, values: Mapping[str, Any], *, indexed: bool) -> Node:
    """What is similar to a document of these values and is not itself; ready for a search, without further lowering.

    `id_` is Haystack's. `values` are by field name, as the stored fields or as prepared for the index. Raises
    UnsupportedQuery where the engine cannot count or no text is searched.
    """
    columns: dict[str, list[Field]] = {}
    for field in schema.searched:
        if field.kind is Kind.TEXT:
            # Terms of one language are comparable; a project's own analyzer makes terms of its own.
            columns.setdefault(field.language if field.own is None else f"field {field.name}", []).append(field)
    if not columns:
        raise UnsupportedQuery("The index has no text that is searched by default; more_like_this compares that.")
    words = _chosen(store, _words(columns, values), columns, indexed=indexed)
    if not words:
        return Nothing()
    best = max(words.values())
    parts = tuple(Boost(_anywhere(columns, word), score / best) for word, score in words.items())
    return And((parts[0] if len(parts) == 1 else Or(parts), Not(Equals(ID, id_))))


def _words(columns: Mapping[str, list[Field]], values: Mapping[str, Any]) -> Counter[Word]:
    """How often each word stands in the source."""
    found: Counter[Word] = Counter()
    for language, fields in columns.items():
        for field in fields:
            value = values.get(field.name)
            texts = value if isinstance(value, list | tuple | set) else [value]
            terms = (term for text in texts if text is not None for term in field.analyzer.terms(str(text)))
            found.update((language, term) for term in islice(terms, MOST_READ))
    return found


def _anywhere(columns: Mapping[str, list[Field]], word: Word) -> Node:
    language, term = word
    parts = tuple(Boost(Term(field.name, term), field.weight) for field in columns[language])
    return parts[0] if len(parts) == 1 else Or(parts)


def _chosen(
    store: Searched, words: Counter[Word], columns: Mapping[str, list[Field]], *, indexed: bool
) -> dict[Word, float]:
    """The words of the source with the highest tf-idf, and it; computed as Lucene's MoreLikeThis does."""
    asked = [word for word, _times in words.most_common(MOST_COUNTED)]
    if not asked:
        return {}
    request = Request(All(), size=0, counts=tuple(_anywhere(columns, word) for word in asked))
    reply = answer(store, request)
    outside = int(not indexed)  # counts as one more document
    documents = reply.total + outside
    held = {word: count + outside for word, count in zip(asked, reply.counts, strict=True)}
    kept: list[Word] = []
    for level in LEVELS:
        kept = [word for word in asked if _meets(level, words[word], held[word], documents)]
        if len(kept) >= level.enough:
            break
    scores = {word: words[word] * (1 + log((documents + 1) / (held[word] + 1))) for word in kept}
    ranked = sorted(kept, key=lambda word: (-scores[word], word))
    return {word: scores[word] for word in ranked[:MOST_TERMS]}


def _meets(level: Level, times: int, held: int, documents: int) -> bool:
    return times >= level.times and level.documents <= held <= level.share * documents
