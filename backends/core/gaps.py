"""Where the calendar cuts time: years, months, days, hours, minutes and seconds, in UTC."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from backends.core.errors import BadQuery

MOST = 10_000  # spans of one date facet; three years of hours are 26,280
MONTHS = 12
MIDNIGHT = {"hour": 0, "minute": 0, "second": 0, "microsecond": 0}


def _later(months: int) -> Callable[[datetime, int], datetime]:
    def step(moment: datetime, amount: int) -> datetime:
        year, month = divmod(moment.year * MONTHS + moment.month - 1 + months * amount, MONTHS)
        return moment.replace(year=year, month=month + 1)

    return step


# A gap's name: what its beginnings have in common, and the way to the next.
GAPS: dict[str, tuple[dict[str, int], Callable[[datetime, int], datetime]]] = {
    "year": ({"month": 1, "day": 1, **MIDNIGHT}, _later(MONTHS)),
    "month": ({"day": 1, **MIDNIGHT}, _later(1)),
    "day": (MIDNIGHT, lambda moment, amount: moment + timedelta(days=amount)),
    "hour": ({"minute": 0, "second": 0, "microsecond": 0}, lambda moment, amount: moment + timedelta(hours=amount)),
    "minute": ({"second": 0, "microsecond": 0}, lambda moment, amount: moment + timedelta(minutes=amount)),
    "second": ({"microsecond": 0}, lambda moment, amount: moment + timedelta(seconds=amount)),
}


def spans(
    start: datetime, end: datetime, gap: str, amount: object = 1
) -> Iterator[tuple[datetime, datetime, datetime]]:
    """(name, from, before) of each span from `start` to before `end`; the name is where the calendar begins it.

    The first and the last are cut to what was asked. Raises BadQuery for an unknown gap, an amount below 1, an end
    before the start and more than MOST spans.
    """
    if gap not in GAPS or not isinstance(amount, int) or amount < 1 or end < start:
        raise BadQuery(f"A date facet takes a start, a later end, one of {', '.join(GAPS)} and an amount from 1.")
    common, step = GAPS[gap]
    moment, made = start.replace(**common), 0  # type: ignore[arg-type] # replace() takes each of them as an int
    while moment < end:
        try:
            after = step(moment, amount)
        except (ValueError, OverflowError):  # behind the year 9999
            after = end
        if made == MOST:
            raise BadQuery(f"A date facet has at most {MOST} spans; a wider gap than {amount} {gap} makes fewer.")
        yield moment, max(moment, start), min(after, end)
        moment, made = after, made + 1
