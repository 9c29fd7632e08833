"""What can go wrong, by name. A client library's own exception never leaves its engine's folder.

Every message is a sentence for the person who has to act on it: it says what happened and what to do.
"""

from collections.abc import Iterable
from difflib import get_close_matches


class SearchError(Exception):
    """The root of all errors of the engine layer."""


class Unavailable(SearchError):
    """The engine cannot answer now. It is never shown as an empty result.

    `seconds` are until asking again may help.
    """

    seconds = 5.0  # where nobody knows; a server that restarts is back in about that


class Unwritable(Unavailable):
    """The folder of an embedded index cannot be written."""

    def __init__(self, folder: object, error: OSError) -> None:
        super().__init__(f"The folder {folder} cannot be written ({error}); set SEARCHSVC_VAR_DIR.")


class TimedOut(Unavailable):
    """The engine did not answer before the deadline."""


class Unreachable(Unavailable):
    """No connection to the server could be made: it has not heard of the call."""


class Dropped(Unavailable):
    """The connection broke before the answer was whole: the server may have done what was asked."""


class Busy(Unavailable):
    """The server answered that it cannot answer now."""


class NotTrusted(Unavailable):
    """No secure connection: the server's certificate is not one that CA_CERTS, or this machine, knows."""


class AccessDenied(Unavailable):
    """The server does not let us in, or not do this."""


class WrongServer(Unavailable):
    """What answers at the address is another product, or a version that this engine cannot speak to."""


class ReadOnly(Unavailable):
    """The index takes no writes, as when its disk is full; it can be searched."""


class CircuitOpen(Unavailable):
    """The server failed again and again, and is not asked for a while. The next try is in `seconds`."""

    def __init__(self, message: str, since: float, seconds: float) -> None:
        self.since, self.seconds = since, seconds
        super().__init__(message)


class RateLimited(Unavailable):
    """The limit on calls to the server, option RATE, lets none go in the time that there is, but in `seconds`."""

    def __init__(self, message: str, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(message)


class IndexMissing(Unavailable):
    """No index has been built yet."""

    def __init__(self, alias: str, where: str) -> None:
        self.alias = alias
        super().__init__(
            f"The index of connection '{alias}' does not exist yet ({where}). "
            f"Build it with: manage.py rebuild_index --using {alias} --noinput"
        )


class IndexCorrupt(Unavailable):
    """The index is there and cannot be read."""

    def __init__(self, alias: str, where: str, reason: str) -> None:
        self.alias = alias
        super().__init__(
            f"The index of connection '{alias}' cannot be read ({where}: {reason}). "
            f"Rebuild it with: manage.py rebuild_index --using {alias} --noinput"
        )


class SchemaMismatch(Unavailable):
    """The index was built by another version of the analysis or with other fields."""

    def __init__(self, alias: str, difference: str) -> None:
        self.alias = alias
        super().__init__(
            f"The index of connection '{alias}' was built differently ({difference}). "
            f"Rebuild it with: manage.py rebuild_index --using {alias} --noinput"
        )


class GenerationInUse(SearchError):
    """The generation that answers cannot be dropped; promote another one first."""


class WriterBusy(Unavailable):
    """Another process is writing to this embedded index."""


class BadQuery(SearchError):
    """The query is wrong as asked; asking again without a change will not help."""


class UnknownField(BadQuery):
    """The index has no such field."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        self.field = name
        names = sorted(known)
        near = get_close_matches(name, names, 1)
        hint = f"did you mean '{near[0]}'?" if near else f"it has {', '.join(names)}."
        super().__init__(f"The index has no field '{name}'; {hint}")


class BadValue(BadQuery):
    """A value does not fit its field."""

    def __init__(self, name: str, value: object, expected: str) -> None:
        self.field, self.expected = name, expected
        shown = repr(value)
        shown = shown if len(shown) <= 80 else shown[:77] + "..."  # noqa: PLR2004 - one line of an error message
        super().__init__(f"Field '{name}' takes {expected}, not {shown}.")


class UnsupportedQuery(BadQuery):
    """This engine cannot express this part of the query; nothing was ignored."""


class DocumentRefused(SearchError):
    """One document cannot be indexed; the others of its batch are."""

    def __init__(self, document: str, name: str, reason: str) -> None:
        self.document, self.field, self.reason = document, name, reason
        super().__init__(f"Document {document} was refused: field '{name}' {reason}")
