"""What the admin's page shows of each index: how it is, how far its rebuild is, and what may be done now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from searchsvc.indexing.models import WRITTEN, Generation, State
from searchsvc.indexing.operate import printed
from searchsvc.indexing.rebuild.runner import is_free
from searchsvc.indexing.spans import span
from searchsvc.indexing.status import Status, statuses

WORDS = {
    "rebuild": "Rebuild",
    "resume": "Go on with the rebuild",
    "verify": "Verify",
    "rollback": "Roll back",
    "gc": "Remove what is old",
}


@dataclass(frozen=True, slots=True)
class Progress:
    """Of a rebuild that has not ended. `left` is in seconds, None where it cannot be told."""

    generation: Generation
    is_running: bool
    left: float | None

    @property
    def percent(self) -> int:
        made = self.generation
        return 100 * made.written // made.total if made.total else 0

    @property
    def words(self) -> str:
        made = self.generation
        parts = [
            f"generation {made.number} is {made.state}",
            f"{made.written:,} of {made.total:,} documents",
            f"{made.refused:,} refused" if made.refused else "",
            "" if self.left is None else f"about {span(self.left)} left",
            "" if self.is_running else "stopped: go on with it, or remove what is old",
        ]
        return "; ".join(filter(None, parts))


@dataclass(frozen=True, slots=True)
class Row:
    status: Status
    progress: Progress | None
    printed: str

    @property
    def worries(self) -> list[str]:
        return list(self.status.worries())

    @property
    def facts(self) -> Iterator[tuple[str, str]]:
        status, engine, queue = self.status, self.status.engine, self.status.queue
        yield "Answers", _answers(status)
        yield "In the database", f"{status.rows:,} rows"
        yield "Other generations", ", ".join(status.others()) or "none"
        waiting = f"{queue.waiting + queue.expansions:,} changes"
        yield (
            "Waits",
            waiting if queue.oldest is None else f"{waiting}, the oldest for {span(queue.age(status.moment))}",
        )
        yield "Dead letters", f"{queue.dead:,}"
        agreed = status.agreed
        ago = "" if agreed is None else span((status.moment - agreed.finished).total_seconds())
        yield "Last verified", "never" if agreed is None else f"{ago} ago"
        yield "On disk", "not known" if engine.size is None else filesizeformat(engine.size)

    @property
    def verbs(self) -> list[tuple[str, str]]:
        """What makes sense now: the verb, and the words on its button."""
        return [(verb, WORDS[verb]) for verb in self._possible()]

    def _possible(self) -> tuple[str, ...]:
        if self.progress is not None:
            return ("verify",) if self.progress.is_running else ("resume", "verify", "gc")
        return ("rebuild", "verify", "rollback", "gc") if self.kept else ("rebuild", "verify")

    @property
    def kept(self) -> list[int]:
        """The generations that can answer again."""
        engine = self.status.engine
        promoted = (number for number, state in self.status.states.items() if state == State.PROMOTED)
        return sorted(number for number in promoted if number in engine.generations and number != engine.generation)


def _answers(status: Status) -> str:
    engine = status.engine
    if engine.trouble:
        return "no answer"
    if engine.generation is None:
        return "no index yet"
    return f"generation {engine.generation}, {engine.documents or 0:,} documents"


def overview(moment: datetime | None = None) -> list[Row]:
    """Every index of ours."""
    now = moment or timezone.now()
    found = sorted(statuses(), key=lambda status: status.alias != "default")  # works first, as everywhere
    return [Row(status, progress(status.alias, now), printed(status.alias)) for status in found]


def progress(alias: str, moment: datetime) -> Progress | None:
    """How far the rebuild of an index is; None where there is none."""
    made = Generation.objects.filter(alias=alias, state__in=WRITTEN).order_by("-started").first()
    if made is None:
        return None
    is_running = not is_free(made)
    elapsed = (moment - made.started).total_seconds()
    left = elapsed * (made.total - made.written) / made.written if is_running and made.written else None
    return Progress(made, is_running, left)
