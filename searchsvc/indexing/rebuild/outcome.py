"""How a rebuild may end other than well. Each message is a sentence for who has to act on it."""

from dataclasses import dataclass


class RebuildError(Exception):
    """The root: nothing of what answers was changed."""


class AlreadyRuns(RebuildError):
    """Another process builds a generation of this index."""


class NoRoom(RebuildError):
    """The disk would not hold two generations."""


class NothingToDo(RebuildError):
    """There is no rebuild to go on with, or no generation to go back to."""


class NotUsable(RebuildError):
    """The generation cannot answer, as where the code has other fields by now."""


class Stopped(RebuildError):
    """It was asked to stop, or could not go on; what is done is kept."""


class Lost(RebuildError):
    """The generation is gone from the store, or another process goes on with it."""


@dataclass
class NotAccepted(RebuildError):
    """The new generation is not what the database has. The one that answers goes on doing so."""

    message: str
    documents: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.message
