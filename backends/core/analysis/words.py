"""Where words begin and end in a text of any script."""

import re
import sys
import unicodedata


def _ranges(categories: frozenset[str]) -> str:
    """The characters of these Unicode categories as the inside of a character class."""
    out, start = [], None
    for code in range(0x300, 0x1F000):
        inside = unicodedata.category(chr(code)) in categories
        if inside and start is None:
            start = code
        elif not inside and start is not None:
            out.append(f"\\U{start:08x}-\\U{code - 1:08x}")
            start = None
    return "".join(out)


SHAPES = "\\ufe00-\\ufe0f\\U000e0100-\\U000e01ef"  # which of its shapes the sign before has
# Python's \w leaves out combining marks, which would cut Hindi words and decomposed accents in pieces.
MARKS = _ranges(frozenset({"Mn", "Mc"})) + SHAPES + "\\u200c\\u200d\\u00ad"
# In Hebrew also the quotation mark before an abbreviation's last letter.
APOSTROPHE = "(?:['\\u2019\\u02bc\\uff07\\u05f3\\u05f4]|(?<=[\\u05d0-\\u05ea])\"(?=[\\u05d0-\\u05ea]))"
# Scripts without spaces between words: Chinese, Japanese, Korean (for its particles), Thai, Lao, Burmese, Khmer.
# With kana of half width and the parts of decomposed Korean, which fold to the usual ones.
CJK = (
    "\\u0e01-\\u0e3a\\u0e40-\\u0e4e\\u0e81-\\u0ece\\u0edc-\\u0edf\\u1000-\\u103f\\u1050-\\u108f\\u1780-\\u17d3"
    "\\u1100-\\u11ff\\uff66-\\uff9f"
    "\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uac00-\\ud7af\\uf900-\\ufaff\\U00020000-\\U0003134f々〆ー"
)
SYMBOLS = "\\u2600-\\u27bf\\U0001f000-\\U0001faff"  # emoji and dingbats: each is a word of its own
FLAG = "[\\U0001f1e6-\\U0001f1ff]{2}"
TONES = "\\U0001f3fb-\\U0001f3ff"  # of skin: 👍🏽 is looked for as 👍, and so found

# An ISBN with hyphens is the one without them. Four or five parts, 10 or 13 digits, the last of them alone.
HYPHEN = "[-\\u2010-\\u2013]"
# Begins with what it consumes, or every position of a text would be looked at.
PARTS = rf"(?:{HYPHEN}[0-9]+){{2}}{HYPHEN}"
ISBN = rf"""
      97[89](?<![\w-]...){HYPHEN}(?=(?:[0-9]{HYPHEN}?){{9}}[0-9](?!{HYPHEN}?\w))[0-9]+{PARTS}[0-9]
    | [0-9](?<![\w-].)(?=(?:{HYPHEN}?[0-9]){{8}}{HYPHEN}?[0-9Xx](?!{HYPHEN}?\w))[0-9]*{PARTS}[0-9Xx]"""

LETTERS = rf"[^\W_{CJK}{SYMBOLS}]+(?:[{MARKS}]+[^\W_{CJK}{SYMBOLS}]*)*"

WORD = re.compile(
    rf"""
      (?P<isbn>{ISBN})
    | (?P<number>[0-9]+(?:[.,][0-9]+)+(?!\w))                     # 3.5 and 1,000
    | (?P<code>(?<!\w)(?:[A-Za-z](?:\+\+|\#)|\.[Nn][Ee][Tt])(?!\w))  # C++, C#, .NET
    | (?P<word>{LETTERS}(?:{APOSTROPHE}{LETTERS})*)
    | (?P<cjk>[{CJK}][{CJK}{SHAPES}]*)
    | (?P<symbol>{FLAG}|(?![{TONES}])[{SYMBOLS}])
    """,
    re.VERBOSE,
)
CJK_SIGN = re.compile(f"[{CJK}]")
# The same words in a text without one of these: without groups `findall` makes them, in a fifth of the time.
SPACED_WORD = re.compile(re.sub(r"\?P<[a-z]+>", "?:", WORD.pattern), re.VERBOSE)
# The same words in a text of ASCII alone, four times as fast; most catalogues are mostly that. What a word begins
# with decides: a letter, the most of them, is asked about first and for nothing that begins with a digit.
ASCII_WORD = re.compile(
    rf"""
      [A-Za-z](?: (?:\+\+(?<!\w...)|\#(?<!\w..))(?!\w) | [0-9A-Za-z]*+(?:'[0-9A-Za-z]++)*+ )
    | (?=[0-9])(?: {ISBN.replace(HYPHEN, "-")} | [0-9]+(?:[.,][0-9]+)+(?!\w) | [0-9A-Za-z]++(?:'[0-9A-Za-z]++)*+ )
    | \.[Nn][Ee][Tt](?<!\w....)(?!\w)
    """,
    re.VERBOSE | re.ASCII,
)
# A sign with what is written after it and composes with it: marks, a Korean syllable's vowel and end.
SIGN = re.compile(rf".[{MARKS}\u1160-\u11ff\uff9e\uff9f]*")
# Languages that write an article into the following word. The first entries hold for names in any language
# ("Musée d'Orsay" in an English text is looked for as "orsay").
ELISIONS = {
    "any": ("d", "l"),
    "french": ("d", "l", "c", "j", "m", "n", "s", "t", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu"),
    "italian": ("d", "l", "un", "all", "dall", "dell", "nell", "sull", "coll", "gl", "quest", "quell", "sant"),
    "catalan": ("d", "l", "m", "n", "s", "t"),
}


def strip_apostrophes(folded: str, language: str) -> str:
    """Of `tate's`, `tate`; of `l'orient`, `orient`; of `don't`, `dont`; of `o'keeffe`, `okeeffe`."""
    folded = folded.removesuffix("'s")
    head, apostrophe, tail = folded.partition("'")
    if apostrophe and tail and head in ELISIONS.get(language, ELISIONS["any"]):
        folded = tail
    return sys.intern(folded.replace("'", "").replace('"', ""))
