"""Do database and index agree? Chunk by chunk, both ways: rows looked up in the index, documents in the database.

Memory stays flat: what seems different is looked at again (see `suspects`) as soon as there is a chunk of it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.utils import timezone

from backends.core.errors import IndexMissing
from searchsvc.indexing.documents import sources, store
from searchsvc.indexing.drift import Compared, Difference, Drift, compare_held, compare_rows
from searchsvc.indexing.models import Verification
from searchsvc.indexing.suspects import settle
from searchsvc.indexing.walk import walk

CHUNK = 500  # rows compared at once
FIRST = 20  # differences that are named
KEPT = 400  # verifications of an index that are kept: two weeks of hourly ones

Clock = Callable[[], datetime]
Mend = Callable[[list[Difference]], int]


@dataclass(frozen=True, slots=True)
class Place:
    """How far a run is: behind `after`, a primary key of `model`, or a key of the index where `model` is ''."""

    model: str
    after: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One chunk compared, and the place behind it."""

    place: Place
    found: Compared


@dataclass(slots=True)
class Verified:
    """What a run found. `first` are the first differences, `place` is None where it went to the end."""

    alias: str
    generation: int
    started: datetime
    checked: int = 0
    counts: dict[Drift, int] = field(default_factory=lambda: dict.fromkeys(Drift, 0))
    refused: dict[str, str] = field(default_factory=dict)
    refusals: int = 0
    fixed: int = 0
    first: list[Difference] = field(default_factory=list)
    place: Place | None = None

    @property
    def is_clean(self) -> bool:
        return not any(self.counts.values())

    def told(self) -> str:
        """What was found, in words: '1 ghost, 2 wrong'."""
        return ", ".join(f"{count:,} {kind}" for kind, count in self.counts.items() if count)

    def add(self, settled: Compared) -> None:
        for one in settled.different.values():
            self.counts[one.what] += 1
            if len(self.first) < FIRST:
                self.first.append(one)
        self.refusals += len(settled.refused)
        self.refused |= dict(islice(settled.refused.items(), FIRST - len(self.refused)))


def steps(alias: str, generation: int, begin: Place | None = None) -> Iterator[Step]:
    """The whole comparison, or what is left of it behind a place: every source's rows, then the index' documents."""
    todo = {source.name: source for source in sources(alias)}
    names = [*sorted(todo), ""]
    begin = begin if begin is not None and begin.model in names else Place(names[0])
    for name in names[names.index(begin.model) :]:
        after = begin.after if name == begin.model else ""
        if name:
            while pks := todo[name].pks(after or None, CHUNK):
                after = str(pks[-1])
                yield Step(Place(name, after), compare_rows(todo[name], generation, pks))
            continue
        for page in walk(store(alias), generation, after):
            yield Step(Place("", page[-1].key), compare_held(alias, page))


def verify(
    alias: str, generation: int | None = None, *, mend: Mend | None = None, clock: Clock = timezone.now
) -> Verified:
    """Compare everything. `mend` is given what differs, in parts, and returns how many it has seen to.

    Raises IndexMissing, and whatever else the engine or the database raises.
    """
    number = generation if generation is not None else answering(alias)
    return compared(Verified(alias, number, clock()), steps(alias, number), mend)


def answering(alias: str) -> int:
    """The generation that answers. Raises IndexMissing."""
    number = store(alias).current()
    if number is None:
        raise IndexMissing(alias, "no generation answers")
    return number


def compared(run: Verified, todo: Iterator[Step], mend: Mend | None = None) -> Verified:
    """Take these steps, and settle what they suspect as they go."""
    suspects: dict[str, Difference] = {}
    for step in todo:
        run.checked += step.found.checked
        run.place = step.place
        run.add(Compared(refused=step.found.refused))
        suspects |= step.found.different
        if len(suspects) >= CHUNK:
            _settled(run, suspects, mend)
            suspects = {}
    _settled(run, suspects, mend)
    return run


def _settled(run: Verified, suspects: Mapping[str, Difference], mend: Mend | None) -> None:
    settled = settle(run.alias, run.generation, suspects.values(), run.started) if suspects else Compared()
    run.add(settled)
    if mend is not None and settled.different:
        run.fixed += mend(list(settled.different.values()))


def kept(run: Verified, *, is_whole: bool, since: datetime | None = None, clock: Clock = timezone.now) -> Verification:
    """Remember a run, and forget the oldest ones. `since` is when the round of a rolling one began."""
    place: dict[str, str] = {} if since is None else {"since": since.isoformat()}
    if run.place is not None and not is_whole:
        place |= {"model": run.place.model, "after": run.place.after}
    row = Verification.objects.create(
        alias=run.alias, generation=run.generation, started=run.started, finished=clock(), is_whole=is_whole,
        checked=run.checked, refused=run.refusals, fixed=run.fixed, place=place,
        first=[[one.id, one.what, one.why] for one in run.first],
        **{what.value: count for what, count in run.counts.items()},
    )  # fmt: skip
    old = Verification.objects.filter(alias=run.alias).order_by("-started").values_list("pk", flat=True)[KEPT:]
    Verification.objects.filter(pk__in=list(old)).delete()
    return row
