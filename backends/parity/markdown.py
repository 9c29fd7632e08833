"""The outcome as Markdown; backends/README.md holds the two tables that need no run."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from backends.core.features import Features
from backends.parity.differences import sentence
from backends.parity.known import KNOWN, How
from backends.parity.questions import KINDS
from backends.parity.rows import capabilities, lacks, rows
from backends.parity.run import Outcome


def table(head: Sequence[str], body: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *body]
    return "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |" for line in lines)


def abilities(features: Mapping[str, Features]) -> str:
    """Engine by capability."""
    body = (
        (flag, question, *("yes" if getattr(found, flag) else "no" for found in features.values()))
        for flag, question in capabilities().items()
    )
    return table(("flag", "question", *features), body)


def comparisons() -> str:
    """What is compared of each kind of question, and how the rest is held."""
    equal = [(name, kind.compared, How.EQUAL.value, "") for name, kind in KINDS.items()]
    others = [(one.kind or "any", one.part, one.how.value, one.reason) for one in KNOWN]
    return table(("questions", "compared", "how", "why no more"), (*equal, *others))


def document(outcome: Outcome) -> str:
    return "\n\n".join(_sections(outcome)) + "\n"


def _sections(outcome: Outcome) -> Iterator[str]:
    first, *others = outcome.engines
    yield f"## {', '.join(outcome.engines)}: {outcome.documents:,} documents, {len(outcome.questions)} questions"
    yield abilities(outcome.features)
    yield comparisons()
    body = (
        (row.kind, row.part, str(row.questions), *(row.cells.get(name, "-") for name in others))
        for row in rows(outcome)
    )
    yield table(("kind", "compared", "questions", *(f"{name} beside {first}" for name in others)), body)
    for name, flags in lacks(outcome).items():
        yield f"{name} lacks {', '.join(flags)}: what needs it is refused there, never left out."
    wrong = [f"- {part.question.kind}, {part.question.title}: {sentence(part, first)}" for part in outcome.unexplained]
    yield "\n".join(wrong) or f"All {len(outcome.parts):,} comparisons are equal or explained."
