"""The outcome as rows that a table can hold: a kind of question and what was compared of it, with a cell an engine."""

import ast
import inspect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from backends.core.features import Features
from backends.parity.compare import Compared
from backends.parity.known import KNOWN, Known, how, known
from backends.parity.run import Outcome


@dataclass(frozen=True, slots=True)
class Row:
    kind: str
    part: str
    how: str
    questions: int
    cells: Mapping[str, str]  # engine -> what it gave


def rows(outcome: Outcome) -> list[Row]:
    """In the order of the questions."""
    grouped: dict[tuple[str, str], dict[str, list[Compared]]] = {}
    for part in outcome.parts:
        grouped.setdefault((part.question.kind, part.part), {}).setdefault(part.engine, []).append(part)
    kinds = list(dict.fromkeys(kind for kind, _ in grouped))
    ordered = sorted(grouped.items(), key=lambda item: kinds.index(item[0][0]))
    return [
        Row(kind, part, how(kind, part).value, _most(engines), {name: cell(found) for name, found in engines.items()})
        for (kind, part), engines in ordered
    ]


def _most(engines: Mapping[str, list[Compared]]) -> int:
    return max(map(len, engines.values()))


def cell(parts: list[Compared]) -> str:
    """What stands in a table: 'same', how alike, or how many differ."""
    wrong = sum(not part.explained for part in parts)
    overlaps = [part.overlap for part in parts if part.overlap is not None]
    if overlaps:
        text = f"{sum(overlaps) / len(overlaps):.3f}, lowest {min(overlaps):.3f}"
        return f"{text}: {wrong} DIFFER" if wrong else text
    if wrong:
        return f"{wrong} of {len(parts)} DIFFER"
    explained = sum(not part.same for part in parts)
    return f"{explained} of {len(parts)} explained" if explained else "same"


def capabilities() -> dict[str, str]:
    """Each flag of `Features` with its question, which stands below it in the source."""
    (made,) = ast.parse(inspect.getsource(Features)).body
    return {
        ast.unparse(flag.target): str(question.value.value)
        for flag, question in pairwise(getattr(made, "body", ()))
        if isinstance(flag, ast.AnnAssign)
        and isinstance(question, ast.Expr)
        and isinstance(question.value, ast.Constant)
    }


def met(outcome: Outcome) -> list[tuple[Known, dict[str, int]]]:
    """Each difference that is expected, with how many questions showed it on each engine."""
    return [(one, _times(outcome.parts, one, outcome.engines[1:])) for one in KNOWN]


def _times(parts: Iterable[Compared], one: Known, engines: Iterable[str]) -> dict[str, int]:
    found = dict.fromkeys(engines, 0)
    for part in parts:
        if not part.same and part.explained and known(part.question.kind, part.part) is one:
            found[part.engine] += 1
    return found


def lacks(outcome: Outcome) -> dict[str, list[str]]:
    """Engine -> the capabilities that it says it does not have."""
    return {
        name: missing
        for name, features in outcome.features.items()
        if (missing := [flag for flag in capabilities() if not getattr(features, flag)])
    }
