"""Pages in score order: read from a rank list, so that they hold still while the index and its scores change."""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from backends.core.request import fingerprint
from backends.core.results import Result
from indexes.registry import Index
from searchsvc.search.cursor import BadCursor, Position
from searchsvc.search.params import SearchParams
from searchsvc.search.queries import build
from searchsvc.search.ranklist import FARTHEST, LIFE, RankList, RankLists
from searchsvc.search.viewer import Viewer

NAME_LENGTH = 32  # hex digits of a list's SHA-256 kept: 128 bits
MARK = 8  # hex digits of a shown key's checksum
MOST_MARKS = 200  # results of a first page that its cursor remembers: 1,100 signs of an address
MOST_READ = 1_000  # keys looked up at once where many works of a list are gone
DEEPER = (
    f"Only the best {FARTHEST:,} results can be paged by relevance. "
    "To see all of them choose another order, or export them."
)
Read = Callable[[Sequence[str]], Sequence[Result]]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A page of a list. `next` and `previous` are None where nothing is; `is_cut` says that a full list ends here."""

    results: tuple[Result, ...]
    next: Position | None
    previous: Position | None
    expires: datetime
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks what, when, and where lists are kept."""

    params: SearchParams
    index: Index
    viewer: Viewer
    lists: RankLists
    now: datetime

    def best(self) -> tuple[str, ...]:
        """The keys of the best results as the index is now."""
        query = build(replace(self.params, facets=(), highlight=False), self.index, self.viewer)
        return tuple(result.key for result in query.page(FARTHEST).results)

    def read(self, keys: Sequence[str]) -> Sequence[Result]:
        """Those of these works that are still there, still found, and still for this viewer."""
        query = build(replace(self.params, facets=()), self.index, self.viewer)
        return query.where(key__in=keys).page(len(keys)).results

    def name(self) -> str:
        """Equal for equal questions of equal viewers to an unchanged index."""
        sees = (self.viewer.may_see, self.viewer.all_seeing)
        return _name((self.params.question, sees, self.index.backend.store.revision()))

    def kept(self, name: str, make: Callable[[], tuple[str, ...]]) -> RankList:
        """The list of this name, made where there is none, and renewed in the second half of its life."""
        found = self.lists.load(name, self.now)
        if found is not None and found.expires - self.now > LIFE / 2:
            return found
        kept = RankList(name, found.keys if found is not None else make(), self.now + LIFE)
        self.lists.save(kept, self.now)
        return kept


def after_first(results: Sequence[Result]) -> Position:
    """The position behind a first page, which costs nothing: the list is made when somebody turns the page."""
    return Position(offset=len(results), seen=_marks([result.key for result in results[-MOST_MARKS:]]))


def turn(asker: Asker, position: Position) -> Ranked:
    """The page at a position of score order. Raises BadCursor when its list has expired."""
    ranks, at = _found(asker, position)
    found = _walk(ranks.keys, at, position.backwards, asker.params.size, asker.read)
    more = len(found) > asker.params.size
    shown = sorted(found[: asker.params.size], key=lambda pair: pair[0])
    start, end = (shown[0][0], shown[-1][0] + 1) if shown else (at, at)
    has_next = end < len(ranks.keys) if position.backwards else more
    has_previous = more if position.backwards else at > 0
    return Ranked(
        tuple(result for _place, result in shown),
        Position(offset=end, ranks=ranks.id) if has_next else None,
        Position(offset=start, ranks=ranks.id, backwards=True) if has_previous else None,
        ranks.expires,
        ranks.is_full and not has_next,
    )


def _walk(keys: Sequence[str], at: int, backwards: bool, size: int, read: Read) -> list[tuple[int, Result]]:
    """Places and results from a place on; one more than `size` where more follow. What is gone is passed over."""
    places = range(at - 1, -1, -1) if backwards else range(at, len(keys))
    found: list[tuple[int, Result]] = []
    step = size + 1
    while places and len(found) <= size:
        part, places = places[:step], places[step:]
        there = {result.key: result for result in read([keys[place] for place in part])}
        found += [(place, there[keys[place]]) for place in part if keys[place] in there]
        step = max(step, min(2 * step, MOST_READ))
    return found


def _found(asker: Asker, position: Position) -> tuple[RankList, int]:
    """The list and the place in it that a position means."""
    if position.ranks:
        ranks = asker.lists.load(position.ranks, asker.now)
        if ranks is None:
            raise BadCursor("cursor-expired", "This page was kept for a while and is gone; start from the first page.")
        return ranks, position.offset
    name = asker.name()
    ranks = asker.kept(name, asker.best)
    first = position.offset - len(position.seen) // MARK
    if _marks(ranks.keys[first : position.offset]) == position.seen:
        return ranks, position.offset
    # The index has changed since the first page was shown. The list then begins with what that page showed: nothing
    # of it comes again, and nothing that a change moved up to its place is passed over.
    keys, at = _behind(ranks.keys, position.seen, first)
    return asker.kept(_name((name, position.seen, first)), lambda: keys), at


def _behind(keys: Sequence[str], seen: str, first: int) -> tuple[tuple[str, ...], int]:
    """The keys with those seen in their order at place `first`, and the place behind them."""
    by_mark = {_marks([key]): key for key in keys}
    marks = [seen[at : at + MARK] for at in range(0, len(seen), MARK)]
    shown = [by_mark[mark] for mark in marks if mark in by_mark]
    again = set(shown)
    others = [key for key in keys if key not in again]
    return (*others[:first], *shown, *others[first:]), first + len(shown)


def _marks(keys: Sequence[str]) -> str:
    return "".join(f"{zlib.crc32(key.encode('utf-8', 'surrogatepass')):0{MARK}x}" for key in keys)


def _name(value: object) -> str:
    return fingerprint(value)[:NAME_LENGTH]
