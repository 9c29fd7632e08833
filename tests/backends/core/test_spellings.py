"""Words as different people write them, and the forms of a word, in every language there is a stemmer for."""
# ruff: noqa: RUF001 - letters that look alike are the point here

import unicodedata

import pytest

from backends.core.analysis import analyzer
from backends.core.analysis.analyzer import LANGUAGES

# Each row is one word or name as different people write it.
ALIKE = (
    ("ISBN 978-0-14-143951-8", "isbn 9780141439518", "ISBN 978\u20110\u201114\u2011143951\u20118"),
    ("0-8044-2957-X", "080442957x"),
    ("ND 623 .T9", "nd 623.t9", "ND-623-T9"),
    ("T07799", "t07799"),
    ("MS Add. 4004", "ms. add 4004"),
    ("C++", "c++"),
    ("C#", "c#"),
    (".NET", ".net"),
    ("don't", "don’t", "DONT"),
    ("3.5", "3,5", "3.5"),
    ("1,234", "1234"),
    ("state-of-the-art", "State of the Art"),
    ("naïve", "naive", "nai\u0308ve"),
    ("Łódź", "lodz"),
    ("Straße", "STRASSE"),
    ("Ærø", "aero"),
    ("İstanbul", "istanbul", "ISTANBUL"),
    ("O'Keeffe", "o’keeffe", "okeeffe"),
    ("L'Orient", "l’orient", "Orient"),
    ("to be or not to be", "To Be, or Not to Be"),
    ("X", "x"),
    ("É", "e"),
    ("東京都", "東京都。"),
    ("葛\U000e0100飾", "葛飾"),
    ("ガラス", "ｶﾞﾗｽ", unicodedata.normalize("NFD", "ガラス")),
    ("한국말", unicodedata.normalize("NFD", "한국말")),
    ("ภาษาไทย", "ภาษาไทย!"),
    ("हिन्दी क़लम", unicodedata.normalize("NFD", "हिन्दी क़लम")),
    ("أحمد", "احمد"),
    ("فَاطِمَة", "فاطمه"),
    ("مصطفى", "مصطفي"),
    ("שָׁלוֹם", "שלום"),
    ("צה״ל", 'צה"ל', "צהל"),
    ("Qurʾān", "Qur'an", "quran"),
    ("Hawaiʻi", "Hawai'i", "hawaii"),
    ("ＡＢＣ１２", "abc12"),
    ("ﬁﬂe", "fifle"),
    ("👍🏽", "👍", "👍\ufe0f"),
    ("❤️", "❤"),
    ("🇫🇷", "🇫🇷\ufe0f"),
    ("🇨🇷🇫🇮", "🇨🇷 🇫🇮"),
)


@pytest.mark.parametrize("language", ["none", *sorted(LANGUAGES)])
def test_every_language_has_one_term_for_what_is_written_in_several_ways(language: str):
    for ways in ALIKE:
        assert {tuple(analyzer(language).terms(way)) for way in ways} == {tuple(analyzer(language).terms(ways[0]))}
        assert analyzer(language).terms(ways[0])


# A word of each language that stems, and another form of it that people look for it by.
FORMS = {
    "arabic": ("كتاب", "الكتاب"),
    "armenian": ("քաղաք", "քաղաքներ"),
    "basque": ("mendi", "mendiak"),
    "catalan": ("pintor", "pintors"),
    "czech": ("hrad", "hrady"),
    "danish": ("båd", "både"),
    "dutch": ("boek", "boeken"),
    "dutch_porter": ("boek", "boeken"),
    "english": ("harbour", "Harbours"),
    "esperanto": ("libro", "librojn"),
    "estonian": ("raamat", "raamatud"),
    "finnish": ("talo", "talossa"),
    "french": ("bateau", "bateaux"),
    "german": ("Häuser", "hauses"),
    "greek": ("θάλασσα", "θάλασσες"),
    "hindi": ("किताब", "किताबें"),
    "hungarian": ("ház", "házak"),
    "indonesian": ("buku", "bukunya"),
    "irish": ("bád", "bhád"),
    "italian": ("libro", "libri"),
    "lithuanian": ("knyga", "knygos"),
    "nepali": ("किताब", "किताबको"),
    "norwegian": ("båt", "båter"),
    "persian": ("کتاب", "کتاب‌ها"),
    "polish": ("łódź", "łodzi"),
    "porter": ("harbour", "harbours"),
    "portuguese": ("livro", "livros"),
    "romanian": ("casă", "case"),
    "russian": ("книга", "книги"),
    "serbian": ("knjiga", "knjige"),
    "sesotho": ("buka", "libuka"),
    "spanish": ("barco", "barcos"),
    "swedish": ("båt", "båtar"),
    "tamil": ("மரம்", "மரத்தை"),
    "turkish": ("kitap", "kitaplar"),
    "yiddish": ("הויז", "הויזן"),
}


def test_forms_of_a_word_are_alike_in_every_language():
    apart = {
        language: (one, other)
        for language, (one, other) in FORMS.items()
        if analyzer(language).terms(one) != analyzer(language).terms(other)
    }
    assert apart == {}
    assert set(FORMS) == LANGUAGES
