"""From text to terms."""
# ruff: noqa: RUF001 - letters that look alike are the point here

import sys
import threading
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.core.analysis import analyzer, fold, split
from backends.core.analysis.analyzer import (
    CACHED_LENGTH,
    LANGUAGES,
    TERM_LENGTH,
    Analyzer,
    beginnings,
    pieces,
)

TEXT = st.text(max_size=80)
# What catalogues hold, beside hypothesis' own taste for the rare.
WRITING = st.text(
    st.sampled_from(
        "aB zZ9'’.,-+#\u00ad\u0301\u3099ﾞÉéßẞœŁłİıΣσςάЁёйकिא\u05b0م\u064eكア東京都の港ｶｰ한국ᄒ\u1161ᆫヿﷺ゛℡🎨☂(\"\n\u3000"
    ),
    max_size=40,
)
ANY = TEXT | WRITING
ANALYZERS = st.sampled_from(["none", "english", "french", "italian", "german", "russian", "arabic"]).map(analyzer)
# Letters whose upper case goes back to them: not iota subscript, nor the old Cyrillic forms at U+1C80.
LETTERS = st.text(
    st.characters(categories=["Ll", "Lo", "Lu"], max_codepoint=0x1C7F).filter(
        lambda letter: "\u0345" not in unicodedata.normalize("NFD", letter)
    ),
    min_size=1,
    max_size=12,
)


@given(ANALYZERS, ANY)
def test_tokens_are_the_terms_in_order(own: Analyzer, text: str):
    tokens = list(own.tokens(text))
    assert [token.term for token in tokens] == own.terms(text)
    assert [token.position for token in tokens] == list(range(len(tokens)))


@given(ANY)
def test_a_token_stands_where_its_term_came_from(text: str):
    own = analyzer()
    for token in own.tokens(text):
        assert 0 <= token.start < token.end <= len(text)
        assert token.term in own.terms(text[token.start : token.end])


@given(ANALYZERS, ANY)
def test_tokens_go_forward(own: Analyzer, text: str):
    tokens = list(own.tokens(text))
    assert all(one.start <= other.start and one.end <= other.end for one, other in pairwise(tokens))


@given(ANALYZERS, ANY)
def test_a_term_is_one_word_for_an_engine_that_splits_at_spaces(own: Analyzer, text: str):
    terms = own.terms(text)
    assert " ".join(terms).split() == terms
    assert all(0 < len(term) <= TERM_LENGTH for term in terms)


@given(ANALYZERS, ANY)
def test_every_term_can_be_written_as_utf_8(own: Analyzer, text: str):
    "".join(own.terms(text)).encode()


@given(ANY)
def test_folding_twice_is_folding_once(text: str):
    assert fold(fold(text)) == fold(text)


def test_every_letter_there_is_folds_once():
    letters = (chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF)
    assert [letter for letter in letters if fold(fold(letter)) != fold(letter)] == []


def test_no_letter_folds_to_a_space():
    letters = (chr(code) for code in range(sys.maxunicode + 1) if not chr(code).isspace())
    assert [letter for letter in letters if fold(letter) != "".join(fold(letter).split())] == []


@given(ANALYZERS, LETTERS)
def test_case_never_changes_a_term(own: Analyzer, word: str):
    assert own.terms(word.upper()) == own.terms(word) == own.terms(word.lower())


@given(ANALYZERS, st.lists(LETTERS, max_size=3).map(" ".join) | WRITING)
def test_how_accents_are_encoded_never_changes_a_term(own: Analyzer, text: str):
    assert own.terms(unicodedata.normalize("NFD", text)) == own.terms(text)
    assert own.terms(unicodedata.normalize("NFC", text)) == own.terms(text)


@given(ANALYZERS, ANY, ANY)
def test_a_text_beside_another_has_its_own_terms(own: Analyzer, one: str, other: str):
    assert own.terms(f"{one}\n{other}") == own.terms(one) + own.terms(other)


@given(st.text(st.characters(max_codepoint=0x7F), max_size=60))
def test_ascii_is_split_as_any_text(text: str):
    assert [fold(word) for word in split(text)] == [fold(word) for word in split(text + " é")[:-1]]


