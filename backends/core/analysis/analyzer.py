"""An analyzer turns one text into terms; there is one for each language, shared by indexing, queries and highlights."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import Stemmer

from backends.core.analysis.fold import fold
from backends.core.analysis.words import ASCII_WORD, CJK_SIGN, HYPHEN, SIGN, SPACED_WORD, WORD, strip_apostrophes

NO_LANGUAGE = "none"
LANGUAGES = frozenset(Stemmer.algorithms())
TERM_LENGTH = 255  # characters; Lucene's own default, and all of them fit in the shortest limit of the engines
CACHED_WORDS = 200_000  # about 30 MB; a catalogue of 69,202 works has 60,000 different words
CACHED_LENGTH = 64  # characters; what is longer is hardly met twice, and no query should fill the memory with it


class Token(NamedTuple):
    """A term and where it stands in the text, in characters. `position` counts words from 0."""

    term: str
    start: int
    end: int
    position: int


class Analyzer:
    """Terms of one language; 'none' folds and does not stem. Use `analyzer(language)`, which keeps one of each."""

    def __init__(self, language: str) -> None:
        if language != NO_LANGUAGE and language not in LANGUAGES:
            known = ", ".join(sorted(LANGUAGES))
            raise ValueError(f"No stemmer for language '{language}'; use 'none' or one of {known}.")
        self.language = language
        self._stem = None if language == NO_LANGUAGE else Stemmer.Stemmer(language, 0).stemWord
        self._terms: dict[str, str] = {}

    def term(self, word: str) -> str:
        """The term of one word as it stands in a text; '' when nothing searchable is left."""
        known = self._terms.get(word)
        if known is not None:
            return known
        term = strip_apostrophes(fold(word), self.language)
        if term[:1].isdigit():
            term = number(term)
        elif self._stem is not None:
            term = self._stem(term)
        term = term[:TERM_LENGTH]
        if len(self._terms) >= CACHED_WORDS:
            self._terms.clear()
        if len(word) <= CACHED_LENGTH:
            self._terms[word] = term
        return term

    def terms(self, text: str) -> list[str]:
        """The terms of a text in order."""
        return self.terms_of(split(text))

    def terms_of(self, words: list[str]) -> list[str]:
        """The terms of a text that was split already, for a text that more than one language looks at."""
        found = [*map(self._terms.get, words)]
        if all(found):  # each is known and none is left out: a third of the time of the loop
            return found  # type: ignore[return-value] # none of them is None
        return [term for word in words if (term := self.term(word))]

    def tokens(self, text: str) -> Iterator[Token]:
        """The terms of a text with their places; the same terms as `terms`, in the same order."""
        position = 0
        for match in WORD.finditer(text):
            for word, start, end in pairs(match) if match.lastgroup == "cjk" else ((match[0], *match.span()),):
                if term := self.term(word):
                    yield Token(term, start, end, position)
                    position += 1


def number(term: str) -> str:
    """Of `1,000` and `1,000.5`, `1000` and `1000.5`; of `3,5`, `3.5`; of an ISBN, its digits."""
    return GROUPING.sub("", term).replace(",", ".")


def split(text: str) -> list[str]:
    """The words of a text as they stand in it; signs that are written without spaces as pairs of neighbours."""
    if text.isascii():
        return ASCII_WORD.findall(text)
    if not CJK_SIGN.search(text):
        return SPACED_WORD.findall(text)
    out: list[str] = []
    for match in WORD.finditer(text):
        if match.lastgroup == "cjk":
            out.extend(word for word, _start, _end in pairs(match))
        else:
            out.append(match[0])
    return out


def pairs(run: re.Match[str]) -> Iterator[tuple[str, int, int]]:
    """Neighbours with their places: '東京都' -> ('東京', 0, 2), ('京都', 1, 3); a single sign stays alone.

    A sign may be several characters in the text ('か\u3099') and several when folded ('ヿ' is 'コト').
    """
    signs = [(part, *match.span()) for match in SIGN.finditer(run[0]) for part in fold(match[0])]
    base = run.start()
    for (one, start, end), (other, _, last) in pairwise(signs):
        yield one + other, base + start, base + max(end, last)
    if len(signs) == 1:
        yield signs[0][0], base + signs[0][1], base + signs[0][2]


GROUPING = re.compile(rf"{HYPHEN}|,(?=[0-9]{{3}}(?![0-9]))")
PIECE = 3  # letters of an n-gram; shorter words stay whole
LONGEST_BEGINNING = 20  # letters; nobody types more before choosing a suggestion


def pieces(word: str) -> list[str]:
    """The n-grams of a folded word: 'boat' -> 'boa', 'oat'."""
    return [word[at : at + PIECE] for at in range(len(word) - PIECE + 1)] or [word]


def beginnings(word: str) -> list[str]:
    """What somebody has typed on the way to a folded word: 'sea' -> 's', 'se', 'sea'."""
    return [word[:end] for end in range(1, min(len(word), LONGEST_BEGINNING) + 1)]


@cache
def analyzer(language: str = NO_LANGUAGE) -> Analyzer:
    """The analyzer of a language by PyStemmer's name ('english', 'german', ...), or 'none'."""
    return Analyzer(language)
