"""Parts of a verification: the next slice of a round that takes a week, or a sample."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from random import Random
from secrets import SystemRandom
from typing import Any

from django.utils import timezone

from searchsvc.indexing.batches import batched
from searchsvc.indexing.documents import Source, rows_in_all, sources, store
from searchsvc.indexing.drift import compare_held, compare_rows
from searchsvc.indexing.models import Verification
from searchsvc.indexing.verify import CHUNK, Clock, Mend, Place, Step, Verified, answering, compared, kept, steps
from searchsvc.indexing.walk import held, walk

ROUND = 150  # runs, one an hour: a week less eighteen hours, for those that are missed
NEIGHBOURS = 10  # documents of the index that are looked up behind each tenth one of a sample
PAGE = 10_000  # primary keys read at once


def roll(alias: str, *, mend: Mend | None = None, is_kept: bool = True, clock: Clock = timezone.now) -> Verified:
    """Compare the next slice, and keep what it found and where it ended. Raises as `verify`."""
    number = answering(alias)
    run = Verified(alias, number, clock())
    begin, since = _left_at(alias, run.started)
    total = rows_in_all(alias) + store(alias).count(number)
    size = max(CHUNK, -(-total // ROUND))
    is_over = True

    def some() -> Iterator[Step]:
        nonlocal is_over
        for step in steps(alias, number, begin):
            yield step
            if run.checked >= size:
                is_over = False
                return

    compared(run, some(), mend)
    if is_over:
        run.place = None
    if is_kept:
        kept(run, is_whole=False, since=since, clock=clock)
    return run


def _left_at(alias: str, now: datetime) -> tuple[Place | None, datetime]:
    """Where the last slice ended and when its round began; now, from the beginning, where a round was finished."""
    last = Verification.objects.filter(alias=alias, is_whole=False).order_by("-started").first()
    if last is None or "model" not in last.place:
        return None, now
    return Place(last.place["model"], last.place["after"]), datetime.fromisoformat(last.place["since"])


def sample(
    alias: str, size: int, *, mend: Mend | None = None, clock: Clock = timezone.now, chance: Random | None = None
) -> Verified:
    """Compare so many rows by chance, and the documents of the index beside some of them. Raises as `verify`."""
    number = answering(alias)
    run = compared(Verified(alias, number, clock()), _sampled(alias, number, size, chance or SystemRandom()), mend)
    run.place = None
    return run


def _sampled(alias: str, number: int, size: int, chance: Random) -> Iterator[Step]:
    keys = [""]  # what stands before every key that the database has
    for source, pks in _by_source(_chosen(_every(alias), size, chance)):
        for some in batched(pks, CHUNK):
            yield Step(Place(source.name), compare_rows(source, number, some))
            keys += [one.key for one in held(store(alias), number, map(source.id_of, some[::NEIGHBOURS])).values()]
    for key in keys:
        page = next(walk(store(alias), number, key, NEIGHBOURS), ())
        yield Step(Place("", key), compare_held(alias, page))


def _every(alias: str) -> Iterator[tuple[Source, Any]]:
    for source in sources(alias):
        after = None
        while pks := source.pks(after, PAGE):
            yield from ((source, pk) for pk in pks)
            after = pks[-1]


def _chosen(rows: Iterable[tuple[Source, Any]], size: int, chance: Random) -> list[tuple[Source, Any]]:
    """So many of them, each as likely as any other, whatever their number: a reservoir."""
    found: list[tuple[Source, Any]] = []
    for at, row in enumerate(rows):
        if at < size:
            found.append(row)
        elif (place := chance.randrange(at + 1)) < size:
            found[place] = row
    return found


def _by_source(rows: Sequence[tuple[Source, Any]]) -> Iterable[tuple[Source, list[Any]]]:
    found: dict[str, tuple[Source, list[Any]]] = {}
    for source, pk in rows:
        found.setdefault(source.name, (source, []))[1].append(pk)
    return found.values()
