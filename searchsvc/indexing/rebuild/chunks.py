"""The key ranges that a generation is filled by: cut once, then each is done or not, whatever ends the process."""

from collections.abc import Iterable, Iterator

from django.db import transaction

from searchsvc.indexing.documents import Source, sources
from searchsvc.indexing.models import Chunk, Generation

PLANNED = "planned"  # in Generation.options


def plan(generation: Generation, size: int) -> int:
    """Cut all rows into ranges of `size`, walking the keys. Returns how many rows there are. Done once."""
    if generation.options.get(PLANNED):
        return generation.total
    ranges: list[Chunk] = []
    total = 0
    for source in sources(generation.alias):
        counted, cut = _cut(source, size)
        total += counted
        ranges += [Chunk(generation=generation, model=source.name, low=low, high=high) for low, high in cut]
    generation.total, generation.options = total, {**generation.options, PLANNED: True}
    with transaction.atomic():
        Chunk.objects.bulk_create(ranges, batch_size=1000)
        Generation.objects.filter(pk=generation.pk).update(total=total, options=generation.options)
    return total


def _cut(source: Source, size: int) -> tuple[int, list[tuple[str, str]]]:
    """How many rows there are, and ranges that hold `size` of them. The last has no end: rows may still come."""
    edges = [""]
    last, total = None, 0
    for page in _keys(source, size):
        last = page[-1]
        total += len(page)
        if len(page) == size:
            edges.append(str(last))
    return total, list(zip(edges, [*edges[1:], ""], strict=True))


def _keys(source: Source, size: int) -> Iterator[list[object]]:
    page = source.pks(size=size)
    while page:
        yield page
        page = source.pks(page[-1], size) if len(page) == size else []


def left(generation: Generation) -> list[int]:
    """The chunks that are not done, by primary key, in order."""
    return list(generation.chunks.filter(done=None).order_by("pk").values_list("pk", flat=True))


def source_of(alias: str, model: str, found: Iterable[Source] | None = None) -> Source | None:
    """The source of a chunk's rows; None where the index is gone from the code."""
    return next((source for source in found or sources(alias) if source.name == model), None)
