"""One run: fill the engines, ask them, compare."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from haystack import connections

from backends.core.errors import DocumentRefused
from backends.core.features import Features
from backends.parity.compare import Compared, compared
from backends.parity.corpus import fill, schema_of
from backends.parity.engines import WrongUse, backend_class, configured, temporary
from backends.parity.generated import generated
from backends.parity.own import read_questions
from backends.parity.questions import Question

WRITTEN_FOR = "QUESTIONS"  # a connection's option: the file of questions that its project wrote


@dataclass(frozen=True, slots=True)
class Plan:
    """What to compare. Without `engines`, those installed and configured; without `questions`, generated ones."""

    engines: tuple[str, ...] = ()
    alias: str = "default"
    limit: int | None = None
    questions: Path | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    engines: tuple[str, ...]
    features: dict[str, Features]
    alias: str
    documents: int
    refused: tuple[DocumentRefused, ...]
    questions: tuple[Question, ...]
    parts: tuple[Compared, ...]
    seconds: tuple[float, float]  # to fill, to ask

    @property
    def unexplained(self) -> list[Compared]:
        return [part for part in self.parts if not part.explained]


def run(plan: Plan, clock: Callable[[], float] = time.perf_counter) -> Outcome:
    """Raises WrongUse, or the SearchError of an engine that cannot be asked."""
    names = _engines(plan.engines)
    schema = schema_of(plan.alias)
    own = read_questions(plan.questions) if plan.questions else None
    began = clock()
    with temporary(names, plan.alias, schema) as engines:
        corpus = fill(engines, plan.alias, schema, plan.limit)
        if not corpus.written:
            raise WrongUse(f"Connection '{plan.alias}' has no documents in the database to ask about.")
        filled = clock()
        questions = own or [*_written(plan.alias), *generated(schema, corpus.sample)]
        parts = tuple(compared(engines, schema, questions))
        return Outcome(
            tuple(names),
            {engine.name: engine.features for engine in engines},
            plan.alias,
            corpus.written,
            tuple(corpus.refused),
            tuple(questions),
            parts,
            (filled - began, clock() - filled),
        )


def _engines(asked: Sequence[str]) -> list[str]:
    names = list(dict.fromkeys(asked)) or configured()
    for name in names:
        backend_class(name)
    if len(names) < 2:  # noqa: PLR2004 - a comparison takes two
        raise WrongUse(f"One engine ({', '.join(names) or 'none'}) compares with nothing: install or name another.")
    return names


def _written(alias: str) -> list[Question]:
    file = connections[alias].options.get(WRITTEN_FOR)
    return read_questions(Path(file)) if file and Path(file).exists() else []
