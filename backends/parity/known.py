"""Where engines may differ, why, and what is compared instead of equality. All else must be equal."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from math import isclose

from backends.parity.rbo import rbo

ENOUGH = 0.8  # of rank-biased overlap: the design's floor (section 4)
FIRST = 10  # of a ranking are compared
READ = 50  # are read, for works of equal score may stand behind the first ten
SQUARED = 2**-26  # of the largest number: what a deviation loses when squares are added up in 64-bit floats
EQUAL_SCORE = 1e-6  # of the score: 32-bit floats agree no further


class How(Enum):
    EQUAL = "equal"
    OVERLAP = f"RBO at least {ENOUGH} on the first ten"
    CLOSE = "as close as squares in 64-bit floats allow"
    NOT = "not compared"


@dataclass(frozen=True, slots=True)
class Known:
    """A difference that is expected in one part of the answers; `kind` '' is every kind of question."""

    kind: str
    part: str
    how: How
    reason: str


KNOWN = (
    Known(
        "",
        "rank",
        How.OVERLAP,
        "Each engine computes BM25 itself and rounds the lengths of texts its own way, so documents of nearly equal "
        "score change places. Those of equal score may stand in any order.",
    ),
    Known(
        "",
        "score",
        How.NOT,
        "A score says something beside the other scores of the same search on the same engine, and nothing else.",
    ),
    Known(
        "statistics",
        "deviation",
        How.CLOSE,
        "Engines add up squares in floats, which costs the deviation of large numbers that lie close together, such as "
        "dates, its last digits.",
    ),
)


def known(kind: str, part: str) -> Known | None:
    """The difference to expect there; None where answers must be equal."""
    return next((one for one in KNOWN if one.kind in ("", kind) and one.part == part), None)


def how(kind: str, part: str) -> How:
    expected = known(kind, part)
    return How.EQUAL if expected is None else expected.how


Ranked = Sequence[tuple[str, float]]  # keys with scores, the best first


def overlap(one: Ranked, other: Ranked) -> float:
    """Rank-biased overlap of the first ten. Works of equal score stand in no order, so they take the other's."""
    one, other = _whole(one), _whole(other)
    right = _aligned(other, [key for key, _ in one])
    left = _aligned(one, right)
    return rbo(left[:FIRST], right[:FIRST])


def _whole(ranked: Ranked) -> Ranked:
    """Without the equal scores at the end that go on behind what was read: any of thousands may stand there."""
    if len(ranked) < READ:
        return ranked
    return [(key, score) for key, score in ranked if not isclose(score, ranked[-1][1], rel_tol=EQUAL_SCORE)]


def are_close(one: Sequence[tuple[float, float]], other: Sequence[tuple[float, float]]) -> bool:
    """Of deviations, each with the largest of its numbers."""
    return len(one) == len(other) and all(
        isclose(left, right, rel_tol=1e-6, abs_tol=SQUARED * largest)
        for (left, largest), (right, _) in zip(one, other, strict=True)
    )


def _aligned(ranked: Ranked, order: Sequence[str]) -> list[str]:
    """The keys, those of equal score in the order given."""
    places = {key: place for place, key in enumerate(order)}
    out: list[str] = []
    tied: list[str] = []
    last = None
    for key, score in ranked:
        if last is not None and not isclose(score, last, rel_tol=EQUAL_SCORE):
            out += sorted(tied, key=lambda key: places.get(key, len(places)))
            tied = []
        tied.append(key)
        last = score
    return out + sorted(tied, key=lambda key: places.get(key, len(places)))
