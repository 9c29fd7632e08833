"""The caller's deadline where no server keeps it: asked between the steps of a search, for none can be interrupted."""

from math import inf

from backends.core.errors import TimedOut
from searchsvc.reliability.deadline import DeadlinePassed, remaining


def in_time() -> None:
    """Raises TimedOut where the deadline has passed."""
    try:
        remaining(inf)
    except DeadlinePassed as error:
        raise TimedOut("The time given for this search was over before it was done.") from error
