"""An analyzer turns one text into terms; there is one for each language, shared by indexing, queries and highlights."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import Stemmer

from backends.core.analysis.fold import fold
from backends.core.analysis.words import WORD, strip_apostrophes

NO_LANGUAGE = "none"
LANGUAGES = frozenset(Stemmer.algorithms())
TERM_LENGTH = 255  # characters; Lucene's own default, and all of them fit in the shortest limit of the engines
CACHED_WORDS = 200_000  # about 30 MB; a catalogue of 69,202 works has 60,000 different words


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
            term = term.replace(",", "")
        elif self._stem is not None:
            term = self._stem(term)
        term = term[:TERM_LENGTH]
        if len(self._terms) >= CACHED_WORDS:
            self._terms.clear()
        self._terms[word] = term
        return term

    def terms(self, text: str) -> list[str]:
        """The terms of a text in order."""
        out: list[str] = []
        term_of = self._terms.get
        for match in WORD.finditer(text):
            word = match[0]
            if match.lastgroup == "cjk":
                out.extend(bigrams(fold(word)))
            else:
                term = term_of(word) or self.term(word)
                if term:
                    out.append(term)
        return out

    def tokens(self, text: str) -> Iterator[Token]:
        """The terms of a text with their places; the same terms as `terms`, in the same order."""
        position = 0
        for match in WORD.finditer(text):
            word, start = match[0], match.start()
            if match.lastgroup == "cjk":
                for offset, pair in enumerate(bigrams(fold(word))):
                    yield Token(pair, start + offset, min(start + offset + 2, match.end()), position)
                    position += 1
            elif term := self.term(word):
                yield Token(term, start, match.end(), position)
                position += 1


def bigrams(run: str) -> list[str]:
    """Pairs of neighbours: '東京都' -> ['東京', '京都']; a single character stays alone."""
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


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
