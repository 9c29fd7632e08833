"""A title set in a block: wrapped in any script, at the largest size that fits, cut with an ellipsis."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape

SERIF = "Georgia,'Times New Roman','Noto Serif',serif"
SANS = "'Helvetica Neue',Arial,'Noto Sans',sans-serif"
# Pixels, from the largest. The smallest is cut where it does not fit.
SIZES = (38, 32, 27, 23, 20)
LEADING = 1.22
# Width of a letter in ems, rather too wide than too narrow: fonts differ and the text must stay in its block.
WIDE, CAPITAL, NARROW, LETTER = 1.0, 0.72, 0.32, 0.55
# After Cyrillic come scripts whose letters are broader than Latin ones: Armenian, Devanagari, Ethiopic.
LAST_CYRILLIC, BROAD = "\u052f", 0.68
NARROWS = frozenset("iIjlftr.,:;'|!()[] -")
# What XML 1.0 cannot hold.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
ELLIPSIS = "…"
# Unicode's categories of punctuation: no line starts with a closer nor ends with an opener.
OPENERS, CLOSERS = frozenset({"Ps", "Pi"}), frozenset({"Pe", "Pf", "Po"})


@dataclass(frozen=True, slots=True)
class Block:
    """Where a title stands: the middle of its lines, its top, height and width, and its font."""

    middle: int
    top: int
    height: int
    width: int
    font: str


def printable(title: str) -> str:
    return " ".join(UNPRINTABLE.sub("", title).split())


@lru_cache(maxsize=4096)
def ems(letter: str) -> float:
    if unicodedata.combining(letter) or unicodedata.category(letter) in {"Mn", "Me", "Cf"}:
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF":
        return WIDE
    if letter in NARROWS:
        return NARROW
    if letter > LAST_CYRILLIC and letter.isalpha():
        return BROAD
    return CAPITAL if letter.isupper() or letter in "mwMW@%&" else LETTER


def width(text: str) -> float:
    return sum(map(ems, text))


def pieces(text: str, limit: float) -> Iterator[str]:
    """Yield what a line may end after: words with their space, wide letters, and parts of words wider than a line."""
    piece = ""
    for letter in text:
        is_wide = ems(letter) == WIDE and unicodedata.category(letter) not in CLOSERS
        if piece and (
            (is_wide and unicodedata.category(piece[-1]) not in OPENERS)
            or piece[-1] == " "
            or width(piece) + ems(letter) > limit
        ):
            yield piece
            piece = ""
        piece += letter
    if piece:
        yield piece


def wrap(text: str, limit: float) -> list[str]:
    """Break into lines of at most `limit` ems."""
    lines = [""]
    for piece in pieces(text, limit):
        if lines[-1] and width(lines[-1] + piece.rstrip()) > limit:
            lines.append("")
        lines[-1] += piece
    return [line.strip() for line in lines if line.strip()]


def fit(title: str, block: Block) -> tuple[int, list[str]]:
    """Choose the largest size at which the title fits, and its lines."""
    for size in SIZES:
        limit, room = block.width / size, int(block.height // (size * LEADING))
        lines = wrap(title, limit)
        has_whole_words = all(width(word) <= limit for word in title.split())
        if len(lines) <= room and (has_whole_words or size == SIZES[-1]):
            return size, balance(title, lines, limit)
    return size, cut(lines, room, limit)


def balance(title: str, lines: list[str], limit: float) -> list[str]:
    """Narrow the lines as far as their number stays the same, so that no word is left alone."""
    if len(lines) == 1:
        return lines
    for share in (0.6, 0.7, 0.8, 0.9):
        narrower = wrap(title, limit * share)
        if len(narrower) == len(lines) and all(width(word) <= limit * share for word in title.split()):
            return narrower
    return lines


def cut(lines: list[str], room: int, limit: float) -> list[str]:
    last = lines[room - 1]
    while last and width(last + ELLIPSIS) > limit:
        last = last[:-1]
    return [*lines[: room - 1], last.rstrip(" ,;:.-") + ELLIPSIS]


def set_text(title: str, block: Block, colour: str) -> str:
    size, lines = fit(title, block)
    leading = size * LEADING
    # The middle of the lines on the middle of the block; .35 em is from a letter's middle to its base line.
    first = block.top + block.height / 2 - leading * (len(lines) - 1) / 2 + size * 0.35
    spans = "".join(
        f'<tspan x="{block.middle}" y="{first + leading * number:.0f}">{escape(line)}</tspan>'
        for number, line in enumerate(lines)
    )
    return f'<text font-family="{block.font}" font-size="{size}" text-anchor="middle" fill="{colour}">{spans}</text>'
