"""How long what failed waits: twice as long each time, drawn by chance between nothing and that (full jitter).

tenacity's wait of the same name belongs to a loop that sleeps; here the time to come is written into a row.
https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/
"""

import random
from dataclasses import dataclass
from datetime import timedelta

DOUBLINGS = 30  # beyond every bound here; a count that grew for a year must not make a huge number


@dataclass(frozen=True, slots=True)
class Backoff:
    """In seconds: what the first wait is drawn from, and the most that any is."""

    first: float
    longest: float

    def seconds(self, failures: int, rng: random.Random) -> float:
        """How long to wait after so many failures, from 1."""
        return rng.uniform(0, min(self.longest, self.first * 2.0 ** min(failures - 1, DOUBLINGS)))

    def wait(self, failures: int, rng: random.Random) -> timedelta:
        """The same as a span of time."""
        return timedelta(seconds=self.seconds(failures, rng))


DOCUMENT = Backoff(1.0, 600.0)
"""Of a document that was refused: a key that another has is soon free, and what is wrong in itself stays so."""
ENGINE = Backoff(1.0, 60.0)
"""Of a whole index: an engine that is back is found so within a minute."""
