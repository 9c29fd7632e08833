"""One folding table: letters that people type for each other become the same letter."""

import unicodedata

# Letters that Unicode does not decompose; after ISO 9 habits and the usual library transliterations.
LETTERS = {
    "ß": "ss", "ẞ": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h",
    "ı": "i", "ŋ": "n", "ŧ": "t", "ĸ": "k", "ſ": "s", "ƒ": "f", "ə": "e", "ς": "σ", "ё": "е", "ŀ": "l",
    "آ": "ا", "أ": "ا", "إ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه",
    **dict.fromkeys("ʹʺʻʽʾʿ״׳", ""),  # of transliterations and Hebrew abbreviations
    "\u2019": "'", "\u02bc": "'", "\uff07": "'", "\u2018": "'", "\u00ad": "", "\u200c": "", "\u200d": "",
}  # fmt: skip
# Marks that change a letter's sound in these scripts are dropped; in others (Indic, kana) they are letters.
FOLDED_SCRIPTS = ("LATIN", "GREEK")
DROPPED_MARKS = (
    *range(0x0300, 0x0370),  # combining accents
    *range(0x0591, 0x05C8),  # Hebrew points
    0x0640, *range(0x064B, 0x0660), 0x0670,  # Arabic tatweel and vowel signs
    *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0),  # which of its shapes a sign has
)  # fmt: skip
REMEMBERED = 0x20000  # rarer letters are folded anew, or a hostile text of all there are would stay as 150 MB


def _fold_letter(letter: str) -> str:
    if letter in LETTERS:
        return LETTERS[letter]
    if ord(letter) in _DROPPED:
        return ""
    decomposed = unicodedata.normalize("NFKD", letter)
    if unicodedata.name(decomposed[0], "").startswith(FOLDED_SCRIPTS):
        plain = "".join(LETTERS.get(part, part) for part in decomposed if not unicodedata.combining(part))
    else:
        plain = unicodedata.normalize("NFKC", letter)
    if plain == letter or letter.isspace():
        return plain
    # What stands for several letters may hold capitals ('℡') or spaces ('ﷺ'), and no term holds either.
    return fold(plain.replace(" ", ""))


class _Table(dict[int, str]):
    """Filled as letters are met: `str.translate` asks `__missing__` once for each."""

    def __missing__(self, code: int) -> str:
        folded = _fold_letter(chr(code))
        if code < REMEMBERED:
            self[code] = folded
        return folded


_DROPPED = frozenset(DROPPED_MARKS)
_TABLE = _Table()


def fold(text: str) -> str:
    """Lower case without accents: 'Łódź' -> 'lodz', 'Straße' -> 'strasse', 'İ' -> 'i'. Its length may differ."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).lower().translate(_TABLE))
