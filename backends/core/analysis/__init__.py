"""From text to terms, the same for every engine: words, lower case, folding, stems, bigrams.

`VERSION` is recorded in every index. Raise it with any change that could give another term for the same text: an
index built by another version is refused with the command that rebuilds it, never searched with wrong terms.
"""

from backends.core.analysis.analyzer import Analyzer, Token, analyzer, split
from backends.core.analysis.fold import fold

VERSION = 3

__all__ = ["VERSION", "Analyzer", "Token", "analyzer", "fold", "split"]
