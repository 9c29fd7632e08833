"""Whether a generation may answer: it is counted, some documents are compared, and some are searched for."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from secrets import SystemRandom

from django.utils import timezone

from backends.core.nodes import And, Equals, Node, Term
from backends.core.request import Request
from backends.core.schema import CONTENT_HASH, ID, Kind, Schema
from backends.core.store import Document
from searchsvc.indexing.documents import Source, backend, by_model, rows_in_all, sources, store
from searchsvc.indexing.drift import Compared, Difference, Drift
from searchsvc.indexing.models import WAITING, Change, Generation
from searchsvc.indexing.rebuild.outcome import NotAccepted
from searchsvc.indexing.suspects import LOOKS, settle, waiting
from searchsvc.indexing.walk import held

CHUNKS, OF_EACH = 20, 10  # chunks looked into, and documents of each that are compared
ASKED = 10  # documents that are searched for
WORDS = 4  # of a document, that it has to be found by
MOST_MISSING = "1%"
_chance = SystemRandom()


@dataclass(slots=True)
class Findings:
    """What was seen. `missing` are more documents in the database than in the index, `over` the other way round."""

    in_database: int = 0
    in_index: int = 0
    skipped: int = 0
    waiting: int = 0
    allowed: int = 0
    refused: tuple[str, ...] = ()
    wrong: list[str] = field(default_factory=list)
    not_found: list[str] = field(default_factory=list)
    compared: int = 0
    asked: int = 0

    @property
    def missing(self) -> int:
        return max(0, self.in_database - self.skipped - self.in_index)

    @property
    def over(self) -> int:
        return max(0, self.in_index - self.in_database)

    def faults(self) -> list[str]:
        """What keeps the generation from answering, in words."""
        found = []
        if self.missing > self.allowed + self.waiting:
            found.append(f"{self.missing:,} documents are missing ({len(self.refused):,} of them were refused)")
        if self.over > self.allowed + self.waiting:
            found.append(f"it has {self.over:,} documents more than the database")
        if self.wrong:
            found.append(f"{len(self.wrong):,} of {self.compared:,} documents compared are not what the database has")
        if self.not_found:
            found.append(f"{len(self.not_found):,} of {self.asked:,} documents are not found by their own words")
        return found


def allowed(most: str, total: int) -> int:
    """How many documents may be missing: '25', or '1%', which is at least one. Raises ValueError."""
    if most.endswith("%"):
        return max(1, math.floor(total * float(most[:-1]) / 100)) if float(most[:-1]) else 0
    return int(most)


def examined(generation: Generation, most_missing: str) -> Findings:
    """Compare a generation with the database. Raises what either raises."""
    found = Findings(skipped=generation.skipped)
    alias, number = generation.alias, generation.number
    found.refused = tuple(generation.refusals.order_by("pk").values_list("document", flat=True)[:1000])
    found.in_index = store(alias).count(number)
    found.in_database = rows_in_all(alias)
    found.waiting = Change.objects.filter(WAITING, alias=alias).count()
    found.allowed = allowed(most_missing, found.in_database)
    sample = _sample(generation)
    found.compared, found.wrong = len(sample), _wrong(alias, number, sample)
    asked = list(islice((each for each in sample.values() if each.id not in found.wrong), ASKED))
    found.asked, found.not_found = len(asked), _not_found(alias, number, asked)
    return found


def accept(generation: Generation, most_missing: str) -> Findings:
    """As `examined`. Raises NotAccepted where it does not hold."""
    found = examined(generation, most_missing)
    if faults := found.faults():
        ids = tuple(dict.fromkeys([*found.wrong, *found.not_found, *found.refused]))
        raise NotAccepted(f"Generation {generation.number} of '{generation.alias}': {'; '.join(faults)}.", ids)
    return found


def _sample(generation: Generation) -> dict[str, Document]:
    """Some documents as the database has them now, by id; those that are refused or skipped are left out."""
    known = {source.name: source for source in sources(generation.alias)}
    found: dict[str, Document] = {}
    for source, low, high in _ranges(generation, known):
        pks = source.pks(source.key(low), 1000, source.key(high))
        found |= source.read(_chance.sample(pks, min(OF_EACH, len(pks)))).documents
    return found


def _ranges(generation: Generation, known: Mapping[str, Source]) -> Iterable[tuple[Source, str, str]]:
    """Some of the chunks; of a generation without any, the beginning of each source."""
    chunks = [chunk for chunk in generation.chunks.order_by("?")[:CHUNKS] if chunk.model in known]
    if chunks:
        return [(known[chunk.model], chunk.low, chunk.high) for chunk in chunks]
    return [(source, "", "") for source in known.values()]


def _wrong(alias: str, generation: int, documents: Mapping[str, Document]) -> list[str]:
    """Those that the index has not, or has otherwise, at each of several looks, with nothing waiting for them."""
    there = {id_: one.hash for id_, one in held(store(alias), generation, documents).items()}
    suspects = _suspects(each for id_, each in documents.items() if there.get(id_) != each.stored[CONTENT_HASH])
    # As a verification does: a record that they depend on may have changed, which waits to be expanded.
    settled = settle(alias, generation, suspects, timezone.now()) if suspects else Compared()
    return sorted(id_ for id_, one in settled.different.items() if one.what is not Drift.STALE)


def _suspects(documents: Iterable[Document]) -> list[Difference]:
    return [Difference(each.id, each.stored["django_ct"], each.stored["django_id"], Drift.WRONG) for each in documents]


def _question(document: Document, schema: Schema) -> Node | None:
    """The first words of the document's heaviest text, all of them; None where it has no text."""
    texts = sorted((f for f in schema.searched if f.kind is Kind.TEXT), key=lambda each: -each.weight)
    for text in texts:
        for terms in document.columns.get(text.name, ()):
            if isinstance(terms, list) and terms:
                words = list(dict.fromkeys(terms))[:WORDS]
                return And((*(Term(text.name, word) for word in words), Equals(ID, document.id)))
    return None


def _not_found(alias: str, generation: int, asked: Sequence[Document]) -> list[str]:
    """Those that their own words do not find, at each of several looks, and that have not changed meanwhile."""
    schema = backend(alias).index_schema
    questions = {each.id: node for each in asked if (node := _question(each, schema)) is not None}
    for _look in range(LOOKS):
        lost = [id_ for id_, node in questions.items() if not _finds(alias, generation, node)]
        still = _unchanged(alias, [each for each in asked if each.id in lost])
        questions = {id_: questions[id_] for id_ in lost if id_ in still}
    return sorted(questions)


def _finds(alias: str, generation: int, node: Node) -> bool:
    return bool(store(alias).search(Request(node, size=1), generation).total)


def _unchanged(alias: str, documents: Sequence[Document]) -> set[str]:
    """Of these, as they were read before, those that are still so and for which nothing waits."""
    suspects = _suspects(documents)
    waits = waiting(alias, suspects)
    rows = by_model((one.model, one.pk) for one in suspects)
    now = {
        id_: document.stored[CONTENT_HASH]
        for source in sources(alias)
        for id_, document in source.read(rows.get(source.name, ())).documents.items()
    }
    return {each.id for each in documents if each.id not in waits and now.get(each.id) == each.stored[CONTENT_HASH]}
