"""Who did what to an index, written down."""

import getpass
import os
import socket
from contextlib import suppress

from searchsvc.indexing.models import Action

BY = "SEARCHSVC_INDEXING_BY"  # set for a command that a web page started: who pressed the button


def at_the_console() -> str:
    """Who runs this command: 'user@host', or who had it started."""
    if by := os.environ.get(BY):
        return by
    name = "someone"
    with suppress(OSError, KeyError):  # a container's user may have no name
        name = getpass.getuser()
    return f"{name}@{socket.gethostname()}"


def record(who: str, what: str, alias: str = "", **details: str | float | bool | None) -> None:
    """Add to the audit log. `what` is a verb: 'rebuild', 'promote', 'rollback', 'requeue', 'clear'."""
    Action.objects.create(who=who[:150], what=what, alias=alias, details=details)
