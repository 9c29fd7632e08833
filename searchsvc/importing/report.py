"""What an import did, in numbers and in sentences."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from searchsvc.importing.entry import Problem

# So many are kept and shown; all are counted. A feed in which each row is wrong must not fill memory and screen.
MAX_PROBLEMS = 100


@dataclass(slots=True)
class Counts:
    new: int = 0
    changed: int = 0
    unchanged: int = 0

    def add(self, other: "Counts") -> None:
        self.new += other.new
        self.changed += other.changed
        self.unchanged += other.unchanged

    def __str__(self) -> str:
        return f"{self.new:,} new, {self.changed:,} changed, {self.unchanged:,} unchanged"


@dataclass(slots=True)
class Pruned:
    """`gone` of the source's `total` are no longer in the feed; `refused` says why they were left, if they were."""

    gone: int = 0
    total: int = 0
    refused: str = ""


@dataclass(slots=True)
class Report:
    target: str = "items"
    is_dry_run: bool = False
    rows: int = 0
    bad_rows: int = 0
    # Bad rows that do not even say which record they are: with one of them nothing may be pruned.
    hidden_rows: int = 0
    skipped: int = 0
    mended: int = 0
    records: Counts = field(default_factory=Counts)
    # What the items are joined to: "creators", "collections", "subjects" -> what was made or changed for them.
    joined: dict[str, Counts] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    # Problems beyond MAX_PROBLEMS.
    unlisted: int = 0
    pruned: Pruned | None = None
    is_interrupted: bool = False
    broken: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether every row of the feed was read and imported."""
        return not (self.bad_rows or self.is_interrupted or self.broken)

    @property
    def exit_code(self) -> int:
        """0 done, 1 something could not be imported, 3 pruning was refused."""
        is_refused = self.pruned is not None and self.pruned.refused != ""
        if is_refused and not (self.is_interrupted or self.broken):
            return 3
        return 0 if self.is_whole else 1

    def blame(self, problems: Iterable[Problem]) -> None:
        self.bad_rows += 1
        self.note(problems)

    def note(self, problems: Iterable[Problem]) -> None:
        found = list(problems)
        kept = found[: MAX_PROBLEMS - len(self.problems)]
        self.problems += kept
        self.unlisted += len(found) - len(kept)

    def sentences(self) -> Iterator[str]:
        would = " (dry run: nothing was written)" if self.is_dry_run else ""
        yield f"{self.target}: {self.records}{would}"
        yield from (f"{name}: {one.new:,} new, {one.changed:,} changed" for name, one in self.joined.items())
        yield from (sentence for number, sentence in self._exceptions() if number)

    def _exceptions(self) -> Iterator[tuple[object, str]]:
        yield self.skipped, f"repeated identifiers skipped: {self.skipped:,}"
        yield self.mended, f"rows mended as the mapping says: {self.mended:,}"
        yield self.bad_rows, f"{self.bad_rows:,} of {self.rows:,} rows could not be imported"
        yield self.unlisted, f"problems not listed: {self.unlisted:,}"
        yield self.broken, self.broken
        yield self.is_interrupted, "interrupted: what is imported stays; run it again to continue"
        yield self.pruned, self._pruned()

    def _pruned(self) -> str:
        pruned = self.pruned or Pruned()
        done = f"{pruned.gone:,} of {pruned.total:,} items are no longer in the feed"
        if pruned.refused:
            return f"not pruned: {pruned.refused}"
        return f"pruned: {done}" + (" and would be removed" if self.is_dry_run else " and were removed")
