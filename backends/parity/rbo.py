"""How alike two rankings are, those at the top counting most."""

from collections.abc import Hashable, Sequence

PERSISTENCE = 0.9  # the first ten of a ranking then carry 86 % of the weight (Webber et al., section 4.3)


def rbo(one: Sequence[Hashable], other: Sequence[Hashable], p: float = PERSISTENCE) -> float:
    """Rank-biased overlap, extrapolated: 0 for nothing in common, 1 for the same order, 1 for two empty rankings.

    Neither ranking holds anything twice. W. Webber, A. Moffat, J. Zobel, "A similarity measure for indefinite
    rankings", ACM Transactions on Information Systems 28(4), 2010, equation 32, for rankings of any two lengths:
    what was seen, and its agreement carried on for ever behind the end.
    """
    short, long = sorted((one, other), key=len)
    if not long:
        return 1.0
    if not short:
        return 0.0
    overlaps = _overlaps(short, long)
    at_short, at_long = overlaps[len(short) - 1], overlaps[-1]
    seen = sum(overlap / depth * p**depth for depth, overlap in enumerate(overlaps, 1))
    # Behind its end the shorter ranking is taken to go on agreeing as it did up to there.
    assumed = sum(
        at_short * (depth - len(short)) / (len(short) * depth) * p**depth
        for depth in range(len(short) + 1, len(long) + 1)
    )
    agreement = (at_long - at_short) / len(long) + at_short / len(short)
    return (1 - p) / p * (seen + assumed) + agreement * p ** len(long)


def _overlaps(short: Sequence[Hashable], long: Sequence[Hashable]) -> list[int]:
    """How many the first 1, 2, ... of each have in common."""
    left: set[Hashable] = set()
    right: set[Hashable] = set()
    out = []
    for depth, item in enumerate(long):
        right.add(item)
        left.update(short[depth : depth + 1])
        out.append(len(left & right))
    return out
