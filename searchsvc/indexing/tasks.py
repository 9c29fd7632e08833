"""Celery's tasks. Each may run twice, at any time, in any number: what is delivered, the outbox alone knows.

They carry no time after which they count no more: a machine whose clock is wrong would throw them all away.
"""

import logging

from backends.core.errors import SearchError
from searchsvc.celery import app
from searchsvc.indexing.delivery import drain, is_wanted
from searchsvc.indexing.documents import aliases
from searchsvc.indexing.rolling import roll

log = logging.getLogger("searchsvc.indexing")

SECONDS = 60.0  # of one task; more is for another, so that a worker that is to stop does so soon


@app.task(name="searchsvc.indexing.tasks.deliver")  # type: ignore[untyped-decorator] # Celery carries no types
def deliver(alias: str) -> None:
    """Deliver the changes of an index; one that rests after a failure is left alone."""
    if drain(alias, SECONDS, patient=True).is_cut:
        send(alias)


@app.task(name="searchsvc.indexing.tasks.sweep")  # type: ignore[untyped-decorator] # as above
def sweep() -> None:
    """Have delivered what no task took, and what a worker that died had leased."""
    for alias in aliases():
        if is_wanted(alias):
            send(alias)


@app.task(name="searchsvc.indexing.tasks.verify")  # type: ignore[untyped-decorator] # as above
def verify() -> None:
    """Compare the next slice of each index with the database; run every hour it goes round in a week."""
    for alias in aliases():
        try:
            found = roll(alias)
        except SearchError as error:
            log.warning("the index '%s' could not be verified: %s", alias, error)
        else:
            if not found.is_clean:
                log.error("the index '%s' and the database differ: %s", alias, found.told())


def send(alias: str) -> None:
    """Send a task, once, over a connection of its own: one that is kept dies unseen while nothing is sent.

    Raises what the broker's client raises, within seconds.
    """
    with app.connection_for_write() as connection:
        deliver.apply_async((alias,), connection=connection, retry=False)
