"""A project's own analyzer of one field: any callable from a text to terms, as Whoosh's analyzers are."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from backends.core.analysis.analyzer import TERM_LENGTH, Token
from backends.core.analysis.words import WORD

Analyse = Callable[[str], Iterable[Any]]  # to strings, or to tokens that have a `text`
PLAIN = (str, bytes, int, float, type(None))
DEEPEST = 10  # of a description; analyzers hold filters in a row


@dataclass(frozen=True, slots=True)
class OwnAnalyzer:
    """What `Analyzer` is for a language. Fields that have one are no longer the same on servers' engines."""

    analyse: Analyse

    def terms(self, text: str) -> list[str]:
        """The terms of a text in order."""
        found = (str(getattr(token, "text", token))[:TERM_LENGTH] for token in self.analyse(text))
        return [term for term in found if term]

    def tokens(self, text: str) -> Iterator[Token]:
        """The terms of each word with the word's place."""
        position = 0
        for match in WORD.finditer(text):
            for term in self.terms(match[0]):
                yield Token(term, *match.span(), position)
                position += 1


def described(value: Any, depth: int = DEEPEST) -> str:
    """What an analyzer is made of, the same in every process, so that an index knows when it was built by another."""
    inner = partial(described, depth=depth - 1)
    if isinstance(value, PLAIN) or not depth:
        return repr(value) if isinstance(value, PLAIN) else type(value).__qualname__
    if isinstance(value, re.Pattern):
        return f"re({value.pattern!r}, {value.flags})"
    if isinstance(value, Mapping):
        return " ".join(sorted(f"{inner(key)}={inner(item)}" for key, item in value.items()))
    if isinstance(value, set | frozenset):
        return f"{{{' '.join(sorted(map(inner, value)))}}}"
    if isinstance(value, list | tuple):
        return f"[{' '.join(map(inner, value))}]"
    name = f"{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', type(value).__qualname__)}"
    return name if hasattr(value, "__qualname__") else f"{name}({inner(value.__getstate__())})"
