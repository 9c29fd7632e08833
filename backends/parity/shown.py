"""The outcome for a person, 100 columns wide."""

from collections.abc import Iterator

from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.markup import escape
from rich.table import Table

from backends.parity.differences import sentence
from backends.parity.known import Known
from backends.parity.rows import capabilities, lacks, met, rows
from backends.parity.run import Outcome

WIDTH = 100
MOST = 20  # differences told; --json has all
BAD = "bold red"


def show(outcome: Outcome, console: Console) -> None:
    for part in _parts(outcome):
        console.print(part)


def _parts(outcome: Outcome) -> Iterator[RenderableType]:
    first, *others = outcome.engines
    filled, asked = outcome.seconds
    yield (
        f"{outcome.documents:,} documents of connection '{outcome.alias}' on {', '.join(outcome.engines)} "
        f"({filled:.1f} s), {len(outcome.questions)} questions ({asked:.1f} s)."
    )
    if outcome.refused:
        yield f"{len(outcome.refused)} documents were refused; the first: {escape(str(outcome.refused[0]))}"
    yield "\n[bold]What each engine can do[/]"
    yield _abilities(outcome)
    yield f"\n[bold]What {' and '.join(others)} answered, beside {first}[/]"
    yield _answers(outcome)
    yield from _explained(outcome)
    yield from _unexplained(outcome)


def _table(*columns: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column == "questions" else "left")
    return table


def _abilities(outcome: Outcome) -> Table:
    table = _table("", *outcome.engines, "question")
    for flag, question in capabilities().items():
        said = ("yes" if getattr(features, flag) else f"[{BAD}]no[/]" for features in outcome.features.values())
        table.add_row(flag.replace("_", " "), *said, question)
    return table


def _answers(outcome: Outcome) -> Table:
    others = outcome.engines[1:]
    table = _table("kind", "compared", "questions", *others)
    before = ""
    for row in rows(outcome):
        cells = (row.cells.get(name, "-") for name in others)
        marked = (f"[{BAD}]{cell}[/]" if "DIFFER" in cell else cell for cell in cells)
        name = "rank: RBO" if row.part == "rank" else row.part
        table.add_row("" if row.kind == before else row.kind, name, str(row.questions), *marked)
        before = row.kind
    return table


def _explained(outcome: Outcome) -> Iterator[RenderableType]:
    yield "\n[bold]Known differences[/]"
    for known, times in met(outcome):
        yield f"- {_met(known, times)}"
    for name, flags in lacks(outcome).items():
        yield f"- {name} lacks {', '.join(flags)}: what needs it is refused there, never left out."


def _met(known: Known, times: dict[str, int]) -> str:
    told = f"{known.part} of {known.kind or 'any kind'}: {known.how.value}. {known.reason}"
    where = ", ".join(f"{name}, in {count} questions" for name, count in times.items() if count)
    return f"{told} Met on {where}." if where else told


def _unexplained(outcome: Outcome) -> Iterator[RenderableType]:
    wrong = outcome.unexplained
    if not wrong:
        yield f"\n[bold green]All {len(outcome.parts):,} comparisons are equal or explained.[/]"
        return
    yield f"\n[{BAD}]Differences without an explanation: {len(wrong)} of {len(outcome.parts):,} comparisons[/]"
    for part in wrong[:MOST]:
        told = escape(sentence(part, outcome.engines[0]))
        yield f"- {part.question.kind}, {escape(part.question.title)}: {part.part}: {told}."
    if len(wrong) > MOST:
        yield f"... and {len(wrong) - MOST} more; --json has them all."


def console_of(file: object = None) -> Console:
    return Console(width=WIDTH, highlight=False, file=file)  # type: ignore[arg-type] # Django's stream is one
