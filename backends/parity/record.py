"""The outcome as values for a program: everything that differs, whole."""

from dataclasses import asdict
from typing import Any

from backends.parity.compare import Compared
from backends.parity.differences import only, sentence
from backends.parity.rows import rows
from backends.parity.run import Outcome


def record(outcome: Outcome) -> dict[str, Any]:
    return {
        "ok": not outcome.unexplained,
        "engines": list(outcome.engines),
        "connection": outcome.alias,
        "documents": outcome.documents,
        "refused": [str(error) for error in outcome.refused],
        "questions": len(outcome.questions),
        "comparisons": len(outcome.parts),
        "features": {name: asdict(features) for name, features in outcome.features.items()},
        "table": [asdict(row) for row in rows(outcome)],
        "differences": [_difference(part, outcome.engines[0]) for part in outcome.parts if not part.same],
    }


def _difference(part: Compared, first: str) -> dict[str, Any]:
    found = {
        "engine": part.engine,
        "beside": first,
        "kind": part.question.kind,
        "question": part.question.title,
        "compared": part.part,
        "explained": part.explained,
        "reason": part.reason,
        "rbo": part.overlap,
        "difference": sentence(part, first),
    }
    if part.part == "ids":
        found["only"] = dict(zip((first, part.engine), only(part), strict=True))
    return found
