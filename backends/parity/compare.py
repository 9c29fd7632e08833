"""Every engine's answers beside those of the first one: what is the same, what differs with reason, what without."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isclose
from typing import Any

from backends.core.errors import BadQuery, UnsupportedQuery
from backends.core.features import Features
from backends.core.schema import Schema
from backends.parity.engines import Engine, WrongUse
from backends.parity.known import ENOUGH, How, are_close, how, known, overlap
from backends.parity.questions import KINDS, Answer, Question

REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Compared:
    """One part of an engine's answer to one question. `reason` explains a difference; '' does not.

    `one` and `other` are what differs, None where nothing does.
    """

    engine: str
    question: Question
    part: str
    same: bool
    one: Any
    other: Any
    reason: str = ""
    overlap: float | None = None

    @property
    def explained(self) -> bool:
        return self.same or bool(self.reason)


def answer(engine: Engine, schema: Schema, question: Question) -> Answer:
    """Raises WrongUse for a question that is wrong on any engine, such as one about a field that is not there."""
    try:
        return KINDS[question.kind].answer(engine, schema, question.asked)
    except UnsupportedQuery as error:
        return {REFUSED: str(error)}
    except BadQuery as error:
        raise WrongUse(f"The question '{question.title}' is wrong: {error}") from error


def compared(engines: Sequence[Engine], schema: Schema, questions: Iterable[Question]) -> Iterator[Compared]:
    """Each engine but the first, held to the first."""
    first, *others = engines
    for question in questions:
        one = answer(first, schema, question)
        for engine in others:
            other = answer(engine, schema, question)
            features = {"one": first.features, "other": engine.features}
            yield from _parts(engine.name, question, one, other, features)


def _parts(
    name: str, question: Question, one: Answer, other: Answer, features: Mapping[str, Features]
) -> Iterator[Compared]:
    if REFUSED in one or REFUSED in other:
        refused = (one.get(REFUSED), other.get(REFUSED))
        same = all(refused)
        lacks = [
            flag
            for flag in KINDS[question.kind].flags
            for side, text in zip(("one", "other"), refused, strict=True)
            if text and not getattr(features[side], flag)
        ]
        reason = f"It says that it lacks {lacks[0]}, and refuses." if lacks and not same else ""
        yield Compared(name, question, REFUSED, same, *refused, reason)
        return
    for part in dict.fromkeys((*one, *other)):
        if part in one and part in other and how(question.kind, part) is not How.NOT:
            yield compare(name, question, part, one[part], other[part])


def compare(name: str, question: Question, part: str, one: Any, other: Any) -> Compared:
    """Equal, or different as `known` allows."""
    expected = known(question.kind, part)
    is_ranked = expected is not None and expected.how is How.OVERLAP
    alike = overlap(one, other) if is_ranked else None
    if one == other if alike is None else isclose(alike, 1):
        # Equal answers about a large catalogue are lists of thousands of ids. A thousand of them kept to the end take
        # memory, and the collector of garbage walks them: reading documents beside them takes twice the CPU.
        return Compared(name, question, part, same=True, one=None, other=None, overlap=alike)
    is_known = expected is not None and (are_close(one, other) if alike is None else alike >= ENOUGH)
    reason = expected.reason if expected and is_known else ""
    return Compared(name, question, part, same=False, one=one, other=other, reason=reason, overlap=alike)
