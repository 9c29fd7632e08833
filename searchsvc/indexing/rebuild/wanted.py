"""What a rebuild or a rollback is asked for, and what it came to."""

from collections.abc import Callable
from dataclasses import dataclass, field

from searchsvc.indexing.rebuild.acceptance import MOST_MISSING
from searchsvc.indexing.rebuild.progress import Silent, Watch

BATCH = 1000  # documents of a chunk; see deploy/decisions/032-rebuild.md


def never() -> bool:
    """Nobody wishes to stop."""
    return False


@dataclass(frozen=True, slots=True)
class Wanted:
    """How to rebuild. `most_missing` as in `acceptance.allowed`; `workers` None is as many as are worth it."""

    who: str
    batch: int = BATCH
    workers: int | None = None
    keep: int = 1
    most_missing: str = MOST_MISSING
    force: bool = False
    check_space: bool = True
    restart: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """One run over one index: what is wanted, who is told, and who may stop it."""

    alias: str
    wanted: Wanted
    watch: Watch = field(default_factory=Silent)
    stop: Callable[[], bool] = never
    cores: int = 1


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild came to. `forced` are the faults that were passed over by wish."""

    alias: str
    generation: int
    documents: int
    refused: tuple[tuple[str, str], ...]
    more_refused: int
    dropped: tuple[int, ...]
    seconds: float
    forced: tuple[str, ...] = ()