@given(ANALYZERS, ANY)
def test_a_text_split_once_serves_every_language(own: Analyzer, text: str):
    assert own.terms_of(split(text)) == own.terms(text)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Łódź, Straße & Ærø", ["lodz", "strasse", "aero"]),
        ("İstanbul ISTANBUL ıstanbul", ["istanbul"] * 3),
        ("ΟΔΟΣ οδός Ὀδὸς", ["οδοσ"] * 3),
        ("Ёлка елка й", ["елка", "елка", "й"]),
        ("don't don’t donʼt", ["dont"] * 3),
        ("Tate's Keats' O'Keeffe", ["tate", "keats", "okeeffe"]),
        ("Musée d'Orsay", ["musee", "orsay"]),
        ("C++ c# .NET .net c", ["c++", "c#", ".net", ".net", "c"]),
        ("3.5 1,000 1,000.5 2024-11-24", ["3.5", "1000", "1000.5", "2024", "11", "24"]),
        ("state-of-the-art snake_case", ["state", "of", "the", "art", "snake", "case"]),
        ("東京都", ["東京", "京都"]),
        ("港", ["港"]),
        ("が", ["が"]),
        (unicodedata.normalize("NFD", "がぎ"), ["がぎ"]),
        (unicodedata.normalize("NFD", "한국말"), ["한국", "국말"]),
        ("ｶﾒﾗ ｶﾞﾗｽ", ["カメ", "メラ", "ガラ", "ラス"]),
        ("हिन्दी", ["हिन्दी"]),
        ("שָׁלוֹם", ["שלום"]),
        ("مُحَمَّد", ["محمد"]),
        ("🎨🎭", ["🎨", "🎭"]),
        ("ﬁne ①", ["fine", "1"]),
        ("🇫🇷🇩🇪 👩🏽\u200d🚀 1️⃣", ["🇫🇷", "🇩🇪", "👩", "🚀", "1"]),
        ("978-3-16-148410-0, (0-306-40615-2).", ["9783161484100", "0306406152"]),
        ("1914-1918 020-7887-8888 1-800-555-0199", ["1914", "1918", "020", "7887", "8888", "1", "800", "555", "0199"]),
        ("x0-306-40615-2 0-306-40615-23", ["x0", "306", "40615", "2", "0", "306", "40615", "23"]),
        ("1,000,000 1,5 12,345.5 1,2,3", ["1000000", "1.5", "12345.5", "1.2.3"]),
        ("ภาษา ไทย", ["ภา", "าษ", "ษา", "ไท", "ทย"]),
        ("葛\U000e0100飾", ["葛飾"]),
        ("ʿAlī ʾ", ["ali"]),
        ('"שלום" ש"ס', ["שלום", "שס"]),
        ("soft\u00adhyphen zero\u200cwidth", ["softhyphen", "zerowidth"]),
        ("Straße" * 60, [("strasse" * 60)[:TERM_LENGTH]]),
        ("!?… — \x00\ud800", []),
    ],
)
def test_a_text_has_these_words(text: str, terms: list[str]):
    assert analyzer().terms(text) == terms


@pytest.mark.parametrize(
    ("language", "word", "term"),
    [
        ("english", "Harbours", "harbour"),
        ("english", "boats'", "boat"),
        ("french", "l'Orient", "orient"),
        ("french", "aujourd'hui", "aujourdhui"),
        ("italian", "dell'arte", "arte"),
        ("english", "1930s", "1930s"),
    ],
)
def test_a_language_has_its_own_stems(language: str, word: str, term: str):
    assert analyzer(language).terms(word) == analyzer(language).terms(term)


def test_a_language_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(ValueError, match=r"'klingon'.*english"):
        Analyzer("klingon")
    assert "english" in LANGUAGES


def test_a_long_word_is_not_kept_in_memory():
    own = Analyzer("english")
    own.terms("x" * 10_000 + " " + "y" * CACHED_LENGTH)
    assert max(map(len, own._terms)) == CACHED_LENGTH


def test_threads_stem_alike():
    words = [f"harbour{ending}{at}" for at in range(2000) for ending in ("s", "ing", "ed", "ly")]
    expected = Analyzer("english").terms_of(words)
    own, start = Analyzer("english"), threading.Barrier(8)

    def stem(_: int) -> list[str]:
        start.wait(timeout=10)
        return own.terms_of(words)

    with ThreadPoolExecutor(8) as threads:
        assert all(found == expected for found in threads.map(stem, range(8)))


def test_pieces_and_beginnings_of_words():
    assert pieces("boat") == ["boa", "oat"]
    assert pieces("at") == ["at"]
    assert beginnings("sea") == ["s", "se", "sea"]
    assert len(beginnings("x" * 100)) == 20
