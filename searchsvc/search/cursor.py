"""Where a page ends, as an opaque text that nobody can forge and that fits an address.

Equal pages get equal cursors: the signature has no time in it. A cursor belongs to one question; on field orders it
holds the last result's sort values and key, so it survives new documents, a rebuild and a change of engine. Score
order pages by offset until it has its rank list.
"""

from dataclasses import dataclass

from django.core.signing import BadSignature, Signer

from backends.core.request import SortValue, fingerprint
from searchsvc.search.params import SearchParams

SALT = "searchsvc.cursor"
MARK_LENGTH = 22  # hex digits of the question's SHA-256 kept: 88 bits
FARTHEST = 10_000  # results that score order can be paged through


class BadCursor(Exception):
    """The cursor cannot be used; `code` is stable, the message says what to do."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page starts: behind `after` (before it when `backwards`), or at `offset` in score order."""

    after: tuple[SortValue, ...] | None = None
    backwards: bool = False
    offset: int = 0


def _signer() -> Signer:
    return Signer(sep=".", salt=SALT)


def _mark(params: SearchParams) -> str:
    return fingerprint(params.question)[:MARK_LENGTH]


def write_cursor(position: Position, params: SearchParams) -> str:
    """The cursor of a position in the answer to this question."""
    if position.after is None:
        where: dict[str, object] = {"o": position.offset}
    else:
        where = {"b" if position.backwards else "a": list(position.after)}
    return _signer().sign_object({"q": _mark(params), **where}, compress=True)


def read_cursor(params: SearchParams) -> Position:
    """The position that `params.cursor` names; the start where there is none. Raises BadCursor."""
    if not params.cursor:
        return Position()
    try:
        held = _signer().unsign_object(params.cursor)
        mark, offset, backwards = held["q"], held.get("o", 0), "b" in held
        after = held.get("b", held.get("a"))
    except (BadSignature, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadCursor("cursor-invalid", "The cursor is not one of ours; start again from the first page.") from error
    if mark != _mark(params):
        raise BadCursor(
            "cursor-query-mismatch",
            "The cursor belongs to another search: words, filters or order have changed. Start from the first page.",
        )
    return Position(None if after is None else tuple(after), backwards, offset)
