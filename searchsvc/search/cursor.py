"""Where a page ends, as an opaque text that nobody can forge and that fits an address.

Equal pages get equal cursors: the signature has no time in it. A cursor belongs to one question; on field orders it
holds the last result's sort values and key, so it survives new documents, a rebuild and a change of engine. In score
order it holds a rank list and a place in it; that of the second page, before there is a list, what the first showed.
"""

from dataclasses import dataclass

from django.core.signing import BadSignature, Signer

from backends.core.request import SortValue, fingerprint
from searchsvc.search.params import SearchParams

SALT = "searchsvc.cursor"
MARK_LENGTH = 22  # hex digits of the question's SHA-256 kept: 88 bits


class BadCursor(Exception):
    """The cursor cannot be used; `code` is stable, the message says what to do."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page starts, or with `backwards` what it ends before.

    In field order that is `after`, a result's sort values and key. In score order it is `offset`, in the rank list
    `ranks`, or behind a first page while there is none; `seen` are the marks of what that page showed.
    """

    after: tuple[SortValue, ...] | None = None
    backwards: bool = False
    offset: int = 0
    ranks: str = ""
    seen: str = ""


def _signer() -> Signer:
    return Signer(sep=".", salt=SALT)


def _mark(params: SearchParams) -> str:
    return fingerprint(params.question)[:MARK_LENGTH]


def write_cursor(position: Position, params: SearchParams) -> str:
    """The cursor of a position in the answer to this question."""
    direction = "b" if position.backwards else "a"
    if position.after is not None:
        where: dict[str, object] = {direction: list(position.after)}
    elif position.ranks:
        where = {"l": position.ranks, direction: position.offset}
    else:
        where = {"o": position.offset, "s": position.seen}
    return _signer().sign_object({"q": _mark(params), **where}, compress=True)


def read_cursor(params: SearchParams) -> Position:
    """The position that `params.cursor` names; the start where there is none. Raises BadCursor."""
    if not params.cursor:
        return Position()
    try:
        held = _signer().unsign_object(params.cursor)
        mark, backwards = held["q"], "b" in held
        ranks, seen = held.get("l", ""), held.get("s", "")
        at = held.get("b", held.get("a", held.get("o")))
    except (BadSignature, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadCursor("cursor-invalid", "The cursor is not one of ours; start again from the first page.") from error
    if mark != _mark(params):
        raise BadCursor(
            "cursor-query-mismatch",
            "The cursor belongs to another search: words, filters or order have changed. Start from the first page.",
        )
    if isinstance(at, list):
        return Position(tuple(at), backwards)
    return Position(None, backwards, at, ranks, seen)
